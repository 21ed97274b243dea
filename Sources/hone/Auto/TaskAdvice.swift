// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation

/// What `hone advise` does for a task: the judgement of `--strategy auto`, without answers.
struct TaskAdvice {
  let path: String
  let model: ModelOptions
  let auto: AutoConfiguration
  /// Of what is held out, and of pilots.
  let seed: UInt64
  let printsJSON: Bool

  func run() async throws {
    let task = try FewShotTask(path: path)
    let loaded = try model.load()
    var recipe = TestTimeTrainingConfiguration.defaults(
      parameterCount: loaded.configuration.parameterCount)
    recipe.seed = seed
    let solver = try Solver(
      model: loaded, configuration: SolverConfiguration(testTimeTraining: recipe, auto: auto))
    let progress = ProgressReporter(isQuiet: printsJSON && !Console.errorCapabilities.isLive)
    defer { progress.finish() }
    var decision: AutoDecision?
    for try await event in solver.decide(task) {
      switch event {
      case .judging(let event): progress.show(event)
      case .decided(let made): decision = made
      default: break
      }
    }
    // A cancelled stream ends without an error.
    try Task.checkCancellation()
    progress.finish()
    guard let decision else { return }
    if printsJSON {
      return try Console.printJSON(
        Report(
          model: model.name, task: task.name, explanation: decision.explanation,
          decision: decision))
    }
    for line in AutoText(decision: decision, queries: auto.expectedQueries ?? task.queries.count)
      .lines
    {
      try Console.print(line)
    }
  }

  private struct Report: Encodable {
    let model: String
    let task: String
    let explanation: String
    let decision: AutoDecision
  }
}

// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneAdaptation
import HoneModel

struct SolveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solve",
    abstract: "Answers a task's queries, adapting to it.",
    usage: "hone solve <task> [--strategy <name>]… [<options>]",
    discussion: """
      Strategies: zero-shot (the instruction alone), icl (all demonstrations in
      the prompt) and ttt (a temporary LoRA adapter is trained on the
      demonstrations, then dropped). The model's weights are never written.

      A task file is JSON:
        {"name": "…", "instruction": "…",
         "demonstrations": [{"input": "…", "output": "…"}, …],
         "queries": [{"input": "…", "output": "…"}, …]}
      The instruction and the queries' outputs may be missing.
      """)

  @OptionGroup(title: "Task") var task: TaskOptions
  @OptionGroup(title: "Model") var model: ModelOptions

  @Option(
    help: ArgumentHelp("zero-shot, icl or ttt (repeatable, or a,b).", valueName: "name"))
  var strategy: [String] = ["ttt"]

  @Option(help: ArgumentHelp("Answer's tokens at most.", valueName: "n"))
  var maxTokens: Int?

  @Option(help: ArgumentHelp("Seed of adapter, samples and draws.", valueName: "n"))
  var seed: UInt64 = 0

  @Flag(help: "Show every answer.")
  var answers = false

  @Flag(help: "Hash the weights before and after.")
  var verifyWeights = false

  @OptionGroup(title: "Test-time training") var training: TestTimeTrainingOptions
  @OptionGroup var output: JSONOption

  func validate() throws { _ = try strategies }

  private var strategies: [StrategyKind] {
    get throws {
      var result: [StrategyKind] = []
      for name in strategy.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
        guard let kind = StrategyKind(rawValue: String(name)) else {
          let known = StrategyKind.allCases.map(\.rawValue).joined(separator: ", ")
          throw ValidationError("--strategy \(name): expected one of \(known)")
        }
        if !result.contains(kind) { result.append(kind) }
      }
      return result
    }
  }

  func run() async throws {
    // The task first: its mistakes show before a model is loaded.
    let task = try task.read(seed: seed)
    let model = try self.model.load()
    let solver = try Solver(
      model: model,
      configuration: SolverConfiguration(
        testTimeTraining: try training.configuration(
          parameterCount: model.configuration.parameterCount, seed: seed),
        maxAnswerTokens: maxTokens))
    let before = verifyWeights ? await model.weightsChecksum() : nil
    let results = try await results(of: solver, task)
    let after = verifyWeights ? await model.weightsChecksum() : nil
    if output.json {
      try Console.printJSON(
        SolveReport(
          model: self.model.name, compute: model.compute, task: task.name, results: results,
          weightsUnchanged: before.map { $0 == after }))
      return
    }
    let text = SolveText(
      model: self.model.name, weightFormat: model.weightFormat, compute: model.compute,
      task: task, results: results)
    for line in text.lines(showingAllAnswers: answers || results.count == 1) {
      try Console.print(line)
    }
    if let before, let after {
      try Console.print(
        before == after
          ? "weights unchanged: \(String(before, radix: 16))"
          : "WEIGHTS CHANGED: \(String(before, radix: 16)) → \(String(after, radix: 16))")
    }
  }

  private func results(of solver: Solver, _ task: FewShotTask) async throws -> [StrategyResult] {
    let progress = ProgressReporter(isQuiet: output.json && !Console.errorCapabilities.isLive)
    var results: [StrategyResult] = []
    do {
      for try await event in solver.solve(task, strategies: try strategies) {
        switch event {
        case .started(let kind):
          progress.begin(kind == .testTimeTraining ? "ttt training" : kind.rawValue)
        case .trained(let step):
          progress.update(
            done: step.step, of: step.of, note: "loss \(Quantities.fixed(step.loss, 3))")
          if step.step == step.of { progress.begin("ttt answers") }
        case .answered(let done, let total):
          progress.update(done: done, of: total, note: "\(done)/\(total)")
        case .finished(let result):
          progress.finish()
          results.append(result)
        }
      }
    } catch {
      progress.finish()
      throw error
    }
    // A cancelled stream ends without an error.
    try Task.checkCancellation()
    return results
  }
}

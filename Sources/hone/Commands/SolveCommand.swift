// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneARC
import HoneAdaptation
import HoneBench
import HoneModel

struct SolveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solve",
    abstract: "Answers a task's queries or a puzzle, adapting to it.",
    usage: "hone solve <task> [--strategy <name>]… [<options>]",
    discussion: """
      Strategies: zero-shot (the instruction alone), icl (all demonstrations in
      the prompt), icl-calibrated (the same; where the demonstrated outputs are
      labels, the likeliest of them, the model's leanings taken out), ttt (a
      temporary LoRA adapter is trained on the demonstrations, then dropped) and
      auto (the one that suits the task, by how the model does on demonstrations
      held out; --explain shows the evidence). The model's weights are never
      written.

      With --stream every line of standard input is a query, answered as it
      comes; the more there are, the more auto spends on the task.

      A task file is JSON:
        {"name": "…", "instruction": "…",
         "demonstrations": [{"input": "…", "output": "…"}, …],
         "queries": [{"input": "…", "output": "…"}, …]}
      The instruction and the queries' outputs may be missing.

      An ARC puzzle, {"train": [{"input", "output"}…], "test": [{"input"}…]},
      is answered with icl, ttt or a variant of it (see hone bench run), by
      induction (a search for programs, no model needed) or by both (ensemble,
      ensemble-calibrated), two attempts for each test input. Recipes: compact
      (for small models), paper (arXiv 2411.07279) and poe (arXiv 2505.07859).
      """)

  @OptionGroup(title: "Task") var task: TaskOptions
  @OptionGroup(title: "Model") var model: ModelOptions

  @Option(
    help: ArgumentHelp(
      "Strategies (repeatable, or a,b; default: auto; of a puzzle: ttt).", valueName: "name"))
  var strategy: [String] = []

  @Option(help: ArgumentHelp("Answer's tokens at most.", valueName: "n"))
  var maxTokens: Int?

  @Option(help: ArgumentHelp("Seed of adapter, samples and draws.", valueName: "n"))
  var seed: UInt64 = 0

  @Flag(help: "Show every answer.")
  var answers = false

  @Flag(help: "Show the evidence for what auto chose.")
  var explain = false

  @Flag(help: "Answer standard input's lines as they come (auto).")
  var stream = false

  @Flag(help: "Hash the weights before and after.")
  var verifyWeights = false

  @OptionGroup(title: "Choosing a strategy (auto)") var auto: AutoOptions
  @OptionGroup(title: "Test-time training") var training: TestTimeTrainingOptions
  @OptionGroup(title: "Puzzles") var puzzles: PuzzleOptions

  @Option(help: ArgumentHelp("Write a page that shows a puzzle's solution.", valueName: "file"))
  var html: String?

  @Option(
    help: ArgumentHelp("Write a puzzle's training samples, solve nothing.", valueName: "file"))
  var writeSamples: String?

  @OptionGroup var output: JSONOption

  func validate() throws {
    if html == "" { throw ValidationError("--html is empty: name a file") }
    if writeSamples == "" { throw ValidationError("--write-samples is empty: name a file") }
    if stream {
      if strategy.contains(where: { $0 != StrategyKind.auto.rawValue }) {
        throw ValidationError("--stream: the strategy is chosen; leave --strategy out")
      }
      if verifyWeights || answers || explain {
        throw ValidationError(
          "--stream and --verify-weights, --answers, --explain exclude each other")
      }
    }
  }

  /// The strategies asked for, each once.
  private func strategies<Strategy: RawRepresentable & CaseIterable & Equatable>(
    default usual: Strategy
  ) throws -> [Strategy] where Strategy.RawValue == String {
    if strategy.isEmpty { return [usual] }
    var result: [Strategy] = []
    for name in strategy.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
      guard let kind = Strategy(rawValue: String(name)) else {
        let known = Strategy.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--strategy \(name): expected one of \(known)")
      }
      if !result.contains(kind) { result.append(kind) }
    }
    return result
  }

  func run() async throws {
    // The task first: its mistakes show before a model is loaded.
    if task.draw == nil, let puzzle = try PuzzleFile.read(task.task) {
      return try await solve(puzzle)
    }
    guard html == nil, writeSamples == nil else {
      throw ValidationError("--html and --write-samples are for puzzles")
    }
    let strategies: [StrategyKind] = try strategies(default: .auto)
    let task = try task.read(seed: seed, needsQueries: !stream)
    let model = try self.model.load()
    let configuration = SolverConfiguration(
      testTimeTraining: try training.configuration(
        parameterCount: model.configuration.parameterCount, seed: seed),
      auto: auto.configuration, maxAnswerTokens: maxTokens)
    if stream {
      return try await QueryStreaming(
        stream: QueryStream(model: model, configuration: configuration, task: task),
        printsJSON: output.json
      ).run()
    }
    let solver = try Solver(model: model, configuration: configuration)
    let before = verifyWeights ? await model.weightsChecksum() : nil
    let results = try await results(of: solver, task, strategies)
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
      task: task, results: results, explains: explain, expectedQueries: auto.expectedQueries)
    for line in text.lines(showingAllAnswers: answers || results.count == 1) {
      try Console.print(line)
    }
    if let line = WeightsText.line(before: before, after: after) { try Console.print(line) }
  }

  private func solve(_ puzzle: ARCTask) async throws {
    if task.demonstrations != nil || task.instruction != nil || maxTokens != nil {
      throw ValidationError("--demonstrations, --instruction and --max-tokens are for text tasks")
    }
    if stream { throw ValidationError("--stream is for text tasks") }
    let strategies: [ARCStrategy] = try strategies(default: .testTimeTraining)
    if strategies.contains(.shared) {
      throw ValidationError("--strategy ttt-shared: is for many puzzles; see hone bench run arc")
    }
    let needsModel = strategies.contains(where: \.needsModel) || writeSamples != nil
    let model = needsModel ? try self.model.load() : nil
    let recipe = try puzzles.recipe(
      parameterCount: model?.configuration.parameterCount ?? 0, training: training, seed: seed)
    if let writeSamples, let model {
      let count = try await SampleFile(
        solver: ARCSolver(model: model, recipe: recipe), puzzle: puzzle
      ).write(to: writeSamples)
      return try Console.print("\(puzzle.id.visible()): \(count) samples in \(writeSamples)")
    }
    try await PuzzleSolving(
      puzzle: puzzle, strategies: strategies, recipe: recipe,
      induction: try induction, model: model, modelName: self.model.name,
      printsJSON: output.json, html: html
    ).run(verifiesWeights: verifyWeights)
  }

  /// With all cores: there is one puzzle only.
  private var induction: InductionConfiguration {
    get throws {
      var result = try puzzles.induction()
      result.threads = self.model.run.threads ?? Machine().cores
      return result
    }
  }

  private func results(
    of solver: Solver, _ task: FewShotTask, _ strategies: [StrategyKind]
  ) async throws -> [StrategyResult] {
    let progress = ProgressReporter(isQuiet: output.json && !Console.errorCapabilities.isLive)
    var results: [StrategyResult] = []
    var (isAutomatic, isJudging) = (false, false)
    do {
      for try await event in solver.solve(task, strategies: strategies) {
        switch event {
        case .started(let kind):
          isAutomatic = kind == .auto
          progress.begin(kind == .testTimeTraining ? "ttt training" : kind.rawValue)
        case .judging(let event):
          isJudging = true
          progress.show(event)
        case .decided: progress.begin("answers")
        case .trained(let step):
          // What auto chose is trained before the choice is told.
          if isJudging { progress.begin("auto: training") }
          isJudging = false
          progress.update(step)
          if step.step == step.of, !isAutomatic { progress.begin("ttt answers") }
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

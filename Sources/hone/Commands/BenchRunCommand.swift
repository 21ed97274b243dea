// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneBench
import HoneModel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

struct BenchRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Compares strategies on a suite of tasks, keeping every answer.",
    usage: "hone bench run <suite> [--strategies <names>] [--seeds <list>] [<options>]",
    discussion: """
      Strategies: zero-shot, icl, icl-majority (five orders vote), ttt, and its
      variants ttt-direct (single pairs, asked without demonstrations), ttt-half
      (half of the steps at twice the rate), ttt-double (twice the steps),
      ttt-no-permutation, ttt-shared (one adapter for all tasks),
      ttt-no-demonstration-loss and ttt-input-loss;
      icl-calibrated, ttt-direct-calibrated and ttt-calibrated (labels by likelihood,
      the model's leanings taken out); auto (whichever suits the task). Of arc:
      icl, ttt, ttt-no-transformations, ttt-no-leave-one-out, ttt-direct,
      ttt-no-demonstration-loss, ttt-shared, induction (programs, no model),
      ensemble (programs that fit, else ttt) and ensemble-calibrated (whichever
      answer is likelier to be right).

      Every answer is kept as it comes, so a run can be interrupted at any time:
      --resume goes on with it. With --shard I/N, N processes or machines do a
      part each, into one store or into several that hone runs merge joins.

      A suite of your own is a folder with a file for each task: NAME.json,
      {"instruction": "…", "examples": [{"input": "…", "output": "…"}, …]} or a
      task file of hone solve, or NAME.jsonl, a row {"input", "output"} each.
      """)

  @OptionGroup(title: "Suite") var options: BenchRunOptions

  @Flag(help: "Go on with a run that was begun.")
  var resume = false

  @OptionGroup var shard: ShardOption

  @Option(help: ArgumentHelp("Tells repetitions of a run apart.", valueName: "name"))
  var label = ""

  @OptionGroup var store: StoreOption
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Test-time training") var training: TestTimeTrainingOptions
  @OptionGroup(title: "Puzzles (suite arc)") var puzzles: PuzzleOptions
  @OptionGroup var output: JSONOption

  func run() async throws {
    // What can be wrong before a model is loaded is found before.
    let suite = try options.loadSuite()
    let tasks = try options.loadTasks(of: suite)
    let store = try store.open(.writing)
    let model = try needsModel ? self.model.load() : nil
    let run = try await run(of: suite, tasks: tasks, model: model)
    let solver: any CellSolver =
      if let puzzles = suite as? ARCSuite {
        ARCCellSolver(model: model, collection: puzzles.collection)
      } else if let model {
        TextCellSolver(model: model, suite: suite, tasks: tasks)
      } else {
        preconditionFailure("tasks of text need a model")
      }
    let progress = ProgressReporter(isQuiet: output.json && !Console.errorCapabilities.isLive)
    do {
      let display = BenchDisplay(progress)
      for try await event in run.events(store: store, solver: solver) { display.show(event) }
      progress.finish()
    } catch {
      progress.finish()
      throw error
    }
    // A cancelled stream ends without an error.
    try Task.checkCancellation()
    let summary = try RunSummary(try store.run(run.id), in: store)
    if output.json {
      try Console.printJSON(RunReport(summary))
    } else {
      for line in RunText(summary: summary).lines { try Console.print(line) }
    }
  }

  private var needsModel: Bool {
    get throws {
      try !options.isOfPuzzles || options.parsedPuzzleStrategies.contains(where: \.needsModel)
    }
  }

  private func run(
    of suite: any BenchSuite, tasks: [BenchTask], model: LanguageModel?
  ) async throws -> BenchRun {
    let demonstrations = options.demonstrations ?? suite.demonstrationCount
    let strategies = try strategies(
      parameterCount: model?.configuration.parameterCount ?? 0, tasks: tasks.count,
      demonstrations: demonstrations)
    let configuration = RunConfiguration(
      suite: suite.name, suiteVersion: suite.version,
      dataSHA256: try RunConfiguration.digest(of: tasks),
      model: try model.map { try ModelIdentity($0, name: self.model.name) } ?? .none,
      compute: model?.compute ?? .float32,
      strategies: strategies, seeds: try options.parsedSeeds, tasks: tasks.map(\.name),
      demonstrations: demonstrations, limit: options.limit)
    return try BenchRun(
      configuration: configuration, tasks: tasks, label: label, shard: try shard.parsed,
      mayResume: resume,
      environment: await .current(
        version: HoneCommand.configuration.version, executable: Self.executable, model: model))
  }

  /// Every strategy asked for, with all its settings.
  private func strategies(
    parameterCount: Int, tasks: Int, demonstrations: Int
  ) throws -> [StrategyConfiguration] {
    if options.isOfPuzzles {
      let recipe = try puzzles.recipe(
        parameterCount: parameterCount, training: training, seed: 0)
      let induction = try puzzles.induction()
      return try options.parsedPuzzleStrategies.map {
        $0.configuration(recipe: recipe, induction: induction)
      }
    }
    let recipe = try training.configuration(parameterCount: parameterCount, seed: 0)
    let strategies = try options.parsedStrategies.map {
      $0.configuration(recipe: recipe, tasks: tasks, demonstrations: demonstrations)
    }
    for training in strategies.compactMap(\.training) { try training.validate() }
    return strategies
  }

  /// The command's own path.
  static var executable: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments.first ?? ""
  }
}

// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneBench
import HoneKnowledge
import HoneModel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

struct StudyRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Teaches made-up facts in several ways and asks about them.",
    usage: "hone study run <name> [--arms <names>] [--seeds <list>] [<options>]",
    discussion: """
      Arms: pretrained (no document), icl (documents in the prompt), ft (trained on them), \
      aft-local, aft-global and aft (and on statements that the model itself made of single \
      sentences, of several, of both), aft-oracle (and on what a perfect augmentation would add), \
      reverse-training (and on every sentence backwards). Every trained arm sees as many samples.

      A question is answered by the likeliest of its options, which are never shown. Every answer \
      is kept as it comes, in the run store; --resume goes on with a run that was broken off. With \
      --shard I/N, N processes do a part each, into one store or into several that hone runs merge \
      joins.
      """)

  @OptionGroup(title: "Data") var data: ControlledDataOptions

  @Option(help: ArgumentHelp("Arms (default: all).", valueName: "names"))
  var arms: String?

  @Option(help: ArgumentHelp("Seeds, each a world of its own, as 0,1,2.", valueName: "list"))
  var seeds = "0"

  @Flag(help: "Go on with a run that was begun.")
  var resume = false

  @OptionGroup var shard: ShardOption

  @Option(help: ArgumentHelp("Tells repetitions of a run apart.", valueName: "name"))
  var label = ""

  @OptionGroup(title: "Training and augmentation") var recipe: StudyRecipeOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup var store: StoreOption
  @OptionGroup var output: JSONOption

  func validate() throws { _ = (try parsedArms, try parsedSeeds) }

  private var parsedArms: [StudyArm] {
    get throws {
      guard let arms else { return StudyArm.allCases }
      let named = try arms.split(separator: ",", omittingEmptySubsequences: false).map { name in
        guard let arm = StudyArm(rawValue: String(name)) else {
          let known = StudyArm.allCases.map(\.rawValue).joined(separator: ", ")
          throw ValidationError("--arms \(name): expected some of \(known)")
        }
        return arm
      }
      return StudyArm.allCases.filter(named.contains)
    }
  }

  private var parsedSeeds: [UInt64] {
    get throws { try BenchRunOptions.seeds(seeds) }
  }

  func run() async throws {
    let recipe = try recipe.recipe
    let library = try self.recipe.augmentation.library(PromptLibrary.statements)
    let store = try store.open(.writing)
    let suite = StudySuite(data: data.name, size: data.size, seeds: try parsedSeeds)
    let tasks = try suite.taskNames.map(suite.task(named:))
    let model = try self.model.load()
    let strategies = try parsedArms.map { arm in
      StrategyConfiguration(
        name: arm.rawValue, showsDemonstrations: false, sharesAdapter: true,
        study: StudyArmConfiguration(
          arm: arm, data: data.name, size: data.size, recipe: recipe, library: library))
    }
    let run = try BenchRun(
      configuration: RunConfiguration(
        suite: suite.name, suiteVersion: suite.version,
        dataSHA256: try RunConfiguration.digest(of: tasks),
        model: try ModelIdentity(model, name: self.model.name), compute: model.compute,
        strategies: strategies, seeds: try parsedSeeds, tasks: tasks.map(\.name),
        demonstrations: 0, limit: nil),
      tasks: tasks, label: label, shard: try shard.parsed, mayResume: resume,
      environment: await .current(
        version: HoneCommand.configuration.version, executable: BenchRunCommand.executable,
        model: model))
    let progress = ProgressReporter(isQuiet: output.json && !Console.errorCapabilities.isLive)
    let statements = StudyStatements(
      folder: try AugmentationOptions.honeFolder("study"),
      adapterFolder: try AugmentationOptions.adapterFolder, modelName: self.model.name,
      library: library, onNote: { progress.line($0) })
    let solver = StudyCellSolver(model: model, suite: suite, statements: statements)
    let display = BenchDisplay(progress)
    defer { progress.finish() }
    for try await event in run.events(store: store, solver: solver) { display.show(event) }
    progress.finish()
    // A cancelled stream ends without an error.
    try Task.checkCancellation()
    let figures = try StudyFigures(try store.run(run.id), in: store)
    if output.json {
      try Console.printJSON(StudyJSON(figures))
    } else {
      for line in StudyText(figures: figures).lines { try Console.print(line) }
    }
  }
}

/// What `hone study run --json` prints.
private struct StudyJSON: Encodable {
  let study: String
  let run: String
  let size: ControlledDataSize
  let model: String
  let seeds: [UInt64]
  let results: [StudyFigure]

  init(_ figures: StudyFigures) {
    study = figures.suite.data.rawValue
    run = figures.run.id
    size = figures.size
    model = figures.run.configuration.model.name
    seeds = figures.run.configuration.seeds
    results = figures.all
  }
}

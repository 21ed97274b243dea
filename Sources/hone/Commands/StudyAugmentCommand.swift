// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneBench
import HoneKnowledge
import HoneModel

struct StudyAugmentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "augment",
    abstract: "Measures a model's statements where the truth is known.",
    usage: "hone study augment <name> [--seeds <list>] [<options>]",
    discussion: """
      Has the model write statements about made-up worlds and compares each with the world: how many \
      are true before and after the consistency filter, and how much of what the documents imply \
      they cover. Texts are kept, and shared with hone study run.
      """)

  @OptionGroup(title: "Data") var data: ControlledDataOptions

  @Option(help: ArgumentHelp("Seeds, each a world of its own, as 0,1,2.", valueName: "list"))
  var seeds = "0"

  @Option(help: ArgumentHelp("Show so many statements of each prompt.", valueName: "n"))
  var show = 0

  @OptionGroup(title: "Augmentation") var augmentation: AugmentationOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup var output: JSONOption

  func validate() throws { _ = try BenchRunOptions.seeds(seeds) }

  func run() async throws {
    var recipe = StudyRecipe()
    recipe.augmentation = try augmentation.configuration
    let library = try augmentation.library(PromptLibrary.statements)
    let seeds = try BenchRunOptions.seeds(seeds)
    let model = try self.model.load()
    let progress = ProgressReporter(isQuiet: output.json && !Console.errorCapabilities.isLive)
    defer { progress.finish() }
    let statements = StudyStatements(
      folder: try AugmentationOptions.honeFolder("study"),
      adapterFolder: try AugmentationOptions.adapterFolder, modelName: self.model.name,
      library: library, onNote: { progress.line($0) })
    var qualities: [AugmentationQuality] = []
    var examples: [AugmentedStatement] = []
    for seed in seeds {
      let world = ControlledData.make(data.name, size: data.size, seed: seed)
      let written = try await statements.statements(
        about: world, for: .augmented, recipe: recipe, model: model)
      if examples.isEmpty { examples = written }
      for quality in AugmentationQuality.judge(written, of: world) {
        if let place = qualities.firstIndex(where: { $0.prompt == quality.prompt }) {
          qualities[place].add(quality)
        } else {
          qualities.append(quality)
        }
      }
    }
    progress.finish()
    if output.json {
      return try Console.printJSON(
        Report(
          data: data.name, size: data.size, seeds: seeds, model: self.model.name,
          prompts: qualities))
    }
    for line in Self.table(qualities).lines() { try Console.print(line) }
    try Console.print("")
    for quality in qualities {
      let reasons = quality.dropped.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      try Console.print(
        "\(quality.prompt): dropped "
          + (reasons.isEmpty
            ? "none"
            : reasons.map { "\($0.value) \($0.key)" }
              .joined(separator: ", ")))
    }
    for quality in qualities where show > 0 {
      try Console.print("")
      for statement in examples.filter({ $0.prompt == quality.prompt }).prefix(show) {
        let fate = statement.dropped.map { "  [\($0.rawValue)]" } ?? ""
        try Console.print("\(statement.source.visible())\n  → \(statement.text.visible())\(fate)")
      }
    }
  }

  private static func table(_ qualities: [AugmentationQuality]) -> TextTable {
    var table = TextTable([
      ("PROMPT", .left), ("WRITTEN", .right), ("TRUE %", .right), ("COVERS %", .right),
      ("KEPT", .right), ("TRUE %", .right), ("COVERS %", .right), ("UNREAD", .right),
    ])
    func percent(_ value: Double?) -> String {
      value.map { Quantities.fixed(100 * $0, 1) } ?? "–"
    }
    for quality in qualities {
      table.append([
        quality.prompt, "\(quality.written.statements)", percent(quality.written.precision),
        percent(quality.written.coverage), "\(quality.kept.statements)",
        percent(quality.kept.precision), percent(quality.kept.coverage), "\(quality.kept.unread)",
      ])
    }
    return table
  }

  private struct Report: Encodable {
    let data: ControlledDataName
    let size: ControlledDataSize
    let seeds: [UInt64]
    let model: String
    let prompts: [AugmentationQuality]
  }
}

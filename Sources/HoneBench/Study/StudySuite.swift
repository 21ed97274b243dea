// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge
import HoneTensor

/// A set of controlled data as a suite: its splits are the tasks, and every seed has a world of its
/// own.
package struct StudySuite: BenchSuite {
  package static let prefix = "study-"

  package let data: ControlledDataName
  package let size: ControlledDataSize
  /// The worlds of a run, by their seeds.
  package let worlds: [UInt64: ControlledData]
  private let splits: [String]

  package init(data: ControlledDataName, size: ControlledDataSize, seeds: [UInt64]) {
    self.data = data
    self.size = size
    let worlds = seeds.map { ControlledData.make(data, size: size, seed: $0) }
    self.worlds = Dictionary(worlds.map { ($0.seed, $0) }) { first, _ in first }
    splits = worlds.first?.splits ?? []
  }

  package var name: String { Self.prefix + data.rawValue }
  package var title: String { Self.title(of: name) }
  package var version: Int { 1 }
  package var taskNames: [String] { splits }
  package var demonstrationCount: Int { 0 }

  /// What people call a suite of that name.
  static func title(of name: String) -> String {
    "Generalisation: " + name.dropFirst(prefix.count).replacing("-", with: " ")
  }

  package func task(named name: String) throws -> BenchTask {
    guard splits.contains(name) else {
      throw BenchError(.notFound, "\(name): is no split of \(data.rawValue)")
    }
    let items = worlds.mapValues { world in
      world.items.filter { $0.split == name }.map { item in
        BenchItem(
          id: Self.id(of: item, seed: world.seed), input: item.prompt,
          expected: item.correct.map { item.options[$0] }.joined(separator: " |"))
      }
    }
    return BenchTask(
      name: name, instruction: "", items: items.sorted { $0.key < $1.key }.flatMap(\.value),
      maxAnswerTokens: 0, givenDemonstrations: [], itemsBySeed: items)
  }

  /// Names an item in every run, whichever seeds that has.
  package static func id(of item: ChoiceItem, seed: UInt64) -> String { "\(seed)/\(item.id)" }

  package func scorer(for task: String) -> any AnswerScorer { ChoiceAnswerScorer() }
}

/// The likeliest option must be among the right ones.
struct ChoiceAnswerScorer: AnswerScorer {
  var name: String { "likelihood/1" }

  func score(_ answer: String, for item: BenchItem) -> AnswerScore {
    let isRight = item.expected.split(separator: " |").contains { $0 == answer }
    return AnswerScore(normalized: answer, value: isRight ? 1 : 0)
  }
}

/// An arm of the study with all its settings.
package struct StudyArmConfiguration: Codable, Sendable, Hashable {
  package let arm: StudyArm
  package let data: ControlledDataName
  package let size: ControlledDataSize
  package let recipe: StudyRecipe
  /// ``PromptLibrary/checksum`` of the prompts that statements are made with; nil where none are.
  package let prompts: String?

  package init(
    arm: StudyArm, data: ControlledDataName, size: ControlledDataSize, recipe: StudyRecipe,
    library: PromptLibrary
  ) {
    prompts = arm.strategies.isEmpty ? nil : library.checksum
    self.arm = arm
    self.data = data
    self.size = size
    self.recipe = recipe
  }

  /// In words, for reports.
  var settings: String {
    switch arm {
    case .pretrained: return "the model as it is, no document"
    case .inContext:
      return "documents in the prompt"
        + (recipe.maxContextTokens.map { ", \($0) tokens at most" } ?? "")
    default:
      let training = recipe.training
      return "LoRA rank \(training.loraRank), alpha \(training.loraAlpha.formattedShort) on all "
        + "projections; learning rate \(training.learningRate.formattedShort), batches of "
        + "\(training.batchSize), \(training.epochs) passes over documents and oracle statements in "
        + "number of samples; sentences: \(recipe.sentences.rawValue)"
    }
  }

  /// The words of the command that makes a run anew.
  func command(of run: RunConfiguration) -> [String] {
    let usual = StudyRecipe()
    var words = [
      "hone", "study", "run", data.rawValue, "--size", size.rawValue, "--arms",
      run.strategies.map(\.name).joined(separator: ","), "--seeds",
      run.seeds.map { "\($0)" }.joined(separator: ","),
    ]
    func add(_ flag: String, _ value: String, _ usual: String) {
      if value != usual { words += [flag, value] }
    }
    let (training, usualTraining) = (recipe.training, usual.training)
    add("--epochs", "\(training.epochs)", "\(usualTraining.epochs)")
    add("--lora-rank", "\(training.loraRank)", "\(usualTraining.loraRank)")
    add(
      "--learning-rate", training.learningRate.formattedShort,
      usualTraining.learningRate.formattedShort)
    add("--batch-size", "\(training.batchSize)", "\(usualTraining.batchSize)")
    add("--sentences", recipe.sentences.rawValue, usual.sentences.rawValue)
    if let most = recipe.maxContextTokens { words += ["--context-tokens", "\(most)"] }
    let (writing, usualWriting) = (recipe.augmentation, usual.augmentation)
    add("--samples", "\(writing.samples)", "\(usualWriting.samples)")
    add(
      "--sample-temp", writing.temperature.formattedShort, usualWriting.temperature.formattedShort)
    add("--global-context", writing.globalContext.rawValue, usualWriting.globalContext.rawValue)
    add("--links", "\(writing.linksPerDocument)", "\(usualWriting.linksPerDocument)")
    if !writing.adaptsToPrompts { words.append("--no-adapt-prompts") }
    add(
      "--min-margin", writing.minMargin?.formattedShort ?? "none",
      usualWriting.minMargin?.formattedShort ?? "none")
    // All arms that use prompts use the same.
    if let used = run.strategies.lazy.compactMap(\.study?.prompts).first,
      used != (try? PromptLibrary.statements().checksum)
    {
      words += ["--prompts", "FOLDER"]
    }
    words += ["--model", run.model.name, "--compute", run.compute.rawValue]
    return words
  }
}

extension RunConfiguration {
  /// Whether it compares ways of knowing.
  var isStudy: Bool { suite.hasPrefix(StudySuite.prefix) }
}

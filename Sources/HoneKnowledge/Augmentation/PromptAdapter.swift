// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneFormats
import HoneModel
import HoneTensor

/// Teaches a model the worked examples of its prompts, before it writes a word about a corpus.
///
/// A model of 135 million parameters that is shown sixteen examples of "wolves are more old than
/// foxes" turned round turns 1 of 24 others round; trained on them for half a minute, 23. The
/// adapter knows the examples and nothing of any corpus, so it serves every corpus, and is kept.
public struct PromptAdapter: Sendable {
  /// How it is trained: each worked example by itself, without the others before it.
  public static func recipe(parameterCount: Int) -> TestTimeTrainingConfiguration {
    var recipe = TestTimeTrainingConfiguration.defaults(parameterCount: parameterCount)
    recipe.sampleForm = .direct
    recipe.batchSize = 8
    recipe.learningRate = parameterCount < 600_000_000 ? 1e-3 : recipe.learningRate
    return recipe
  }

  private let library: PromptLibrary
  /// Rounds over the worked examples.
  static let rounds = 12

  public init(library: PromptLibrary) { self.library = library }

  /// The adapter for a model: read from a folder if it was trained before, else trained and put
  /// there.
  ///
  /// - Parameters:
  ///   - folder: Where such adapters are kept; nil to keep none.
  ///   - onStep: Called after each step of training.
  /// - Throws: ``KnowledgeError`` if there are no worked examples; ``AdaptationError``,
  ///   ``TrainingError``, ``FormatError``; `CancellationError`.
  public func adapter(
    for model: LanguageModel, folder: String?,
    onStep: @escaping @Sendable (TrainingStepSummary) -> Void = { _ in }
  ) async throws -> LoRAAdapter {
    guard library.prompts.contains(where: { !$0.examples.isEmpty }) else {
      throw KnowledgeError(
        .invalidSetting,
        "prompts: there are no worked examples to train the model on; add some, or ask it untrained "
          + "with --no-adapt-prompts")
    }
    let identity = await identity(of: model)
    let path = folder.map { "\($0)/\(identity)" }
    if let path, FileSystem.exists(path + "/adapter_config.json") {
      return try LoRAAdapter.load(path: path, model: model.configuration)
    }
    let adapter = try await model.adapter(taught: library.prompts, onStep: onStep)
    if let folder, let path {
      try FileSystem.makeFolder(folder)
      // Another process may have been quicker.
      if !FileSystem.exists(path) { try adapter.save(path: path, baseModel: model.path) }
    }
    return adapter
  }

  /// Differs where the weights, the worked examples or the recipe do.
  private func identity(of model: LanguageModel) async -> String {
    var checksum = Checksum()
    checksum.combine(await model.weightsChecksum())
    let recipe = Self.recipe(parameterCount: model.configuration.parameterCount)
    checksum.combine(
      library.texts + ["\(recipe)", "\(Self.rounds)", model.compute.rawValue])
    return String(checksum.value, radix: 16)
  }
}

extension LanguageModel {
  fileprivate func adapter(
    taught prompts: [AugmentationPrompt], onStep: (TrainingStepSummary) -> Void
  ) throws -> LoRAAdapter {
    var recipe = PromptAdapter.recipe(parameterCount: configuration.parameterCount)
    let tasks = prompts.filter { !$0.examples.isEmpty }.map { $0.task(tokenizer: tokenizer) }
    let examples = tasks.reduce(0) { $0 + $1.demonstrations.count }
    recipe.steps = max(1, PromptAdapter.rounds * examples / recipe.batchSize)
    recipe.warmupSteps = recipe.steps / 10
    return try DemonstrationTraining(configuration: recipe).adapter(
      for: tasks, decoder: decoder, onStep: onStep)
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTraining

/// Trains an adapter on texts, every token of them with loss.
///
/// A loss on answers only would leave what is merely conditioned on unlearned
/// (arXiv 2604.04943), so there is none.
package struct KnowledgeTraining {
  package struct Step: Sendable {
    package let step: Int
    package let of: Int
    package let loss: Double
    package let tokens: Int
  }

  private let recipe: KnowledgeRecipe
  private let seed: UInt64

  package init(recipe: KnowledgeRecipe, seed: UInt64) {
    self.recipe = recipe
    self.seed = seed
  }

  /// - Parameter texts: At least one.
  /// - Throws: ``TrainingError``; `CancellationError`.
  package func adapter(
    _ texts: StudyTexts, decoder: Decoder, tokenizer: Tokenizer, onStep: (Step) throws -> Void
  ) throws -> LoRAAdapter {
    let encoder = SampleEncoder(
      tokenizer: tokenizer, chatTemplate: nil,
      configuration: try SampleConfiguration(
        maxSeqLength: decoder.configuration.maxPositionEmbeddings))
    var samples = SampleSet()
    for text in texts.texts {
      if case .sample(let sample, _, _) = try encoder.encode(.text(text), lossScope: .everyToken) {
        samples.append(sample)
      }
    }
    var order = try DataOrder(
      tokenCounts: samples.tokenCounts, batchSize: recipe.batchSize, seed: seed)
    var random = RandomSource(seed: seed).derived("adapter")
    let adapter = LoRAAdapter(
      configuration: try LoRAConfiguration(
        loraRank: recipe.loraRank, loraAlpha: recipe.loraAlpha,
        targetModules: TargetModule.allCases),
      model: decoder.configuration, random: &random)
    let steps = max(1, texts.samples / recipe.batchSize)
    let trainer = Trainer(
      decoder: decoder, adapter: adapter,
      schedule: try LearningRateSchedule(
        peak: recipe.learningRate, warmupSteps: steps / 10, totalSteps: steps))
    for index in 0..<steps {
      try Task.checkCancellation()
      let step = try trainer.step(order.batch(at: index).samples.map { samples[$0] })
      try onStep(Step(step: index + 1, of: steps, loss: step.loss, tokens: step.tokens))
    }
    return adapter
  }
}

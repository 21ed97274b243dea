// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// What a training, and a plan of it, begin with.
struct TrainingSetup {
  let model: TrainedModel
  let trainer: Trainer
  let recomputesActivations: Bool
  let order: DataOrder

  /// - Throws: ``TrainingError`` or ``ModelError`` if the model cannot be trained that way.
  init(_ configuration: TrainingConfiguration, data: TrainingData, decoder: Decoder) throws {
    model = try TrainedModel(configuration, on: decoder)
    recomputesActivations =
      configuration.recomputesActivations
      ?? TrainingMemory.needsRecomputation(configuration, data: data, model: model)
    trainer = Trainer(
      decoder: model.decoder, training: model.trained,
      schedule: try configuration.learningRateSchedule(), configuration: configuration.optimizer,
      options: configuration.trainerOptions(recomputesActivations: recomputesActivations))
    order = try DataOrder(
      tokenCounts: data.train.tokenCounts, batchSize: configuration.samplesPerStep,
      seed: configuration.seed)
  }
}

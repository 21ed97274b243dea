// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor

/// What a training holds in memory at its fullest, by part, in bytes.
public struct TrainingMemory: Codable, Sendable, Hashable {
  /// The model's weights, as they are held for products and their backward.
  public var weights = 0
  /// What is trained, beside the model.
  public var trained = 0
  public var gradients = 0
  /// The optimiser's moments.
  public var optimizer = 0
  /// Means and best values that are kept of what is trained.
  public var means = 0
  /// What the forward pass keeps for the backward, and scratch.
  public var activations = 0

  public var total: Int { weights + trained + gradients + optimizer + means + activations }
}

extension TrainingMemory {
  /// The memory of a training.
  static func of(
    _ configuration: TrainingConfiguration, data: TrainingData, model: TrainedModel,
    recomputes: Bool
  ) -> TrainingMemory {
    let c = model.decoder.configuration
    let longest = data.train.tokenCounts.max() ?? 0
    let batch = configuration.samplesPerStep
    let tokens = max(longest, min(configuration.optimizer.maxTokensPerPass, longest * batch))
    let trained = model.trained.parameterCount * 4
    var memory = TrainingMemory()
    memory.weights = model.base.weights.byteCount(
      isTied: c.tieWordEmbeddings, training: model.trained.weights == nil)
    memory.trained = trained
    memory.gradients = trained
    memory.optimizer = 2 * trained
    memory.means =
      trained * ((configuration.emaDecay == nil ? 0 : 1) + (configuration.patience == nil ? 0 : 1))
    memory.activations = Decoder.activationBytes(
      tokens: tokens, lossTokens: tokens,
      rank: configuration.method == .full ? 0 : configuration.loraRank,
      keepsDirections: configuration.method == .dora, recomputes: recomputes, c)
    return memory
  }

  /// Whether the activations of all layers would not fit into the machine's memory.
  static func needsRecomputation(
    _ configuration: TrainingConfiguration, data: TrainingData, model: TrainedModel
  ) -> Bool {
    let memory = of(configuration, data: data, model: model, recomputes: false)
    // The rest of the machine needs some, too.
    return memory.total > SystemMemory.physicalBytes / 10 * 7
  }
}

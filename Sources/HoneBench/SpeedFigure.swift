// SPDX-License-Identifier: Apache-2.0

/// A speed that ``SpeedBenchmark`` measures.
package enum SpeedFigure: String, CaseIterable, Sendable, Hashable {
  /// A prompt's tokens up to the logits behind its last.
  case prompt
  /// New tokens of one text, from the first to the last.
  case generation
  /// New tokens of several texts together that share a prompt.
  case batchGeneration = "batch-generation"
  /// A LoRA training step with loss on every token.
  case loraTrain = "lora-train"
  /// The same with loss on the last fifth of each sequence.
  case loraTrainMasked = "lora-train-masked"

  /// What it is called in reports.
  package var key: String {
    switch self {
    case .prompt: "promptTokensPerSecond"
    case .generation: "generationTokensPerSecond"
    case .batchGeneration: "batchGenerationTokensPerSecond"
    case .loraTrain: "loraTrainTokensPerSecond"
    case .loraTrainMasked: "loraTrainMaskedTokensPerSecond"
    }
  }
}

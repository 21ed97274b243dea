// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// What a training begins with.
public struct TrainingStart: Codable, Sendable, Hashable {
  public let trainableParameters: Int
  public let modelParameters: Int
  /// Samples to train on, and those set aside.
  public let samples: Int
  public let validationSamples: Int
  /// Steps that a resumed training has done already.
  public let stepsDone: Int
  public let steps: Int
  /// Whether activations are computed again in the backward pass.
  public let recomputesActivations: Bool
}

/// What happens in a training, as it happens.
public enum TrainingEvent: Sendable {
  case began(TrainingStart)
  /// An optimiser step, and all tokens trained so far.
  case step(TrainingStep, trainedTokens: Int, duration: Duration)
  /// Mean loss over the targets of all validation samples behind so many steps.
  case validated(step: Int, loss: Double, isBest: Bool)
  /// Everything needed to go on behind a step is on the disk.
  case saved(step: Int)
  case finished(TrainingSummary)
}

/// How a training ended.
public struct TrainingSummary: Codable, Sendable, Hashable {
  public let steps: Int
  public let trainedTokens: Int
  /// Of the last step.
  public let loss: Double?
  /// The lowest on the validation samples, and the step behind which it was seen.
  public let bestValidationLoss: Double?
  public let bestStep: Int?
  /// Mean loss over the targets of all test samples, with what was saved.
  public let testLoss: Double?
  /// The same of the model as it was.
  public let baseTestLoss: Double?
  /// Whether it ended before all steps because the validation loss no longer fell.
  public let stoppedEarly: Bool
  /// The adapter's folder, or the model that was written.
  public let path: String
  /// A hash over what was saved: equal for equal trainings.
  public let checksum: String
}

// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// The learning rate's course: a linear warm-up, then half a cosine to zero.
///
/// At step i of n with w warm-up steps, as `get_cosine_schedule_with_warmup` of transformers and
/// torchtune have it: i/w below w, then ½(1 + cos(π(i − w)/(n − w))). The first step of a warm-up
/// therefore has rate 0.
public struct LearningRateSchedule: Codable, Sendable, Hashable {
  public let peak: Double
  public let warmupSteps: Int
  public let totalSteps: Int

  /// - Throws: ``TrainingError`` for a rate that is not positive or steps that are negative.
  public init(peak: Double, warmupSteps: Int, totalSteps: Int) throws {
    guard peak > 0, peak.isFinite else {
      throw TrainingError(.invalid, "learning rate \(peak): expected a positive number")
    }
    guard warmupSteps >= 0, totalSteps >= 0 else {
      throw TrainingError(
        .invalid, "\(warmupSteps) warm-up of \(totalSteps) steps: expected 0 or more of both")
    }
    self.peak = peak
    self.warmupSteps = warmupSteps
    self.totalSteps = totalSteps
  }

  /// The rate of a step, counted from 0.
  public func learningRate(step: Int) -> Double {
    if step < warmupSteps { return peak * Double(step) / Double(warmupSteps) }
    let progress = Double(step - warmupSteps) / Double(max(1, totalSteps - warmupSteps))
    return peak * max(0, 0.5 * (1 + cosine(.pi * progress)))
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// The learning rate's course: a linear warm-up, then one of several ways down.
///
/// At step i of n with w warm-up steps the rate is i/w of the peak below w, so the first step of a
/// warm-up has rate 0, as transformers and torchtune have it; then what ``Kind`` says.
public struct LearningRateSchedule: Codable, Sendable, Hashable {
  /// The part after the warm-up.
  public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
    /// The peak to the end.
    case constant
    /// In a line to zero: (n − i)/(n − w).
    case linear
    /// Half a cosine to zero: ½(1 + cos(π(i − w)/(n − w))), `get_cosine_schedule_with_warmup` of
    /// transformers.
    case cosine
    /// Warm-up, stable, decay: the peak until the last fifth of all steps, then in a line to zero
    /// (Hu et al. 2024, arXiv 2404.06395, §4).
    case wsd
  }

  public let kind: Kind
  public let peak: Double
  public let warmupSteps: Int
  public let totalSteps: Int

  /// - Throws: ``TrainingError`` for a rate that is not positive or steps that are negative.
  public init(kind: Kind = .cosine, peak: Double, warmupSteps: Int, totalSteps: Int) throws {
    guard peak > 0, peak.isFinite else {
      throw TrainingError(.invalid, "learning rate \(peak): expected a positive number")
    }
    guard warmupSteps >= 0, totalSteps >= 0 else {
      throw TrainingError(
        .invalid, "\(warmupSteps) warm-up of \(totalSteps) steps: expected 0 or more of both")
    }
    self.kind = kind
    self.peak = peak
    self.warmupSteps = warmupSteps
    self.totalSteps = totalSteps
  }

  /// The rate of a step, counted from 0.
  public func learningRate(step: Int) -> Double {
    if step < warmupSteps { return peak * Double(step) / Double(warmupSteps) }
    switch kind {
    case .constant: return peak
    case .linear: return peak * (1 - progress(of: step, from: warmupSteps))
    case .cosine:
      return peak * max(0, 0.5 * (1 + cosine(.pi * progress(of: step, from: warmupSteps))))
    case .wsd:
      let decay = max(warmupSteps, totalSteps - (totalSteps + 4) / 5)
      return peak * (1 - progress(of: step, from: decay))
    }
  }

  /// How far a step is on the way from one to the end, 0 … 1.
  private func progress(of step: Int, from first: Int) -> Double {
    min(1, max(0, Double(step - first) / Double(max(1, totalSteps - first))))
  }
}

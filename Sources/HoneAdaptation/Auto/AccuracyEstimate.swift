// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// How much of unseen inputs a strategy is expected to get right.
public struct AccuracyEstimate: Codable, Sendable, Hashable {
  /// 0 … 1.
  public let mean: Double
  /// Of the task's accuracy around the mean, by what was measured on other tasks.
  public let standardError: Double

  public init(mean: Double, standardError: Double) {
    self.mean = mean
    self.standardError = standardError
  }

  /// Of what nothing is known.
  static let unknown = AccuracyEstimate(mean: 0.5, standardError: 0.5)
}

/// Predicts a strategy's accuracy from a task's features, by a logistic regression on other tasks.
public struct AccuracyEstimator: Codable, Sendable, Hashable {
  public let intercept: Double
  public let weights: [TaskFeature: Double]
  /// The estimate is as sure as that many answered queries would make it.
  public let worth: Double

  public init(intercept: Double, weights: [TaskFeature: Double], worth: Double) {
    self.intercept = intercept
    self.weights = weights
    self.worth = worth
  }

  func estimate(_ value: (TaskFeature) -> Double) -> AccuracyEstimate {
    let logit = weights.sorted { $0.key.rawValue < $1.key.rawValue }
      .reduce(intercept) { $0 + $1.value * value($1.key) }
    let mean = 1 / (1 + exponential(-logit))
    return AccuracyEstimate(
      mean: mean, standardError: (mean * (1 - mean) / (1 + worth)).squareRoot())
  }
}

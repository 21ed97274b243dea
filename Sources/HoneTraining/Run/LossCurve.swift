// SPDX-License-Identifier: Apache-2.0

/// The losses of a training by step.
public struct LossCurve: Sendable, Hashable {
  public struct Point: Sendable, Hashable {
    public let step: Int
    public let loss: Double
    public init(step: Int, loss: Double) {
      self.step = step
      self.loss = loss
    }
  }

  /// Of each batch before its step.
  public let training: [Point]
  /// On the validation samples.
  public let validation: [Point]

  public init(training: [Point], validation: [Point]) {
    self.training = training
    self.validation = validation
  }
}

extension TrainingFolder {
  /// What `metrics.jsonl` says.
  public func lossCurve() throws -> LossCurve {
    let metrics = try metrics()
    return LossCurve(
      training: metrics.compactMap { metric in
        metric.loss.map { LossCurve.Point(step: metric.step, loss: $0) }
      },
      validation: metrics.compactMap { metric in
        metric.validationLoss.map { LossCurve.Point(step: metric.step, loss: $0) }
      })
  }
}

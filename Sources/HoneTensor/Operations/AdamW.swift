// SPDX-License-Identifier: Apache-2.0

/// The constants of AdamW; defaults are PyTorch's.
public struct AdamWConfiguration: Codable, Sendable, Hashable {
  public var beta1: Float = 0.9
  public var beta2: Float = 0.999
  public var epsilon: Float = 1e-8
  public var weightDecay: Float = 0.01
  public init() {}
}

extension CPUDevice {
  /// One AdamW step on one parameter, all tensors of its shape; `step` counts from 1.
  ///
  /// - SeeAlso: Loshchilov & Hutter 2019, arXiv 1711.05101, algorithm 2.
  package func adamW(
    _ parameter: Tensor, firstMoment: Tensor, secondMoment: Tensor, gradient: Tensor, step: Int,
    learningRate: Double, configuration: AdamWConfiguration
  ) {
    precondition(parameter.isContiguous && gradient.isContiguous)
    precondition(firstMoment.count == parameter.count && secondMoment.count == parameter.count)
    precondition(gradient.count == parameter.count && step > 0)
    let c = configuration
    let corrections = (
      Float(1 - power(Double(c.beta1), Double(step))),
      Float(1 - power(Double(c.beta2), Double(step)))
    )
    forEachElementBlock(parameter.count) { range in
      let start = range.lowerBound
      kernels.entry.adamw(
        range.count, Float(learningRate), c.beta1, c.beta2, c.epsilon, c.weightDecay,
        corrections.0, corrections.1, parameter.pointer + start, firstMoment.pointer + start,
        secondMoment.pointer + start, gradient.pointer + start)
    }
  }
}

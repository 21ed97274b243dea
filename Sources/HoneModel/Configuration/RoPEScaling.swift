// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// How the rotary frequencies are changed for contexts longer than the original ones.
public enum RoPEScaling: Codable, Sendable, Hashable {
  case none
  /// Every frequency divided by `factor` (Chen et al. 2023, arXiv 2306.15595).
  case linear(factor: Double)
  /// Llama 3.1's: long wavelengths divided by `factor`, short ones kept, a ramp between.
  case llama3(
    factor: Double, lowFreqFactor: Double, highFreqFactor: Double,
    originalMaxPositionEmbeddings: Int)
  /// Pairs that turn less than `betaSlow` times in the original context divided by `factor`, those
  /// that turn more than `betaFast` times kept, a ramp between; queries and keys grow by
  /// `attentionFactor` (Peng et al. 2023, arXiv 2309.00071, §3.2 … 3.4).
  ///
  /// `truncate` widens the ramp to whole pairs.
  case yarn(
    factor: Double, attentionFactor: Double, betaFast: Double, betaSlow: Double,
    originalMaxPositionEmbeddings: Int, truncate: Bool)
  /// A divisor for each of the E/2 frequencies, as GGUF files store (`rope_freqs.weight`).
  case factors([Float])

  /// YaRN's attention factor where a model does not give its own: `0.1 · mscale · ln(factor) + 1`.
  static func yarnAttentionFactor(_ factor: Double, mscale: Double = 1) -> Double {
    factor <= 1 ? 1 : 0.1 * mscale * logarithm(factor) + 1
  }

  /// What rotated queries and keys are multiplied by.
  package var attentionFactor: Double {
    if case .yarn(_, let attentionFactor, _, _, _, _) = self { attentionFactor } else { 1 }
  }

  /// The E/2 angles, in radians, by which one position turns each pair of a head.
  package func inverseFrequencies(headDim: Int, ropeTheta: Double) -> [Double] {
    (0..<headDim / 2).map { pair in
      let frequency = 1 / power(ropeTheta, Double(2 * pair) / Double(headDim))
      switch self {
      case .none: return frequency
      case .linear(let factor): return frequency / factor
      case .factors(let factors): return frequency / Double(factors[pair])
      case .llama3(let factor, let low, let high, let original):
        let wavelength = 2 * Double.pi / frequency
        if wavelength < Double(original) / high { return frequency }
        if wavelength > Double(original) / low { return frequency / factor }
        let ramp = (Double(original) / wavelength - low) / (high - low)
        return (1 - ramp) * frequency / factor + ramp * frequency
      case .yarn(let factor, _, let fast, let slow, let original, let truncate):
        // The pair that turns so many times in the original context.
        func pairTurning(_ turns: Double) -> Double {
          Double(headDim) * logarithm(Double(original) / (turns * 2 * .pi))
            / (2 * logarithm(ropeTheta))
        }
        var (low, high) = (pairTurning(fast), pairTurning(slow))
        if truncate { (low, high) = (low.rounded(.down), high.rounded(.up)) }
        (low, high) = (max(low, 0), min(high, Double(headDim - 1)))
        if low == high { high += 0.001 }
        let ramp = min(max((Double(pair) - low) / (high - low), 0), 1)
        return ramp * frequency / factor + (1 - ramp) * frequency
      }
    }
  }
}

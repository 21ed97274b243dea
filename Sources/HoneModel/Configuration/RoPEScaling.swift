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
  /// A divisor for each of the E/2 frequencies, as GGUF files store (`rope_freqs.weight`).
  case factors([Float])

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
      }
    }
  }
}

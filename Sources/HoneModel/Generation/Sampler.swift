// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Draws tokens from logits: temperature, then top-k, top-p and min-p, each on what the one before
/// left.
package struct Sampler: Sendable {
  private let configuration: SamplingConfiguration
  private var random: RandomSource

  /// - Parameter stream: Tells the sequences of a batch apart, so that each has draws of its own.
  package init(_ configuration: SamplingConfiguration, stream: String = "0") {
    self.configuration = configuration
    random = RandomSource(seed: configuration.seed).derived("sample \(stream)")
  }

  package var isGreedy: Bool { configuration.isGreedy }

  /// The index drawn; equal logits are ordered by index.
  package mutating func sample(_ logits: [Float]) -> Int32 {
    let top = logits.max() ?? 0
    if isGreedy { return Int32(logits.firstIndex(of: top) ?? 0) }
    let candidates = candidates(logits, top: top)
    let total = candidates.reduce(0) { $0 + $1.weight }
    var draw = random.uniform() * total
    for candidate in candidates {
      draw -= candidate.weight
      if draw < 0 { return candidate.id }
    }
    return candidates[candidates.count - 1].id
  }

  struct Candidate {
    let id: Int32
    /// Proportional to the probability; 1 for the most likely token.
    let weight: Double
  }

  /// What the filters leave, most likely first; never empty.
  func candidates(_ logits: [Float], top: Float) -> [Candidate] {
    let c = configuration
    func weight(_ logit: Float) -> Double {
      exponential((Double(logit) - Double(top)) / c.temperature)
    }
    let total = c.topP < 1 ? logits.reduce(0) { $0 + weight($1) } : 0
    // Sorting a whole vocabulary for every token is slow, and the filters mostly keep a few:
    // lower the bar until what lies above it is certain to hold all that is kept.
    for bar in [8, 16, 32, Double.infinity] {
      let least = bar.isFinite ? top - Float(bar * c.temperature) : -.infinity
      var kept = logits.indices.lazy.filter { logits[$0] >= least }
        .map { Candidate(id: Int32($0), weight: weight(logits[$0])) }
        .sorted { $0.weight != $1.weight ? $0.weight > $1.weight : $0.id < $1.id }
      var isComplete = !bar.isFinite
      if isTopKActive {
        if kept.count >= c.topK {
          kept.removeSubrange(c.topK...)
          isComplete = true
        } else if c.topP < 1, !isComplete {
          // Top-p needs the sum of all that top-k keeps, and some of those lie below the bar.
          continue
        }
      }
      if c.topP < 1 {
        // After top-k the sum is that of the kept ones.
        let whole = isTopKActive ? kept.reduce(0) { $0 + $1.weight } : total
        var sum = 0.0
        if let last = kept.firstIndex(where: {
          sum += $0.weight
          return sum >= c.topP * whole
        }) {
          kept.removeSubrange((last + 1)...)
          isComplete = true
        }
      }
      if c.minP > 0 {
        if exponential(-bar) < c.minP { isComplete = true }
        kept.removeAll { $0.weight < c.minP }
      }
      if isComplete { return kept }
    }
    return [Candidate(id: Int32(logits.firstIndex(of: top) ?? 0), weight: 1)]
  }

  private var isTopKActive: Bool { configuration.topK > 0 }
}

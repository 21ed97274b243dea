// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// How a model with an adapter merged into its weights compares with the adapter beside them.
package struct MergeProof: Sendable, Codable, Hashable {
  /// Positions compared.
  package let tokens: Int
  /// The largest difference of any logit.
  package let maxLogitDifference: Double
  /// KL(adapter ‖ merged), the mean over positions, in nats: what the merge loses.
  package let lossKL: Double
  /// KL(adapter ‖ base), the mean over positions, in nats: what the adapter changes.
  package let adapterKL: Double

  /// What the merge may lose of what the adapter changes.
  package static let lossLimit = 0.1
  /// Below this, in nats, differences are rounding of the logits.
  package static let roundingKL = 1e-6

  /// Whether the merged weights still hold the adapter.
  package var keepsAdapter: Bool {
    lossKL <= max(Self.lossLimit * adapterKL, Self.roundingKL)
  }

  /// Compares logits `[T, V]`, all of the same size.
  package init(base: [Float], adapter: [Float], merged: [Float], vocabSize: Int) {
    precondition(vocabSize > 0 && base.count == adapter.count && merged.count == adapter.count)
    tokens = adapter.count / vocabSize
    var largest = 0.0
    for (one, other) in zip(adapter, merged) { largest = max(largest, Double(abs(one - other))) }
    maxLogitDifference = largest
    var sums = (loss: 0.0, adapter: 0.0)
    for row in 0..<tokens {
      let range = row * vocabSize..<(row + 1) * vocabSize
      sums.loss += Self.divergence(adapter[range], merged[range])
      sums.adapter += Self.divergence(adapter[range], base[range])
    }
    lossKL = sums.loss / Double(max(1, tokens))
    adapterKL = sums.adapter / Double(max(1, tokens))
  }

  /// KL(p ‖ q) of the distributions that two rows of logits stand for, in nats.
  private static func divergence(_ p: ArraySlice<Float>, _ q: ArraySlice<Float>) -> Double {
    let (logP, logQ) = (logSumExp(p.lazy.map(Double.init)), logSumExp(q.lazy.map(Double.init)))
    var sum = 0.0
    for (p, q) in zip(p, q) {
      let logPOfToken = Double(p) - logP
      sum += exponential(logPOfToken) * (logPOfToken - (Double(q) - logQ))
    }
    // Rounding alone can make it negative.
    return max(0, sum)
  }
}

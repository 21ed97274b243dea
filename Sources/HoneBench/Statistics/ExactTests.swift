// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Exact two-sided tests; none assumes a normal distribution.
package enum ExactTests {
  /// The probability, at even odds, of a split at least as uneven as this one.
  ///
  /// With the pairs that only one of two strategies got right it is McNemar's exact test, with the
  /// tasks on which one was better it is the sign test; ties are left out of both.
  package static func evenSplit(_ first: Int, _ second: Int) -> Double {
    let count = first + second
    guard count > 0 else { return 1 }
    // Σ over k ≤ the smaller of C(count, k) / 2^count, each term from the one before, in logarithms:
    // 2^count leaves the range of numbers early.
    var term = Double(count) * logarithm(0.5)
    var sum = exponential(term)
    for k in stride(from: 1, through: min(first, second), by: 1) {
      term += logarithm(Double(count - k + 1) / Double(k))
      sum += exponential(term)
    }
    return min(1, 2 * sum)
  }

  /// Wilcoxon's signed-rank test: whether differences lie around zero.
  ///
  /// Zeros are left out, equal magnitudes share the mean of their ranks, and the distribution is
  /// counted out over all signs.
  package static func signedRank(_ differences: [Double]) -> Double {
    let nonzero = differences.filter { abs($0) > tolerance }
    guard !nonzero.isEmpty else { return 1 }
    let ranks = doubledRanks(nonzero.map { abs($0) })
    let positive = zip(nonzero, ranks).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) }
    // probability[w]: that random signs give the positive ones the doubled rank sum w.
    var probability = [Double](repeating: 0, count: ranks.reduce(0, +) + 1)
    probability[0] = 1
    var reached = 0
    for rank in ranks {
      reached += rank
      for sum in stride(from: reached, through: 0, by: -1) {
        let without = probability[sum]
        probability[sum] = 0.5 * (without + (sum >= rank ? probability[sum - rank] : 0))
      }
    }
    let below = probability[...positive].reduce(0, +)
    let above = probability[positive...].reduce(0, +)
    return min(1, 2 * min(below, above))
  }

  /// Differences of shares that differ by rounding only are equal.
  private static let tolerance = 1e-9

  /// Twice the rank of each value, counted from 1; equal values share their mean rank, whose double
  /// is whole.
  private static func doubledRanks(_ values: [Double]) -> [Int] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Int](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] - values[order[end - 1]] <= tolerance { end += 1 }
      for place in start..<end { ranks[order[place]] = start + 1 + end }
      start = end
    }
    return ranks
  }
}

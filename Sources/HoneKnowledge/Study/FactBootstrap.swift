// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Errors of accuracies over questions of which several are about one fact.
package enum FactBootstrap {
  private static let draws = 1000

  /// The standard deviation of the accuracy over draws of facts, with replacement; a fact keeps all
  /// of its questions. Nil for fewer than two facts.
  package static func standardError(
    _ outcomes: some Sequence<(fact: String, isCorrect: Bool)>
  ) -> Double? {
    var clusters: [String: (sum: Double, count: Double)] = [:]
    for (fact, isCorrect) in outcomes {
      clusters[fact, default: (0, 0)].sum += isCorrect ? 1 : 0
      clusters[fact, default: (0, 0)].count += 1
    }
    guard clusters.count > 1 else { return nil }
    // A dictionary's order is random.
    let sorted = clusters.sorted { $0.key < $1.key }.map(\.value)
    var random = RandomSource(seed: 0).derived("facts")
    let means = (0..<draws).map { _ in
      var (sum, count) = (0.0, 0.0)
      for _ in sorted.indices {
        let drawn = sorted[random.index(below: sorted.count)]
        sum += drawn.sum
        count += drawn.count
      }
      return sum / count
    }
    let mean = means.reduce(0, +) / Double(draws)
    let squares = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(draws - 1)).squareRoot()
  }
}

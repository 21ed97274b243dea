// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Two strategies on the items that both answered, of one run or of two.
package struct Comparison: Sendable, Hashable {
  /// An answer that one got right and the other did not.
  package struct Flip: Sendable, Hashable {
    package let seed: UInt64
    package let task: String
    package let item: String
    /// Whether it is the candidate that got it right.
    package let isGain: Bool
  }

  /// The candidate's mean score less the baseline's, averaged over tasks; nil without pairs.
  package let difference: Double?
  /// 95 % of the differences that other items would have given, by a paired bootstrap: items are
  /// drawn within their task, all seeds of an item together; tasks of one item among themselves.
  package let interval: ClosedRange<Double>?
  /// Twice the share of those beyond zero, the bootstrap's two-sided p-value.
  package let bootstrapPValue: Double?
  /// The mean difference of each task that has pairs.
  package let byTask: [String: Double]
  /// Pairs that only the candidate, and only the baseline, got right.
  package let gains: Int
  package let losses: Int
  /// McNemar's exact test on these; it takes the pairs of several seeds for independent.
  package let mcNemarPValue: Double
  /// Wilcoxon's signed-rank test over tasks, exact.
  package let wilcoxonPValue: Double
  /// The sign test over tasks, exact.
  package let signPValue: Double
  /// Tasks on which the candidate is better, and worse.
  package let tasksBetter: Int
  package let tasksWorse: Int
  /// Pairs compared, and answers that the candidate planned.
  package let pairs: Int
  package let total: Int
  package let flips: [Flip]

  /// - Parameters:
  ///   - candidate: What is to be shown better or worse…
  ///   - baseline: …than this.
  ///   - resamples: Draws of the bootstrap.
  ///   - seed: Of these draws.
  package init(
    _ candidate: StrategySeries, against baseline: StrategySeries, resamples: Int = 4000,
    seed: UInt64 = 0
  ) {
    var byTask: [String: Double] = [:]
    var clusters: [[ItemCluster]] = []
    var flips: [Flip] = []
    var pairs = 0
    for task in candidate.tasks {
      var items: [String: ItemCluster] = [:]
      for seed in candidate.seeds {
        guard let other = baseline.scores[task]?[seed] else { continue }
        for (item, score) in (candidate.scores[task]?[seed] ?? [:]).sorted(by: { $0.key < $1.key })
        {
          guard let reference = other[item] else { continue }
          items[item, default: ItemCluster()].sum += score - reference
          items[item, default: ItemCluster()].count += 1
          if (score >= 1) != (reference >= 1) {
            flips.append(Flip(seed: seed, task: task, item: item, isGain: score >= 1))
          }
        }
      }
      if items.isEmpty { continue }
      let sorted = items.sorted { $0.key < $1.key }.map(\.value)
      clusters.append(sorted)
      pairs += sorted.reduce(0) { $0 + $1.count }
      byTask[task] = Self.mean(sorted)
    }
    let differences = candidate.tasks.compactMap { byTask[$0] }
    difference =
      differences.isEmpty ? nil : differences.reduce(0, +) / Double(differences.count)
    let draws = Self.bootstrap(clusters, resamples: resamples, seed: seed)
    interval = draws.isEmpty ? nil : Self.quantile(draws, 0.025)...Self.quantile(draws, 0.975)
    if draws.isEmpty {
      bootstrapPValue = nil
    } else {
      // The observed one counts as a draw, so that no finite number of draws gives zero.
      let below = draws.count { $0 <= 0 } + 1
      let above = draws.count { $0 >= 0 } + 1
      bootstrapPValue = min(1, 2 * Double(min(below, above)) / Double(draws.count + 1))
    }
    self.byTask = byTask
    gains = flips.count(where: \.isGain)
    losses = flips.count - gains
    mcNemarPValue = ExactTests.evenSplit(gains, losses)
    wilcoxonPValue = ExactTests.signedRank(differences)
    tasksBetter = differences.count { $0 > 0 }
    tasksWorse = differences.count { $0 < 0 }
    signPValue = ExactTests.evenSplit(tasksBetter, tasksWorse)
    self.pairs = pairs
    total = candidate.cells.reduce(0) { $0 + $1.total }
    self.flips = flips
  }

  private static func mean(_ clusters: [ItemCluster]) -> Double {
    clusters.reduce(0) { $0 + $1.sum } / Double(clusters.reduce(0) { $0 + $1.count })
  }

  /// Averages over tasks of items drawn anew, sorted.
  private static func bootstrap(
    _ tasks: [[ItemCluster]], resamples: Int, seed: UInt64
  ) -> [Double] {
    guard !tasks.isEmpty, resamples > 0 else { return [] }
    var random = RandomSource(seed: seed).derived("bootstrap")
    // A task of one item does not show its spread; such tasks show it among themselves.
    let single = tasks.filter { $0.count == 1 }.map(mean)
    let several = tasks.filter { $0.count > 1 }
    return (0..<resamples).map { _ in
      let drawn = several.reduce(0) { total, clusters in
        var drawn = ItemCluster()
        for _ in clusters.indices {
          let cluster = clusters[random.index(below: clusters.count)]
          drawn.sum += cluster.sum
          drawn.count += cluster.count
        }
        return total + drawn.sum / Double(drawn.count)
      }
      let alone = single.reduce(0) { total, _ in
        total + single[random.index(below: single.count)]
      }
      return (drawn + alone) / Double(tasks.count)
    }.sorted()
  }

  private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
  }
}

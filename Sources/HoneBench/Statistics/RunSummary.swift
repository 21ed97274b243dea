// SPDX-License-Identifier: Apache-2.0

/// A run in figures: each strategy's accuracy and cost, and each compared with one of them.
package struct RunSummary: Sendable {
  package let run: RunRecord
  package let series: [StrategySeries]
  /// The strategy that the others are compared with: `icl`, or else the first.
  package let baseline: String?
  /// By the name of the strategy that is compared with the baseline.
  package let comparisons: [String: Comparison]

  /// - Parameter resamples: Draws of the comparisons' bootstrap.
  package init(_ run: RunRecord, in store: RunStore, resamples: Int = 4000) throws {
    self.run = run
    let series = try StrategySeries.all(of: run, in: store)
    self.series = series
    let reference = series.first { $0.name == BenchStrategy.inContext.rawValue } ?? series.first
    baseline = series.count > 1 ? reference?.name : nil
    var comparisons: [String: Comparison] = [:]
    if let reference {
      for other in series where other.name != reference.name {
        comparisons[other.name] = Comparison(other, against: reference, resamples: resamples)
      }
    }
    self.comparisons = comparisons
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation

/// What `auto` chose in a run, how well it predicted, and what the best choices would have been.
///
/// A prediction can be checked where the run holds the strategy predicted, too: `zero-shot`, `icl`,
/// `ttt-direct` and `ttt` stand beside `auto` under the names that it uses.
package struct ChoiceSummary: Sendable {
  /// What was expected of a strategy on one task with one seed's demonstrations, and what came.
  package struct Prediction: Sendable, Hashable {
    package let cell: CellKey
    package let strategy: CandidateStrategy
    package let expected: AccuracyEstimate
    package let actual: Double
    /// Answers behind ``actual``.
    package let answers: Int
  }

  /// Predictions of one tenth of the range.
  package struct Bin: Sendable, Hashable {
    package let count: Int
    package let expected: Double
    package let actual: Double
  }

  /// How often each was chosen.
  package let choices: [CandidateStrategy: Int]
  /// Of tasks that were called hopeless: how many, and what was right of them.
  package let hopeless: (count: Int, accuracy: Double?)
  package let predictions: [Prediction]
  /// From low to high; tenths without predictions are left out.
  package let bins: [Bin]
  /// The mean over predictions of the distance between expected and actual in their tenth; nil
  /// without predictions. Guo et al. 2017, arXiv 1706.04599, eq. 3.
  package let calibrationError: Double?
  /// The mean over tasks of the best strategy's accuracy, each chosen knowing all answers; nil unless
  /// the run holds two that can be chosen. Of figures with errors the best is too good.
  package let hindsight: Double?

  /// - Returns: Nil if nothing was chosen in the run.
  package init?(_ series: [StrategySeries], decisions: [DecisionRecord]) {
    let chosen = decisions.filter { $0.cell.strategy == BenchStrategy.auto.rawValue }
    guard !chosen.isEmpty else { return nil }
    choices = Dictionary(grouping: chosen, by: \.decision.choice).mapValues(\.count)
    let byName = Dictionary(series.map { ($0.name, $0) }) { first, _ in first }
    func accuracy(_ name: String, _ cell: CellKey) -> (value: Double, answers: Int)? {
      let accuracy = byName[name]?.accuracy(task: cell.task, seed: cell.seed)
      guard let accuracy, let value = accuracy.value else { return nil }
      return (value, accuracy.attempted)
    }
    var predictions: [Prediction] = []
    for record in chosen {
      for candidate in record.decision.candidates where candidate.obstacle == nil {
        guard let actual = accuracy(candidate.strategy.rawValue, record.cell) else { continue }
        predictions.append(
          Prediction(
            cell: record.cell, strategy: candidate.strategy, expected: candidate.estimate,
            actual: actual.value, answers: actual.answers))
      }
    }
    self.predictions = predictions
    let givenUp = chosen.filter(\.decision.isHopeless)
    let accuracies = givenUp.compactMap { accuracy(BenchStrategy.auto.rawValue, $0.cell)?.value }
    hopeless = (
      givenUp.count,
      accuracies.isEmpty ? nil : accuracies.reduce(0, +) / Double(accuracies.count)
    )
    let tenths = Dictionary(grouping: predictions) { min(9, Int(10 * $0.expected.mean)) }
    bins = tenths.sorted { $0.key < $1.key }.map { _, predictions in
      func mean(_ value: (Prediction) -> Double) -> Double {
        predictions.reduce(0) { $0 + value($1) } / Double(predictions.count)
      }
      return Bin(
        count: predictions.count, expected: mean { $0.expected.mean }, actual: mean(\.actual))
    }
    let distance = bins.reduce(0) { $0 + Double($1.count) * abs($1.expected - $1.actual) }
    calibrationError = predictions.isEmpty ? nil : distance / Double(predictions.count)
    let candidates = CandidateStrategy.allCases.compactMap { byName[$0.rawValue] }
    let best = (candidates.first?.tasks ?? []).compactMap { task in
      candidates.compactMap { $0.accuracy(task: task).value }.max()
    }
    hindsight =
      candidates.count < 2 || best.isEmpty ? nil : best.reduce(0, +) / Double(best.count)
  }
}

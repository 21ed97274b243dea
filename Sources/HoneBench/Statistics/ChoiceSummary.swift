// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation

/// What `auto` chose in a run, how well it predicted, and what the best choices would have been.
///
/// A prediction can be checked where the run holds the strategy predicted, too: those that `auto`
/// chooses between stand beside it under the names that it uses. That of a chosen one that is missing
/// is checked by the answers of `auto`.
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
    /// Of ``actual``, taking the predictions for independent; nil for fewer than two.
    package let standardError: Double?
  }

  /// `auto` against another strategy of the run.
  package struct Contrast: Sendable, Hashable {
    package let strategy: String
    /// The accuracy of `auto` less that of the other, each the mean over tasks; nil without answers.
    package let gain: Double?
    /// What `auto` cost as a multiple of what the other did, its judgement included; nil where that
    /// is nothing.
    package let seconds: Double?
    package let tokens: Double?
    /// The same with tokens at their prices: those trained on count as many times as those read as
    /// they take longer. Other than seconds it does not depend on what else the machine did.
    package let work: Double?
  }

  /// What every strategy got on the tasks and seeds for which `auto` chose one.
  package struct Outcome: Sendable {
    package let choice: CandidateStrategy
    package let count: Int
    /// Means over those, in the run's order of strategies; nil unless all are answered.
    package let accuracies: [(strategy: String, value: Double?)]
  }

  /// What choosing took where prompting with the demonstrations was chosen: the seconds of `auto` as a
  /// multiple of those of `icl`, over tasks and seeds.
  package struct Overhead: Sendable, Hashable {
    package let count: Int
    package let least: Double
    package let median: Double
    package let most: Double
  }

  /// Those that were weighed, in the order of ``CandidateStrategy``.
  package let candidates: [CandidateStrategy]
  /// How often each was chosen.
  package let choices: [CandidateStrategy: Int]
  /// Of each that was chosen, in the order of ``CandidateStrategy``.
  package let outcomes: [Outcome]
  /// Of tasks that were called hopeless: how many, and what was right of them.
  package let hopeless: (count: Int, accuracy: Double?)
  package let predictions: [Prediction]
  /// From low to high; tenths without predictions are left out.
  package let bins: [Bin]
  /// The mean over predictions of the distance between expected and actual in their tenth; nil
  /// without predictions. Guo et al. 2017, arXiv 1706.04599, eq. 3.
  package let calibrationError: Double?
  /// The mean over tasks of the accuracy of `auto`; nil without answers.
  package let accuracy: Double?
  /// The mean over tasks of the best strategy's accuracy, each chosen knowing all answers; nil unless
  /// the run holds two that can be chosen. Of figures with errors the best is too good.
  package let hindsight: Double?
  /// The same without the luck in it: the best strategy of a task is picked on one half of its items
  /// and scored on the other, both ways. Picked on fewer answers, it is rather too low. Nil, too,
  /// unless every task has answers in both halves.
  package let crossFittedHindsight: Double?
  /// With each other strategy, in the run's order.
  package let contrasts: [Contrast]
  /// Nil where that was never chosen, or `icl` was not run.
  package let overhead: Overhead?

  /// - Parameter trainedTokenCost: Of a token trained on, where one that is read costs 1.
  /// - Returns: Nil if nothing was chosen in the run.
  package init?(
    _ series: [StrategySeries], decisions: [DecisionRecord], trainedTokenCost: Double
  ) {
    let chosen = decisions.filter { $0.cell.strategy == BenchStrategy.auto.rawValue }
    guard !chosen.isEmpty else { return nil }
    let weighed = Set(chosen.flatMap { $0.decision.candidates.map(\.strategy) })
    candidates = CandidateStrategy.allCases.filter(weighed.contains)
    choices = Dictionary(grouping: chosen, by: \.decision.choice).mapValues(\.count)
    let byName = Dictionary(series.map { ($0.name, $0) }) { first, _ in first }
    func accuracy(_ name: String, _ cell: CellKey) -> (value: Double, answers: Int)? {
      let accuracy = byName[name]?.accuracy(task: cell.task, seed: cell.seed)
      guard let accuracy, let value = accuracy.value else { return nil }
      return (value, accuracy.attempted)
    }
    outcomes = candidates.compactMap { choice in
      let records = chosen.filter { $0.decision.choice == choice }
      guard !records.isEmpty else { return nil }
      return Outcome(
        choice: choice, count: records.count,
        accuracies: series.map { series in
          let values = records.compactMap { accuracy(series.name, $0.cell)?.value }
          return (series.name, values.count == records.count ? values.mean : nil)
        })
    }
    var predictions: [Prediction] = []
    for record in chosen {
      for candidate in record.decision.candidates where candidate.obstacle == nil {
        let name = candidate.strategy.rawValue
        let isChosen = candidate.strategy == record.decision.choice
        let found =
          accuracy(name, record.cell)
          ?? (isChosen ? accuracy(BenchStrategy.auto.rawValue, record.cell) : nil)
        guard let actual = found else { continue }
        predictions.append(
          Prediction(
            cell: record.cell, strategy: candidate.strategy, expected: candidate.estimate,
            actual: actual.value, answers: actual.answers))
      }
    }
    self.predictions = predictions
    let givenUp = chosen.filter(\.decision.isHopeless)
    hopeless = (
      givenUp.count,
      givenUp.compactMap { accuracy(BenchStrategy.auto.rawValue, $0.cell)?.value }.mean
    )
    bins = Self.bins(predictions)
    let distance = bins.reduce(0) { $0 + Double($1.count) * abs($1.expected - $1.actual) }
    calibrationError = predictions.isEmpty ? nil : distance / Double(predictions.count)
    let measured = candidates.compactMap { byName[$0.rawValue] }
    hindsight = measured.count < 2 ? nil : Self.hindsight(measured)
    crossFittedHindsight = measured.count < 2 ? nil : Self.crossFittedHindsight(measured)
    let auto = byName[BenchStrategy.auto.rawValue]
    overhead = byName[CandidateStrategy.inContext.rawValue].flatMap { inContext in
      auto.flatMap { Overhead(of: $0, over: inContext, decisions: chosen) }
    }
    self.accuracy = auto?.average().value
    contrasts =
      auto.map { auto in
        // What auto read to decide stands among what it trained on.
        let read = chosen.reduce(0) { $0 + $1.decision.evidenceWork.untrained }
        return series.filter { $0.name != auto.name }.map {
          Contrast(auto, reading: read, against: $0, trainedTokenCost: trainedTokenCost)
        }
      } ?? []
  }

  private static func bins(_ predictions: [Prediction]) -> [Bin] {
    let tenths = Dictionary(grouping: predictions) { min(9, Int(10 * $0.expected.mean)) }
    return tenths.sorted { $0.key < $1.key }.map { _, predictions in
      Bin(
        count: predictions.count, expected: predictions.map(\.expected.mean).mean ?? 0,
        actual: predictions.map(\.actual).mean ?? 0,
        standardError: Accuracy.standardError(predictions.map(\.actual)))
    }
  }

  private static func hindsight(_ candidates: [StrategySeries]) -> Double? {
    (candidates.first?.tasks ?? []).compactMap { task in
      candidates.compactMap { $0.accuracy(task: task).value }.max()
    }.mean
  }

  private static func crossFittedHindsight(_ candidates: [StrategySeries]) -> Double? {
    let halves = halves(candidates)
    let tasks = candidates.first?.tasks ?? []
    let means = tasks.compactMap { task -> Double? in
      let scores = candidates.compactMap { series -> [Double]? in
        let scores = (halves[task] ?? []).compactMap { series.meanScore(task: task, items: $0) }
        return scores.count == 2 ? scores : nil
      }
      return [0, 1].compactMap { half in
        let best = scores.map { $0[half] }.max()
        return scores.filter { $0[half] == best }.map { $0[1 - half] }.mean
      }.mean
    }
    // Over fewer tasks it would not be what the accuracy of `auto` is over.
    return means.count == tasks.count ? means.mean : nil
  }

  /// The items of each task in two halves, by whether an item's place in the first cell that asks it
  /// is even. Under further seeds it stays in its half: what is peculiar to an item would otherwise
  /// help both to pick and to score.
  private static func halves(_ candidates: [StrategySeries]) -> [String: [Set<String>]] {
    var places: [String: [String: (seed: Int, position: Int)]] = [:]
    for series in candidates {
      for result in series.results {
        let seed = series.seeds.firstIndex(of: result.cell.seed) ?? .max
        if let known = places[result.cell.task]?[result.item], known.seed <= seed { continue }
        places[result.cell.task, default: [:]][result.item] = (seed, result.position)
      }
    }
    return places.mapValues { items in
      [true, false].map { isEven in
        Set(items.filter { $0.value.position.isMultiple(of: 2) == isEven }.keys)
      }
    }
  }
}

extension ChoiceSummary.Overhead {
  fileprivate init?(
    of auto: StrategySeries, over inContext: StrategySeries, decisions: [DecisionRecord]
  ) {
    let ratios = decisions.compactMap { record -> Double? in
      let choice = record.decision.choice
      guard choice.showsDemonstrations, !choice.isTrained else { return nil }
      let (task, seed) = (record.cell.task, record.cell.seed)
      // Only of cells that both have answered in full.
      let answers = [auto, inContext].map { $0.accuracy(task: task, seed: seed) }
      guard answers.allSatisfy({ $0.attempted > 0 && $0.isComplete }) else { return nil }
      let seconds = inContext.cost(task: task, seed: seed).seconds
      return seconds > 0 ? auto.cost(task: task, seed: seed).seconds / seconds : nil
    }
    guard let least = ratios.min(), let median = ratios.median, let most = ratios.max() else {
      return nil
    }
    self.init(count: ratios.count, least: least, median: median, most: most)
  }
}

extension ChoiceSummary.Contrast {
  fileprivate init(
    _ auto: StrategySeries, reading read: Int, against other: StrategySeries,
    trainedTokenCost: Double
  ) {
    func work(_ series: StrategySeries, reading read: Int = 0) -> Double {
      let trained = series.trainings.reduce(0) { $0 + $1.cost.tokens } - read
      return Double(series.cost().tokens) + (trainedTokenCost - 1) * Double(trained)
    }
    let (own, its) = (auto.cost(), other.cost())
    let (accuracy, reference) = (auto.average().value, other.average().value)
    strategy = other.name
    gain = accuracy.flatMap { accuracy in reference.map { accuracy - $0 } }
    seconds = its.seconds > 0 ? own.seconds / its.seconds : nil
    tokens = its.tokens > 0 ? Double(own.tokens) / Double(its.tokens) : nil
    self.work = its.tokens > 0 ? work(auto, reading: read) / work(other) : nil
  }
}

extension [Double] {
  fileprivate var mean: Double? { isEmpty ? nil : reduce(0, +) / Double(count) }
}

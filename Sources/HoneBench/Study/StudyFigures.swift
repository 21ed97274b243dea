// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge

/// What an arm reached on some questions.
package struct StudyFigure: Codable, Sendable, Hashable {
  package let arm: String
  package let split: String
  package let scorer: ChoiceScorer
  /// nil without an answer.
  package let accuracy: Double?
  /// By bootstrap over facts; nil for fewer than two.
  package let standardError: Double?
  package let correct: Int
  package let total: Int
  /// Of the split's answers, and its share of what was trained for all splits.
  package let seconds: Double
}

/// The figures of a study, worked out from its answers.
package struct StudyFigures: Sendable {
  /// One arm's answer to one question.
  struct Answer: Sendable {
    let arm: String
    let seed: UInt64
    let item: ChoiceItem
    let scores: [OptionScore]
    let isCovered: Bool?
    let seconds: Double

    func isCorrect(_ scorer: ChoiceScorer) -> Bool { item.correct.contains(scores.choice(scorer)) }
  }

  package let run: RunRecord
  package let suite: StudySuite
  package let size: ControlledDataSize
  let answers: [Answer]
  package let trainings: [TrainingRecord]
  package let sessions: [SessionRecord]

  /// - Throws: ``BenchError`` if the run is no study.
  package init(_ run: RunRecord, in store: RunStore) throws {
    guard let study = run.configuration.strategies.lazy.compactMap(\.study).first else {
      throw BenchError(.mismatch, "\(run.id): is no study; hone report shows it")
    }
    self.run = run
    size = study.size
    let suite = StudySuite(data: study.data, size: study.size, seeds: run.configuration.seeds)
    self.suite = suite
    var items: [String: ChoiceItem] = [:]
    for world in suite.worlds.values {
      for item in world.items { items[StudySuite.id(of: item, seed: world.seed)] = item }
    }
    answers = try store.results(of: run.id).compactMap { result in
      guard let item = items[result.item] else { return nil }
      let scores = result.candidates.compactMap(\.option)
      guard scores.count == item.options.count else { return nil }
      return Answer(
        arm: result.cell.strategy, seed: result.cell.seed, item: item, scores: scores,
        isCovered: result.candidates.first?.isCovered, seconds: result.cost.seconds)
    }
    trainings = try store.trainings(of: run.id)
    sessions = try store.sessions(of: run.id)
  }

  package var arms: [String] { run.configuration.strategies.map(\.name) }
  package var splits: [String] { suite.taskNames }

  /// What somebody who knows nothing gets right of a split.
  package func chance(_ split: String) -> Double {
    let chances = suite.worlds.sorted { $0.key < $1.key }.flatMap { $0.value.items }
      .filter { $0.split == split }.map(\.chance)
    return chances.reduce(0, +) / Double(max(1, chances.count))
  }

  /// - Parameters:
  ///   - group: Of these questions only; nil for all.
  ///   - isCovered: Of those whose answer a training text gave away, or did not; nil for all.
  package func figure(
    _ arm: String, _ split: String, _ scorer: ChoiceScorer = .sum, group: String? = nil,
    isCovered: Bool? = nil
  ) -> StudyFigure {
    let chosen = answers.filter {
      $0.arm == arm && $0.item.split == split && (group == nil || $0.item.group == group)
        && (isCovered == nil || $0.isCovered == isCovered)
    }
    let correct = chosen.count { $0.isCorrect(scorer) }
    let training = trainings.filter { $0.strategy == arm }.reduce(0) { $0 + $1.cost.seconds }
    return StudyFigure(
      arm: arm, split: split, scorer: scorer,
      accuracy: chosen.isEmpty ? nil : Double(correct) / Double(chosen.count),
      standardError: FactBootstrap.standardError(
        // Each seed has facts of its own.
        chosen.map { (fact: "\($0.seed)/\($0.item.fact)", isCorrect: $0.isCorrect(scorer)) }),
      correct: correct, total: chosen.count,
      seconds: chosen.reduce(0) { $0 + $1.seconds } + training / Double(max(1, splits.count)))
  }

  /// Every figure, as `--json` has it.
  package var all: [StudyFigure] {
    arms.flatMap { arm in
      splits.flatMap { split in
        ChoiceScorer.allCases.map { figure(arm, split, $0) }
      }
    }
  }

  /// Groups of a split's questions, if it has more than one.
  package func groups(of split: String) -> [String] {
    let groups = Set(answers.filter { $0.item.split == split }.map(\.item.group)).sorted()
    return groups.count > 1 ? groups : []
  }
}

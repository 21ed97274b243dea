// SPDX-License-Identifier: Apache-2.0

/// All that a run holds of one strategy, ready to be counted.
package struct StrategySeries: Sendable {
  package let run: RunRecord
  package let configuration: StrategyConfiguration
  /// Planned cells, answered or not, in the order of seeds and tasks.
  package let cells: [CellRecord]
  package let results: [ItemResult]
  package let trainings: [TrainingRecord]
  /// Scores by task, seed and item.
  let scores: [String: [UInt64: [String: Double]]]
  /// Answers in which the scorer found none, by task and seed.
  private let unread: [String: [UInt64: Int]]

  package var name: String { configuration.name }
  package var tasks: [String] { run.configuration.tasks }
  package var seeds: [UInt64] { run.configuration.seeds }

  package init(
    run: RunRecord, configuration: StrategyConfiguration, cells: [CellRecord],
    results: [ItemResult], trainings: [TrainingRecord]
  ) {
    self.run = run
    self.configuration = configuration
    self.cells = cells.filter { $0.key.strategy == configuration.name }
    self.results = results.filter { $0.cell.strategy == configuration.name }
    self.trainings = trainings.filter { $0.strategy == configuration.name }
    var scores: [String: [UInt64: [String: Double]]] = [:]
    var unread: [String: [UInt64: Int]] = [:]
    for result in self.results {
      scores[result.cell.task, default: [:]][result.cell.seed, default: [:]][result.item] =
        result.score
      if result.normalized.isEmpty {
        unread[result.cell.task, default: [:]][result.cell.seed, default: 0] += 1
      }
    }
    self.scores = scores
    self.unread = unread
  }

  /// One series for each strategy of a run, in the order of its configuration.
  package static func all(of run: RunRecord, in store: RunStore) throws -> [StrategySeries] {
    let cells = try store.cells(of: run)
    let trainings = try store.trainings(of: run.id)
    return try run.configuration.strategies.map { strategy in
      StrategySeries(
        run: run, configuration: strategy, cells: cells,
        results: try store.results(of: run.id, strategy: strategy.name), trainings: trainings)
    }
  }

  /// The accuracy on a task.
  ///
  /// - Parameter seed: Nil for all seeds together.
  package func accuracy(task: String, seed: UInt64? = nil) -> Accuracy {
    let seeds = seed.map { [$0] } ?? seeds
    var clusters: [String: ItemCluster] = [:]
    var bySeed: [Double] = []
    for seed in seeds {
      let scores = scores[task]?[seed] ?? [:]
      // A dictionary's order is random, and a sum of fractions depends on it.
      let sorted = scores.sorted { $0.key < $1.key }
      for (item, score) in sorted {
        clusters[item, default: ItemCluster()].sum += score
        clusters[item, default: ItemCluster()].count += 1
      }
      if !scores.isEmpty {
        bySeed.append(sorted.reduce(0) { $0 + $1.value } / Double(scores.count))
      }
    }
    let planned = cells.filter { $0.key.task == task && seeds.contains($0.key.seed) }
    return Accuracy(
      clusters: clusters.sorted { $0.key < $1.key }.map(\.value),
      total: planned.reduce(0) { $0 + $1.total },
      available: planned.reduce(0) { $0 + $1.available },
      unread: seeds.reduce(0) { $0 + (unread[task]?[$1] ?? 0) }, bySeed: bySeed)
  }

  /// The mean score of the answers to some of a task's items, all seeds together; nil without any.
  package func meanScore(task: String, items: Set<String>) -> Double? {
    var sum = 0.0
    var count = 0
    for seed in seeds {
      // In an order that does not change: a sum of fractions depends on it.
      for (item, score) in (scores[task]?[seed] ?? [:]).sorted(by: { $0.key < $1.key })
      where items.contains(item) {
        sum += score
        count += 1
      }
    }
    return count > 0 ? sum / Double(count) : nil
  }

  /// The unweighted mean over all tasks.
  ///
  /// - Parameter seed: Nil for all seeds together.
  package func average(seed: UInt64? = nil) -> Accuracy {
    let bySeed =
      seed != nil
      ? []
      : seeds.compactMap { seed -> Double? in
        let average = average(seed: seed)
        return average.tasksAttempted == average.tasks ? average.value : nil
      }
    return Accuracy(
      averaging: tasks.map { accuracy(task: $0, seed: seed) }, bySeed: bySeed)
  }

  /// Tokens and seconds of training, of what stands before the queries, and of the answers.
  ///
  /// - Parameters:
  ///   - task: Nil for all. A training that all tasks share counts for the whole only.
  ///   - seed: Nil for all.
  package func cost(task: String? = nil, seed: UInt64? = nil) -> Cost {
    var cost = Cost(tokens: 0, seconds: 0)
    func add(_ other: Cost?) {
      cost.tokens += other?.tokens ?? 0
      cost.seconds += other?.seconds ?? 0
    }
    for training in trainings
    where (task == nil || training.task == task) && (seed == nil || training.seed == seed) {
      add(training.cost)
    }
    for cell in cells
    where (task == nil || cell.key.task == task) && (seed == nil || cell.key.seed == seed) {
      add(cell.prefix)
      add(cell.answering)
    }
    return cost
  }
}

// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneBench
import Testing

@Suite struct StatisticsTests {
  /// A series out of scores by task, then seed, then item; the planned items are `total` a cell.
  private func series(
    _ scores: [String: [UInt64: [Double?]]], total: Int = 4, training: Bool = false
  ) throws -> StrategySeries {
    let tasks = scores.keys.sorted()
    let seeds = Set(scores.values.flatMap(\.keys)).sorted()
    let configuration = MadeUpRun.configuration(
      strategies: ["icl"], seeds: seeds, tasks: tasks, limit: total)
    var results: [ItemResult] = []
    var cells: [CellRecord] = []
    for key in configuration.cellKeys {
      let items = scores[key.task]?[key.seed] ?? []
      for (place, score) in items.enumerated() {
        guard let score else { continue }
        results.append(
          ItemResult(
            cell: key, item: "\(place)", position: place, answer: "", normalized: "", score: score,
            cost: Cost(tokens: 2, seconds: 1)))
      }
      cells.append(
        CellRecord(
          key: key, total: total, available: 9, demonstrations: [], attempted: items.count,
          score: 0, prefix: Cost(tokens: 10, seconds: 3),
          answering: Cost(tokens: 2 * items.count, seconds: Double(items.count))))
    }
    let run = RunRecord(
      id: "r", label: "", configuration: configuration, createdAt: Date(timeIntervalSince1970: 0),
      attempted: results.count, total: cells.count * total, available: cells.count * 9)
    let trainings =
      training
      ? [
        TrainingRecord(
          strategy: "icl", seed: 1, task: nil, losses: [1], cost: Cost(tokens: 100, seconds: 50))
      ] : []
    return StrategySeries(
      run: run, configuration: configuration.strategies[0], cells: cells, results: results,
      trainings: trainings)
  }

  private func close(_ a: Double?, _ b: Double) -> Bool { a.map { abs($0 - b) < 1e-12 } ?? false }

  @Test func `one task and one seed have the binomial error`() throws {
    let accuracy = try series(["a": [1: [1, 0, 0, 1, 1]]], total: 8).accuracy(task: "a")
    #expect(close(accuracy.value, 0.6))
    #expect(close(accuracy.itemStandardError, (0.6 * 0.4 / 5).squareRoot()))
    #expect(accuracy.seedStandardError == nil)
    #expect(accuracy.attempted == 5 && accuracy.total == 8 && accuracy.available == 9)
    #expect(accuracy.score == 3)
    #expect(!accuracy.isComplete)
  }

  @Test func `an item asked under two seeds counts as one for the error over items`() throws {
    let twice = try series(["a": [1: [1, 0, 0, 1], 2: [1, 0, 0, 1]]]).accuracy(task: "a")
    let once = try series(["a": [1: [1, 0, 0, 1]]]).accuracy(task: "a")
    #expect(twice.value == once.value && twice.itemStandardError == once.itemStandardError)
    #expect(twice.seedStandardError == 0)
    let apart = try series(["a": [1: [1, 1, 1, 1], 2: [0, 0, 0, 0]]]).accuracy(task: "a")
    #expect(apart.value == 0.5 && apart.itemStandardError == 0)
    #expect(close(apart.seedStandardError, 0.5))
  }

  @Test func `the average weighs tasks alike, and a seed counts if it is on every task`() throws {
    let series = try series(
      ["a": [1: [1, 1, 1, 1], 2: [1, 1, 1, 0], 3: [0]], "b": [1: [0, 1], 2: [0, 0], 3: []]])
    let average = series.average()
    #expect(close(average.value, (7.0 / 9 + 0.25) / 2))
    // Seeds 1 and 2: 0.75 and 0.375.
    #expect(close(average.seedStandardError, 0.1875))
    #expect(average.attempted == 13 && average.total == 24 && average.available == 54)
    #expect(series.average(seed: 3).tasksAttempted == 1 && series.average(seed: 3).tasks == 2)
    #expect(series.average(seed: 1).value == 0.75)
  }

  @Test func `nothing answered is no accuracy, not one of zero`() throws {
    let average = try series(["a": [1: []]]).average()
    #expect(average.value == nil && average.itemStandardError == nil)
    #expect(average.attempted == 0 && average.total == 4)
  }

  @Test func `partial scores keep their fractions`() throws {
    let accuracy = try series(["a": [1: [0.5, 1, 0]]]).accuracy(task: "a")
    #expect(close(accuracy.value, 0.5) && accuracy.score == 1.5)
  }

  @Test func `a shared training counts once, for the whole only`() throws {
    let series = try series(["a": [1: [1, 1]], "b": [1: [0]]], training: true)
    #expect(series.cost() == Cost(tokens: 126, seconds: 59))
    #expect(series.cost(task: "a") == Cost(tokens: 14, seconds: 5))
  }

  @Test func `strategies are compared on the items that both answered`() throws {
    let baseline = try series(["a": [1: [0, 0, 1, nil]], "b": [1: [1, 1, nil, 0]]])
    let candidate = try series(["a": [1: [1, 1, 0, 1]], "b": [1: [1, 0, 1, 1]]])
    let comparison = Comparison(candidate, against: baseline)
    #expect(comparison.pairs == 6 && comparison.total == 8)
    #expect(comparison.gains == 3 && comparison.losses == 2)
    #expect(close(comparison.byTask["a"], 1.0 / 3))
    #expect(close(comparison.byTask["b"], 0))
    #expect(close(comparison.difference, 1.0 / 6))
    #expect(close(comparison.mcNemarPValue, 1))
    #expect(comparison.tasksBetter == 1 && comparison.tasksWorse == 0)
    #expect(comparison.flips.filter(\.isGain).map(\.item) == ["0", "1", "3"])
    let again = Comparison(candidate, against: baseline)
    #expect(again == comparison)
    #expect(Comparison(candidate, against: baseline, seed: 1).interval != nil)
  }

  @Test func `what is always better is significant, what is the same is not`() throws {
    let bad = Dictionary(
      uniqueKeysWithValues: (0..<8).map {
        ("t\($0)", [UInt64(1): [Double?](repeating: 0, count: 20)])
      })
    let half = (0..<20).map { Double?($0 % 2 == 0 ? 1 : 0) }
    let good = bad.mapValues { _ in [UInt64(1): half] }
    let better = Comparison(try series(good), against: try series(bad))
    #expect(better.difference == 0.5)
    #expect(close(better.wilcoxonPValue, 0.0078125) && close(better.signPValue, 0.0078125))
    #expect(better.mcNemarPValue < 1e-20)
    let interval = try #require(better.interval)
    #expect(interval.contains(0.5) && interval.lowerBound > 0.4 && interval.upperBound < 0.6)
    #expect(try #require(better.bootstrapPValue) < 0.001)
    let same = Comparison(try series(bad), against: try series(bad))
    #expect(same.difference == 0 && same.interval == 0...0 && same.bootstrapPValue == 1)
    #expect(close(same.wilcoxonPValue, 1) && close(same.mcNemarPValue, 1))
  }

  @Test func `tasks of one item show their spread among themselves`() throws {
    let names = (0..<9).map { "t\($0)" }
    func tasks(_ right: Int) throws -> StrategySeries {
      try series(
        Dictionary(
          uniqueKeysWithValues: names.enumerated().map { ($1, [1: [$0 < right ? 1 : 0]]) }))
    }
    let (baseline, candidate) = (try tasks(0), try tasks(2))
    // The sample's standard deviation of 2 of 9, over √9.
    let deviation = (9.0 / 8 * (2.0 / 9) * (7.0 / 9)).squareRoot()
    #expect(close(candidate.average().itemStandardError, deviation / 3))
    let comparison = Comparison(candidate, against: baseline)
    let interval = try #require(comparison.interval)
    #expect(interval.lowerBound == 0 && interval.upperBound > 0.3)
    #expect((comparison.bootstrapPValue ?? 0) > 0.1)
  }

  @Test func `without a common item there is nothing to compare`() throws {
    let comparison = Comparison(try series(["a": [1: [1]]]), against: try series(["b": [1: [1]]]))
    #expect(comparison.difference == nil && comparison.interval == nil && comparison.pairs == 0)
    #expect(comparison.bootstrapPValue == nil && comparison.signPValue == 1)
  }
}

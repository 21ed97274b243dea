// SPDX-License-Identifier: Apache-2.0
import HoneBench

/// What `hone bench run --json` and `hone runs show --json` print.
struct RunReport: Encodable {
  private let summary: RunSummary

  init(_ summary: RunSummary) { self.summary = summary }

  private enum CodingKeys: String, CodingKey {
    case run, label, created, isComplete, attempted, asked, available, configuration, baseline,
      strategies
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let run = summary.run
    try container.encode(run.id, forKey: .run)
    try container.encode(run.label, forKey: .label)
    try container.encode(run.createdAt.timeIntervalSince1970, forKey: .created)
    try container.encode(run.isComplete, forKey: .isComplete)
    try container.encode(run.attempted, forKey: .attempted)
    try container.encode(run.total, forKey: .asked)
    try container.encode(run.available, forKey: .available)
    try container.encode(run.configuration, forKey: .configuration)
    try container.encode(summary.baseline, forKey: .baseline)
    try container.encode(
      summary.series.map { Strategy($0, summary.comparisons[$0.name]) }, forKey: .strategies)
  }

  private struct Strategy: Encodable {
    let strategy: String
    let average: Figure
    let tokens: Int
    let seconds: Double
    let tasks: [String: Figure]
    /// Against the baseline.
    let comparison: Difference?

    init(_ series: StrategySeries, _ comparison: Comparison?) {
      strategy = series.name
      average = Figure(series.average())
      tokens = series.cost().tokens
      seconds = series.cost().seconds
      tasks = Dictionary(
        series.tasks.map { ($0, Figure(series.accuracy(task: $0))) },
        uniquingKeysWith: { a, _ in a })
      self.comparison = comparison.map(Difference.init)
    }
  }

  private struct Figure: Encodable {
    let accuracy: Double?
    let itemStandardError: Double?
    let seedStandardError: Double?
    let correct: Double
    let attempted: Int
    let asked: Int
    let available: Int
    /// Answers in which the scorer found none.
    let unread: Int

    init(_ accuracy: Accuracy) {
      self.accuracy = accuracy.value
      itemStandardError = accuracy.itemStandardError
      seedStandardError = accuracy.seedStandardError
      correct = accuracy.score
      attempted = accuracy.attempted
      asked = accuracy.total
      available = accuracy.available
      unread = accuracy.unread
    }
  }

  private struct Difference: Encodable {
    let difference: Double?
    let low: Double?
    let high: Double?
    let bootstrapPValue: Double?
    let gains: Int
    let losses: Int
    let mcNemarPValue: Double
    let wilcoxonPValue: Double
    let signPValue: Double
    let tasksBetter: Int
    let tasksWorse: Int
    let pairs: Int
    let total: Int

    init(_ comparison: Comparison) {
      difference = comparison.difference
      low = comparison.interval?.lowerBound
      high = comparison.interval?.upperBound
      bootstrapPValue = comparison.bootstrapPValue
      gains = comparison.gains
      losses = comparison.losses
      mcNemarPValue = comparison.mcNemarPValue
      wilcoxonPValue = comparison.wilcoxonPValue
      signPValue = comparison.signPValue
      tasksBetter = comparison.tasksBetter
      tasksWorse = comparison.tasksWorse
      pairs = comparison.pairs
      total = comparison.total
    }
  }
}

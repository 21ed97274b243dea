// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation

/// Runs of one suite as they are shown: every strategy of every run is a column, and columns are
/// compared in pairs.
package struct EvidenceReport: Sendable {
  package struct Run: Sendable {
    package let record: RunRecord
    /// Tells the run from the others of the report: its label, or else its id.
    package let tag: String
    package let sessions: [SessionRecord]
    package let items: [String: [BenchItem]]
    package let cells: [CellRecord]
    /// What each selection rule makes of stored candidates; nil for suites without any.
    package let rules: RuleScores?
    /// What `auto` chose; nil where it was not asked.
    package let choices: ChoiceSummary?
  }

  package struct Column: Sendable {
    /// Its place in ``runs``.
    package let run: Int
    package let series: StrategySeries
    /// The strategy, with the run's tag if there are several.
    package let title: String
  }

  /// What one column is worth against another.
  package struct Pairing: Sendable {
    /// Places in ``columns``.
    package let candidate: Int
    package let baseline: Int
    package let comparison: Comparison
  }

  package let runs: [Run]
  package let columns: [Column]
  package let pairings: [Pairing]
  /// Those of all runs, the first run's in its order, then what others add.
  package let tasks: [String]
  /// What a reader must know before the figures: answers that are missing, runs that differ.
  package let warnings: [String]
  /// The reader's own words; Markdown.
  package let note: String?

  /// - Parameters:
  ///   - records: Once each; later ones are compared with the first.
  ///   - resamples: Draws of the comparisons' bootstrap.
  /// - Throws: ``BenchError`` (`mismatch`) for runs of several suites.
  package init(
    _ records: [RunRecord], in store: RunStore, note: String? = nil, resamples: Int = 4000
  ) throws {
    var unique: [RunRecord] = []
    for record in records where !unique.contains(where: { $0.id == record.id }) {
      unique.append(record)
    }
    if let first = unique.first,
      let other = unique.first(where: { $0.configuration.suite != first.configuration.suite })
    {
      throw BenchError(
        .mismatch,
        "\(first.id) is a run of \(first.configuration.suite), \(other.id) one of "
          + "\(other.configuration.suite); a report shows runs of one suite")
    }
    let tags = Self.tags(unique)
    let summaries = try unique.map { try RunSummary($0, in: store, resamples: resamples) }
    let runs = try zip(summaries, tags).map { summary, tag in
      let record = summary.run
      return Run(
        record: record, tag: tag, sessions: try store.sessions(of: record.id),
        items: try store.items(of: record.id), cells: try store.cells(of: record),
        rules: try RuleScores(record, in: store),
        choices: ChoiceSummary(
          summary.series, decisions: try store.decisions(of: record.id),
          trainedTokenCost: try AutoPriors.nearest(
            to: record.configuration.model.parameterCount
          ).trainedTokenCost))
    }
    var columns: [Column] = []
    var pairings: [Pairing] = []
    for (place, summary) in summaries.enumerated() {
      let first = columns.count
      columns += summary.series.map { series in
        Column(
          run: place, series: series,
          title: unique.count == 1 ? series.name : "\(series.name) (\(tags[place]))")
      }
      // A later run without this baseline is compared with the first run instead.
      let isComparable = place == 0 || summary.baseline == BenchStrategy.inContext.rawValue
      guard isComparable,
        let baseline = summary.series.firstIndex(where: { $0.name == summary.baseline })
      else { continue }
      for (index, series) in summary.series.enumerated() {
        guard let comparison = summary.comparisons[series.name] else { continue }
        pairings.append(
          Pairing(candidate: first + index, baseline: first + baseline, comparison: comparison))
      }
      let trained = BenchStrategy.testTimeTraining.rawValue
      guard let whole = summary.series.firstIndex(where: { $0.name == trained }) else { continue }
      for (index, series) in summary.series.enumerated() where Self.isVariant(series.name) {
        pairings.append(
          Pairing(
            candidate: first + index, baseline: first + whole,
            comparison: Comparison(
              series, against: summary.series[whole], resamples: resamples)))
      }
    }
    var warnings = runs.compactMap { run in
      run.record.incompleteness.map { runs.count == 1 ? $0 : "\(run.tag): \($0)" }
    }
    for place in runs.indices.dropFirst() {
      let (first, later) = (runs[0], runs[place])
      let differences = Self.differences(later.record, from: first.record)
      if !differences.isEmpty {
        warnings.append(
          "\(later.tag) differs from \(first.tag): " + differences.joined(separator: "; "))
      }
      if let clash = Self.clash(first.items, later.items) {
        warnings.append(
          "\(later.tag) is not compared with \(first.tag): \(clash) is not the same item in both")
        continue
      }
      for (index, column) in columns.enumerated() where column.run == place {
        let name = column.series.name
        let same = columns.firstIndex { $0.run == 0 && $0.series.name == name }
        // A variant of test-time training that stands alone is compared with what it varies.
        let hasOwn = later.record.configuration.strategies.contains {
          $0.name == BenchStrategy.testTimeTraining.rawValue
        }
        let others =
          same.map { [$0] }
          ?? (hasOwn || !Self.isVariant(name)
            ? []
            : [BenchStrategy.inContext, .testTimeTraining].compactMap { kind in
              columns.firstIndex { $0.run == 0 && $0.series.name == kind.rawValue }
            })
        for other in others {
          pairings.append(
            Pairing(
              candidate: index, baseline: other,
              comparison: Comparison(
                column.series, against: columns[other].series, resamples: resamples)))
        }
      }
    }
    var tasks: [String] = []
    for task in unique.flatMap(\.configuration.tasks) where !tasks.contains(task) {
      tasks.append(task)
    }
    self.runs = runs
    self.columns = columns
    self.pairings = pairings
    self.tasks = tasks
    self.warnings = warnings
    self.note = note
  }

  /// What people call the suite.
  package var title: String {
    let name = runs.first?.record.configuration.suite ?? ""
    return switch name {
    case BigBenchHard.name: BigBenchHard(folder: "").title
    case ARCSuite.name: ARCSuite.title
    case _ where name.hasPrefix(StudySuite.prefix): StudySuite.title(of: name)
    default: name
    }
  }

  /// What a column is compared with before all else.
  func pairing(of column: Int) -> Pairing? { pairings.first { $0.candidate == column } }

  /// What each run asks and has answers to, a line each.
  package var scopes: [String] {
    runs.map { runs.count == 1 ? $0.record.scope : "\($0.tag): \($0.record.scope)" }
  }

  package var attempted: Int { runs.reduce(0) { $0 + $1.record.attempted } }
  package var total: Int { runs.reduce(0) { $0 + $1.record.total } }

  /// Seeds of all runs, in order of appearance.
  package var seeds: [UInt64] {
    var result: [UInt64] = []
    for seed in runs.flatMap(\.record.configuration.seeds) where !result.contains(seed) {
      result.append(seed)
    }
    return result
  }

  /// What one and the same answer to every item of a task would score, were its most frequent right
  /// answer known beforehand; nil without items.
  package func constantAccuracy(task: String) -> Double? {
    // Puzzles ask for one grid or two: there is nothing to be constant over.
    if runs.contains(where: { $0.rules != nil }) { return nil }
    guard let items = runs.lazy.compactMap({ $0.items[task] }).first(where: { !$0.isEmpty }) else {
      return nil
    }
    var counts: [String: Int] = [:]
    for item in items { counts[item.expected.trimmingWhitespace(), default: 0] += 1 }
    return Double(counts.values.max() ?? 0) / Double(items.count)
  }

  /// The unweighted mean over tasks of ``constantAccuracy(task:)``.
  package var constantAccuracy: Double? {
    let values = tasks.compactMap(constantAccuracy(task:))
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// The pairing that a run is made for: test-time training against demonstrations in the prompt;
  /// nil if there is none, or more than one.
  package var mainPairing: Pairing? {
    let found = pairings.filter { pairing in
      columns[pairing.candidate].series.name == BenchStrategy.testTimeTraining.rawValue
        && columns[pairing.baseline].series.name == BenchStrategy.inContext.rawValue
    }
    return found.count == 1 ? found[0] : nil
  }

  /// Whether the strategy is to be compared with test-time training: it differs from it in what it is
  /// named for, or chose it, or not.
  private static func isVariant(_ name: String) -> Bool {
    name.hasPrefix(BenchStrategy.testTimeTraining.rawValue + "-")
      || name == BenchStrategy.auto.rawValue
  }

  private static func tags(_ runs: [RunRecord]) -> [String] {
    runs.map { run in
      let isUnique = runs.count { $0.label == run.label } == 1
      return isUnique && !run.label.isEmpty ? run.label : run.id
    }
  }

  /// What makes figures of two runs no like for like; which strategies they have is to be seen.
  private static func differences(_ later: RunRecord, from first: RunRecord) -> [String] {
    let (one, two) = (later.configuration, first.configuration)
    var lines: [String] = []
    func compare(_ name: String, _ one: String, _ two: String) {
      if one != two { lines.append("\(name) \(one), not \(two)") }
    }
    compare("suite version", "\(one.suiteVersion)", "\(two.suiteVersion)")
    if one.tasks != two.tasks {
      let common = one.tasks.filter(two.tasks.contains).count
      lines.append(
        "\(one.tasks.count) tasks, of which \(common) are among its \(two.tasks.count), so that "
          + "averages are over unlike tasks")
    } else if one.dataSHA256 != two.dataSHA256 {
      lines.append("other data")
    }
    if one.model.sha256 != two.model.sha256 {
      let isNamed = one.model.name != two.model.name
      lines.append(
        isNamed
          ? "model \(one.model.name), not \(two.model.name)"
          : "another file of model \(one.model.name)")
    }
    compare("compute", one.compute.rawValue, two.compute.rawValue)
    compare(
      "seeds", one.seeds.map { "\($0)" }.joined(separator: " "),
      two.seeds.map { "\($0)" }.joined(separator: " "))
    compare("demonstrations", "\(one.demonstrations)", "\(two.demonstrations)")
    compare(
      "limit", one.limit.map { "\($0)" } ?? "none", two.limit.map { "\($0)" } ?? "none")
    let changed = one.strategies.filter { strategy in
      two.strategies.contains { $0.name == strategy.name && $0 != strategy }
    }
    if !changed.isEmpty {
      lines.append("other settings of " + changed.map(\.name).joined(separator: ", "))
    }
    return lines
  }

  /// An item's name that stands for different items in two runs.
  private static func clash(
    _ first: [String: [BenchItem]], _ second: [String: [BenchItem]]
  ) -> String? {
    for (task, items) in second.sorted(by: { $0.key < $1.key }) {
      let known = Dictionary((first[task] ?? []).map { ($0.id, $0) }) { first, _ in first }
      for item in items {
        if let other = known[item.id], other != item { return "\(task) \(item.id)" }
      }
    }
    return nil
  }
}

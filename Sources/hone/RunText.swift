// SPDX-License-Identifier: Apache-2.0
import HoneBench

/// A run in figures, for people.
struct RunText {
  let summary: RunSummary
  var showsTasks = false

  var lines: [String] {
    let run = summary.run
    let configuration = run.configuration
    let label = run.label.isEmpty ? "" : " \"\(run.label.visible())\""
    let model =
      configuration.model == .none
      ? "no model"
      : "\(configuration.model.name.visible()) "
        + "(\(configuration.model.weightFormat), \(configuration.compute.rawValue))"
    var lines = [
      "\(run.id)\(label): \(model)",
      "\(configuration.tasks.count) tasks, seeds "
        + configuration.seeds.map { "\($0)" }.joined(separator: " ")
        + ", \(configuration.demonstrations) demonstrations",
      run.scope,
    ]
    if let incompleteness = run.incompleteness { lines.append(incompleteness) }
    lines.append("")
    lines += strategies.lines()
    if !comparisons.isEmpty { lines += [""] + comparisons }
    if showsTasks { lines += [""] + tasks.lines() }
    return lines
  }

  private var strategies: TextTable {
    var table = TextTable([
      ("STRATEGY", .left), ("ACCURACY", .right), ("± ITEMS", .right), ("± SEEDS", .right),
      ("ANSWERED", .right), ("UNREAD", .right), ("SECONDS", .right),
      ("TOKENS", .right),
    ])
    for series in summary.series {
      let average = series.average()
      let cost = series.cost()
      table.append([
        series.name, Self.percent(average.value), Self.points(average.itemStandardError),
        Self.points(average.seedStandardError), "\(average.attempted)/\(average.total)",
        "\(average.unread)",
        Quantities.fixed(cost.seconds, 0), Quantities.count(cost.tokens),
      ])
    }
    return table
  }

  private var comparisons: [String] {
    guard let baseline = summary.baseline else { return [] }
    return summary.series.compactMap { series in
      guard let comparison = summary.comparisons[series.name],
        let difference = comparison.difference, let interval = comparison.interval
      else { return nil }
      return "\(series.name) against \(baseline): \(Self.signed(difference)) points "
        + "(95 %: \(Self.signed(interval.lowerBound)) … \(Self.signed(interval.upperBound)))\n"
        + "  \(comparison.pairs) pairs, \(comparison.gains) gained, \(comparison.losses) lost, "
        + "McNemar p \(Self.probability(comparison.mcNemarPValue))\n"
        + "  tasks: \(comparison.tasksBetter) better, \(comparison.tasksWorse) worse, "
        + "Wilcoxon p \(Self.probability(comparison.wilcoxonPValue)), "
        + "sign test p \(Self.probability(comparison.signPValue))"
    }
  }

  private var tasks: TextTable {
    var table = TextTable(
      [("TASK", .left)] + summary.series.map { (heading: $0.name, alignment: .right) })
    for task in summary.run.configuration.tasks {
      table.append(
        [task]
          + summary.series.map { series in
            let accuracy = series.accuracy(task: task)
            return Self.percent(accuracy.value) + (accuracy.isComplete ? "" : " *")
          })
    }
    return table
  }

  private static func percent(_ value: Double?) -> String {
    value.map { Quantities.fixed(100 * $0, 1) + " %" } ?? "–"
  }

  private static func points(_ value: Double?) -> String {
    value.map { Quantities.fixed(100 * $0, 1) } ?? "–"
  }

  private static func signed(_ value: Double) -> String {
    (value > 0 ? "+" : "") + Quantities.fixed(100 * value, 1)
  }

  private static func probability(_ value: Double) -> String {
    value < 0.001 ? "< 0.001" : "= " + Quantities.fixed(value, 3)
  }
}

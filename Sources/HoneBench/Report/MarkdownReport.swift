// SPDX-License-Identifier: Apache-2.0

/// A report as Markdown with tables, to be committed.
package struct MarkdownReport {
  let report: EvidenceReport

  package init(_ report: EvidenceReport) { self.report = report }

  /// The whole page.
  package var text: String {
    var lines = ["# \(Self.escaped(report.title))", ""]
    for warning in report.warnings { lines += ["> **\(Self.escaped(warning))**", ""] }
    for scope in report.scopes {
      // Behind a run's name it is no sentence of its own.
      let text = Self.escaped(scope)
      lines += [(report.runs.count == 1 ? text.capitalizedFirst : text) + ".", ""]
    }
    lines += strategies
    for run in report.runs { lines += rules(run) + choices(run) }
    lines += comparisons
    lines += seeds
    lines += tasks
    if let note = report.note { lines += ["## Notes", "", note.trimmedEnd, ""] }
    for run in report.runs { lines += setup(run) }
    lines.removeLast()
    return lines.joined(separator: "\n") + "\n"
  }

  private var strategies: [String] {
    var rows = report.columns.map { column in
      let average = column.series.average()
      let cost = column.series.cost()
      return [
        column.title, ReportNumber.percent(average.value),
        ReportNumber.percent(average.itemStandardError),
        ReportNumber.percent(average.seedStandardError), Self.part(average),
        ReportNumber.whole(average.available), ReportNumber.whole(average.unread),
        "\(average.tasksAttempted)/\(average.tasks)", ReportNumber.seconds(cost.seconds),
        ReportNumber.whole(cost.tokens),
      ]
    }
    if let constant = report.constantAccuracy {
      rows.append(
        ["always one answer", ReportNumber.percent(constant)]
          + [String](repeating: "", count: 8))
    }
    return ["## Strategies", ""]
      + Self.table(
        [
          "strategy", "accuracy, %", "± items", "± seeds", "answered/asked", "in the data",
          "unread", "tasks", "seconds", "tokens",
        ], rows)
      + [
        "",
        "Accuracy is the unweighted mean over tasks; ± is one standard error, over items (an item "
          + "asked under several seeds counts as one) and over seeds. In the data: queries that could "
          + "be asked. Unread: answers in which the scorer found none, as in empty ones; they count "
          + "as wrong. \(constantWords)Seconds and tokens: training, demonstrations and answers "
          + "together.",
        "",
      ]
  }

  /// Every selection rule on the same candidates.
  private func rules(_ run: EvidenceReport.Run) -> [String] {
    guard let scores = run.rules else { return [] }
    let title = report.runs.count == 1 ? "" : ": " + Self.escaped(run.tag)
    let table = RuleTable(scores)
    var lines =
      ["## Selection rules\(title)", ""] + Self.table(table.header, table.rows)
      + [
        "",
        "Every rule on the same stored candidates. Solved: puzzles of which every test input is "
          + "right, with one attempt and with two, of those attempted, of all that were asked; "
          + "credit: the sum over puzzles of the part of their test inputs that is right. The oracle "
          + "counts a test input as right if any candidate is. Where a rule lacks what it goes by, "
          + "as likelihoods where nothing was scored, it goes by votes.", "",
      ]
    if !scores.expectedCosts.isEmpty {
      lines +=
        Self.table(
          ["strategy", "nats of a right output"],
          table.expectedCosts.map { [$0.strategy, $0.nats] })
        + [
          "",
          "The mean negative log-likelihood of the right outputs of the test inputs, which no rule "
            + "sees: it falls long before an output is written without a mistake.", "",
        ]
    }
    return lines
  }

  private var comparisons: [String] {
    if report.pairings.isEmpty { return [] }
    let rows = report.pairings.map { pairing in
      let comparison = pairing.comparison
      let interval = comparison.interval.map {
        "\(ReportNumber.signed($0.lowerBound)) … \(ReportNumber.signed($0.upperBound))"
      }
      return [
        report.columns[pairing.candidate].title, report.columns[pairing.baseline].title,
        ReportNumber.signed(comparison.difference), interval ?? ReportNumber.missing,
        ReportNumber.probability(comparison.bootstrapPValue),
        "\(ReportNumber.whole(comparison.gains)) / \(ReportNumber.whole(comparison.losses))",
        ReportNumber.probability(comparison.mcNemarPValue),
        "\(comparison.tasksBetter) / \(comparison.tasksWorse)",
        ReportNumber.probability(comparison.wilcoxonPValue),
        ReportNumber.probability(comparison.signPValue),
        "\(ReportNumber.whole(comparison.pairs))/\(ReportNumber.whole(comparison.total))",
      ]
    }
    return ["## Compared, item by item", ""]
      + Self.table(
        [
          "strategy", "against", "points", "95 %", "bootstrap p", "gained / lost", "McNemar p",
          "tasks better / worse", "Wilcoxon p", "sign test p", "pairs",
        ], rows)
      + [
        "",
        "On the items that both answered. 95 % and its p: paired bootstrap over items within tasks. "
          + "McNemar's test is over items, Wilcoxon's signed-rank test and the sign test over the "
          + "means of tasks; exact and two-sided. McNemar's takes an item's seeds for independent, "
          + "so with several seeds it claims too much; the tests over tasks do not.", "",
      ]
  }

  /// Averages seed by seed: whether a difference holds under each.
  private var seeds: [String] {
    if report.seeds.count < 2 { return [] }
    var differences: [Double] = []
    var rows = report.seeds.map { seed in
      let averages = report.columns.map { column -> Accuracy? in
        // A seed that lacks a task has no average to compare.
        let average = column.series.average(seed: seed)
        return average.tasksAttempted == average.tasks ? average : nil
      }
      let gain = difference(averages)
      if let gain { differences.append(gain) }
      return ["\(seed)"] + averages.map(Self.figure)
        + (report.mainPairing == nil ? [] : [ReportNumber.signed(gain)])
    }
    let errors =
      report.columns.map { $0.series.average().seedStandardError }
      + (report.mainPairing == nil ? [] : [Accuracy.standardError(differences)])
    rows.append(["± over seeds"] + errors.map(ReportNumber.percent))
    return ["## Seeds", ""] + Self.table(["seed"] + report.columns.map(\.title) + gain, rows)
      + [
        "",
        "Averages over tasks in %, ± one standard error over items; below, one standard error over "
          + "seeds of what stands above it.", "",
      ]
  }

  private var constantWords: String {
    hasConstant
      ? "Always one answer: what giving each task's most frequent right answer to all its items "
        + "would score, which is known only afterwards. " : ""
  }

  /// Whether one and the same answer to all items of a task could be right at times.
  private var hasConstant: Bool { report.constantAccuracy != nil }

  private var tasks: [String] {
    func row(
      _ name: String, _ accuracies: [Accuracy?], constant: Double?, difference: [String]
    ) -> [String] {
      let parts = Set(accuracies.compactMap { $0.map(Self.part) })
      let available = Set(accuracies.compactMap { $0.map(\.available) })
      let cells = accuracies.map { accuracy -> String in
        guard let accuracy else { return "" }
        return Self.figure(accuracy) + (parts.count == 1 ? "" : " (\(Self.part(accuracy)))")
      }
      return [name] + cells + difference
        + (hasConstant ? [ReportNumber.percent(constant)] : []) + [
          parts.count == 1 ? parts.first ?? "" : "in brackets",
          available.sorted().map(ReportNumber.whole).joined(separator: " / "),
        ]
    }
    var rows = report.tasks.map { task in
      row(
        task,
        report.columns.map { column in
          column.series.tasks.contains(task) ? column.series.accuracy(task: task) : nil
        }, constant: report.constantAccuracy(task: task),
        difference: report.mainPairing.map {
          [ReportNumber.signed($0.comparison.byTask[task])]
        } ?? [])
    }
    rows.append(
      row(
        "average", report.columns.map { $0.series.average() }, constant: report.constantAccuracy,
        difference: report.mainPairing.map { [ReportNumber.signed($0.comparison.difference)] }
          ?? []))
    let hasSeeds = report.seeds.count > 1
    return ["## Tasks", ""]
      + Self.table(
        ["task"] + report.columns.map(\.title) + gain
          + (hasConstant ? ["always one answer"] : []) + ["answered/asked", "in the data"], rows)
      + [
        "",
        "Accuracy in %, ± one standard error over items"
          + (hasSeeds ? ", then ± one over seeds." : "."), "",
      ]
  }

  /// The heading of what the main pairing's candidate gains, if there is one.
  private var gain: [String] {
    report.mainPairing.map { pairing in
      [
        "\(report.columns[pairing.candidate].title) − \(report.columns[pairing.baseline].title)"
      ]
    } ?? []
  }

  /// What the main pairing's candidate is ahead by; nil where one of the two lacks a task.
  private func difference(_ averages: [Accuracy?]) -> Double? {
    guard let pairing = report.mainPairing, let one = averages[pairing.candidate],
      let other = averages[pairing.baseline], let value = one.value, let reference = other.value
    else { return nil }
    return value - reference
  }

  /// `45.0 ± 2.1 ± 1.4`
  private static func figure(_ accuracy: Accuracy?) -> String {
    guard let accuracy else { return "" }
    var text = ReportNumber.percent(accuracy.value)
    if let error = accuracy.itemStandardError { text += " ± \(ReportNumber.percent(error))" }
    if let error = accuracy.seedStandardError { text += " ± \(ReportNumber.percent(error))" }
    return text
  }

  private func setup(_ run: EvidenceReport.Run) -> [String] {
    let setup = RunSetup(run: run)
    let title = report.runs.count == 1 ? "" : ": " + Self.escaped(run.tag)
    return ["## How it was measured\(title)", ""]
      + Self.table(["", ""], setup.rows.map { [$0.name, $0.value] }, alignsNumbers: false)
      + [""]
      + Self.table(
        ["strategy", "settings"], setup.strategies.map { [$0.name, $0.settings] },
        alignsNumbers: false)
      + [
        "", "    " + Self.plain(setup.command), "    " + Self.plain(setup.reportCommand), "",
      ]
  }

  private static func part(_ accuracy: Accuracy) -> String {
    "\(ReportNumber.whole(accuracy.attempted))/\(ReportNumber.whole(accuracy.total))"
  }

  /// - Parameter alignsNumbers: Whether all columns but the first stand to the right.
  static func table(
    _ header: [String], _ rows: [[String]], alignsNumbers: Bool = true
  ) -> [String] {
    func line(_ cells: [String]) -> String {
      "| " + cells.map(escaped).joined(separator: " | ") + " |"
    }
    let rule = header.indices.map { $0 == 0 || !alignsNumbers ? "---" : "---:" }
    return [line(header), "|" + rule.joined(separator: "|") + "|"] + rows.map(line)
  }

  /// The text without what Markdown, or HTML in it, would take for its own.
  static func escaped(_ text: String) -> String {
    let scalars = Array(plain(text).unicodeScalars)
    func isWord(_ place: Int) -> Bool {
      scalars.indices.contains(place) && scalars[place].properties.isAlphabetic
    }
    var result = ""
    for (place, scalar) in scalars.enumerated() {
      switch scalar {
      // Neither begins anything here: a_b, < 0.001.
      case "_" where isWord(place - 1) && isWord(place + 1),
        "<" where place + 1 < scalars.count && scalars[place + 1] == " ":
        result.unicodeScalars.append(scalar)
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "\\", "`", "*", "_", "[", "]", "|", "~", "#", "!":
        result += "\\"
        result.unicodeScalars.append(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The text on one line and without control characters.
  private static func plain(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }

  fileprivate var trimmedEnd: String {
    var text = Substring(self)
    while let last = text.last, last.isWhitespace { text = text.dropLast() }
    return String(text)
  }
}

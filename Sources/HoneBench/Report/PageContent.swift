// SPDX-License-Identifier: Apache-2.0

/// What Page/page.mustache is filled with, under the names it uses.
struct PageContent {
  let pageTitle: String
  let subtitle: String
  let status: String
  let isComplete: Bool
  let scopes: [String]
  let warnings: [String]
  /// Over the differences in the strategies' table.
  let baselineHeading: String
  let strategies: [StrategyRow]
  /// What the best constant answers would score.
  let constant: String?
  let ruleTables: [RuleCard]
  let hasChoices: Bool
  let choices: [ChoiceCard]
  let hasComparisons: Bool
  let comparisons: [ComparisonCard]
  let tasks: [TaskCard]
  let costCharts: [CostChart]
  let hasLosses: Bool
  let lossCharts: [LossChart]
  let runs: [SetupCard]
  let note: String?
  let style: String
  let script: String
  let policy: String
  /// JSON that is safe inside a script element.
  let data: String

  init(_ report: EvidenceReport) {
    let configurations = report.runs.map(\.record.configuration)
    var models: [String] = []
    for model in configurations.map(\.model.name) where !models.contains(model) {
      models.append(model)
    }
    let seeds = report.seeds.count
    pageTitle = report.title
    subtitle =
      models.joined(separator: ", ") + " · \(report.tasks.count) "
      + (report.tasks.count == 1 ? "task" : "tasks") + " · \(seeds) "
      + (seeds == 1 ? "seed" : "seeds") + " · " + report.runs.map(\.tag).joined(separator: ", ")
    isComplete = report.attempted == report.total
    status =
      ReportNumber.whole(report.attempted)
      + " of \(ReportNumber.whole(report.total)) answers asked for"
    scopes = report.scopes
    warnings = report.warnings
    strategies = report.columns.enumerated().map { StrategyRow($1, index: $0, in: report) }
    constant = report.constantAccuracy.map { ReportNumber.percent($0) }
    let baselines = Set(
      report.columns.indices.compactMap(report.pairing(of:)).map {
        report.columns[$0.baseline].title
      })
    baselineHeading = baselines.count == 1 ? "against \(baselines.first ?? "")" : "difference"
    ruleTables = report.runs.compactMap { run in
      run.rules.map { RuleCard($0, tag: report.runs.count == 1 ? nil : run.tag) }
    }
    choices = report.runs.indices.compactMap { ChoiceCard($0, in: report) }
    hasChoices = !choices.isEmpty
    comparisons = report.pairings.map { ComparisonCard($0, in: report) }
    hasComparisons = !comparisons.isEmpty
    tasks = report.tasks.map { TaskCard($0, in: report) }
    costCharts = [
      CostChart(report.columns, unit: "seconds") { $0.series.cost().seconds },
      CostChart(report.columns, unit: "tokens") { Double($0.series.cost().tokens) },
    ].compactMap { $0 }
    lossCharts = report.columns.enumerated().compactMap { LossChart($1, index: $0) }
    hasLosses = !lossCharts.isEmpty
    runs = report.runs.map(SetupCard.init)
    note = report.note
    style = PageTemplate.style
    script = PageTemplate.script
    policy = PageTemplate.securityPolicy(style: style, script: script)
    data = PageItems(report).json
  }
}

/// An accuracy as a bar with its error, and in words.
struct AccuracyBar {
  let name: String
  let color: String
  let figure: String
  let error: String?
  let part: String
  let isPartial: Bool
  /// In percent of the bar's length.
  let width: String
  let low: String
  let high: String

  init(_ name: String, _ accuracy: Accuracy, color: String) {
    let value = accuracy.value ?? 0
    let deviation = accuracy.itemStandardError ?? 0
    self.name = name
    self.color = color
    figure = ReportNumber.percent(accuracy.value)
    error = accuracy.itemStandardError.map { ReportNumber.percent($0) }
    part =
      "\(ReportNumber.whole(accuracy.attempted))/\(ReportNumber.whole(accuracy.total)) of "
      + ReportNumber.whole(accuracy.available)
    isPartial = !accuracy.isComplete
    width = Self.share(value)
    low = Self.share(value - deviation)
    high = Self.share(value + deviation)
  }

  private static func share(_ value: Double) -> String {
    ReportNumber.fixed(100 * min(1, max(0, value.isFinite ? value : 0)), 2)
  }
}

struct StrategyRow {
  let bar: AccuracyBar
  let seedError: String
  let unread: String
  let coverage: String
  let lacksTasks: Bool
  /// The difference from what it is compared with; empty for what others are compared with.
  let difference: String
  /// What that is, where it is not the same for all.
  let against: String?
  let isBetter: Bool
  let isWorse: Bool
  let tokens: String
  let seconds: String
  let settings: String

  init(_ column: EvidenceReport.Column, index: Int, in report: EvidenceReport) {
    let average = column.series.average()
    let cost = column.series.cost()
    bar = AccuracyBar(column.title, average, color: pageColor(index))
    seedError = average.seedStandardError.map { "± " + ReportNumber.percent($0) } ?? "–"
    unread = ReportNumber.whole(average.unread)
    coverage = "\(average.tasksAttempted)/\(average.tasks)"
    lacksTasks = average.tasksAttempted < average.tasks
    let pairing = report.pairing(of: index)
    difference = pairing.map { ReportNumber.signed($0.comparison.difference) } ?? "–"
    let baselines = report.columns.indices.compactMap(report.pairing(of:)).map(\.baseline)
    let isAlone = Set(baselines).count == 1
    against = isAlone ? nil : pairing.map { "against " + report.columns[$0.baseline].title }
    let interval = pairing?.comparison.interval
    isBetter = interval.map { $0.lowerBound > 0 } ?? false
    isWorse = interval.map { $0.upperBound < 0 } ?? false
    tokens = CostChart.short(Double(cost.tokens))
    seconds = ReportNumber.duration(cost.seconds)
    settings =
      RunSetup(run: report.runs[column.run]).strategies.first { $0.name == column.series.name }?
      .settings ?? ""
  }
}

struct ComparisonCard {
  struct Gain {
    let task: String
    let points: String
    let side: String
    /// In percent of the drawing's length, zero lying at 50.
    let start: String
    let width: String
  }

  let candidate: String
  let baseline: String
  let candidateColor: String
  let points: String
  let interval: String
  let bootstrap: String
  let gained: String
  let lost: String
  let mcNemar: String
  let better: String
  let worse: String
  let wilcoxon: String
  let sign: String
  let pairs: String
  /// The items that flipped, as the page's script finds them.
  let link: String
  let gains: [Gain]

  init(_ pairing: EvidenceReport.Pairing, in report: EvidenceReport) {
    let comparison = pairing.comparison
    candidate = report.columns[pairing.candidate].title
    baseline = report.columns[pairing.baseline].title
    candidateColor = pageColor(pairing.candidate)
    points = ReportNumber.signed(comparison.difference)
    interval =
      comparison.interval.map {
        "\(ReportNumber.signed($0.lowerBound)) … \(ReportNumber.signed($0.upperBound))"
      } ?? ReportNumber.missing
    bootstrap = ReportNumber.probability(comparison.bootstrapPValue)
    gained = ReportNumber.whole(comparison.gains)
    lost = ReportNumber.whole(comparison.losses)
    mcNemar = ReportNumber.probability(comparison.mcNemarPValue)
    better = "\(comparison.tasksBetter)"
    worse = "\(comparison.tasksWorse)"
    wilcoxon = ReportNumber.probability(comparison.wilcoxonPValue)
    sign = ReportNumber.probability(comparison.signPValue)
    pairs = "\(ReportNumber.whole(comparison.pairs))/\(ReportNumber.whole(comparison.total))"
    link = "#items&column=\(pairing.candidate)&against=\(pairing.baseline)&show=flipped"
    let sorted = comparison.byTask.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let largest = max(0.05, sorted.map { abs($0.value) }.max() ?? 0)
    gains = sorted.map { task, difference in
      let width = 50 * abs(difference) / largest
      return Gain(
        task: task, points: ReportNumber.signed(difference),
        side: difference < 0 ? "worse" : "better",
        start: ReportNumber.fixed(difference < 0 ? 50 - width : 50, 2),
        width: ReportNumber.fixed(width, 2))
    }
  }
}

/// What each selection rule makes of a run's candidates.
struct RuleCard {
  struct Row { let cells: [String] }

  let tag: String?
  let header: [String]
  let rows: [Row]
  let expected: String?

  init(_ scores: RuleScores, tag: String?) {
    let table = RuleTable(scores)
    self.tag = tag
    header = table.header
    rows = table.rows.map(Row.init)
    let costs = table.expectedCosts.map { "\($0.strategy) \($0.nats)" }
    expected = costs.isEmpty ? nil : costs.joined(separator: ", ")
  }
}

/// What `auto` chose in a run.
struct ChoiceCard {
  /// What stands below each other.
  struct Column {
    let chart: CalibrationChart?
    let tables: [ChoiceTable]
  }

  let tag: String?
  let columns: [Column]

  /// - Parameter place: Of the run in the report.
  init?(_ place: Int, in report: EvidenceReport) {
    let run = report.runs[place]
    guard let summary = run.choices else { return nil }
    tag = report.runs.count == 1 ? nil : run.tag
    var columns = [Column(chart: nil, tables: ChoiceTable.choices(summary))]
    if let predictions = ChoiceTable.predictions(summary) {
      columns.append(Column(chart: CalibrationChart(place, in: report), tables: [predictions]))
    }
    self.columns = columns
  }
}

struct TaskCard {
  let task: String
  let bars: [AccuracyBar]
  let constant: String?

  init(_ task: String, in report: EvidenceReport) {
    self.task = task
    constant = report.constantAccuracy(task: task).map { ReportNumber.percent($0) }
    bars = report.columns.enumerated().compactMap { index, column in
      column.series.tasks.contains(task)
        ? AccuracyBar(
          column.title, column.series.accuracy(task: task), color: pageColor(index)) : nil
    }
  }
}

struct SetupCard {
  struct Row {
    let key: String
    let value: String
  }

  let tag: String
  let rows: [Row]
  let recipes: [Row]
  let command: String
  let reportCommand: String

  init(_ run: EvidenceReport.Run) {
    let setup = RunSetup(run: run)
    tag = run.tag
    rows = setup.rows.map { Row(key: $0.name, value: $0.value) }
    recipes = setup.strategies.map { Row(key: $0.name, value: $0.settings) }
    command = setup.command
    reportCommand = setup.reportCommand
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneBench
import HoneTesting
import Testing

/// The texts of reports: Markdown and comma-separated values.
@Suite struct ReportTests {
  private let folder: TemporaryFolder
  private let store: RunStore

  init() throws {
    folder = try TemporaryFolder()
    store = try RunStore(path: folder.path + "/runs.sqlite", access: .writing)
  }

  private func report(_ names: String..., note: String? = nil) throws -> EvidenceReport {
    try EvidenceReport(names.map(store.run), in: store, note: note, resamples: 200)
  }

  @Test func `CSV has a row for every strategy, seed and task with the store's figures`() throws {
    try MadeUpRun.write(to: store)
    let training = TrainingRecord(
      strategy: "icl", seed: .max, task: nil, losses: [1], cost: Cost(tokens: 40, seconds: 1.5))
    try store.record(training, run: "made-up-1")
    let report = try report("latest")
    let lines = CSVReport(report).text.split(separator: "\n")
    let rows = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(rows.count == 9)
    #expect(rows.allSatisfy { $0.count == rows[0].count })
    let cells = try store.cells(of: try store.run("latest"))
    for (row, cell) in zip(rows.dropFirst(), cells) {
      #expect(row[5...7] == [cell.key.strategy[...], "\(cell.key.seed)", cell.key.task[...]])
      #expect(Double(row[8]) == cell.score / 5)
      #expect(Double(row[10]) == cell.score)
      #expect(row[11] == "5" && row[12] == "5" && row[13] == "9" && row[14] == "0")
      let isTrained = cell.key.strategy == "icl" && cell.key.seed == .max
      #expect(row.suffix(3) == (isTrained ? ["40", "1.5", "2"] : ["", "", ""]))
    }
  }

  @Test func `CSV quotes what would be a separator and disarms formulas`() throws {
    try MadeUpRun.write(
      to: store, label: "=1+\"1\"", configuration: MadeUpRun.configuration(tasks: ["a,\u{301}b"]))
    let text = CSVReport(try report("latest")).text
    #expect(text.contains("made-up-1,\"'=1+\"\"1\"\"\",made-up,"))
    #expect(text.contains(",\"a,\u{301}b\","))
  }

  @Test func `a task without answers has no accuracy in CSV`() throws {
    try MadeUpRun.write(to: store) { key, _ in key.seed == 1 }
    let text = CSVReport(try report("latest")).text
    #expect(text.contains("zero-shot,\(UInt64.max),letters,,,0.0,0,5,9,0,"))
  }

  @Test func `Markdown has the store's figures`() throws {
    try MadeUpRun.write(to: store)
    let report = try report("latest", note: "What **differs**.\n\n")
    let text = MarkdownReport(report).text
    for column in report.columns {
      let average = column.series.average()
      let value = try #require(average.value)
      let percent = "\((1000 * value).rounded() / 10)"
      #expect(text.contains("| \(column.title) | \(percent) | "))
    }
    #expect(text.contains(" | 20/20 | 36 | 0 | 2/2 | 5.00 | 140 |"))
    let comparison = try #require(report.pairings.first).comparison
    #expect(text.contains(" | \(comparison.gains) / \(comparison.losses) | "))
    #expect(text.contains("| zero-shot | icl | "))
    #expect(text.contains("## Notes\n\nWhat **differs**.\n\n## How it was measured\n"))
    #expect(text.contains("| suite | made-up, version 1 |"))
    #expect(text.contains("5 of each task and seed, out of 9"))
    #expect(
      text.contains(
        "\n20 of the data's 36 queries asked of each strategy, by --limit 5 for each task and seed; "
          + "all 40 answered.\n"))
    #expect(!text.contains("INCOMPLETE"))
    #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
  }

  @Test func `Markdown says what is missing, for each figure`() throws {
    try MadeUpRun.write(to: store) { key, position in
      key.strategy == "icl" || (key.seed == 1 && position < 2)
    }
    let text = MarkdownReport(try report("latest")).text
    #expect(
      text.hasPrefix(
        "# made-up\n\n> **INCOMPLETE: 16 of the 40 answers asked for are missing; the figures stand "
          + "on the other 24, "))
    #expect(text.contains("by --limit 5 for each task and seed; 24 of 40 answered.\n"))
    #expect(text.contains("| 4/20 | 36 | 0 | 2/2 |"))
    #expect(text.contains(" (2/10) | ") && text.contains(" (10/10) | 100.0 | in brackets | 18 |"))
    #expect(text.contains("| 4/20 |\n"))
  }

  @Test func `what was not asked is told from what was not answered`() throws {
    let limits: [Int?] = [nil, 9, 100]
    for (place, limit) in limits.enumerated() {
      try MadeUpRun.write(
        to: store, id: "whole-\(place)", configuration: MadeUpRun.configuration(limit: limit))
      let text = MarkdownReport(try report("whole-\(place)")).text
      #expect(
        text.contains("\nAll 36 queries of the data asked of each strategy; all 72 answered.\n"))
      #expect(text.contains("| 36/36 | 36 | 0 | 2/2 |") && !text.contains("INCOMPLETE"))
    }
    try MadeUpRun.write(
      to: store, id: "part", configuration: MadeUpRun.configuration(strategies: ["icl"], limit: nil)
    ) { _, position in position < 5 }
    let text = MarkdownReport(try report("part")).text
    #expect(text.contains("\nAll 36 queries of the data asked; 20 of 36 answered.\n"))
    #expect(text.contains("> **INCOMPLETE: 16 of the 36 answers asked for are missing; "))
    #expect(text.contains("| 20/36 | 36 | 0 | 2/2 |"))
  }

  @Test func `answers without text are counted, and are wrong`() throws {
    try MadeUpRun.write(to: store, content: .init(answer: { $0 < 2 ? "" : "the dog" }))
    let report = try report("latest")
    let average = report.columns[0].series.average()
    #expect(average.unread == 8 && average.value == 0.6)
    #expect(MarkdownReport(report).text.contains("| 20/20 | 36 | 8 | 2/2 |"))
    #expect(try HTMLReport(report).text().contains("<td data-name=\"unread\">8</td>"))
  }

  @Test func `Markdown has each seed, each task and the averages, with what ttt gains`() throws {
    try MadeUpRun.write(
      to: store, configuration: MadeUpRun.configuration(strategies: ["icl", "ttt"]),
      content: .init(answer: { $0 == 0 ? nil : "the dog" }))
    let report = try report("latest")
    let text = MarkdownReport(report).text
    #expect(text.contains("| seed | icl | ttt | ttt − icl |"))
    #expect(text.contains("| task | icl | ttt | ttt − icl | always one answer | answered/asked |"))
    let pairing = try #require(report.mainPairing)
    let gain = (1000 * (try #require(pairing.comparison.difference))).rounded() / 10
    #expect(
      text.contains(gain == 0 ? " | 0.0 | 100.0 | 20/20 | 36 |" : "\(abs(gain)) | 100.0 | 20/20"))
    let rows = text.split(separator: "\n")
    #expect(rows.count { $0.hasPrefix("| average | ") } == 1)
    for seed in report.seeds {
      let average = try #require(report.columns[0].series.average(seed: seed).value)
      let percent = "\((1000 * average).rounded() / 10)"
      #expect(rows.contains { $0.hasPrefix("| \(seed) | \(percent) ± ") })
    }
    #expect(rows.contains("    hone report made-up-1"))
  }

  @Test func `a variant of ttt is compared with ttt, too, of its own run or of the first`() throws {
    let variants = ["ttt-direct", "ttt-shared"]
    try MadeUpRun.write(
      to: store, id: "one", configuration: MadeUpRun.configuration(strategies: ["icl", "ttt"]))
    try MadeUpRun.write(
      to: store, id: "two", configuration: MadeUpRun.configuration(strategies: variants, seeds: [1])
    )
    try MadeUpRun.write(
      to: store, id: "three",
      configuration: MadeUpRun.configuration(strategies: ["icl", "ttt"] + variants))
    func pairs(_ report: EvidenceReport) -> [[Int]] {
      report.pairings.map { [$0.candidate, $0.baseline] }
    }
    #expect(try pairs(report("three")) == [[1, 0], [2, 0], [3, 0], [2, 1], [3, 1]])
    let both = try report("one", "two")
    #expect(pairs(both) == [[1, 0], [2, 0], [2, 1], [3, 0], [3, 1]])
    #expect(both.pairings.last?.comparison.pairs == 10)
    #expect(MarkdownReport(both).text.contains("\n\none: 20 of the data's 36 queries asked"))
    // Only what a strategy is compared with first stands in the table.
    #expect(try HTMLReport(report("three")).text().contains(">against icl</th>"))
  }

  @Test func `a half is rounded as the command rounds it`() throws {
    // 37 of 80 right.
    try MadeUpRun.write(
      to: store,
      configuration: MadeUpRun.configuration(
        strategies: ["icl"], seeds: [1], tasks: ["letters"], limit: 80),
      content: .init(items: 83, answer: { $0 < 37 ? "the dog" : "no" }))
    #expect(MarkdownReport(try report("latest")).text.contains("| icl | 46.3 | "))
  }

  @Test func `Markdown escapes names`() throws {
    try MadeUpRun.write(
      to: store, label: "<b>|\n# x",
      configuration: MadeUpRun.configuration(tasks: ["a|b", "<script>", "*x*", "a_b", "_c_ d"]))
    let text = MarkdownReport(try report("latest")).text
    #expect(text.contains("| a\\|b |") && text.contains("| &lt;script&gt; |"))
    #expect(text.contains("| a_b |") && text.contains("| \\_c\\_ d |"))
    #expect(text.contains("| \\*x\\* |") && text.contains("&lt;b&gt;\\| \\# x"))
    #expect(!text.contains("<b>|\n"))
  }

  @Test func `the command names what makes the run anew`() throws {
    try MadeUpRun.write(
      to: store, label: "it's", configuration: MadeUpRun.configuration(strategies: ["icl", "ttt"]))
    let text = MarkdownReport(try report("latest")).text
    #expect(
      text.contains(
        "    hone bench run made-up --strategies icl,ttt --seeds 1,\(UInt64.max) "
          + "--tasks letters,numbers --demonstrations 3 --limit 5 --model tiny --compute float32 "
          + "--label 'it'\\''s'\n"))
  }

  @Test func `two runs stand side by side, and what flipped is counted`() throws {
    try MadeUpRun.write(to: store, id: "one")
    try MadeUpRun.write(
      to: store, id: "two", label: "again",
      configuration: MadeUpRun.configuration(
        strategies: ["icl", "ttt"], seeds: [1], modelSHA256: "f00d"))
    let report = try report("one", "again", "one")
    #expect(
      report.columns.map(\.title) == [
        "zero-shot (one)", "icl (one)", "icl (again)", "ttt (again)",
      ])
    #expect(report.pairings.map { [$0.candidate, $0.baseline] } == [[0, 1], [3, 2], [2, 1]])
    let across = try #require(report.pairings.last).comparison
    #expect(across.pairs == 10 && across.total == 10 && across.flips.isEmpty)
    #expect(report.warnings.count == 1)
    #expect(
      report.warnings[0]
        == "again differs from one: another file of model tiny; seeds 1, not 1 \(UInt64.max)")
    #expect(report.seeds == [1, .max] && report.tasks == ["letters", "numbers"])
  }

  @Test func `runs of two suites are refused`() throws {
    try MadeUpRun.write(to: store, id: "one")
    try MadeUpRun.write(
      to: store, id: "two", configuration: MadeUpRun.configuration(suite: "other", seeds: [4]))
    let error = #expect(throws: BenchError.self) { try report("one", "two") }
    #expect(error?.code == .mismatch)
    #expect(error?.message.contains("two one of other") == true)
  }
}

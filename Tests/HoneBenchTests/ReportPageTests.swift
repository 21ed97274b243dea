// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneBench
import HoneTesting
import Testing

/// The HTML page, as text and in a browser.
@Suite struct ReportPageTests {
  private let folder: TemporaryFolder
  private let store: RunStore

  init() throws {
    folder = try TemporaryFolder()
    store = try RunStore(path: folder.path + "/runs.sqlite", access: .writing)
  }

  private func report(_ names: String..., note: String? = nil) throws -> EvidenceReport {
    try EvidenceReport(names.map(store.run), in: store, note: note, resamples: 100)
  }

  private func record(trainingsOf strategy: String) throws {
    for (seed, task) in [(UInt64(1), "letters"), (.max, "letters"), (1, "numbers")] {
      try store.record(
        TrainingRecord(
          strategy: strategy, seed: seed, task: task, losses: [2.5, 1.25, 1, 0.5],
          cost: Cost(tokens: 1000, seconds: 20)), run: "made-up-1")
    }
  }

  /// The texts between two others.
  private func parts(_ text: String, from start: String, to end: String) -> [Substring] {
    text.components(separatedBy: start).dropFirst().map {
      $0[..<($0.range(of: end)?.lowerBound ?? $0.endIndex)]
    }
  }

  /// What the page's script reads.
  private func data(_ page: String) throws -> [String: Any] {
    let block = try #require(
      parts(page, from: "<script type=\"application/json\" id=\"data\">", to: "</script>").first)
    return try #require(
      try JSONSerialization.jsonObject(with: Data(block.utf8)) as? [String: Any])
  }

  // MARK: Figures

  @Test func `the page's figures are the store's`() throws {
    try MadeUpRun.write(
      to: store, configuration: MadeUpRun.configuration(strategies: ["zero-shot", "icl", "ttt"])
    ) { key, position in key.strategy != "ttt" || position < 3 }
    try record(trainingsOf: "ttt")
    let report = try report("latest")
    let page = try HTMLReport(report).text()
    let cards = parts(page, from: "<article class=\"card task\">", to: "</article>")
    #expect(cards.count == 2)
    let cells = try store.cells(of: report.runs[0].record)
    for (task, card) in zip(report.tasks, cards) {
      #expect(card.contains("<h3>\(task)</h3>"))
      for strategy in report.columns.map(\.title) {
        let some = cells.filter { $0.key.task == task && $0.key.strategy == strategy }
        let score = some.reduce(0) { $0 + $1.score }
        let count = some.reduce(0) { $0 + $1.attempted }
        let percent = (1000 * score / Double(count)).rounded() / 10
        let row = try #require(card.components(separatedBy: ">\(strategy)<").last)
        #expect(row.contains("<b>\(percent)</b>"))
        let part =
          "\(count)/\(some.reduce(0) { $0 + $1.total }) of "
          + "\(some.reduce(0) { $0 + $1.available })"
        #expect(row.contains(">\(part)</span>"))
      }
    }
    for column in report.columns {
      let percent = (1000 * (try #require(column.series.average().value))).rounded() / 10
      #expect(page.contains("aria-label=\"\(column.title): \(percent) %\""))
    }
    #expect(page.contains("INCOMPLETE: 52 of 60 answers asked for"))
    for pairing in report.pairings {
      let comparison = pairing.comparison
      #expect(page.contains("\(comparison.gains) gained, \(comparison.losses) lost; McNemar p "))
    }
    // 3 trainings of 20 s and 12 answers of 0.25 s.
    #expect(page.contains("<td data-name=\"time\">63 s</td>"))
    #expect(
      parts(page, from: "<g class=\"loss\">", to: "</g>").map { $0.split(separator: "<path").count }
        == [3])
  }

  @Test func `every answer of the store stands in the page`() throws {
    try MadeUpRun.write(to: store) { key, position in key.seed == 1 || position > 1 }
    let page = try HTMLReport(try report("latest")).text()
    let data = try data(page)
    let seeds = try #require(data["seeds"] as? [String])
    #expect(seeds == ["1", "\(UInt64.max)"])
    let columns = try #require(data["columns"] as? [[String: Any]])
    var results: [String: ItemResult] = [:]
    for result in try store.results(of: "made-up-1") {
      let cell = result.cell
      results["\(cell.task) \(result.item) \(cell.strategy) \(cell.seed)"] = result
    }
    let items = try store.items(of: "made-up-1")
    for task in try #require(data["tasks"] as? [[String: Any]]) {
      let name = try #require(task["name"] as? String)
      let pieces = try #require(task["pieces"] as? [String])
      let answers = try #require(task["answers"] as? [[Any]])
      let rows = try #require(task["items"] as? [[Any]])
      #expect(rows.count == items[name]?.count)
      for row in rows {
        let id = try #require(row[0] as? String)
        let item = try #require(items[name]?.first { $0.id == id })
        let input = try #require(row[1] as? [Int]).map { pieces[$0] }.joined()
        #expect(input == item.input && row[2] as? String == item.expected)
        let cells = try #require(row[3] as? [Int])
        for (place, cell) in cells.enumerated() {
          let title = try #require(columns[place / 2]["title"] as? String)
          let result = results.removeValue(forKey: "\(name) \(id) \(title) \(seeds[place % 2])")
          #expect((result != nil) == (cell > 0))
          guard let result, cell > 0 else { continue }
          let answer = answers[cell - 1]
          #expect(answer[0] as? String == result.answer)
          #expect(answer[1] as? Double == result.score)
        }
      }
    }
    #expect(results.isEmpty)
  }

  // MARK: Hostile texts

  private static let hostile = [
    "</script><script>document.documentElement.dataset.error='x'</script>",
    "<img src=x onerror=document.documentElement.dataset.error='y'>", "<!-- <script>",
    "\"\u{301} onload=\u{301}\"<\u{338}b>\u{301}&\u{301}amp;'\u{301}",
    "\u{2028}\u{1}\u{7F}\\\"\r\n",
    "{{data}} {{{script}}} {{>x}} {{#tasks}}", "javascript:alert(1)",
  ]

  private func writeHostileRun() throws {
    let tasks = Self.hostile.enumerated().map { "\($0.offset) \($0.element)" }
    let configuration = MadeUpRun.configuration(
      suite: Self.hostile[1], strategies: ["icl", "ttt"] + Self.hostile, seeds: [1], tasks: tasks,
      limit: 7,
      modelSHA256: Self.hostile[3])
    try MadeUpRun.write(
      to: store, label: Self.hostile.joined(), configuration: configuration,
      content: .init(answer: { Self.hostile[$0 % Self.hostile.count] }))
  }

  @Test func `no text of a run becomes markup or script`() throws {
    try writeHostileRun()
    let page = try HTMLReport(try report("latest", note: Self.hostile.joined())).text()
    #expect(page.components(separatedBy: "<script").count == 3)
    #expect(page.components(separatedBy: "</script").count == 3)
    // In JSON a quotation mark is led by a backslash.
    let markup = page.components(separatedBy: "<script")[0]
    for (text, place) in [
      ("<img", page), ("<!--", page), ("<\u{338}", page), ("\"\u{301}", markup),
      ("'\u{301}", markup),
    ] {
      #expect(place.unicodeScalars.firstRange(of: text.unicodeScalars) == nil, "\(text)")
    }
    #expect(markup.contains("{{data}} {{{script}}} {{&gt;x}} {{#tasks}}"))
    let data = try data(page)
    let tasks = try #require(data["tasks"] as? [[String: Any]])
    for (task, text) in zip(tasks, Self.hostile) {
      #expect((task["name"] as? String)?.hasSuffix(text) == true)
      let answers = try #require(task["answers"] as? [[Any]]).compactMap { $0.first as? String }
      #expect(Set(answers) == Set(Self.hostile))
    }
  }

  @Test(.enabled(if: Browser.path != nil, Comment(rawValue: Browser.missing)))
  func `a browser runs nothing that a run brings`() throws {
    try writeHostileRun()
    let file = try folder.write(
      "page.html", try HTMLReport(try report("latest", note: Self.hostile.joined())).text())
    let visit = try Browser.visit(file, address: "#items&task=1")
    #expect(visit.console == [])
    #expect(visit.document.contains("data-ready=\"yes\""))
    #expect(visit.document.contains("data-verified=\"yes\""))
    #expect(!visit.document.contains("data-error="))
  }

  // MARK: In a browser

  @Test(
    .enabled(if: Browser.path != nil, Comment(rawValue: Browser.missing)), arguments: [360, 1280])
  func `a browser opens the page without error and counts the same`(width: Int) throws {
    try MadeUpRun.write(
      to: store, configuration: MadeUpRun.configuration(strategies: ["zero-shot", "icl", "ttt"]))
    try record(trainingsOf: "ttt")
    let file = try folder.write("page.html", try HTMLReport(try report("latest")).text())
    let visit = try Browser.visit(file, width: width)
    #expect(visit.console == [])
    #expect(visit.document.contains("data-ready=\"yes\""))
    #expect(visit.document.contains("data-verified=\"yes\""))
    #expect(!visit.document.contains("data-error="))
    let shown = parts(visit.document, from: "<article class=\"card item\">", to: "</article>")
    #expect(try shown.count == store.items(of: "made-up-1").values.reduce(0) { $0 + $1.count })
  }

  @Test(.enabled(if: Browser.path != nil, Comment(rawValue: Browser.missing)))
  func `a browser says so when the answers do not give the figures`() throws {
    try MadeUpRun.write(to: store)
    let page = try HTMLReport(try report("latest")).text()
    let changed = page.replacing("[\"the dog\",1]", with: "[\"the dog\",0]")
    // Votes stand behind the score where there are several candidates.
    let damaged = changed.replacing("[\"the dog\",1,", with: "[\"the dog\",0,")
    #expect(damaged != page)
    let visit = try Browser.visit(try folder.write("page.html", damaged))
    #expect(visit.document.contains("data-verified=\"no\""))
    #expect(visit.document.contains("was changed or is damaged"))
  }

  @Test(.enabled(if: Browser.path != nil, Comment(rawValue: Browser.missing)))
  func `a browser shows the items that flipped between two runs`() throws {
    try MadeUpRun.write(to: store, id: "one")
    let configuration = MadeUpRun.configuration(modelSHA256: "f00d")
    let answers = ["the dog", "no"]
    try MadeUpRun.write(
      to: store, id: "two", configuration: configuration,
      content: .init(answer: { answers[$0 % 2] }))
    let report = try report("one", "two")
    let pairing = try #require(report.pairings.last)
    #expect(report.columns[pairing.candidate].title == "icl (two)")
    #expect(report.columns[pairing.baseline].title == "icl (one)")
    let comparison = pairing.comparison
    #expect(comparison.gains > 0 && comparison.losses > 0)
    let page = try HTMLReport(report).text()
    let link = "#items&column=\(pairing.candidate)&against=\(pairing.baseline)&show="
    #expect(page.contains("href=\"\((link + "flipped").replacing("&", with: "&amp;"))\""))
    let file = try folder.write("page.html", page)
    for (show, flips) in [
      ("flipped", comparison.flips), ("gained", comparison.flips.filter(\.isGain)),
      ("lost", comparison.flips.filter { !$0.isGain }),
    ] {
      let document = try Browser.visit(file, address: link + show).document
      #expect(
        document.contains(
          "against icl (one): \(comparison.gains) gained, \(comparison.losses) lost"))
      let shown = parts(document, from: "<article class=\"card item\"><h3>", to: "</h3>")
      #expect(Set(shown.map(String.init)) == Set(flips.map { "\($0.task) · item \($0.item)" }))
    }
  }

  // MARK: Size

  @Test func `27 tasks of 100 items, 5 strategies and 3 seeds are less than 3 MB`() throws {
    // As long as the suite's inputs on average, and less alike than they are.
    let words = (0..<400).map { number in
      String(UnicodeScalar(UInt8(97 + number % 26))) + "\(number * 7919 % 1000)ing"
    }
    let configuration = MadeUpRun.configuration(
      strategies: ["zero-shot", "icl", "icl-majority", "ttt", "ttt-shared"], seeds: [42, 43, 44],
      tasks: (0..<27).map { "a_task_with_a_long_name_\($0)" }, limit: 100)
    let content = MadeUpRun.Content(items: 250) { task, item in
      var state = UInt64(item) &* 1009 &+ task.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) }
      return (0..<56).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return words[Int(state >> 33) % words.count]
      }.joined(separator: " ")
    }
    try MadeUpRun.write(to: store, configuration: configuration, content: content)
    let report = try EvidenceReport(
      [try store.run("latest")], in: store, resamples: 1)
    #expect(report.attempted == 40_500)
    let page = try HTMLReport(report).text()
    #expect(page.utf8.count < 3_000_000, "\(page.utf8.count)")
    #expect(page.utf8.count > 2_000_000, "the inputs are shorter than they should be")
    guard Browser.path != nil else { return }
    let visit = try Browser.visit(try folder.write("page.html", page))
    #expect(visit.console == [] && visit.document.contains("data-verified=\"yes\""))
  }
}

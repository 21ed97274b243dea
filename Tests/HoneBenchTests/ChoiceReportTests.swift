// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneAdaptation
import HoneTesting
import Testing

@testable import HoneBench

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What `auto` chose, in the page and as a drawing by itself.
@Suite struct ChoiceReportTests {
  private static let hostile = "</svg><script>x</script> & \u{7}\"'\u{301}<\u{338}b>"
  private let folder: TemporaryFolder
  private let store: RunStore

  init() throws {
    folder = try TemporaryFolder()
    store = try RunStore(path: folder.path + "/runs.sqlite", access: .writing)
  }

  /// Three predictions: 94 % and 10 % of the first task, of which 100 % and 0 % came, and 40 % of the
  /// second, of which 60 % came.
  private func write(
    id: String = "r", seed: UInt64 = 1, tasks: [String] = ["easy", hostile]
  ) throws {
    _ = try MadeUpChoices.run(in: store, id: id, seeds: [seed], tasks: tasks) { cell, position in
      cell.key.task == tasks[0] ? cell.key.strategy != "ttt" : position < 3
    }
    for (task, decision) in zip(
      tasks,
      [
        MadeUpChoices.decision(.inContext, [.inContext: 0.94, .testTimeTraining: 0.1]),
        MadeUpChoices.decision(.testTimeTraining, [.testTimeTraining: 0.4], isHopeless: true),
      ])
    {
      try MadeUpChoices.record(decision, of: task, seed: seed, run: id, in: store)
    }
  }

  private func report(_ names: String...) throws -> EvidenceReport {
    try EvidenceReport(names.map(store.run), in: store, resamples: 100)
  }

  /// Every start tag of a text that is XML.
  private final class Elements: NSObject, XMLParserDelegate {
    private(set) var found: [(name: String, attributes: [String: String])] = []

    init(_ text: String) throws {
      super.init()
      let parser = XMLParser(data: Data(text.utf8))
      parser.delegate = self
      try #require(parser.parse(), "line \(parser.lineNumber) of \(text)")
    }

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) { found.append((name, attributes)) }
  }

  // MARK: The chart

  @Test func `every prediction lies where it was expected and came`() throws {
    try write()
    let chart = try #require(CalibrationChart(0, in: try report("r")))
    // From 40 to 348 and from 332 to 24.
    #expect(chart.dots.map(\.x) == ["163.2", "329.5", "70.8"])
    #expect(chart.dots.map(\.y) == ["147.2", "24.0", "332.0"])
    // As in the rest of the page, where auto is the third column.
    #expect(chart.dots.map(\.color) == ["c1", "c0", "c1"])
    #expect(chart.keys.map(\.name) == ["icl", "ttt"])
    #expect(chart.keys.map(\.color) == ["c0", "c1"])
    #expect(chart.dots[0].hint.hasPrefix("ttt, </svg>"))
    #expect(chart.dots[0].hint.hasSuffix("seed 1: expected 40.0 %, actual 60.0 % of 5 answers"))
    // One prediction has no spread.
    #expect(chart.means.map(\.x) == ["70.8", "163.2", "329.5"])
    #expect(chart.means.allSatisfy { $0.low == $0.y && $0.high == $0.y })
    // (0.06 + 0.1 + 0.2) / 3
    #expect(
      chart.caption.joined(separator: " ")
        == "3 predictions, calibration error 0.120: on average the expected and the actual mean of "
        + "a tenth lie 12.0 points apart.")
  }

  @Test func `a tenth's mean has the error of what came`() throws {
    try MadeUpChoices.record(
      MadeUpChoices.decision(.inContext, [.inContext: 0.42]), of: "easy",
      run: try MadeUpChoices.run(in: store) { cell, position in
        position < (cell.key.task == "easy" ? 2 : 4)
      }.id, in: store)
    try MadeUpChoices.record(
      MadeUpChoices.decision(.inContext, [.inContext: 0.48]), of: "hard", in: store)
    let chart = try #require(CalibrationChart(0, in: try report("r")))
    // 40 % and 80 %: 60 ± 20 %.
    let mean = try #require(chart.means.first)
    #expect(chart.means.count == 1)
    #expect(mean.x == "178.6" && mean.y == "147.2" && mean.low == "208.8" && mean.high == "85.6")
    #expect(mean.hint == "mean of 2: expected 45.0 %, actual 60.0 ± 20.0 %")
  }

  // MARK: The page

  @Test func `the page has the choices of a run that has some`() throws {
    try write()
    let report = try report("r")
    let page = try HTMLReport(report).text()
    #expect(page.contains("<a href=\"#choices\">Choices</a>"))
    let start = try #require(page.range(of: "<section id=\"choices\">"))
    let section = page[start.upperBound...].prefix { $0 != "\0" }
    let end = try #require(section.range(of: "</section>"))
    let elements = try Elements("<section>" + section[..<end.upperBound])
    let circles = elements.found.filter { $0.name == "circle" }
    // Dots, means, two strategies and what a mean is.
    #expect(circles.count == 3 + 3 + 2 + 1)
    let markdown = MarkdownReport(report).text
    let summary = try #require(report.runs[0].choices)
    let predictions = try #require(ChoiceTable.predictions(summary))
    for table in ChoiceTable.choices(summary) + [predictions] {
      #expect(section.contains("<h3>\(table.title)</h3>"))
      #expect(markdown.contains(table.words))
      for row in table.rows {
        let cells = row.cells.map { "<td>\($0)</td>" }.joined()
        #expect(section.contains("<tr>\(cells)</tr>"), "\(cells) is missing in \(section)")
      }
    }
    #expect(section.contains("calibration error 0.120: on average"))
    #expect(section.contains("Called hopeless: 1, of whose answers 60.0 % were right."))
  }

  @Test func `the page of a run without choices has no such section`() throws {
    try MadeUpRun.write(to: store)
    let page = try HTMLReport(try report("made-up-1")).text()
    #expect(!page.contains("choices\"") && !page.contains(">Choices<"))
  }

  @Test func `choices of several runs stand under their names`() throws {
    try write(id: "one")
    try write(id: "two", seed: 2)
    try MadeUpRun.write(to: store, configuration: MadeUpRun.configuration(tasks: ["easy"]))
    let report = try report("one", "made-up-1", "two")
    let page = try HTMLReport(report).text()
    #expect(page.components(separatedBy: "<section id=\"choices\">").count == 2)
    #expect(page.components(separatedBy: ">What auto chose<").count == 3)
    let start = try #require(page.range(of: "<section id=\"choices\">"))
    #expect(page[start.upperBound...].contains("<h3>one</h3>"))
    let svg = try CalibrationReport(report).text()
    #expect(svg.contains("made-up, tiny, one<") && svg.contains("made-up, tiny, two<"))
    #expect(svg.components(separatedBy: "What auto expected, and what came of it").count == 3)
    let circles = try Elements(svg).found.filter { $0.name == "circle" }
    #expect(circles.count == 2 * (3 + 3 + 2 + 1))
  }

  @Test(
    .enabled(if: Browser.path != nil, Comment(rawValue: Browser.missing)), arguments: [400, 1280])
  func `a browser shows the choices without error`(width: Int) throws {
    try write()
    let file = try folder.write("page.html", try HTMLReport(try report("r")).text())
    let visit = try Browser.visit(file, address: "#choices", width: width)
    #expect(visit.console == [])
    #expect(visit.document.contains("data-verified=\"yes\""))
    #expect(!visit.document.contains("data-error="))
  }

  // MARK: The file

  @Test func `the drawing is well-formed XML that loads nothing`() throws {
    try write()
    let svg = try CalibrationReport(try report("r")).text()
    let elements = try Elements(svg).found
    #expect(elements.first?.name == "svg")
    #expect(elements.first?.attributes["xmlns"] == "http://www.w3.org/2000/svg")
    #expect(elements.count { $0.name == "circle" } == 3 + 3 + 2 + 1)
    // A ground of its own, below all else.
    let shapes = elements.filter { ["rect", "g", "circle", "line", "text"].contains($0.name) }
    #expect(shapes.first?.name == "rect" && shapes.first?.attributes["fill"] == "#ffffff")
    #expect(
      shapes.first?.attributes["height"].map { svg.contains("viewBox=\"0 0 360 \($0)\"") } == true)
    #expect(!elements.contains { ["script", "image", "foreignObject", "b"].contains($0.name) })
    #expect(!svg.contains("href") && !svg.contains("url(") && !svg.contains("var("))
    #expect(!svg.contains("nan") && !svg.contains("inf"))
    #expect(svg.contains("sans-serif") && svg.hasSuffix("</svg>\n"))
    for color in ["c0", "c1"] { #expect(svg.contains(".\(color){fill:#")) }
    #expect(svg.contains("calibration error 0.120"))
  }

  @Test func `a drawing of nothing is refused`() throws {
    try MadeUpRun.write(to: store)
    let nothing = try report("made-up-1")
    let error = #expect(throws: BenchError.self) { try CalibrationReport(nothing) }
    #expect(error?.code == .unsuitable)
    #expect(error?.message.contains("made-up-1: auto chose nothing here") == true)
    // Decided, but nothing is answered yet.
    let run = try MadeUpChoices.run(in: store, strategies: ["auto"]) { _, _ in nil }
    try MadeUpChoices.record(
      MadeUpChoices.decision(.inContext, [.inContext: 0.9]), of: "easy", in: store)
    let alone = try report(run.id)
    let other = #expect(throws: BenchError.self) { try CalibrationReport(alone) }
    #expect(other?.message.contains("has nothing beside it") == true)
    let page = try HTMLReport(alone).text()
    #expect(page.contains("<section id=\"choices\">"))
    #expect(!page.contains("aria-label=\"expected and actual accuracy\""))
  }
}

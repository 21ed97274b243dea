// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneTensor

/// What `auto` expected and what came of it, as a picture by itself, a drawing for each run.
package struct CalibrationReport {
  private let content: Content

  /// - Throws: ``BenchError`` (`unsuitable`) if `auto` chose nothing in the runs, or nothing that can
  ///   be checked.
  package init(_ report: EvidenceReport) throws {
    guard report.runs.contains(where: { $0.choices != nil }) else {
      throw BenchError(
        .unsuitable,
        "\(Self.names(report)): auto chose nothing here; run it with --strategies "
          + "\(Self.candidates.joined(separator: ",")),auto")
    }
    let drawings = report.runs.indices.compactMap { place in
      CalibrationChart(place, in: report).map { (report.runs[place], $0) }
    }
    guard !drawings.isEmpty else {
      throw BenchError(
        .unsuitable,
        "\(Self.names(report)): what auto expected has nothing beside it; run it with any of "
          + Self.candidates.joined(separator: ", "))
    }
    content = Content(drawings, of: report)
  }

  /// The SVG file.
  package func text() throws -> String {
    try PageTemplate.render(content, into: Self.template)
  }

  private static let candidates = CandidateStrategy.allCases.map(\.rawValue)

  private static func names(_ report: EvidenceReport) -> String {
    report.runs.map(\.record.id).joined(separator: ", ")
  }

  private struct Content {
    struct Line {
      let text: String
      let y: String
    }

    struct Drawing {
      let y: String
      let heading: String
      let chart: CalibrationChart
      let caption: [Line]
    }

    let title: String
    let height: String
    let shownWidth: String
    let shownHeight: String
    let drawings: [Drawing]

    init(_ runs: [(run: EvidenceReport.Run, chart: CalibrationChart)], of report: EvidenceReport) {
      let title = "\(report.title): what auto expected, and what came of it".visible()
      var drawings: [Drawing] = []
      var y = CalibrationReport.headHeight
      for (run, chart) in runs {
        let heading =
          "\(report.title), \(run.record.configuration.model.name)"
          + (report.runs.count == 1 ? "" : ", \(run.tag)")
        drawings.append(
          Drawing(
            y: y.drawn, heading: CalibrationReport.shortened(heading.visible()), chart: chart,
            caption: chart.caption.enumerated().map { line, text in
              Line(text: text, y: (chart.height + 14 + 16 * Double(line)).drawn)
            }))
        y += chart.height + 16 * Double(chart.caption.count) + CalibrationReport.headHeight
      }
      self.title = title
      let height = y - CalibrationReport.headHeight + 10
      self.height = height.drawn
      shownWidth = (1.5 * CalibrationChart.width).drawn
      shownHeight = (1.5 * height).drawn
      self.drawings = drawings
    }
  }

  /// Above each drawing.
  private static let headHeight = 50.0

  /// At most what fits over the drawing.
  private static func shortened(_ text: String) -> String {
    text.count <= 56 ? text : text.prefix(55) + "…"
  }

  /// The page's light colours on their own ground, so that it can be read wherever it is shown.
  private static let template = """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 {{height}}" \
    width="{{shownWidth}}" height="{{shownHeight}}" role="img">
    <title>{{title}}</title>
    <style>
    text{font:11px sans-serif;fill:#1a1e24}text.title{font-size:13px;font-weight:600}
    text.muted,.grid text,text.axis{fill:#5a6472}
    .grid line{stroke:#d9dde3}.grid line.diagonal{stroke:#5a6472;stroke-dasharray:4 4}
    .dots circle{opacity:.45}.means circle{fill:#ffffff;stroke:#1a1e24;stroke-width:2}
    .means line{stroke:#1a1e24;stroke-width:2}
    .c0{fill:#6b7685}.c1{fill:#1f77b4}.c2{fill:#9467bd}.c3{fill:#d9660a}
    .c4{fill:#2a8a4a}.c5{fill:#c2477f}.c6{fill:#8a6a12}.c7{fill:#0e8a8a}
    </style>
    <rect width="360" height="{{height}}" fill="#ffffff"/>
    {{#drawings}}
    <g transform="translate(0 {{y}})">
    <text class="title" x="8" y="-30">What auto expected, and what came of it</text>
    <text class="muted" x="8" y="-14">{{heading}}</text>
    {{#chart}}
    {{>calibration}}
    {{/chart}}
    {{#caption}}<text class="muted" x="8" y="{{y}}">{{text}}</text>
    {{/caption}}
    </g>
    {{/drawings}}
    </svg>

    """
}

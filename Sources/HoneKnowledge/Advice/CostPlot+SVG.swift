// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor

extension CostPlot {
  private static let left = 70.0
  private static let top = 52.0
  private static let width = 500.0
  private static let height = 320.0
  private static var right: Double { left + width }
  private static var bottom: Double { top + height }

  /// A picture by itself, in light and dark.
  public func svg(title: String) -> String {
    let bottom = Self.bottom
    let size = bottom + 56 + 22 * Double(key.count)
    let parts =
      [grid, demandLine] + drawingOrder.map(line) + endLabels + badges + key
      + [
        text(title, Self.left, 22, "title"),
        text("queries", Self.right, bottom + 40, "quiet", anchor: "end"),
        text("cost for all queries", Self.left, 42, "quiet"),
      ]
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 780 \(number(size))" role="img">
      <title>\(title.escapedForXML)</title>
      \(Self.styleSheet)
      <rect class="ground" width="780" height="\(number(size))"/>
      \(parts.filter { !$0.isEmpty }.joined(separator: "\n"))
      </svg>

      """
  }

  private static let styleSheet = """
    <style>
    text{font:12px system-ui,sans-serif}text.title{font-size:14px;font-weight:600}
    text.recommended{font-weight:700}text.number{font-size:11px;font-weight:600}
    .way{fill:none;stroke-width:2}.way.recommended{stroke-width:3.5}.way.end{stroke-width:1}
    .axis{fill:none}.demand{stroke-dasharray:2 4}.drop{stroke-dasharray:1 3}
    \(Palette.light.rules)
    @media(prefers-color-scheme:dark){
    \(Palette.dark.rules)
    }
    </style>
    """

  private func px(_ queries: Double) -> Double { Self.left + x.position(queries) * Self.width }
  private func py(_ seconds: Double) -> Double {
    Self.bottom - y.position(seconds) * Self.height
  }

  private var grid: String {
    let (left, right, top, bottom) = (Self.left, Self.right, Self.top, Self.bottom)
    var parts: [String] = []
    var last = -Double.infinity
    for tick in x.countTicks {
      let place = px(tick.value)
      if place - last < 44 { continue }
      last = place
      parts.append(segment(place, top, place, bottom, "grid"))
      parts.append(text(tick.label, place, bottom + 20, "quiet", anchor: "middle"))
    }
    last = Double.infinity
    for tick in y.timeTicks {
      let place = py(tick.value)
      if last - place < 22 { continue }
      last = place
      parts.append(segment(left, place, right, place, "grid"))
      parts.append(text(tick.label, left - 8, place + 4, "quiet", anchor: "end"))
    }
    parts.append(
      "<polyline class=\"axis\" points=\"\(point(left, top)) \(point(left, bottom)) "
        + "\(point(right, bottom))\"/>")
    return parts.joined(separator: "\n")
  }

  private var demandLine: String {
    demandQueries.map { segment(px($0), Self.top, px($0), Self.bottom, "demand") } ?? ""
  }

  /// What the numbers and the dotted line mean, below the plot.
  private var key: [String] {
    let (left, first) = (Self.left, Self.bottom + 60)
    var rows = marks.enumerated().map { index, mark in
      let y = first + 22 * Double(index)
      return badge(mark, left + 8, y) + "\n" + text(mark.text, left + 26, y + 4)
    }
    if let demandQueries {
      let y = first + 22 * Double(marks.count)
      rows.append(
        segment(left + 8, y - 8, left + 8, y + 8, "demand") + "\n"
          + text("\(CostText.count(demandQueries)) queries: those asked for", left + 26, y + 4))
    }
    return rows
  }

  private func line(_ cost: WayCost) -> String {
    let points = (0...80).map { step -> String in
      let queries = x.value(at: Double(step) / 80)
      return point(px(queries), py(seconds(cost, queries)))
    }
    return "<polyline class=\"way \(cost.way.rawValue)\(emphasis(cost.way))\""
      + (cost.way == .inContextCached || cost.way == .fineTuned ? " stroke-dasharray=\"7 4\"" : "")
      + " points=\"\(points.joined(separator: " "))\"/>"
  }

  /// The ways' names at the ends of their lines, pushed apart where those meet.
  private var endLabels: [String] {
    let gap = 18.0
    let ends = costs.map { ($0, py(seconds($0, x.range.upperBound))) }.sorted { $0.1 < $1.1 }
    var places: [Double] = []
    for (_, end) in ends { places.append(max(end, (places.last ?? -.infinity) + gap)) }
    // What was pushed below the plot moves up again, and pushes what is above it.
    var limit = Self.bottom
    for index in places.indices.reversed() {
      places[index] = min(places[index], limit)
      limit = places[index] - gap
    }
    return zip(ends, places).map { end, place in
      let (cost, height) = end
      let name = cost.way.rawValue
      return segment(
        Self.right + 2, height, Self.right + 14, place, "way end \(name)")
        + "\n"
        + text(cost.way.title, Self.right + 18, place + 4, "\(name)\(emphasis(cost.way))")
    }
  }

  /// Numbers beside the crossings, pushed apart.
  private var badges: [String] {
    var taken: [(Double, Double)] = []
    return marks.map { mark in
      let (x, y) = (px(mark.queries), py(mark.seconds))
      var place = (x, y - 22)
      while place.1 > Self.top - 6,
        taken.contains(where: { abs($0.0 - place.0) < 20 && abs($0.1 - place.1) < 20 })
      { place.1 -= 20 }
      taken.append(place)
      return segment(x, y, x, Self.bottom, "drop") + "\n" + segment(x, y, x, place.1 + 8, "drop")
        + "\n<circle class=\"dot\" cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"3.5\"/>\n"
        + badge(mark, place.0, place.1)
    }
  }

  private func badge(_ mark: Mark, _ x: Double, _ y: Double) -> String {
    "<circle class=\"badge\" cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"8\"/>\n"
      + text("\(mark.number)", x, y + 4, "number", anchor: "middle")
  }

  // MARK: Parts

  private func emphasis(_ way: KnowledgeWay) -> String { way == recommended ? " recommended" : "" }

  private func segment(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ kind: String
  ) -> String {
    "<line class=\"\(kind)\" x1=\"\(number(x1))\" y1=\"\(number(y1))\" "
      + "x2=\"\(number(x2))\" y2=\"\(number(y2))\"/>"
  }

  private func text(
    _ content: String, _ x: Double, _ y: Double, _ kind: String = "plain",
    anchor: String = "start"
  ) -> String {
    "<text class=\"\(kind)\" x=\"\(number(x))\" y=\"\(number(y))\""
      + (anchor == "start" ? "" : " text-anchor=\"\(anchor)\"")
      + ">\(content.escapedForXML)</text>"
  }

  private func point(_ x: Double, _ y: Double) -> String { "\(number(x)),\(number(y))" }

  private func number(_ value: Double) -> String { value.fixed(1) }
}

/// Colours after Okabe & Ito, which those who see few can tell apart.
private struct Palette {
  let ground: String
  let ink: String
  let quiet: String
  let grid: String
  let ways: [KnowledgeWay: String]

  static let light = Palette(
    ground: "#fff", ink: "#222", quiet: "#666", grid: "#e4e4e4",
    ways: [
      .inContext: "#b34700", .inContextCached: "#a3487b", .fineTuned: "#0072b2",
      .augmented: "#00785a",
    ])
  static let dark = Palette(
    ground: "#16181c", ink: "#e8e8e8", quiet: "#a5a5a5", grid: "#2c2f36",
    ways: [
      .inContext: "#ff9d5c", .inContextCached: "#e79fc6", .fineTuned: "#6cbcf5",
      .augmented: "#4fd1a5",
    ])

  var rules: String {
    let colors = KnowledgeWay.allCases.map { way in
      let (name, color) = (way.rawValue, ways[way] ?? ink)
      return ".way.\(name){stroke:\(color)}text.\(name){fill:\(color)}"
    }
    return """
      .ground{fill:\(ground)}text{fill:\(ink)}text.quiet{fill:\(quiet)}.grid{stroke:\(grid)}
      .axis,.drop,.demand{stroke:\(quiet)}.dot{fill:\(ink)}.badge{fill:\(ground);stroke:\(ink)}
      \(colors.joined())
      """
  }
}

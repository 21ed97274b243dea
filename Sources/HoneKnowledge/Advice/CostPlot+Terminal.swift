// SPDX-License-Identifier: Apache-2.0

extension CostPlot {
  private static let height = 16

  /// The plot on a terminal, at most 80 columns wide, and below it what its signs mean.
  ///
  /// - Parameters:
  ///   - width: Columns of the terminal.
  ///   - isUnicode: Without, only ASCII is used.
  ///   - hasColor: Each way in a colour of its own, by escape sequences.
  public func lines(width: Int = 80, isUnicode: Bool = true, hasColor: Bool = false) -> [String] {
    let width = max(40, min(80, width))
    let style = Style(isUnicode: isUnicode, hasColor: hasColor)
    let ticks = timeRows
    let margin = (ticks.values.map(\.count).max() ?? 0) + 1
    let columns = width - margin - 1
    var lines = ["cost for all queries"]
    for (row, cells) in cells(columns: columns, style).enumerated() {
      let label = style.plain(ticks[row] ?? "")
      let pad = String(repeating: " ", count: margin - 1 - label.count)
      lines.append(trimmed(pad + label + " " + style.axis + cells.joined()))
    }
    lines.append(
      String(repeating: " ", count: margin) + style.corner
        + String(repeating: style.floor, count: columns))
    lines.append(countLine(columns: columns, margin: margin))
    return lines + key(width: width, style)
  }

  /// Labels of the rows, none directly below another.
  private var timeRows: [Int: String] {
    var rows: [Int: String] = [:]
    for tick in y.timeTicks {
      let row = self.row(tick.value)
      if rows[row] == nil, rows[row + 1] == nil, rows[row - 1] == nil { rows[row] = tick.label }
    }
    return rows
  }

  private func row(_ seconds: Double) -> Int {
    Int(((1 - y.position(seconds)) * Double(Self.height - 1)).rounded())
  }

  private func column(_ queries: Double, _ columns: Int) -> Int {
    Int((x.position(queries) * Double(columns - 1)).rounded())
  }

  private func cells(columns: Int, _ style: Style) -> [[String]] {
    var cells = Array(
      repeating: Array(repeating: " ", count: columns), count: Self.height)
    if let demandQueries {
      let column = column(demandQueries, columns)
      for row in cells.indices { cells[row][column] = style.demand }
    }
    for cost in drawingOrder {
      let sign = style.sign(cost.way)
      var last: Int?
      for column in 0..<columns {
        let queries = x.value(at: Double(column) / Double(columns - 1))
        let row = row(seconds(cost, queries))
        // A steep line has no holes.
        for between in row..<max(row + 1, last ?? row) { cells[between][column] = sign }
        last = row
      }
    }
    var taken: Set<[Int]> = []
    for mark in marks {
      let row = row(mark.seconds)
      let middle = column(mark.queries, columns)
      let places = [middle, middle + 1, middle - 1, middle + 2, middle - 2]
      let free = places.first {
        cells[row].indices.contains($0) && !taken.contains([row, $0])
      }
      guard let place = free else { continue }
      taken.insert([row, place])
      cells[row][place] = style.number(mark.number)
    }
    return cells
  }

  /// Numbers of queries, each below its place and none touching another.
  private func countLine(columns: Int, margin: Int) -> String {
    let title = " queries"
    var line = Array(repeating: Character(" "), count: columns)
    var free = 0
    for tick in x.countTicks {
      let start = max(0, column(tick.value, columns) - tick.label.count / 2)
      let end = start + tick.label.count
      guard start >= free, end + title.count <= columns else { continue }
      line.replaceSubrange(start..<end, with: Array(tick.label))
      free = end + 2
    }
    line.replaceSubrange(columns - title.count..<columns, with: Array(title))
    return String(repeating: " ", count: margin + 1) + String(line)
  }

  private func key(width: Int, _ style: Style) -> [String] {
    let titleWidth = (costs.map(\.way.title.count).max() ?? 0) + 2
    var rows: [(sign: String, text: String)] = costs.map { cost in
      let title = cost.way.title
      return (
        style.sign(cost.way),
        title + String(repeating: " ", count: titleWidth - title.count) + formula(cost)
      )
    }
    rows += marks.map { (style.number($0.number), $0.text) }
    if let demandQueries {
      rows.append((style.demand, "\(CostText.count(demandQueries)) queries: those asked for"))
    }
    return rows.map { sign, text in
      let text = style.plain(text)
      let room = width - 2
      return sign + " "
        + (text.count <= room ? text : text.prefix(room - style.ellipsis.count) + style.ellipsis)
    }
  }

  private func trimmed(_ line: String) -> String {
    String(line.reversed().drop { $0 == " " }.reversed())
  }
}

/// The signs of a plot.
private struct Style {
  let isUnicode: Bool
  let hasColor: Bool

  var axis: String { isUnicode ? "│" : "|" }
  var corner: String { isUnicode ? "└" : "+" }
  var floor: String { isUnicode ? "─" : "-" }
  var ellipsis: String { isUnicode ? "…" : "..." }
  var demand: String { isUnicode ? "┊" : ":" }

  func sign(_ way: KnowledgeWay) -> String {
    let (unicode, ascii, color) =
      switch way {
      case .inContext: ("○", "o", 33)
      case .inContextCached: ("●", "c", 35)
      case .fineTuned: ("△", "f", 36)
      case .augmented: ("▲", "a", 32)
      }
    return colored(isUnicode ? unicode : ascii, color)
  }

  func number(_ number: Int) -> String {
    colored("\(number)", 1)
  }

  private func colored(_ text: String, _ code: Int) -> String {
    hasColor ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  /// A text with what the terminal can show.
  func plain(_ text: String) -> String { isUnicode ? text : text.replacing("µ", with: "u") }
}

// SPDX-License-Identifier: Apache-2.0

/// Rows in aligned columns, at most 80 columns wide; the widest text column gives way.
package struct TextTable {
  package enum Alignment: Sendable { case left, right }

  private let header: [String]
  private let alignments: [Alignment]
  private var rows: [[String]] = []

  /// - Parameter columns: Headings and alignment; numbers stand to the right.
  package init(_ columns: [(heading: String, alignment: Alignment)]) {
    header = columns.map(\.heading)
    alignments = columns.map(\.alignment)
  }

  /// Adds a row; missing cells are empty, those too many are left out.
  package mutating func append(_ cells: [String]) {
    rows.append((0..<header.count).map { $0 < cells.count ? cells[$0] : "" })
  }

  /// The lines, without trailing spaces.
  package func lines(width: Int = 80) -> [String] {
    let hasHeader = header.contains { !$0.isEmpty }
    let all = (hasHeader ? [header] : []) + rows
    var widths = header.indices.map { column in all.map { $0[column].displayWidth }.max() ?? 0 }
    let gaps = 2 * max(0, widths.count - 1)
    let excess = widths.reduce(gaps, +) - width
    let textColumns = widths.indices.filter { alignments[$0] == .left }
    if excess > 0, let widest = textColumns.max(by: { widths[$0] < widths[$1] }) {
      widths[widest] = max(8, widths[widest] - excess)
    }
    return all.map { cells in
      let line = cells.indices.map { column in
        let cell = cells[column].shortened(to: widths[column])
        return alignments[column] == .left
          ? cell.rightPadded(to: widths[column]) : cell.leftPadded(to: widths[column])
      }.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  package var text: String { lines().joined(separator: "\n") }
}

extension String {
  package func leftPadded(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - displayWidth)) + self
  }

  package func rightPadded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - displayWidth))
  }

  /// At most `width` columns, the last an ellipsis if something is left out.
  package func shortened(to width: Int) -> String {
    if displayWidth <= width { return self }
    var result = ""
    var used = 0
    for character in self {
      used += character.displayWidth
      if used > width - 1 { break }
      result.append(character)
    }
    return width > 0 ? result + "…" : ""
  }

  /// Columns that the text takes on a terminal.
  package var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }
}

extension Character {
  /// Two for East Asian wide characters and emoji, nearly all of which stand in these ranges.
  fileprivate var displayWidth: Int {
    guard let scalar = unicodeScalars.first else { return 0 }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF,
      0x20000...0x3FFFD:
      return 2
    default:
      return scalar.properties.generalCategory == .nonspacingMark ? 0 : 1
    }
  }
}

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
    var widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
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
    String(repeating: " ", count: max(0, width - count)) + self
  }

  package func rightPadded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  /// At most `width` characters, the last an ellipsis if some are left out.
  package func shortened(to width: Int) -> String {
    count <= width ? self : String(prefix(max(0, width - 1))) + "…"
  }
}

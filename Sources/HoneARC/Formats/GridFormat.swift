// SPDX-License-Identifier: Apache-2.0

/// How grids are written as text.
///
/// A grid is `opening`, its rows with `rowSeparator` between them, each of cells with
/// `cellSeparator` between them, and `closing`. A grid that answers has `terminator` behind it.
package protocol GridFormat: Sendable {
  /// For settings and reports.
  var name: String { get }
  var opening: String { get }
  /// What stands for each colour, at most ten strings, none of which another begins with.
  var cells: [String] { get }
  var cellSeparator: String { get }
  var rowSeparator: String { get }
  var closing: String { get }
  /// Ends an output, in a demonstration as in a reply.
  var terminator: String { get }
}

extension GridFormat {
  /// A grid as it stands in a question.
  package func text(of grid: Grid) -> String {
    let rows = (0..<grid.height).map { row in
      grid.row(row).map { cells[Int($0)] }.joined(separator: cellSeparator)
    }
    return opening + rows.joined(separator: rowSeparator) + closing
  }

  /// A grid as it stands in an answer: with the terminator.
  package func reply(of grid: Grid) -> String { text(of: grid) + terminator }

  /// The grid of a text that ``text(of:)`` or ``reply(of:)`` wrote.
  ///
  /// - Returns: nil for any other text, and for grids beyond ``Grid/maxSide``.
  package func grid(fromText text: String) -> Grid? {
    var body = text[...]
    if !terminator.isEmpty, body.hasSuffix(terminator) { body.removeLast(terminator.count) }
    guard body.hasPrefix(opening) else { return nil }
    body.removeFirst(opening.count)
    guard body.hasSuffix(closing) else { return nil }
    body.removeLast(closing.count)
    let colors = colors
    var rows: [[Int]] = []
    for row in body.split(separator: rowSeparator, omittingEmptySubsequences: false) {
      let pieces =
        cellSeparator.isEmpty
        ? row.map { String($0) }
        : row.split(separator: cellSeparator, omittingEmptySubsequences: false).map(String.init)
      let cells = pieces.compactMap { colors[$0] }
      guard cells.count == pieces.count else { return nil }
      rows.append(cells)
    }
    return Grid(rows: rows).flatMap { $0.isWithinLimit ? $0 : nil }
  }

  /// The grid that a text means which nothing held to the format.
  ///
  /// What follows the first terminator is dropped if rows have none in them, as are brackets, fences of backticks and white
  /// space around. Each line end that is left begins a row, and the cells are dealt out to the rows
  /// evenly, wherever they stood.
  ///
  /// - Returns: nil if something is no cell, if the cells do not fill the rows evenly, or for grids
  ///   beyond ``Grid/maxSide``.
  /// - SeeAlso: Akyürek et al. 2024, arXiv 2411.07279, whose code reads its answers so.
  package func lenientGrid(fromText text: String) -> Grid? {
    var body = text[...]
    if !terminator.isEmpty, !rowSeparator.contains(terminator),
      let end = body.firstRange(of: terminator)
    {
      body = body[..<end.lowerBound]
    }
    // As a character "\r\n" is not "\n".
    let plain = String(body.unicodeScalars.filter { !"[]`\r".unicodeScalars.contains($0) })
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\n" }
    let trimmed = plain.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
    let rows = trimmed.count { $0 == "\n" } + 1
    let pieces =
      cellSeparator.isEmpty
      ? trimmed.filter { !isSpace($0) }.map { String($0) }
      : trimmed.split(whereSeparator: isSpace).map { String($0) }
    let colors = colors
    let cells = pieces.compactMap { colors[$0] }
    guard !cells.isEmpty, cells.count == pieces.count, cells.count.isMultiple(of: rows),
      rows <= Grid.maxSide, cells.count / rows <= Grid.maxSide
    else { return nil }
    return Grid(height: rows, width: cells.count / rows, cells: cells.map { UInt8($0) })
  }

  private var colors: [String: Int] {
    Dictionary(zip(cells, 0...), uniquingKeysWith: { first, _ in first })
  }
}

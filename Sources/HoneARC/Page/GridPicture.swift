// SPDX-License-Identifier: Apache-2.0

/// A grid as inline SVG: the most frequent colour under everything, one path of rectangles for each
/// of the others, lines between the cells.
struct GridPicture {
  /// Their names, as the key under the demonstrations says them; the style has the colours.
  static let colorNames = [
    "black", "blue", "red", "green", "yellow", "grey", "magenta", "orange", "light blue", "brown",
  ]

  let svg: String

  /// - Parameters:
  ///   - cell: A cell's side in pixels.
  ///   - label: What it shows, in words that need no escaping.
  ///   - right: The right grid, to cross out the cells that differ; only if it has the same shape.
  ///   - widest: Columns of the widest grid beside it, for all of them to shrink alike where their
  ///     places are narrower; nil not to shrink.
  init(_ grid: Grid, cell: Int, label: String, right: Grid? = nil, widest: Int? = nil) {
    let (height, width) = (grid.height, grid.width)
    let base = Tally(grid.cells).first
    var parts = ["<path class=\"k\(base)\" d=\"M0 0h\(width)v\(height)h-\(width)z\"/>"]
    for color in UInt8(0)..<UInt8(Grid.colorCount) where color != base {
      let path = Self.path(of: color, in: grid)
      if !path.isEmpty { parts.append("<path class=\"k\(color)\" d=\"\(path)\"/>") }
    }
    let lines =
      (1..<height).map { "M0 \($0)h\(width)" } + (1..<width).map { "M\($0) 0v\(height)" }
    if !lines.isEmpty { parts.append("<path class=\"mesh\" d=\"\(lines.joined())\"/>") }
    let misses = right.map { Self.misses(grid, $0) } ?? ""
    if !misses.isEmpty {
      parts.append("<path class=\"halo\" d=\"\(misses)\"/><path class=\"miss\" d=\"\(misses)\"/>")
    }
    let style = cell < 6 ? "grid fine" : "grid"
    let extent =
      widest.map {
        let share = PageNumber.fixed(100 * Double(width) / Double(max(width, $0)), 2)
        return "style=\"width:\(share)%;max-width:\(width * cell)px\""
      } ?? "width=\"\(width * cell)\" height=\"\(height * cell)\""
    svg =
      "<svg class=\"\(style)\" viewBox=\"0 0 \(width) \(height)\" \(extent) role=\"img\" "
      + "aria-label=\"\(label), \(height) by \(width)\">" + parts.joined() + "</svg>"
  }

  /// Runs of the colour, those that lie one under another as one rectangle.
  private static func path(of color: UInt8, in grid: Grid) -> String {
    struct Run: Hashable {
      let start: Int
      let length: Int
    }
    var path = ""
    var open: [Run: Int] = [:]
    for row in 0...grid.height {
      var runs: [Run] = []
      var column = 0
      while row < grid.height, column < grid.width {
        let start = column
        while column < grid.width, grid[row, column] == color { column += 1 }
        if column > start { runs.append(Run(start: start, length: column - start)) }
        column += 1
      }
      for (run, top) in open.sorted(by: { $0.key.start < $1.key.start }) where !runs.contains(run) {
        path += "M\(run.start) \(top)h\(run.length)v\(row - top)h-\(run.length)z"
        open[run] = nil
      }
      for run in runs where open[run] == nil { open[run] = row }
    }
    return path
  }

  /// Crosses on the cells that differ, if most are right: with more they would hide the grid.
  private static func misses(_ grid: Grid, _ right: Grid) -> String {
    guard let accuracy = grid.cellAccuracy(against: right), accuracy >= 0.5 else { return "" }
    return grid.cells.indices.filter { grid.cells[$0] != right.cells[$0] }.map {
      "M\($0 % grid.width).3 \($0 / grid.width).3l.4 .4m0-.4l-.4 .4"
    }.joined()
  }
}

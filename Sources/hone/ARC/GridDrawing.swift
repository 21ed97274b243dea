// SPDX-License-Identifier: Apache-2.0
import HoneARC

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Grids on the terminal: cells in the puzzles' colours, or digits where there are no colours.
package struct GridDrawing: Sendable, Hashable {
  package enum Colors: Sendable, Hashable {
    /// A digit for each cell.
    case none
    /// The nearest of the 256 that most terminals have.
    case palette256
    case trueColor
  }

  /// How large a cell is; digits are always one column.
  package enum CellSize: Sendable, Hashable {
    /// Two columns on a line, nearly a square.
    case full
    /// One column on half a line, two rows sharing a line; a whole line where the terminal's
    /// character set lacks half blocks.
    case half
  }

  /// A grid with what is said above it.
  package struct Panel: Sendable, Hashable {
    package var captions: [String]
    /// nil where there is none to show.
    package var grid: Grid?
    /// Whether an arrow leads to it from the panel before.
    package var followsArrow: Bool

    package init(_ captions: [String], _ grid: Grid?, followsArrow: Bool = false) {
      self.captions = captions
      self.grid = grid
      self.followsArrow = followsArrow
    }
  }

  package let colors: Colors
  package let isUnicode: Bool
  /// Columns that a line may have.
  package let width: Int

  package init(colors: Colors, isUnicode: Bool = true, width: Int = 80) {
    self.colors = colors
    self.isUnicode = isUnicode
    self.width = width
  }

  /// - Parameters:
  ///   - capabilities: What the terminal can do; standard output's by default.
  ///   - environment: Says how many colours it has: `COLORTERM` and `TERM`.
  package init(
    _ capabilities: Console.Capabilities = Console.outputCapabilities,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    let colors: Colors =
      if !capabilities.hasColor {
        .none
      } else if ["truecolor", "24bit"].contains((environment["COLORTERM"] ?? "").lowercased()) {
        .trueColor
      } else if (environment["TERM"] ?? "").contains("256color") {
        .palette256
      } else {
        .none
      }
    self.init(colors: colors, isUnicode: capabilities.isUnicode, width: capabilities.width)
  }

  // MARK: One grid

  /// The grid's lines; with colours, each ends as the terminal's own.
  package func lines(_ grid: Grid, _ size: CellSize = .full) -> [String] {
    switch (colors, size, isUnicode) {
    case (.none, _, _):
      return (0..<grid.height).map { grid.row($0).map { String($0) }.joined() }
    case (_, .half, true):
      return stride(from: 0, to: grid.height, by: 2).map { row in
        line(
          (0..<grid.width).map { column in
            let bottom =
              row + 1 < grid.height ? code(grid[row + 1, column], isBackground: true) : "49"
            return (code(grid[row, column], isBackground: false) + ";" + bottom, "▀")
          })
      }
    case (_, .full, _), (_, .half, false):
      let cell = size == .full ? "  " : " "
      return (0..<grid.height).map { row in
        line(grid.row(row).map { (code($0, isBackground: true), cell) })
      }
    }
  }

  /// Columns that the grid takes.
  private func columns(_ grid: Grid, _ size: CellSize) -> Int {
    colors != .none && size == .full ? 2 * grid.width : grid.width
  }

  /// Neighbours of one colour share its code.
  private func line(_ cells: [(code: String, text: String)]) -> String {
    var line = ""
    var current = ""
    for cell in cells {
      if cell.code != current { line += "\u{1B}[\(cell.code)m" }
      current = cell.code
      line += cell.text
    }
    return line + "\u{1B}[0m"
  }

  private func code(_ color: UInt8, isBackground: Bool) -> String {
    let kind = isBackground ? 48 : 38
    if colors == .palette256 { return "\(kind);5;\(Self.nearest[Int(color)])" }
    let value = Self.palette[Int(color)]
    return "\(kind);2;\(value >> 16);\(value >> 8 & 255);\(value & 255)"
  }

  /// The colours 0 … 9 as the puzzles are shown everywhere.
  private static let palette = [
    0x000000, 0x0074D9, 0xFF4136, 0x2ECC40, 0xFFDC00, 0xAAAAAA, 0xF012BE, 0xFF851B, 0x7FDBFF,
    0x870C25,
  ]
  /// Their nearest among the 240 fixed ones of 256.
  private static let nearest = [16, 32, 203, 41, 220, 248, 199, 208, 117, 88]

  // MARK: Several

  /// The largest size with which no grid takes over half a line, and the first three panels of
  /// every row, which are an input and two attempts, stand side by side.
  package func cellSize(for rows: [[Panel]]) -> CellSize {
    let isLarge = rows.contains { panels in
      panels.contains { panel in
        panel.grid.map { columns($0, .full) > width / 2 } ?? false
      } || extent(Array(panels.prefix(3)), .full) > width
    }
    return isLarge ? .half : .full
  }

  /// Panels side by side; those for which there is no room stand under the others.
  ///
  /// - Parameter size: The largest that fits, if nil.
  package func lines(_ panels: [Panel], _ size: CellSize? = nil) -> [String] {
    let size = size ?? cellSize(for: [panels])
    var rows: [[Panel]] = []
    for panel in panels {
      if let row = rows.last, extent(row + [panel], size) <= width {
        rows[rows.count - 1].append(panel)
      } else {
        var first = panel
        if panel.followsArrow, !rows.isEmpty, let caption = panel.captions.first {
          first.captions[0] = "→ " + caption
        }
        first.followsArrow = false
        rows.append([first])
      }
    }
    return Array(rows.map { row($0, size) }.joined(separator: [""]))
  }

  private static let arrow = "  →  "
  private static let gap = "    "
  /// Captions may be so much wider than a small grid.
  private static let captionWidth = 24

  private func extent(_ panels: [Panel], _ size: CellSize) -> Int {
    panels.enumerated().reduce(0) { sum, item in
      sum + (item.offset == 0 ? 0 : (item.element.followsArrow ? Self.arrow : Self.gap).count)
        + extent(item.element, size)
    }
  }

  private func extent(_ panel: Panel, _ size: CellSize) -> Int {
    let grid = panel.grid.map { columns($0, size) } ?? 0
    let captions = panel.captions.map(\.displayWidth).max() ?? 0
    return max(grid, min(captions, max(grid, Self.captionWidth)))
  }

  /// Panels that fit on a line.
  private func row(_ panels: [Panel], _ size: CellSize) -> [String] {
    let captionCount = panels.map(\.captions.count).max() ?? 0
    let drawn = panels.map { panel in panel.grid.map { lines($0, size) } ?? [] }
    let height = drawn.map(\.count).max() ?? 0
    return (0..<captionCount + height).map { index in
      // Only what is needed behind the last thing that stands on the line.
      var line = ""
      var padding = 0
      func append(_ text: String, _ width: Int) {
        if width == 0 { return }
        line += String(repeating: " ", count: padding) + text
        padding = 0
      }
      for (place, panel) in panels.enumerated() {
        if place > 0 {
          let middle = captionCount + (min(drawn[place - 1].count, drawn[place].count) - 1) / 2
          let isArrow = panel.followsArrow && index == middle
          let gap = panel.followsArrow ? Self.arrow : Self.gap
          if isArrow {
            append("  →", 3)
            padding += 2
          } else {
            padding += gap.count
          }
        }
        let extent = extent(panel, size)
        if index < captionCount {
          let caption = index < panel.captions.count ? panel.captions[index] : ""
          let text = caption.shortened(to: extent)
          append(text, text.displayWidth)
          padding += extent - text.displayWidth
        } else if index - captionCount < drawn[place].count, let grid = panel.grid {
          append(drawn[place][index - captionCount], columns(grid, size))
          padding += extent - columns(grid, size)
        } else {
          padding += extent
        }
      }
      return line
    }
  }
}

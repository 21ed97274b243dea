// SPDX-License-Identifier: Apache-2.0

/// A rectangle of colours 0 … 9, the first row on top.
public struct Grid: Sendable, Hashable {
  /// The most rows, and the most columns, that a puzzle's grid has.
  public static let maxSide = 30
  public static let colorCount = 10

  public let height: Int
  public let width: Int
  /// Colours, row after row.
  public let cells: [UInt8]

  /// - Parameter cells: `height · width` colours below 10.
  package init(height: Int, width: Int, cells: [UInt8]) {
    precondition(height > 0 && width > 0 && cells.count == height * width)
    precondition(cells.allSatisfy { $0 < Self.colorCount })
    self.height = height
    self.width = width
    self.cells = cells
  }

  /// A grid of which each cell is made from its row and column.
  package init(height: Int, width: Int, cell: (_ row: Int, _ column: Int) -> UInt8) {
    self.init(
      height: height, width: width,
      cells: (0..<height * width).map { cell($0 / width, $0 % width) })
  }

  /// - Returns: nil unless the rows are there, all equally long, and hold colours only.
  public init?(rows: [[Int]]) {
    guard let width = rows.first?.count, width > 0,
      rows.allSatisfy({ $0.count == width && $0.allSatisfy { (0..<Self.colorCount).contains($0) } })
    else { return nil }
    self.init(height: rows.count, width: width, cells: rows.flatMap { $0.map(UInt8.init) })
  }

  public subscript(row: Int, column: Int) -> UInt8 { cells[row * width + column] }

  /// The colours of a row.
  public func row(_ row: Int) -> ArraySlice<UInt8> { cells[row * width..<(row + 1) * width] }

  /// Every row, as JSON has them.
  public var rows: [[Int]] { (0..<height).map { row($0).map(Int.init) } }

  /// Cells of each of the ten colours.
  var colorCounts: [Int] {
    cells.reduce(into: [Int](repeating: 0, count: Self.colorCount)) { $0[Int($1)] += 1 }
  }

  /// Whether a puzzle may hold it: transformations can make grids that none does.
  public var isWithinLimit: Bool { height <= Self.maxSide && width <= Self.maxSide }
}

extension Grid: Codable {
  public init(from decoder: any Swift.Decoder) throws {
    let rows = try decoder.singleValueContainer().decode([[Int]].self)
    guard let grid = Grid(rows: rows) else {
      throw ARCError(.invalidTask, "no grid: expected equally long rows of numbers 0 … 9")
    }
    self = grid
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rows)
  }
}

extension Grid: CustomStringConvertible {
  /// A digit for each cell, a line for each row.
  public var description: String {
    (0..<height).map { row($0).map { String($0) }.joined() }.joined(separator: "\n")
  }
}

extension Grid {
  /// The grid that ``description`` writes.
  ///
  /// - Returns: nil for any other text.
  public init?(digits: String) {
    self.init(
      rows: digits.split(separator: "\n", omittingEmptySubsequences: false).map { row in
        row.utf8.map { Int($0) - 48 }
      })
  }
}

// SPDX-License-Identifier: Apache-2.0

/// A change of a grid's shape or of where its cells are; colours stay.
///
/// - SeeAlso: Akyürek et al. 2024, arXiv 2411.07279, Table 5.
public enum GridTransform: Sendable, Hashable {
  case identity
  /// Rotations are counter-clockwise.
  case rotate90
  case rotate180
  case rotate270
  /// The last row becomes the first.
  case flipUpDown
  /// The last column becomes the first.
  case flipLeftRight
  /// Mirrored at the diagonal through the first cell.
  case transpose
  /// Mirrored at the other diagonal.
  case antiTranspose
  /// The grid, with its flipped copy put on that side: one side is twice as long.
  case mirrorAbove
  case mirrorLeft
  case mirrorBelow
  case mirrorRight
  /// Cyclic: what leaves at the bottom or on the right comes back on the other side. Counted modulo
  /// the grid's height and width.
  case shift(rows: Int, columns: Int)
  /// Each cell is repeated in a block of so many rows and columns; 1 … 30.
  case upscale(rows: Int, columns: Int)
  /// The grid is repeated so often downwards and to the right; 1 … 30.
  case tile(rows: Int, columns: Int)
  /// One after the other, the first first; two or more, none of them a chain.
  case chain([GridTransform])

  /// The eight symmetries of the square: rotations by 0, 90, 180 and 270 degrees, then the same
  /// after a transposition.
  public static let symmetries: [GridTransform] = [
    .identity, .rotate90, .rotate180, .rotate270,
    .transpose, .flipUpDown, .antiTranspose, .flipLeftRight,
  ]

  /// The grid changed; larger than a puzzle's limit where the transform enlarges, so look at
  /// ``Grid/isWithinLimit``.
  public func applied(to grid: Grid) -> Grid {
    let (height, width) = (grid.height, grid.width)
    switch self {
    case .identity: return grid
    case .rotate90: return Grid(height: width, width: height) { grid[$1, width - 1 - $0] }
    case .rotate180:
      return Grid(height: height, width: width, cells: grid.cells.reversed())
    case .rotate270: return Grid(height: width, width: height) { grid[height - 1 - $1, $0] }
    case .flipUpDown: return Grid(height: height, width: width) { grid[height - 1 - $0, $1] }
    case .flipLeftRight: return Grid(height: height, width: width) { grid[$0, width - 1 - $1] }
    case .transpose: return Grid(height: width, width: height) { grid[$1, $0] }
    case .antiTranspose:
      return Grid(height: width, width: height) { grid[height - 1 - $1, width - 1 - $0] }
    case .mirrorAbove: return Self.flipUpDown.applied(to: grid).above(grid)
    case .mirrorBelow: return grid.above(Self.flipUpDown.applied(to: grid))
    case .mirrorLeft: return Self.flipLeftRight.applied(to: grid).leftOf(grid)
    case .mirrorRight: return grid.leftOf(Self.flipLeftRight.applied(to: grid))
    case .shift(let rows, let columns):
      let (down, right) = (wrapped(rows, height), wrapped(columns, width))
      return Grid(height: height, width: width) {
        grid[($0 + height - down) % height, ($1 + width - right) % width]
      }
    case .upscale(let rows, let columns):
      return Grid(height: height * rows, width: width * columns) { grid[$0 / rows, $1 / columns] }
    case .tile(let rows, let columns):
      return Grid(height: height * rows, width: width * columns) { grid[$0 % height, $1 % width] }
    case .chain(let parts): return parts.reduce(grid) { $1.applied(to: $0) }
    }
  }

  /// What undoes it on every grid; nil for transforms that enlarge, as most grids are none of their
  /// results.
  public var inverse: GridTransform? {
    switch self {
    case .identity, .rotate180, .flipUpDown, .flipLeftRight, .transpose, .antiTranspose: return self
    case .rotate90: return .rotate270
    case .rotate270: return .rotate90
    case .mirrorAbove, .mirrorLeft, .mirrorBelow, .mirrorRight: return nil
    // Both wrap around the same sides, whatever their lengths.
    case .shift(let rows, let columns): return .shift(rows: 0 &- rows, columns: 0 &- columns)
    case .upscale(1, 1), .tile(1, 1): return self
    case .upscale, .tile: return nil
    case .chain(let parts):
      let inverses = parts.reversed().compactMap(\.inverse)
      return inverses.count == parts.count ? .chain(inverses) : nil
    }
  }

  /// The height and width of a result, saturating far above the limit; costs no grid.
  func size(height: Int, width: Int) -> (height: Int, width: Int) {
    func times(_ side: Int, _ factor: Int) -> Int { min(side * factor, 1 << 20) }
    switch self {
    case .identity, .rotate180, .flipUpDown, .flipLeftRight, .shift: return (height, width)
    case .rotate90, .rotate270, .transpose, .antiTranspose: return (width, height)
    case .mirrorAbove, .mirrorBelow: return (times(height, 2), width)
    case .mirrorLeft, .mirrorRight: return (height, times(width, 2))
    case .upscale(let rows, let columns), .tile(let rows, let columns):
      return (times(height, rows), times(width, columns))
    case .chain(let parts):
      return parts.reduce((height, width)) { $1.size(height: $0.0, width: $0.1) }
    }
  }

  /// Whether the numbers are in their ranges and chains are flat.
  var isValid: Bool {
    switch self {
    case .shift(let rows, let columns):
      let range = -Grid.maxSide...Grid.maxSide
      return range.contains(rows) && range.contains(columns)
    case .upscale(let rows, let columns), .tile(let rows, let columns):
      let range = 1...Grid.maxSide
      return range.contains(rows) && range.contains(columns)
    case .chain(let parts):
      return parts.count > 1
        && parts.allSatisfy { if case .chain = $0 { false } else { $0.isValid } }
    default: return true
    }
  }

  private func wrapped(_ offset: Int, _ side: Int) -> Int {
    let rest = offset % side
    return rest < 0 ? rest + side : rest
  }
}

extension Grid {
  fileprivate func above(_ other: Grid) -> Grid {
    Grid(height: height + other.height, width: width, cells: cells + other.cells)
  }

  fileprivate func leftOf(_ other: Grid) -> Grid {
    Grid(height: height, width: width + other.width) {
      $1 < width ? self[$0, $1] : other[$0, $1 - width]
    }
  }
}

// SPDX-License-Identifier: Apache-2.0

extension Grid {
  /// The fraction of cells that two grids have in common, 0 … 1: one minus their relative Hamming
  /// distance.
  ///
  /// - Returns: nil if their shapes differ.
  public func cellAccuracy(against other: Grid) -> Double? {
    guard height == other.height, width == other.width else { return nil }
    return Double(zip(cells, other.cells).count { $0 == $1 }) / Double(cells.count)
  }
}

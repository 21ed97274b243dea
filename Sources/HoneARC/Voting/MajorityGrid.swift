// SPDX-License-Identifier: Apache-2.0

/// Grids put together from what most of several grids say, line by line; of equally frequent
/// choices, the first seen is taken.
///
/// - SeeAlso: Akyürek et al. 2024, arXiv 2411.07279, §4.
enum MajorityGrid {
  /// The most frequent row for each row of the most frequent shape, among all grids that have such
  /// a row in that shape's width.
  ///
  /// - Parameter grids: At least one.
  static func ofRows(_ grids: [Grid]) -> Grid {
    let (height, width) = commonShape(grids)
    let cells = (0..<height).flatMap { row in
      mostFrequent(grids.filter { $0.width == width && $0.height > row }.map { Array($0.row(row)) })
    }
    return Grid(height: height, width: width, cells: cells)
  }

  /// The same with columns.
  static func ofColumns(_ grids: [Grid]) -> Grid {
    transposed(ofRows(grids.map(transposed)))
  }

  private static func transposed(_ grid: Grid) -> Grid {
    Grid(height: grid.width, width: grid.height) { grid[$1, $0] }
  }

  private static func commonShape(_ grids: [Grid]) -> (height: Int, width: Int) {
    let shape = mostFrequent(grids.map { [$0.height, $0.width] })
    return (shape[0], shape[1])
  }

  private static func mostFrequent<T: Hashable>(_ items: [T]) -> T {
    Tally(items).first
  }
}

/// How often each of several things occurs, in the order in which they are first seen.
struct Tally<Item: Hashable> {
  private(set) var items: [Item] = []
  private var counts: [Item: Int] = [:]

  init(_ all: some Sequence<Item>) {
    for item in all {
      if counts[item] == nil { items.append(item) }
      counts[item, default: 0] += 1
    }
  }

  subscript(item: Item) -> Int { counts[item] ?? 0 }

  /// The most frequent item, of several the first seen; there must be one.
  var first: Item {
    var best = items[0]
    for item in items where self[item] > self[best] { best = item }
    return best
  }

  /// From the rarest to the most frequent, of equally frequent ones the first seen first.
  var ascending: [Item] {
    items.enumerated()
      .sorted { (self[$0.element], $0.offset) < (self[$1.element], $1.offset) }
      .map(\.element)
  }
}

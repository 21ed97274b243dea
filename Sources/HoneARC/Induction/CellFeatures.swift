// SPDX-License-Identifier: Apache-2.0

/// What a rule for single cells may ask of a cell.
///
/// A feature that is a colour can also be what the rule answers.
struct CellFeature: Sendable {
  let name: String
  /// Whether its values are colours; 255 is none.
  let isColor: Bool
  /// Whether larger and smaller mean something; else values are only equal or not.
  let isOrdered: Bool
}

/// The features of all cells of a grid, a column for each feature.
struct CellFeatures {
  /// In the order of their columns.
  static let all: [CellFeature] = build(Grid(height: 1, width: 1, cells: [0])).map(\.0)

  /// Cells.
  let count: Int
  /// `count` values for each feature.
  let values: [UInt8]

  init(_ grid: Grid) {
    count = grid.cells.count
    values = Self.build(grid).flatMap(\.1)
  }

  subscript(feature: Int, cell: Int) -> UInt8 { values[feature * count + cell] }

  private typealias Column = (CellFeature, [UInt8])
  private static let outside: UInt8 = 255

  private static func build(_ grid: Grid) -> [Column] {
    let (height, width) = (grid.height, grid.width)
    let cells = grid.cells
    var columns: [Column] = []
    func add(
      _ name: String, color: Bool = false, ordered: Bool = false, _ value: (Int, Int) -> Int
    ) {
      columns.append(
        (
          CellFeature(name: name, isColor: color, isOrdered: ordered),
          (0..<cells.count).map { UInt8(clamping: value($0 / width, $0 % width)) }
        ))
    }
    func at(_ row: Int, _ column: Int) -> Int {
      row >= 0 && row < height && column >= 0 && column < width
        ? Int(cells[row * width + column]) : Int(outside)
    }
    add("color", color: true) { at($0, $1) }
    let steps = [
      ("up", -1, 0), ("down", 1, 0), ("left", 0, -1), ("right", 0, 1), ("up-left", -1, -1),
      ("up-right", -1, 1), ("down-left", 1, -1), ("down-right", 1, 1),
    ]
    for (name, dy, dx) in steps { add("color \(name)", color: true) { at($0 + dy, $1 + dx) } }
    // The first other colour on the way.
    for (name, dy, dx) in steps {
      add("next color \(name)", color: true) { row, column in
        var (r, c) = (row + dy, column + dx)
        while at(r, c) == at(row, column) {
          r += dy
          c += dx
        }
        return at(r, c)
      }
    }
    add("mirror color left-right", color: true) { at($0, width - 1 - $1) }
    add("mirror color up-down", color: true) { at(height - 1 - $0, $1) }
    add("turned color", color: true) { at(height - 1 - $0, width - 1 - $1) }
    add("transposed color", color: true) { at($1, $0) }
    addObjects(grid, sameColor: true, name: "shape", &columns)
    addObjects(grid, sameColor: false, name: "object", &columns)
    let histogram = grid.colorCounts
    let order = (0..<Grid.colorCount).sorted { (histogram[$1], $0) < (histogram[$0], $1) }
    add("most frequent color", color: true) { _, _ in order[0] }
    add("second color", color: true) { _, _ in histogram[order[1]] > 0 ? order[1] : 255 }
    let rarest = order.last { histogram[$0] > 0 } ?? 0
    add("rarest color", color: true) { _, _ in rarest }
    add("rank of color", ordered: true) { row, column in
      order.firstIndex(of: at(row, column)) ?? 0
    }
    add("row is odd") { row, _ in row % 2 }
    add("column is odd") { _, column in column % 2 }
    add("checker") { ($0 + $1) % 2 }
    add("row modulo 3") { row, _ in row % 3 }
    add("column modulo 3") { _, column in column % 3 }
    add("distance to the edge", ordered: true) { row, column in
      min(row, column, height - 1 - row, width - 1 - column)
    }
    add("distance to the top", ordered: true) { row, _ in row }
    add("distance to the left", ordered: true) { _, column in column }
    add("distance to the bottom", ordered: true) { row, _ in height - 1 - row }
    add("distance to the right", ordered: true) { _, column in width - 1 - column }
    let rowInk = (0..<height).map { row in (0..<width).count { at(row, $0) != 0 } }
    let columnInk = (0..<width).map { column in (0..<height).count { at($0, column) != 0 } }
    add("filled cells in the row", ordered: true) { row, _ in rowInk[row] }
    add("filled cells in the column", ordered: true) { _, column in columnInk[column] }
    add("equal neighbours", ordered: true) { row, column in
      steps.count { at(row + $0.1, column + $0.2) == at(row, column) }
    }
    add("filled neighbours", ordered: true) { row, column in
      steps.count { (1...9).contains(at(row + $0.1, column + $0.2)) }
    }
    add("filled neighbours beside", ordered: true) { row, column in
      steps.prefix(4).count { (1...9).contains(at(row + $0.1, column + $0.2)) }
    }
    return columns
  }

  /// What is to be said of the connected part that a cell belongs to.
  private static func addObjects(
    _ grid: Grid, sameColor: Bool, name: String, _ columns: inout [Column]
  ) {
    let (height, width) = (grid.height, grid.width)
    let canvas = Canvas()
    var labels: [Int] = []
    var count = 0
    grid.cells.withUnsafeBufferPointer { cells in
      guard let base = cells.baseAddress else { return }
      let picture = Picture(x: 0, y: 0, width: width, height: height, cells: base)
      count = Components.label(
        picture, canvas, eight: !sameColor, sameColor: sameColor,
        isPart: { sameColor || $0 != 0 })
      labels = (0..<cells.count).map { Int(canvas.scratch[$0]) }
    }
    struct Part {
      var cells = 0
      var (top, bottom, left, right) = (Int.max, -1, Int.max, -1)
      var colors: Set<UInt8> = []
      var touchesEdge = false
      var neighbors: Set<UInt8> = []
      var shape: [Int] = []
    }
    var parts = [Part](repeating: Part(), count: count + 1)
    for cell in labels.indices where labels[cell] > 0 {
      let (row, column) = (cell / width, cell % width)
      let label = labels[cell]
      parts[label].cells += 1
      parts[label].top = min(parts[label].top, row)
      parts[label].bottom = max(parts[label].bottom, row)
      parts[label].left = min(parts[label].left, column)
      parts[label].right = max(parts[label].right, column)
      parts[label].colors.insert(grid.cells[cell])
      if row == 0 || column == 0 || row == height - 1 || column == width - 1 {
        parts[label].touchesEdge = true
      }
      for (dy, dx) in [(0, 1), (1, 0), (0, -1), (-1, 0)] {
        let (r, c) = (row + dy, column + dx)
        guard r >= 0, r < height, c >= 0, c < width, labels[r * width + c] != label else {
          continue
        }
        parts[label].neighbors.insert(grid.cells[r * width + c])
      }
    }
    for cell in labels.indices where labels[cell] > 0 {
      let part = parts[labels[cell]]
      parts[labels[cell]].shape.append(
        (cell / width - part.top) * 64 + cell % width - part.left)
    }
    var shapes: [[Int]: Int] = [:]
    for label in parts.indices.dropFirst() { shapes[parts[label].shape, default: 0] += 1 }
    // Of the ground nothing is the largest.
    let filled = parts.indices.dropFirst().filter { !sameColor || parts[$0].colors != [0] }
    let sizes = filled.map { parts[$0].cells }
    let (largest, smallest) = (sizes.max() ?? 0, sizes.min() ?? 0)
    func add(_ feature: String, color: Bool = false, ordered: Bool = false, _ value: (Part) -> Int)
    {
      let byPart = parts.indices.map { $0 == 0 ? 0 : UInt8(clamping: value(parts[$0])) }
      columns.append(
        (
          CellFeature(name: "\(name) \(feature)", isColor: color, isOrdered: ordered),
          labels.map { byPart[$0] }
        ))
    }
    add("cells", ordered: true) { $0.cells }
    add("is largest") { $0.cells == largest ? 1 : 0 }
    add("is smallest") { $0.cells == smallest ? 1 : 0 }
    add("height", ordered: true) { $0.bottom - $0.top + 1 }
    add("width", ordered: true) { $0.right - $0.left + 1 }
    add("touches the edge") { $0.touchesEdge ? 1 : 0 }
    add("is a rectangle") {
      $0.cells == ($0.bottom - $0.top + 1) * ($0.right - $0.left + 1) ? 1 : 0
    }
    add("copies", ordered: true) { shapes[$0.shape] ?? 0 }
    add("colors", ordered: true) { $0.colors.count }
    add("is wide") { part in
      let (height, width) = (part.bottom - part.top, part.right - part.left)
      return width > height ? 2 : width == height ? 1 : 0
    }
    add("is a square") { $0.bottom - $0.top == $0.right - $0.left ? 1 : 0 }
    if sameColor {
      add("only neighbour's color", color: true) {
        $0.neighbors.count == 1 ? Int($0.neighbors.first ?? 255) : 255
      }
      add("neighbour colors", ordered: true) { $0.neighbors.count }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
@testable import HoneARC

/// A grid read back from its picture.
struct DrawnGrid {
  let label: String
  let grid: Grid

  /// All grids of a page, in its order.
  static func all(in page: String) -> [DrawnGrid] {
    page.components(between: "<svg class=\"grid", and: "</svg>").compactMap(DrawnGrid.init)
  }

  private init?(_ svg: Substring) {
    let size = (svg.components(between: "viewBox=\"0 0 ", and: "\"").first ?? "")
      .split(separator: " ").compactMap { Int($0) }
    guard size.count == 2, let label = svg.components(between: "aria-label=\"", and: "\"").first
    else { return nil }
    var cells = [UInt8?](repeating: nil, count: size[0] * size[1])
    for path in svg.components(between: "<path class=\"k", and: "\"/>") {
      guard let color = path.first?.wholeNumberValue else { return nil }
      for rectangle in path.components(between: "M", and: "z") {
        // Such as `3 0h2v1h-2`.
        let numbers = rectangle.split { !$0.isNumber }.compactMap { Int($0) }
        guard numbers.count == 5, numbers[2] == numbers[4] else { return nil }
        for row in numbers[1]..<numbers[1] + numbers[3] {
          for column in numbers[0]..<numbers[0] + numbers[2] {
            cells[row * size[0] + column] = UInt8(color)
          }
        }
      }
    }
    // A cell that nothing covers makes it no grid.
    let drawn = cells.compactMap { $0 }
    guard drawn.count == cells.count else { return nil }
    self.label = String(label)
    grid = Grid(height: size[1], width: size[0], cells: drawn)
  }
}

extension StringProtocol {
  /// What stands between one text and the next other one, again and again.
  func components(between start: String, and end: String) -> [Substring] {
    var result: [Substring] = []
    var rest = Substring(self)
    while let from = rest.firstRange(of: start) {
      let tail = rest[from.upperBound...]
      guard let to = tail.firstRange(of: end) else { break }
      result.append(tail[..<to.lowerBound])
      rest = tail[to.upperBound...]
    }
    return result
  }
}

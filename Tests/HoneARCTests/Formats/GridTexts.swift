// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneTensor

/// Grids to write, and a reader that has nothing in common with the formats' own.
enum GridTexts {
  static func random(_ source: inout RandomSource, maxSide: Int = 30, colors: Int = 10) -> Grid {
    let height = 1 + source.index(below: maxSide)
    let width = 1 + source.index(below: maxSide)
    return Grid(
      height: height, width: width,
      cells: (0..<height * width).map { _ in UInt8(source.index(below: colors)) })
  }

  /// Small ones and the greatest, in all shapes.
  static func many(_ count: Int, seed: UInt64) -> [Grid] {
    var source = RandomSource(seed: seed)
    let ends = [(1, 1), (1, 30), (30, 1), (30, 30), (2, 1), (1, 2)].map { height, width in
      Grid(height: height, width: width) { UInt8(($0 * 7 + $1 * 3) % 10) }
    }
    return ends + (0..<count).map { random(&source, maxSide: $0 % 2 == 0 ? 4 : 30) }
  }

  /// Every grid of some colours up to a size.
  static func all(maxSide: Int, colors: Int) -> [Grid] {
    (1...maxSide).flatMap { height in
      (1...maxSide).flatMap { width -> [Grid] in
        let count = (0..<height * width).reduce(1) { product, _ in product * colors }
        return (0..<count).map { number in
          var rest = number
          return Grid(height: height, width: width) { _, _ in
            defer { rest /= colors }
            return UInt8(rest % colors)
          }
        }
      }
    }
  }

  /// Whether a text is a whole reply, told by regular expressions and counting.
  static func isReply(_ text: String, _ name: GridFormatName, maxSide: Int = 30) -> Bool {
    let scalars = Array(text.unicodeScalars)
    // Regular expressions would take "\r\n" for one character.
    guard scalars.allSatisfy({ $0.isASCII && $0 != "\r" }) else { return false }
    let body: Substring
    let line: Regex<AnyRegexOutput>?
    switch name {
    case .numpy:
      guard text.hasPrefix("[["), text.hasSuffix("]]#") else { return false }
      body = text.dropFirst(2).dropLast(3)
      line = try? Regex("[0-9]( [0-9])*")
    case .cells:
      guard text.hasSuffix("\n") else { return false }
      body = text.dropLast()
      line = try? Regex("[0-9]+")
    case .words:
      body = text[...]
      let color = "(Black|Blue|Red|Green|Yellow|Gray|Pink|Orange|Purple|Brown)"
      line = try? Regex("\(color)( \(color))*")
    }
    guard let line else { return false }
    var rows = body.split(separator: "\n", omittingEmptySubsequences: false)
    if name == .numpy {
      for index in rows.indices {
        if index > 0 {
          guard rows[index].hasPrefix(" [") else { return false }
          rows[index] = rows[index].dropFirst(2)
        }
        if index < rows.count - 1 {
          guard rows[index].hasSuffix("]") else { return false }
          rows[index] = rows[index].dropLast()
        }
      }
    }
    let widths = rows.map { row in
      name == .cells ? row.count : row.split(separator: " ").count
    }
    return rows.allSatisfy { (try? line.wholeMatch(in: $0)) != nil } && Set(widths).count == 1
      && rows.count <= maxSide && widths[0] <= maxSide
  }
}

// SPDX-License-Identifier: Apache-2.0

/// Functions that choose or change colours.
enum ColorFunctions {
  static let all: [GridFunction] =
    (1...9).map { color in
      GridFunction(
        "keep-color \(color)", "Keeps the cells of the colour.",
        .map { filter($0, $1) { $0 == UInt8(color) } })
    }
    + (1...9).map { color in
      GridFunction(
        "drop-color \(color)", "Empties the cells of the colour.",
        .map { filter($0, $1) { $0 != UInt8(color) } })
    }
    + keepAndDrop("majority", "most frequent") { $0.majorityColor }
    + keepAndDrop("minority", "rarest") { $0.minorityColor }
    + [
      GridFunction(
        "invert", "Empties all cells and gives the empty ones the lowest colour that was there.",
        .map { picture, canvas in
          let present = picture.colorSet >> 1
          let color = present == 0 ? 1 : UInt8(present.trailingZeroBitCount + 1)
          return recolor(picture, canvas) { $0 == 0 ? color : 0 }
        }),
      GridFunction(
        "swap-colors", "Exchanges the two colours that are there.",
        .map { picture, canvas in
          let present = picture.colorSet & ~1
          guard present.nonzeroBitCount == 2 else { return false }
          let low = UInt8(present.trailingZeroBitCount)
          let high = UInt8(15 - present.leadingZeroBitCount)
          return recolor(picture, canvas) { $0 == low ? high : $0 == high ? low : $0 }
        }),
      GridFunction(
        "spread-majority", "Gives all cells that are not empty the most frequent colour.",
        .map { picture, canvas in
          let color = picture.majorityColor
          return color != 0 && recolor(picture, canvas) { $0 == 0 ? 0 : color }
        }),
      GridFunction(
        "spread-minority", "Gives all cells that are not empty the rarest colour.",
        .map { picture, canvas in
          let color = picture.minorityColor
          return color != 0 && recolor(picture, canvas) { $0 == 0 ? 0 : color }
        }),
      GridFunction(
        "majority-cell", "One cell of the most frequent colour.",
        .map { picture, canvas in
          guard let target = canvas.add(x: 0, y: 0, width: 1, height: 1) else { return false }
          target[0] = picture.majorityColor
          return true
        }),
      GridFunction(
        "minority-cell", "One cell of the rarest colour.",
        .map { picture, canvas in
          guard let target = canvas.add(x: 0, y: 0, width: 1, height: 1) else { return false }
          target[0] = picture.minorityColor
          return true
        }),
      GridFunction(
        "color-bars", "A column of cells for each colour, as high as it is frequent.",
        .map { picture, canvas in bars(picture, canvas) }),
      GridFunction(
        "rank-colors", "A column of the colours that are there, the most frequent on top.",
        .map { picture, canvas in ranking(picture, canvas) }),
    ]

  private static func keepAndDrop(
    _ name: String, _ words: String, _ chosen: @escaping @Sendable (Picture) -> UInt8
  ) -> [GridFunction] {
    [
      GridFunction(
        "keep-\(name)", "Keeps the cells of the \(words) colour.",
        .map { picture, canvas in
          let color = chosen(picture)
          return color != 0 && filter(picture, canvas) { $0 == color }
        }),
      GridFunction(
        "drop-\(name)", "Empties the cells of the \(words) colour.",
        .map { picture, canvas in
          let color = chosen(picture)
          return color != 0 && filter(picture, canvas) { $0 != color }
        }),
    ]
  }

  @inline(__always)
  private static func filter(
    _ picture: Picture, _ canvas: Canvas, _ keeps: (UInt8) -> Bool
  ) -> Bool {
    recolor(picture, canvas) { keeps($0) ? $0 : 0 }
  }

  @inline(__always)
  static func recolor(
    _ picture: Picture, _ canvas: Canvas, _ color: (UInt8) -> UInt8
  ) -> Bool {
    guard
      let target = canvas.add(
        x: picture.x, y: picture.y, width: picture.width, height: picture.height)
    else { return false }
    for index in 0..<picture.count { target[index] = color(picture.cells[index]) }
    return true
  }

  private static func ranked(_ picture: Picture) -> [(color: UInt8, count: Int)] {
    picture.withHistogram { counts in
      (1..<10).filter { counts[$0] > 0 }.map { (UInt8($0), counts[$0]) }
        .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    }
  }

  private static func ranking(_ picture: Picture, _ canvas: Canvas) -> Bool {
    let colors = ranked(picture)
    guard let target = canvas.add(x: 0, y: 0, width: 1, height: colors.count) else { return false }
    for (row, entry) in colors.enumerated() { target[row] = entry.color }
    return true
  }

  private static func bars(_ picture: Picture, _ canvas: Canvas) -> Bool {
    let colors = ranked(picture)
    guard let highest = colors.first?.count,
      let target = canvas.addEmpty(x: 0, y: 0, width: colors.count, height: highest)
    else { return false }
    for (column, entry) in colors.enumerated() {
      for row in 0..<entry.count { target[row * colors.count + column] = entry.color }
    }
    return true
  }
}

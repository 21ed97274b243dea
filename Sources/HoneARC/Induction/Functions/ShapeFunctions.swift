// SPDX-License-Identifier: Apache-2.0

/// Functions that cut, fill and outline shapes.
enum ShapeFunctions {
  static let all: [GridFunction] = [
    GridFunction("crop", "The smallest rectangle with all that is not empty.", .map(crop)),
    GridFunction(
      "drop-empty-lines", "Takes out empty rows and columns.",
      .map { picture, canvas in
        withLines(
          picture, canvas, keepsRow: { row in hasInk(picture, row: row) },
          keepsColumn: { column in hasInk(picture, column: column) })
      }),
    GridFunction(
      "merge-equal-lines", "Takes out rows and columns that equal the one before.",
      .map { picture, canvas in
        withLines(
          picture, canvas, keepsRow: { row in row == 0 || !areRowsEqual(picture, row - 1, row) },
          keepsColumn: { column in
            column == 0 || !areColumnsEqual(picture, column - 1, column)
          })
      }),
    GridFunction(
      "box", "The whole rectangle, in the lowest colour that is there.",
      .map { picture, canvas in
        ColorFunctions.recolor(picture, canvas) { _ in lowestColor(picture) }
      }),
    GridFunction(
      "empty-box", "The whole rectangle, empty.",
      .map { picture, canvas in ColorFunctions.recolor(picture, canvas) { _ in 0 } }),
    GridFunction(
      "corner-cell", "One cell where the picture begins.",
      .map { picture, canvas in
        guard let target = canvas.add(x: picture.x, y: picture.y, width: 1, height: 1) else {
          return false
        }
        target[0] = picture.majorityColor
        return true
      }),
    GridFunction(
      "to-origin", "Moves the picture to the top left.",
      .map { picture, canvas in
        guard picture.x != 0 || picture.y != 0 else { return false }
        var moved = picture
        (moved.x, moved.y) = (0, 0)
        return canvas.add(moved) != nil
      }),
    GridFunction(
      "fill", "Gives all that the outside cannot reach the most frequent colour.",
      .map { picture, canvas in
        let outside = Components.reachedFromOutside(picture, canvas, eight: false) { $0 == 0 }
        let color = picture.majorityColor
        return draw(picture, canvas) { outside[$0] != 0 ? 0 : color }
      }),
    GridFunction(
      "holes", "The enclosed empty areas, in the most frequent colour.",
      .map { picture, canvas in
        let outside = Components.reachedFromOutside(picture, canvas, eight: false) { $0 == 0 }
        let color = picture.majorityColor
        return draw(picture, canvas) {
          outside[$0] == 0 && picture.cells[$0] == 0 ? color : 0
        }
      }),
    GridFunction(
      "inside", "All cells but those at the border of a shape.",
      .map { picture, canvas in
        draw(picture, canvas) { isBorder(picture, $0) ? 0 : picture.cells[$0] }
      }),
    GridFunction(
      "border", "The cells at the border of a shape.",
      .map { picture, canvas in
        draw(picture, canvas) { isBorder(picture, $0) ? picture.cells[$0] : 0 }
      }),
    GridFunction(
      "center", "The middle one or two cells of each side.",
      .map { picture, canvas in
        let (width, height) = (2 - picture.width % 2, 2 - picture.height % 2)
        let (left, top) = ((picture.width - width) / 2, (picture.height - height) / 2)
        return canvas.add(
          picture, rows: top..<top + height, columns: left..<left + width) != nil
      }),
    GridFunction(
      "trim", "Takes the outermost rows and columns off.",
      .map { picture, canvas in
        picture.height > 2 && picture.width > 2
          && canvas.add(picture, rows: 1..<picture.height - 1, columns: 1..<picture.width - 1)
            != nil
      }),
    GridFunction(
      "halo", "The empty cells around shapes, corners too, one cell wide.",
      .map { picture, canvas in halo(picture, canvas, eight: true) }),
    GridFunction(
      "cross-halo", "The empty cells beside shapes, one cell wide.",
      .map { picture, canvas in halo(picture, canvas, eight: false) }),
    GridFunction(
      "frame", "A frame one cell wide around the rectangle, in colour 1.",
      .map { picture, canvas in frame(picture, canvas, color: 1) }),
    GridFunction(
      "majority-frame", "A frame one cell wide around the rectangle, in the most frequent colour.",
      .map { picture, canvas in frame(picture, canvas, color: picture.majorityColor) }),
    GridFunction(
      "rectangle-holes", "The empty cells of the smallest rectangle around all that is not.",
      .map { picture, canvas in
        guard let bounds = picture.inkBounds else { return false }
        let color = picture.majorityColor
        let width = picture.width
        return draw(picture, canvas) {
          picture.cells[$0] == 0 && bounds.rows.contains($0 / width)
            && bounds.columns.contains($0 % width) ? color : 0
        }
      }),
    GridFunction(
      "top-half", "The upper half.",
      .map { picture, canvas in
        picture.height > 1
          && canvas.add(picture, rows: 0..<picture.height / 2, columns: 0..<picture.width) != nil
      }),
    GridFunction(
      "bottom-half", "The lower half.",
      .map { picture, canvas in
        picture.height > 1
          && canvas.add(
            picture, rows: (picture.height + 1) / 2..<picture.height, columns: 0..<picture.width)
            != nil
      }),
    GridFunction(
      "left-half", "The left half.",
      .map { picture, canvas in
        picture.width > 1
          && canvas.add(picture, rows: 0..<picture.height, columns: 0..<picture.width / 2) != nil
      }),
    GridFunction(
      "right-half", "The right half.",
      .map { picture, canvas in
        picture.width > 1
          && canvas.add(
            picture, rows: 0..<picture.height, columns: (picture.width + 1) / 2..<picture.width)
            != nil
      }),
    GridFunction(
      "lone-cells", "The cells without a neighbour of their colour.",
      .map { picture, canvas in
        draw(picture, canvas) {
          picture.cells[$0] != 0 && !hasNeighbor(picture, $0) ? picture.cells[$0] : 0
        }
      }),
    GridFunction(
      "without-lone-cells", "The cells with a neighbour of their colour.",
      .map { picture, canvas in
        draw(picture, canvas) { hasNeighbor(picture, $0) ? picture.cells[$0] : 0 }
      }),
  ]

  static func crop(_ picture: Picture, _ canvas: Canvas) -> Bool {
    guard let bounds = picture.inkBounds else { return false }
    return canvas.add(picture, rows: bounds.rows, columns: bounds.columns) != nil
  }

  static func lowestColor(_ picture: Picture) -> UInt8 {
    let present = picture.colorSet >> 1
    return present == 0 ? 1 : UInt8(present.trailingZeroBitCount + 1)
  }

  /// A picture as large, each cell from its place.
  @inline(__always)
  static func draw(_ picture: Picture, _ canvas: Canvas, _ color: (Int) -> UInt8) -> Bool {
    guard
      let target = canvas.add(
        x: picture.x, y: picture.y, width: picture.width, height: picture.height)
    else { return false }
    for index in 0..<picture.count { target[index] = color(index) }
    return true
  }

  private static func hasInk(_ picture: Picture, row: Int) -> Bool {
    for column in 0..<picture.width where picture[row, column] != 0 { return true }
    return false
  }

  private static func hasInk(_ picture: Picture, column: Int) -> Bool {
    for row in 0..<picture.height where picture[row, column] != 0 { return true }
    return false
  }

  private static func areRowsEqual(_ picture: Picture, _ a: Int, _ b: Int) -> Bool {
    for column in 0..<picture.width where picture[a, column] != picture[b, column] {
      return false
    }
    return true
  }

  private static func areColumnsEqual(_ picture: Picture, _ a: Int, _ b: Int) -> Bool {
    for row in 0..<picture.height where picture[row, a] != picture[row, b] { return false }
    return true
  }

  private static func withLines(
    _ picture: Picture, _ canvas: Canvas, keepsRow: (Int) -> Bool, keepsColumn: (Int) -> Bool
  ) -> Bool {
    var rows = 0
    var columns = 0
    let kept = canvas.scratch
    for row in 0..<picture.height where keepsRow(row) {
      kept[rows] = Int32(row)
      rows += 1
    }
    for column in 0..<picture.width where keepsColumn(column) {
      kept[rows + columns] = Int32(column)
      columns += 1
    }
    guard rows < picture.height || columns < picture.width,
      let target = canvas.add(x: picture.x, y: picture.y, width: columns, height: rows)
    else { return false }
    for row in 0..<rows {
      for column in 0..<columns {
        target[row * columns + column] = picture[Int(kept[row]), Int(kept[rows + column])]
      }
    }
    return true
  }

  /// Whether a cell belongs to a shape and meets what is empty, or the picture's edge.
  @inline(__always)
  private static func isBorder(_ picture: Picture, _ cell: Int) -> Bool {
    guard picture.cells[cell] != 0 else { return false }
    let (row, column) = (cell / picture.width, cell % picture.width)
    for dy in -1...1 {
      for dx in -1...1 where picture.color(row + dy, column + dx) == 0 { return true }
    }
    return false
  }

  @inline(__always)
  private static func hasNeighbor(_ picture: Picture, _ cell: Int) -> Bool {
    let color = picture.cells[cell]
    guard color != 0 else { return false }
    let (row, column) = (cell / picture.width, cell % picture.width)
    for dy in -1...1 {
      for dx in -1...1 where dx != 0 || dy != 0 {
        if picture.color(row + dy, column + dx) == color { return true }
      }
    }
    return false
  }

  private static func halo(_ picture: Picture, _ canvas: Canvas, eight: Bool) -> Bool {
    guard
      let target = canvas.addEmpty(
        x: picture.x - 1, y: picture.y - 1, width: picture.width + 2, height: picture.height + 2)
    else { return false }
    let color = picture.majorityColor
    for row in -1...picture.height {
      for column in -1...picture.width where picture.color(row, column) == 0 {
        neighbors: for dy in -1...1 {
          for dx in -1...1 {
            if !eight && dx != 0 && dy != 0 { continue }
            if picture.color(row + dy, column + dx) != 0 {
              target[(row + 1) * (picture.width + 2) + column + 1] = color
              break neighbors
            }
          }
        }
      }
    }
    return true
  }

  private static func frame(_ picture: Picture, _ canvas: Canvas, color: UInt8) -> Bool {
    let (width, height) = (picture.width + 2, picture.height + 2)
    guard
      let target = canvas.addEmpty(
        x: picture.x - 1, y: picture.y - 1, width: width, height: height)
    else { return false }
    for row in 0..<height {
      for column in 0..<width
      where row == 0 || column == 0 || row == height - 1 || column == width - 1 {
        target[row * width + column] = color
      }
    }
    return true
  }
}

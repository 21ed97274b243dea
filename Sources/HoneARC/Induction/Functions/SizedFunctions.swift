// SPDX-License-Identifier: Apache-2.0

/// Functions that are given the size of the output.
enum SizedFunctions {
  static let all: [GridFunction] = [
    GridFunction(
      "place", "Draws the picture at its place into an empty output.",
      .sized { picture, size, canvas in
        fill(size, canvas) { row, column in picture.color(row - picture.y, column - picture.x) }
      }),
    GridFunction(
      "reflow", "Writes the picture's cells row by row into rows of the output's length.",
      .sized { picture, size, canvas in
        fill(size, canvas) { row, column in
          let index = row * size.width + column
          return index < picture.count ? picture.cells[index] : 0
        }
      }),
    GridFunction(
      "stretch", "Scales to the output's size.",
      .sized { picture, size, canvas in
        guard picture.width != size.width || picture.height != size.height else { return false }
        return fill(size, canvas) { row, column in
          picture[row * picture.height / size.height, column * picture.width / size.width]
        }
      }),
    GridFunction(
      "repeat", "Fills the output with copies side by side.",
      .sized { picture, size, canvas in
        guard picture.width < size.width || picture.height < size.height else { return false }
        return fill(size, canvas) { picture[$0 % picture.height, $1 % picture.width] }
      }),
    GridFunction(
      "repeat-spaced", "Fills the output with copies, an empty line between them.",
      .sized { picture, size, canvas in
        guard picture.width < size.width || picture.height < size.height else { return false }
        return fill(size, canvas) {
          picture.color($0 % (picture.height + 1), $1 % (picture.width + 1))
        }
      }),
    GridFunction(
      "mirror", "Fills the output with copies, each mirrored at its neighbour.",
      .sized { picture, size, canvas in mirror(picture, size, canvas, gap: 0) }),
    GridFunction(
      "mirror-spaced", "Fills the output with mirrored copies, an empty line between them.",
      .sized { picture, size, canvas in mirror(picture, size, canvas, gap: 1) }),
    GridFunction(
      "kaleidoscope", "Fills the output with copies, each row and column turned by half a turn.",
      .sized { picture, size, canvas in
        guard picture.width < size.width || picture.height < size.height else { return false }
        return fill(size, canvas) { row, column in
          let isTurned = (row / picture.height + column / picture.width) % 2 == 1
          let (r, c) = (row % picture.height, column % picture.width)
          return isTurned
            ? picture[picture.height - 1 - r, picture.width - 1 - c] : picture[r, c]
        }
      }),
    GridFunction(
      "middle", "Puts the picture into the middle of an empty output.",
      .sized { picture, size, canvas in
        guard picture.width <= size.width, picture.height <= size.height else { return false }
        let (top, left) = ((size.height - picture.height) / 2, (size.width - picture.width) / 2)
        return fill(size, canvas) { picture.color($0 - top, $1 - left) }
      }),
    GridFunction(
      "box-of-output", "A rectangle of the output's size in the picture's lowest colour.",
      .sized { picture, size, canvas in
        let color = ShapeFunctions.lowestColor(picture)
        return fill(size, canvas) { _, _ in color }
      }),
  ]

  @inline(__always)
  private static func fill(
    _ size: GridSize, _ canvas: Canvas, _ color: (Int, Int) -> UInt8
  ) -> Bool {
    guard let target = canvas.add(x: 0, y: 0, width: size.width, height: size.height) else {
      return false
    }
    for row in 0..<size.height {
      for column in 0..<size.width { target[row * size.width + column] = color(row, column) }
    }
    return true
  }

  private static func mirror(
    _ picture: Picture, _ size: GridSize, _ canvas: Canvas, gap: Int
  ) -> Bool {
    guard picture.width < size.width || picture.height < size.height else { return false }
    func index(_ place: Int, _ count: Int) -> Int {
      let step = count + gap
      let inside = place % step
      guard inside < count else { return -1 }
      return place / step % 2 == 0 ? inside : count - 1 - inside
    }
    return fill(size, canvas) { row, column in
      picture.color(index(row, picture.height), index(column, picture.width))
    }
  }
}

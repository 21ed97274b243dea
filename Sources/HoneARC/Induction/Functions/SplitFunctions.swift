// SPDX-License-Identifier: Apache-2.0

/// Functions that take a picture apart.
enum SplitFunctions {
  static let all: [GridFunction] = [
    GridFunction(
      "cut",
      "Finds the colour that reaches from side to side and separates best; the parts between.",
      .split(cut)),
    GridFunction(
      "objects", "The shapes, cells that meet at corners being connected, whatever their colours.",
      .split { components($0, $1, eight: true, sameColor: false) }),
    GridFunction(
      "color-objects", "The shapes of one colour, cells being connected side by side.",
      .split { components($0, $1, eight: false, sameColor: true) }),
    GridFunction(
      "color-objects-8", "The shapes of one colour, cells that meet at corners being connected.",
      .split { components($0, $1, eight: true, sameColor: true) }),
    GridFunction(
      "colors", "A picture of each colour's cells, cropped.", .split(byColor)),
    GridFunction(
      "rows", "Each row.",
      .split { picture, canvas in
        guard picture.height > 1 else { return false }
        for row in 0..<picture.height {
          guard canvas.add(picture, rows: row..<row + 1, columns: 0..<picture.width) != nil else {
            return false
          }
        }
        return true
      }),
    GridFunction(
      "columns", "Each column.",
      .split { picture, canvas in
        guard picture.width > 1 else { return false }
        for column in 0..<picture.width {
          guard canvas.add(picture, rows: 0..<picture.height, columns: column..<column + 1) != nil
          else { return false }
        }
        return true
      }),
    GridFunction(
      "halves", "The two halves of the longer side, or the parts beside the line in its middle.",
      .split(halves)),
    GridFunction(
      "quarters", "The four quarters, or the parts beside a cross in the middle.",
      .split(quarters)),
    GridFunction(
      "squares", "Squares as large as the shorter side, along the longer one.",
      .split { picture, canvas in
        let side = min(picture.width, picture.height)
        guard side > 1, picture.width != picture.height,
          max(picture.width, picture.height) % side == 0
        else { return false }
        for start in stride(from: 0, to: max(picture.width, picture.height), by: side) {
          let part = start..<start + side
          let isWide = picture.width > side
          guard
            canvas.add(
              picture, rows: isWide ? 0..<side : part, columns: isWide ? part : 0..<side) != nil
          else { return false }
        }
        return true
      }),
    GridFunction(
      "tiles-3", "The 3 × 3 parts of equal size.",
      .split { tiles($0, $1, count: 3) }),
    GridFunction(
      "marked", "The rectangles inside four corner cells of one colour.", .split(marked)),
    GridFunction(
      "filled-rectangles", "The empty rectangles that shapes enclose, as boxes of colour 1.",
      .split { picture, canvas in
        let count = Components.label(
          picture, canvas, eight: false, sameColor: false, isPart: { $0 == 0 })
        return extract(picture, canvas, count) { _ in 1 }
      }),
    GridFunction(
      "fall-apart down", "Lets each shape fall until it meets another or the edge.",
      .split { fallApart($0, $1, dy: 1, dx: 0) }),
    GridFunction(
      "fall-apart up", "Lets each shape rise until it meets another or the edge.",
      .split { fallApart($0, $1, dy: -1, dx: 0) }),
    GridFunction(
      "fall-apart right", "Moves each shape right until it meets another or the edge.",
      .split { fallApart($0, $1, dy: 0, dx: 1) }),
    GridFunction(
      "fall-apart left", "Moves each shape left until it meets another or the edge.",
      .split { fallApart($0, $1, dy: 0, dx: -1) }),
  ]

  /// Draws each labelled part, cropped, others' cells left out.
  private static func extract(
    _ picture: Picture, _ canvas: Canvas, _ count: Int, color: (UInt8) -> UInt8 = { $0 }
  ) -> Bool {
    guard count > 0, count <= PictureLimits.maxPictures else { return false }
    let labels = canvas.scratch
    return withUnsafeTemporaryAllocation(of: Int32.self, capacity: 4 * (count + 1)) { bounds in
      for label in 0...count {
        bounds[4 * label] = Int32.max
        bounds[4 * label + 1] = -1
        bounds[4 * label + 2] = Int32.max
        bounds[4 * label + 3] = -1
      }
      for cell in 0..<picture.count where labels[cell] > 0 {
        let place = 4 * Int(labels[cell])
        let (row, column) = (Int32(cell / picture.width), Int32(cell % picture.width))
        bounds[place] = min(bounds[place], row)
        bounds[place + 1] = max(bounds[place + 1], row)
        bounds[place + 2] = min(bounds[place + 2], column)
        bounds[place + 3] = max(bounds[place + 3], column)
      }
      for label in 1...count {
        let (top, bottom) = (Int(bounds[4 * label]), Int(bounds[4 * label + 1]))
        let (left, right) = (Int(bounds[4 * label + 2]), Int(bounds[4 * label + 3]))
        let width = right - left + 1
        guard
          let target = canvas.add(
            x: picture.x + left, y: picture.y + top, width: width, height: bottom - top + 1)
        else { return false }
        for row in top...bottom {
          for column in left...right {
            let cell = row * picture.width + column
            target[(row - top) * width + column - left] =
              labels[cell] == Int32(label) ? color(picture.cells[cell]) : 0
          }
        }
      }
      return true
    }
  }

  private static func components(
    _ picture: Picture, _ canvas: Canvas, eight: Bool, sameColor: Bool
  ) -> Bool {
    extract(
      picture, canvas, Components.label(picture, canvas, eight: eight, sameColor: sameColor))
  }

  private static func byColor(_ picture: Picture, _ canvas: Canvas) -> Bool {
    let present = picture.colorSet
    guard (present & ~1).nonzeroBitCount > 1 else { return false }
    // Each colour is a part, the lowest first.
    for cell in 0..<picture.count {
      let below = present & (1 << UInt16(picture.cells[cell]) - 1) & ~1
      canvas.scratch[cell] =
        picture.cells[cell] == 0 ? 0 : Int32(below.nonzeroBitCount + 1)
    }
    return extract(picture, canvas, (present & ~1).nonzeroBitCount)
  }

  /// A separating colour reaches two opposite sides, and taking it out leaves several parts.
  private static func cut(_ picture: Picture, _ canvas: Canvas) -> Bool {
    var best: (color: UInt8, score: Int)?
    let present = picture.colorSet
    guard present.nonzeroBitCount > 1 else { return false }
    for color in UInt8(0)..<10 where present >> UInt16(color) & 1 == 1 {
      guard reachesAcross(picture, canvas, color) else { continue }
      let parts = Components.label(
        picture, canvas, eight: true, sameColor: false, isPart: { $0 != color })
      guard parts > 1, parts <= PictureLimits.maxPictures else { continue }
      // The size of the second largest part: speckles do not count as parts.
      let score = secondLargest(picture, canvas, parts)
      if score > (best?.score ?? 0) { best = (color, score) }
    }
    guard let best else { return false }
    let parts = Components.label(
      picture, canvas, eight: true, sameColor: false, isPart: { $0 != best.color })
    return extract(picture, canvas, parts)
  }

  private static func secondLargest(_ picture: Picture, _ canvas: Canvas, _ count: Int) -> Int {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: count + 1) { sizes in
      sizes.initialize(repeating: 0)
      for cell in 0..<picture.count { sizes[Int(canvas.scratch[cell])] += 1 }
      var (first, second) = (0, 0)
      for label in 1...count {
        if sizes[label] > first {
          (first, second) = (sizes[label], first)
        } else if sizes[label] > second {
          second = sizes[label]
        }
      }
      return second
    }
  }

  private static func reachesAcross(
    _ picture: Picture, _ canvas: Canvas, _ color: UInt8
  ) -> Bool {
    let count = Components.label(
      picture, canvas, eight: true, sameColor: false, isPart: { $0 == color })
    let labels = canvas.scratch
    let (width, height) = (picture.width, picture.height)
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count + 1) { sides in
      sides.initialize(repeating: 0)
      for column in 0..<width {
        sides[Int(labels[column])] |= 1
        sides[Int(labels[(height - 1) * width + column])] |= 2
      }
      for row in 0..<height {
        sides[Int(labels[row * width])] |= 4
        sides[Int(labels[row * width + width - 1])] |= 8
      }
      for label in stride(from: 1, through: count, by: 1)
      where sides[label] & 3 == 3 || sides[label] & 12 == 12 { return true }
      return false
    }
  }

  private static func halves(_ picture: Picture, _ canvas: Canvas) -> Bool {
    let (width, height) = (picture.width, picture.height)
    guard width != height, max(width, height) > 1 else { return false }
    if width > height {
      return canvas.add(picture, rows: 0..<height, columns: 0..<width / 2) != nil
        && canvas.add(picture, rows: 0..<height, columns: (width + 1) / 2..<width) != nil
    }
    return canvas.add(picture, rows: 0..<height / 2, columns: 0..<width) != nil
      && canvas.add(picture, rows: (height + 1) / 2..<height, columns: 0..<width) != nil
  }

  private static func quarters(_ picture: Picture, _ canvas: Canvas) -> Bool {
    let (width, height) = (picture.width, picture.height)
    guard width > 1, height > 1 else { return false }
    for rows in [0..<height / 2, (height + 1) / 2..<height] {
      for columns in [0..<width / 2, (width + 1) / 2..<width] {
        guard canvas.add(picture, rows: rows, columns: columns) != nil else { return false }
      }
    }
    return true
  }

  private static func tiles(_ picture: Picture, _ canvas: Canvas, count: Int) -> Bool {
    let (width, height) = (picture.width / count, picture.height / count)
    guard width > 0, height > 0, picture.width % count == 0, picture.height % count == 0,
      width > 1 || height > 1
    else { return false }
    for row in 0..<count {
      for column in 0..<count {
        guard
          canvas.add(
            picture, rows: row * height..<(row + 1) * height,
            columns: column * width..<(column + 1) * width) != nil
        else { return false }
      }
    }
    return true
  }

  private static func marked(_ picture: Picture, _ canvas: Canvas) -> Bool {
    let (width, height) = (picture.width, picture.height)
    guard width > 3, height > 3 else { return false }
    var found = 0
    for top in 0..<height - 3 {
      for left in 0..<width - 3 where picture[top, left] != 0 {
        let color = picture[top, left]
        for bottom in top + 3..<height where picture[bottom, left] == color {
          for right in left + 3..<width
          where picture[top, right] == color && picture[bottom, right] == color {
            // Nothing of that colour between the corners.
            var isClean = true
            for row in top...bottom where isClean {
              for column in left...right
              where picture[row, column] == color
                && !((row == top || row == bottom) && (column == left || column == right))
              {
                isClean = false
                break
              }
            }
            guard isClean else { continue }
            guard
              canvas.add(picture, rows: top + 1..<bottom, columns: left + 1..<right) != nil
            else { return false }
            found += 1
          }
        }
      }
    }
    return found > 0
  }

  private static func fallApart(
    _ picture: Picture, _ canvas: Canvas, dy: Int, dx: Int
  ) -> Bool {
    let count = Components.label(picture, canvas, eight: false, sameColor: true)
    guard count > 0, count <= 20, let target = canvas.add(picture) else { return false }
    let labels = canvas.scratch
    // Shapes that lie on others follow them in the next round.
    var moved = true
    var rounds = 0
    while moved, rounds < PictureLimits.maxSide {
      moved = false
      rounds += 1
      for label in 1...Int32(count) {
        while canMove(labels, label, picture.width, picture.height, dy, dx) {
          let isForward = dy + dx > 0
          for step in 0..<picture.count {
            let cell = isForward ? picture.count - 1 - step : step
            guard labels[cell] == label else { continue }
            let next = cell + dy * picture.width + dx
            (labels[next], target[next]) = (label, target[cell])
            (labels[cell], target[cell]) = (0, 0)
          }
          moved = true
        }
      }
    }
    return true
  }

  private static func canMove(
    _ labels: UnsafeMutablePointer<Int32>, _ label: Int32, _ width: Int, _ height: Int, _ dy: Int,
    _ dx: Int
  ) -> Bool {
    for row in 0..<height {
      for column in 0..<width where labels[row * width + column] == label {
        let (r, c) = (row + dy, column + dx)
        guard r >= 0, r < height, c >= 0, c < width else { return false }
        let next = labels[r * width + c]
        if next != 0 && next != label { return false }
      }
    }
    return true
  }
}

// SPDX-License-Identifier: Apache-2.0

/// Functions that put a list's pictures together, or count them.
enum JoinFunctions {
  static let all: [GridFunction] = [
    GridFunction(
      "overlay", "All pictures at their places, the smallest on top.",
      .join { compose($0, $1, smallestOnTop: true) }),
    GridFunction(
      "overlay-first", "All pictures at their places, the first on top.",
      .join { pictures, canvas in
        compose(pictures, canvas, smallestOnTop: false)
      }),
    GridFunction(
      "row-by-place", "Side by side or one below the other, as they lie.", .join(lineUp)),
    GridFunction(
      "row-by-size", "Side by side, the smallest first.",
      .join { stack($0, $1, isHorizontal: true, bySize: true) }),
    GridFunction(
      "column-by-size", "One below the other, the smallest first.",
      .join { stack($0, $1, isHorizontal: false, bySize: true) }),
    GridFunction(
      "row", "Side by side, in the list's order.",
      .join { stack($0, $1, isHorizontal: true, bySize: false) }),
    GridFunction(
      "column", "One below the other, in the list's order.",
      .join { stack($0, $1, isHorizontal: false, bySize: false) }),
    GridFunction(
      "common", "The cells that are the same in all pictures.",
      .join { combine($0, $1) { first, rest in rest.allSatisfy { $0 == first } ? first : 0 } }),
    GridFunction(
      "union", "The cells that are in any picture, the first's colour.",
      .join { combine($0, $1) { first, rest in first != 0 ? first : rest.first { $0 != 0 } ?? 0 } }),
    GridFunction(
      "intersection", "The cells that are in all pictures, the first's colour.",
      .join { combine($0, $1) { first, rest in rest.allSatisfy { $0 != 0 } ? first : 0 } }),
    GridFunction(
      "either", "The cells that are in one picture only.",
      .join {
        combine($0, $1) { first, rest in
          let inks = ([first] + rest).filter { $0 != 0 }
          return inks.count == 1 ? inks[0] : 0
        }
      }),
    GridFunction(
      "neither", "The cells that are in no picture, in colour 1.",
      .join { combine($0, $1) { first, rest in first == 0 && rest.allSatisfy { $0 == 0 } ? 1 : 0 } }
    ),
    GridFunction(
      "grid", "One cell of the most frequent colour for each picture, as they lie.",
      .join(grid)),
    GridFunction(
      "count-row", "As many cells in a row as there are pictures.",
      .join { pictures, canvas in
        guard
          let target = canvas.add(x: 0, y: 0, width: pictures.count, height: 1)
        else { return false }
        for index in pictures.indices { target[index] = pictures[index].majorityColor }
        return true
      }),
    GridFunction(
      "count-diagonal", "A square with as many cells on its diagonal as there are pictures.",
      .join { pictures, canvas in
        let side = pictures.count
        guard let target = canvas.addEmpty(x: 0, y: 0, width: side, height: side) else {
          return false
        }
        for index in pictures.indices {
          target[index * side + index] = pictures[index].majorityColor
        }
        return true
      }),
    GridFunction(
      "count-square", "A square of as many cells a side as there are pictures.",
      .join { pictures, canvas in
        let side = pictures.count
        guard let target = canvas.add(x: 0, y: 0, width: side, height: side) else { return false }
        target.update(repeating: pictures[0].majorityColor, count: side * side)
        return true
      }),
  ]

  /// The pictures' places, in an order.
  private static func order(
    _ pictures: PictureList, _ key: (Picture) -> Int
  ) -> [Int] {
    pictures.indices.map { ($0, key(pictures[$0])) }
      .sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
  }

  private static func compose(
    _ pictures: PictureList, _ canvas: Canvas, smallestOnTop: Bool
  ) -> Bool {
    let bounds = pictures.bounds
    guard
      let target = canvas.addEmpty(
        x: bounds.x, y: bounds.y, width: bounds.width, height: bounds.height)
    else { return false }
    let places =
      smallestOnTop
      ? order(pictures) { -$0.inkCount } : Array(pictures.indices.reversed())
    for place in places {
      let picture = pictures[place]
      let (top, left) = (picture.y - bounds.y, picture.x - bounds.x)
      for row in 0..<picture.height {
        for column in 0..<picture.width where picture[row, column] != 0 {
          target[(top + row) * bounds.width + left + column] = picture[row, column]
        }
      }
    }
    return true
  }

  private static func draw(
    _ picture: Picture, _ target: UnsafeMutablePointer<UInt8>, _ width: Int, row top: Int,
    column left: Int
  ) {
    for row in 0..<picture.height {
      (target + (top + row) * width + left).update(
        from: picture.cells + row * picture.width, count: picture.width)
    }
  }

  private static func concatenate(
    _ pictures: PictureList, _ order: [Int], _ canvas: Canvas, isHorizontal: Bool
  ) -> Bool {
    var (width, height) = (0, 0)
    for index in order {
      let picture = pictures[index]
      if isHorizontal {
        width += picture.width
        height = max(height, picture.height)
      } else {
        width = max(width, picture.width)
        height += picture.height
      }
    }
    guard pictures.count > 1,
      let target = canvas.addEmpty(x: 0, y: 0, width: width, height: height)
    else { return false }
    var place = 0
    for index in order {
      let picture = pictures[index]
      draw(
        picture, target, width, row: isHorizontal ? 0 : place, column: isHorizontal ? place : 0)
      place += isHorizontal ? picture.width : picture.height
    }
    return true
  }

  private static func stack(
    _ pictures: PictureList, _ canvas: Canvas, isHorizontal: Bool, bySize: Bool
  ) -> Bool {
    concatenate(
      pictures, bySize ? order(pictures) { $0.inkCount } : Array(pictures.indices), canvas,
      isHorizontal: isHorizontal)
  }

  private static func lineUp(_ pictures: PictureList, _ canvas: Canvas) -> Bool {
    guard pictures.count > 1 else { return false }
    // Along the side on which they lie further apart.
    func spread(_ place: (Picture) -> Int) -> Int {
      let places = pictures.indices.map { place(pictures[$0]) }
      return (places.max() ?? 0) - (places.min() ?? 0)
    }
    let isHorizontal =
      spread { 2 * $0.x + $0.width } >= spread { 2 * $0.y + $0.height }
    return concatenate(
      pictures, order(pictures) { isHorizontal ? 2 * $0.x + $0.width : 2 * $0.y + $0.height },
      canvas, isHorizontal: isHorizontal)
  }

  /// Pictures of one size, cell by cell.
  private static func combine(
    _ pictures: PictureList, _ canvas: Canvas, _ color: (UInt8, [UInt8]) -> UInt8
  ) -> Bool {
    let first = pictures[0]
    guard pictures.count > 1, pictures.count <= 9,
      pictures.indices.allSatisfy({
        pictures[$0].width == first.width && pictures[$0].height == first.height
      }),
      let target = canvas.add(x: 0, y: 0, width: first.width, height: first.height)
    else { return false }
    var rest = [UInt8](repeating: 0, count: pictures.count - 1)
    for cell in 0..<first.count {
      for index in rest.indices { rest[index] = pictures[index + 1].cells[cell] }
      target[cell] = color(first.cells[cell], rest)
    }
    return true
  }

  /// Pictures that lie in rows and columns become cells.
  private static func grid(_ pictures: PictureList, _ canvas: Canvas) -> Bool {
    let rows = Set(pictures.indices.map { pictures[$0].y }).sorted()
    let columns = Set(pictures.indices.map { pictures[$0].x }).sorted()
    guard pictures.count > 1, rows.count * columns.count == pictures.count,
      let target = canvas.addEmpty(x: 0, y: 0, width: columns.count, height: rows.count)
    else { return false }
    for index in pictures.indices {
      let picture = pictures[index]
      guard let row = rows.firstIndex(of: picture.y),
        let column = columns.firstIndex(of: picture.x)
      else { return false }
      target[row * columns.count + column] = picture.majorityColor
    }
    return true
  }
}

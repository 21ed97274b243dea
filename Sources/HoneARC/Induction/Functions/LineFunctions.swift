// SPDX-License-Identifier: Apache-2.0

/// Functions that draw lines, let cells fall and spread colours.
enum LineFunctions {
  private typealias Step = (dy: Int, dx: Int)
  private static let straight: [(name: String, step: Step)] = [
    ("down", (1, 0)), ("up", (-1, 0)), ("right", (0, 1)), ("left", (0, -1)),
  ]
  private static let diagonal: [(name: String, step: Step)] = [
    ("down-right", (1, 1)), ("up-left", (-1, -1)), ("down-left", (1, -1)), ("up-right", (-1, 1)),
  ]
  private static let groups: [(name: String, steps: [Step])] =
    straight.map { ($0.name, [$0.step]) } + diagonal.map { ($0.name, [$0.step]) } + [
      ("vertical", [(1, 0), (-1, 0)]), ("horizontal", [(0, 1), (0, -1)]),
      ("falling", [(1, 1), (-1, -1)]), ("rising", [(1, -1), (-1, 1)]),
      ("cross", straight.map(\.step)), ("diagonals", diagonal.map(\.step)),
      ("star", straight.map(\.step) + diagonal.map(\.step)),
    ]

  static let all: [GridFunction] =
    groups.map { group in
      GridFunction(
        "rays \(group.name)", "Extends each cell over empty ones up to the next shape or the edge.",
        .map { rays($0, $1, group.steps) })
    }
    + straight.map { direction in
      GridFunction(
        "fall \(direction.name)", "Lets each cell fall until it meets another or the edge.",
        .map { fall($0, $1, direction.step) })
    }
    + [
      GridFunction(
        "connect horizontal", "Draws a line between cells of one colour in a row, over empty ones.",
        .map { connect($0, $1, rows: true, columns: false, both: false) }),
      GridFunction(
        "connect vertical",
        "Draws a line between cells of one colour in a column, over empty ones.",
        .map { connect($0, $1, rows: false, columns: true, both: false) }),
      GridFunction(
        "connect", "Draws lines between cells of one colour in rows and columns, over empty ones.",
        .map { connect($0, $1, rows: true, columns: true, both: true) }),
      GridFunction(
        "connect diagonal",
        "Draws a line between cells of one colour on a diagonal, over empty ones.",
        .map(connectDiagonals)),
      GridFunction(
        "flood", "Spreads all colours over the empty cells beside them, until none is left.",
        .map { flood($0, $1, keeping: 0) }),
      GridFunction(
        "flood-minor",
        "Spreads all colours but the most frequent over the empty cells beside them.",
        .map { picture, canvas in flood(picture, canvas, keeping: picture.majorityColor) }),
      GridFunction(
        "spiral", "A line from the top left inwards, one cell apart from itself.", .map(spiral)),
      GridFunction(
        "checkers", "Every second cell, in the most frequent colour.",
        .map { picture, canvas in
          let color = ShapeFunctions.lowestColor(picture)
          return ShapeFunctions.draw(picture, canvas) {
            ($0 / picture.width + $0 % picture.width) % 2 == 0 ? color : 0
          }
        }),
      GridFunction(
        "full-rows", "The rows that are one colour, nothing else.",
        .map { fullLines($0, $1, rows: true, columns: false) }),
      GridFunction(
        "full-columns", "The columns that are one colour, nothing else.",
        .map { fullLines($0, $1, rows: false, columns: true) }),
      GridFunction(
        "full-lines", "The rows and columns that are one colour, nothing else.",
        .map { fullLines($0, $1, rows: true, columns: true) }),
    ]

  private static func rays(_ picture: Picture, _ canvas: Canvas, _ steps: [Step]) -> Bool {
    guard let target = canvas.add(picture) else { return false }
    let (width, height) = (picture.width, picture.height)
    for step in steps {
      for row in 0..<height {
        for column in 0..<width where picture[row, column] != 0 {
          var (r, c) = (row + step.dy, column + step.dx)
          while r >= 0, r < height, c >= 0, c < width, picture[r, c] == 0 {
            target[r * width + c] = picture[row, column]
            r += step.dy
            c += step.dx
          }
        }
      }
    }
    return true
  }

  private static func fall(_ picture: Picture, _ canvas: Canvas, _ step: Step) -> Bool {
    guard
      let target = canvas.addEmpty(
        x: picture.x, y: picture.y, width: picture.width, height: picture.height)
    else { return false }
    let (width, height) = (picture.width, picture.height)
    let isVertical = step.dy != 0
    let isForward = step.dy + step.dx > 0
    for line in 0..<(isVertical ? width : height) {
      let length = isVertical ? height : width
      var place = isForward ? length - 1 : 0
      for offset in 0..<length {
        let from = isForward ? length - 1 - offset : offset
        let color = isVertical ? picture[from, line] : picture[line, from]
        if color == 0 { continue }
        target[isVertical ? place * width + line : line * width + place] = color
        place += isForward ? -1 : 1
      }
    }
    return true
  }

  private static func connect(
    _ picture: Picture, _ canvas: Canvas, rows: Bool, columns: Bool, both: Bool
  ) -> Bool {
    guard let target = canvas.add(picture) else { return false }
    let (width, height) = (picture.width, picture.height)
    func join(_ count: Int, _ cell: (Int) -> Int) {
      var last = -1
      for index in 0..<count where picture.cells[cell(index)] != 0 {
        let color = picture.cells[cell(index)]
        if last >= 0, picture.cells[cell(last)] == color {
          for between in last + 1..<index { target[cell(between)] = color }
        }
        last = index
      }
    }
    if rows { for row in 0..<height { join(width) { row * width + $0 } } }
    if columns { for column in 0..<width { join(height) { $0 * width + column } } }
    return true
  }

  private static func connectDiagonals(_ picture: Picture, _ canvas: Canvas) -> Bool {
    guard let target = canvas.add(picture) else { return false }
    let (width, height) = (picture.width, picture.height)
    for row in 0..<height {
      for column in 0..<width where picture[row, column] != 0 {
        for dx in [-1, 1] {
          var (r, c) = (row + 1, column + dx)
          while r < height, c >= 0, c < width, picture[r, c] == 0 {
            r += 1
            c += dx
          }
          guard r < height, c >= 0, c < width, picture[r, c] == picture[row, column] else {
            continue
          }
          while r > row + 1 {
            r -= 1
            c -= dx
            target[r * width + c] = picture[row, column]
          }
        }
      }
    }
    return true
  }

  private static func flood(_ picture: Picture, _ canvas: Canvas, keeping still: UInt8) -> Bool {
    guard let target = canvas.add(picture) else { return false }
    let (width, height) = (picture.width, picture.height)
    let queue = canvas.scratch
    var (head, tail) = (0, 0)
    for cell in 0..<picture.count where picture.cells[cell] != 0 && picture.cells[cell] != still {
      queue[tail] = Int32(cell)
      tail += 1
    }
    guard tail > 0, tail < picture.count else { return false }
    while head < tail {
      let cell = Int(queue[head])
      head += 1
      let (row, column) = (cell / width, cell % width)
      for (dy, dx) in [(1, 0), (-1, 0), (0, 1), (0, -1)] {
        let (r, c) = (row + dy, column + dx)
        guard r >= 0, r < height, c >= 0, c < width, target[r * width + c] == 0 else { continue }
        target[r * width + c] = target[cell]
        queue[tail] = Int32(r * width + c)
        tail += 1
      }
    }
    return true
  }

  private static func spiral(_ picture: Picture, _ canvas: Canvas) -> Bool {
    let (width, height) = (picture.width, picture.height)
    guard width > 2, height > 2,
      let target = canvas.addEmpty(x: picture.x, y: picture.y, width: width, height: height)
    else { return false }
    let color = ShapeFunctions.lowestColor(picture)
    var (row, column, dy, dx) = (0, 0, 0, 1)
    target[0] = color
    func isFree(_ r: Int, _ c: Int) -> Bool {
      r >= 0 && r < height && c >= 0 && c < width && target[r * width + c] == 0
    }
    func isInside(_ r: Int, _ c: Int) -> Bool { r >= 0 && r < height && c >= 0 && c < width }
    var turns = 0
    while turns < 2 {
      let (r, c) = (row + dy, column + dx)
      let (r2, c2) = (r + dy, c + dx)
      if isFree(r, c), !isInside(r2, c2) || isFree(r2, c2) {
        (row, column) = (r, c)
        target[row * width + column] = color
        turns = 0
      } else {
        (dy, dx) = (dx, -dy)
        turns += 1
      }
    }
    return true
  }

  private static func fullLines(
    _ picture: Picture, _ canvas: Canvas, rows: Bool, columns: Bool
  ) -> Bool {
    let (width, height) = (picture.width, picture.height)
    guard width > 1, height > 1,
      let target = canvas.addEmpty(
        x: picture.x, y: picture.y, width: width, height: height)
    else { return false }
    if rows {
      for row in 0..<height {
        let color = picture[row, 0]
        guard color != 0, (0..<width).allSatisfy({ picture[row, $0] == color }) else { continue }
        for column in 0..<width { target[row * width + column] = color }
      }
    }
    if columns {
      for column in 0..<width {
        let color = picture[0, column]
        guard color != 0, (0..<height).allSatisfy({ picture[$0, column] == color }) else {
          continue
        }
        for row in 0..<height { target[row * width + column] = color }
      }
    }
    return true
  }
}

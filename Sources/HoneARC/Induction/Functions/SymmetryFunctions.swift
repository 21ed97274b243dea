// SPDX-License-Identifier: Apache-2.0

/// Functions that turn pictures, and that make them symmetric.
enum SymmetryFunctions {
  /// The cell of a picture `[height, width]` that lands at (row, column).
  private typealias Source =
    @Sendable (_ row: Int, _ column: Int, _ height: Int, _ width: Int) -> (
      row: Int, column: Int
    )

  private static let turns: [(name: String, summary: String, swaps: Bool, source: Source)] = [
    (
      "flip-horizontal", "Mirrors left and right.", false,
      { row, column, _, width in (row, width - 1 - column) }
    ),
    (
      "flip-vertical", "Mirrors top and bottom.", false,
      { row, column, height, _ in (height - 1 - row, column) }
    ),
    (
      "rotate-180", "Turns by half a turn.", false,
      { row, column, height, width in (height - 1 - row, width - 1 - column) }
    ),
    (
      "transpose", "Mirrors at the main diagonal.", true, { row, column, _, _ in (column, row) }
    ),
    (
      "flip-antidiagonal", "Mirrors at the other diagonal.", true,
      { row, column, height, width in (height - 1 - column, width - 1 - row) }
    ),
    (
      "rotate-90", "Turns clockwise.", true,
      { row, column, height, _ in (height - 1 - column, row) }
    ),
    (
      "rotate-270", "Turns counter-clockwise.", true,
      { row, column, _, width in (column, width - 1 - row) }
    ),
  ]

  static let all: [GridFunction] =
    turns.map { turn in
      GridFunction(
        turn.name, turn.summary,
        .map { picture, canvas in
          let (height, width) = (picture.height, picture.width)
          let size = turn.swaps ? (width, height) : (height, width)
          guard
            let target = canvas.add(
              x: picture.x, y: picture.y, width: size.1, height: size.0)
          else { return false }
          for row in 0..<size.0 {
            for column in 0..<size.1 {
              let from = turn.source(row, column, height, width)
              target[row * size.1 + column] = picture[from.row, from.column]
            }
          }
          return true
        })
    }
    + [
      GridFunction(
        "mirror-horizontal", "Fills empty cells from their mirror images left and right.",
        .map { complete($0, $1, [turns[0].source]) }),
      GridFunction(
        "mirror-vertical", "Fills empty cells from their mirror images above and below.",
        .map { complete($0, $1, [turns[1].source]) }),
      GridFunction(
        "mirror-both", "Fills empty cells from any of their four mirror images.",
        .map { complete($0, $1, [turns[0].source, turns[1].source, turns[2].source]) }),
      GridFunction(
        "mirror-diagonal", "Fills empty cells from their mirror images at the main diagonal.",
        .map { picture, canvas in
          picture.width == picture.height && complete(picture, canvas, [turns[3].source])
        }),
      GridFunction(
        "mirror-all",
        "Fills empty cells from any of their eight images under a square's symmetries.",
        .map { picture, canvas in
          picture.width == picture.height && complete(picture, canvas, turns.map(\.source))
        }),
      GridFunction(
        "repair-symmetry",
        "Finds the axes that most cells agree on and fills empty cells from their mirror images.",
        .map(repairSymmetry)),
      GridFunction(
        "repair-pattern",
        "Finds the shortest steps by which the picture repeats itself and fills empty cells.",
        .map(repairPattern)),
    ]

  private static func complete(
    _ picture: Picture, _ canvas: Canvas, _ sources: [Source]
  ) -> Bool {
    guard let target = canvas.add(picture) else { return false }
    let (height, width) = (picture.height, picture.width)
    for row in 0..<height {
      for column in 0..<width where picture[row, column] == 0 {
        for source in sources {
          let from = source(row, column, height, width)
          let color = picture[from.row, from.column]
          if color != 0 {
            target[row * width + column] = color
            break
          }
        }
      }
    }
    return true
  }

  /// How many cells agree, and how many do not, where both are there.
  private static func agreement(
    _ picture: Picture, _ image: (Int, Int) -> (Int, Int)
  ) -> (equal: Int, unequal: Int) {
    var (equal, unequal) = (0, 0)
    for row in 0..<picture.height {
      for column in 0..<picture.width {
        let color = picture[row, column]
        let (r, c) = image(row, column)
        let other = picture.color(r, c)
        if color == 0 || other == 0 || (r == row && c == column) { continue }
        if color == other { equal += 1 } else { unequal += 1 }
      }
    }
    return (equal, unequal)
  }

  private static func repairSymmetry(_ picture: Picture, _ canvas: Canvas) -> Bool {
    let (height, width) = (picture.height, picture.width)
    guard picture.count >= 9 else { return false }
    // Axes by the sum of the coordinates of a cell and its image.
    func best(_ sums: Range<Int>, _ image: @escaping (Int, Int, Int) -> (Int, Int)) -> Int? {
      var result: (sum: Int, equal: Int)?
      for sum in sums {
        let found = agreement(picture) { image($0, $1, sum) }
        if found.unequal == 0, found.equal > picture.count / 4,
          found.equal > (result?.equal ?? 0)
        {
          result = (sum, found.equal)
        }
      }
      return result?.sum
    }
    let vertical = best(height / 2..<3 * height / 2) { ($2 - $0, $1) }
    let horizontal = best(width / 2..<3 * width / 2) { ($0, $2 - $1) }
    let diagonal = agreement(picture) { ($1, $0) }
    let isDiagonal =
      width == height && diagonal.unequal == 0 && diagonal.equal > picture.count / 4
    guard vertical != nil || horizontal != nil || isDiagonal, let target = canvas.add(picture)
    else { return false }
    var changed = false
    for _ in 0..<3 {
      for row in 0..<height {
        for column in 0..<width where target[row * width + column] == 0 {
          func take(_ r: Int, _ c: Int) {
            guard r >= 0, r < height, c >= 0, c < width, target[r * width + c] != 0 else { return }
            target[row * width + column] = target[r * width + c]
            changed = true
          }
          if let vertical { take(vertical - row, column) }
          if let horizontal { take(row, horizontal - column) }
          if isDiagonal { take(column, row) }
        }
      }
    }
    return changed
  }

  private static func repairPattern(_ picture: Picture, _ canvas: Canvas) -> Bool {
    let (height, width) = (picture.height, picture.width)
    guard picture.count >= 9, picture.inkCount < picture.count else { return false }
    // The smallest lattice, by the area of its cell, of which no two cells that are there disagree.
    var best: (dy: Int, dx: Int, skew: Int)?
    var bestArea = Int.max
    for dy in 1...height {
      for dx in 1...width where dy * dx < bestArea && dy * dx * 2 <= picture.count {
        for skew in 0..<(dy == height ? 1 : dx) {
          if isPattern(picture, canvas, dy, dx, skew) {
            best = (dy, dx, skew)
            bestArea = dy * dx
            break
          }
        }
      }
    }
    guard let best, let target = canvas.add(picture) else { return false }
    _ = isPattern(picture, canvas, best.dy, best.dx, best.skew)
    var changed = false
    for row in 0..<height {
      for column in 0..<width where picture[row, column] == 0 {
        let color = canvas.marks[place(row, column, best.dy, best.dx, best.skew)]
        target[row * width + column] = color
        if color != 0 { changed = true }
      }
    }
    return changed
  }

  /// A cell's place in a lattice's cell; each step down moves the pattern to the right by `skew`.
  @inline(__always)
  private static func place(_ row: Int, _ column: Int, _ dy: Int, _ dx: Int, _ skew: Int) -> Int {
    let shifted = (column - row / dy * skew) % dx
    return row % dy * dx + (shifted < 0 ? shifted + dx : shifted)
  }

  /// Whether the picture repeats itself so; the pattern is left in the canvas's marks.
  private static func isPattern(
    _ picture: Picture, _ canvas: Canvas, _ dy: Int, _ dx: Int, _ skew: Int
  ) -> Bool {
    canvas.marks.update(repeating: 0, count: dy * dx)
    for row in 0..<picture.height {
      for column in 0..<picture.width {
        let color = picture[row, column]
        if color == 0 { continue }
        let slot = place(row, column, dy, dx, skew)
        if canvas.marks[slot] == 0 {
          canvas.marks[slot] = color
        } else if canvas.marks[slot] != color {
          return false
        }
      }
    }
    return true
  }
}

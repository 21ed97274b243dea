// SPDX-License-Identifier: Apache-2.0

/// Connected parts of pictures.
enum Components {
  /// Numbers the connected parts, from 1 in reading order; cells of none get 0.
  ///
  /// The numbers lie in the canvas's scratch, valid until another function runs.
  ///
  /// - Parameters:
  ///   - eight: Whether cells that meet at a corner are connected.
  ///   - sameColor: Whether only cells of one colour are.
  ///   - isPart: Cells that count.
  /// - Returns: How many parts there are.
  static func label(
    _ picture: Picture, _ canvas: Canvas, eight: Bool, sameColor: Bool,
    isPart: (UInt8) -> Bool = { $0 != 0 }
  ) -> Int {
    let labels = canvas.scratch
    let stack = canvas.scratch + PictureLimits.maxArea
    let width = picture.width
    labels.update(repeating: 0, count: picture.count)
    var number = 0
    for start in 0..<picture.count where labels[start] == 0 && isPart(picture.cells[start]) {
      number += 1
      var depth = 1
      stack[0] = Int32(start)
      labels[start] = Int32(number)
      while depth > 0 {
        depth -= 1
        let cell = Int(stack[depth])
        let (row, column) = (cell / width, cell % width)
        forEachNeighbor(of: row, column, in: picture, eight: eight) { r, c in
          let next = r * width + c
          guard labels[next] == 0, isPart(picture.cells[next]),
            !sameColor || picture.cells[next] == picture.cells[cell]
          else { return }
          labels[next] = Int32(number)
          stack[depth] = Int32(next)
          depth += 1
        }
      }
    }
    return number
  }

  /// Marks the cells that can be reached from outside over those that `isOpen` lets through.
  ///
  /// - Returns: The marks, 1 for reached, in the canvas's memory.
  static func reachedFromOutside(
    _ picture: Picture, _ canvas: Canvas, eight: Bool, isOpen: (UInt8) -> Bool
  ) -> UnsafeMutablePointer<UInt8> {
    let marks = canvas.marks
    let stack = canvas.scratch
    let (width, height) = (picture.width, picture.height)
    marks.update(repeating: 0, count: picture.count)
    var depth = 0
    func visit(_ row: Int, _ column: Int) {
      let cell = row * width + column
      guard marks[cell] == 0, isOpen(picture.cells[cell]) else { return }
      marks[cell] = 1
      stack[depth] = Int32(cell)
      depth += 1
    }
    for row in 0..<height {
      visit(row, 0)
      visit(row, width - 1)
    }
    for column in 0..<width {
      visit(0, column)
      visit(height - 1, column)
    }
    while depth > 0 {
      depth -= 1
      let cell = Int(stack[depth])
      let (row, column) = (cell / width, cell % width)
      forEachNeighbor(of: row, column, in: picture, eight: eight, visit)
    }
    return marks
  }

  /// The cell itself and those beside it, in the picture.
  ///
  /// - Parameter eight: Whether those that it meets at a corner are, too.
  @inline(__always)
  private static func forEachNeighbor(
    of row: Int, _ column: Int, in picture: Picture, eight: Bool, _ body: (Int, Int) -> Void
  ) {
    for dy in -1...1 where row + dy >= 0 && row + dy < picture.height {
      for dx in -1...1 where column + dx >= 0 && column + dx < picture.width {
        if eight || dx == 0 || dy == 0 { body(row + dy, column + dx) }
      }
    }
  }

  /// How many empty areas a picture encloses.
  static func holeCount(_ picture: Picture, _ canvas: Canvas) -> Int {
    let all = label(picture, canvas, eight: false, sameColor: false, isPart: { $0 == 0 })
    guard all > 0 else { return 0 }
    // Those that touch the picture's edge are none.
    return withUnsafeTemporaryAllocation(of: Bool.self, capacity: all + 1) { open in
      open.initialize(repeating: false)
      let (width, height) = (picture.width, picture.height)
      for row in 0..<height {
        for column in 0..<width
        where row == 0 || column == 0 || row == height - 1 || column == width - 1 {
          open[Int(canvas.scratch[row * width + column])] = true
        }
      }
      return (1...all).count { !open[$0] }
    }
  }
}

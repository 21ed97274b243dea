// SPDX-License-Identifier: Apache-2.0

/// What programs draw into the output, each once: the parts that outputs are put together from.
///
/// A piece has a colour for each cell of every demonstration's output and of the test's. Of the
/// demonstrations only two bits a cell are kept: whether there is anything, and whether it is right.
/// Pieces with the same bits are variants of one, which differ in the test only.
struct PieceCollection {
  /// Cells of each demonstration begin at a word of their own.
  let wordRanges: [Range<Int>]
  let wordCount: Int
  let testSize: GridSize
  private(set) var programs: [Int32] = []
  private(set) var lengths: [UInt8] = []
  /// Cells that are not 0, and cells that are right; `wordCount` words for each piece.
  private(set) var ink: [UInt64] = []
  private(set) var right: [UInt64] = []
  private(set) var testCells: [UInt8] = []
  /// For each colour, the cells of the outputs that have it.
  private(set) var targets: [[UInt64]] = []
  /// All cells.
  private(set) var all: [UInt64]
  /// For each piece another with the same bits that came later; -1 for none.
  private(set) var nextVariants: [Int32] = []
  /// The first of each group of variants.
  private(set) var firsts: [Int32] = []
  private var known: Set<UInt64> = []
  private var groups: [UInt64: (last: Int32, count: Int32)] = [:]
  private static let maxVariants: Int32 = 8
  private let outputs: [Grid]

  init(outputs: [Grid], testSize: GridSize) {
    self.outputs = outputs
    self.testSize = testSize
    var ranges: [Range<Int>] = []
    var start = 0
    for output in outputs {
      let words = (output.cells.count + 63) / 64
      ranges.append(start..<start + words)
      start += words
    }
    wordRanges = ranges
    wordCount = start
    all = Array(repeating: 0, count: start)
    targets = Array(repeating: Array(repeating: 0, count: start), count: Grid.colorCount)
    for (grid, output) in outputs.enumerated() {
      for (cell, color) in output.cells.enumerated() {
        let word = ranges[grid].lowerBound + cell / 64
        all[word] |= 1 << UInt64(cell % 64)
        targets[Int(color)][word] |= 1 << UInt64(cell % 64)
      }
    }
  }

  var usedBytes: Int {
    ink.capacity * 8 + right.capacity * 8 + testCells.capacity + 6 * programs.capacity
      + known.capacity * 16 + groups.capacity * 24
  }

  /// Takes a program's pictures, one for each demonstration and one for the test.
  mutating func add(program: Int, length: Int, _ pictures: [Picture]) {
    let sizes = outputs.map(\.size) + [testSize]
    var isWhole = true
    var isAtOrigin = true
    for (picture, size) in zip(pictures, sizes) {
      if picture.width != size.width || picture.height != size.height { isWhole = false }
      if picture.x != 0 || picture.y != 0 { isAtOrigin = false }
    }
    // As large as the output wherever it lies, and at its place, what is outside cut off.
    if isWhole { insert(program, length, pictures, sizes, atPlace: false) }
    if !isWhole || !isAtOrigin { insert(program, length, pictures, sizes, atPlace: true) }
  }

  private mutating func insert(
    _ program: Int, _ length: Int, _ pictures: [Picture], _ sizes: [GridSize], atPlace: Bool
  ) {
    var hash = PictureHash(isList: false)
    let base = ink.count
    ink.append(contentsOf: repeatElement(0, count: wordCount))
    right.append(contentsOf: repeatElement(0, count: wordCount))
    let testBase = testCells.count
    for (grid, picture) in pictures.enumerated() {
      let size = sizes[grid]
      let (dx, dy) = atPlace ? (picture.x, picture.y) : (0, 0)
      let isTest = grid == outputs.count
      var word = isTest ? 0 : base + wordRanges[grid].lowerBound
      var (inkBits, rightBits, bit): (UInt64, UInt64, UInt64) = (0, 0, 1)
      var packed: UInt64 = 0
      var packedCount = 0
      for row in 0..<size.height {
        for column in 0..<size.width {
          let color = picture.color(row - dy, column - dx)
          packed = packed << 4 | UInt64(color)
          packedCount += 1
          if packedCount == 16 {
            hash.add(packed)
            (packed, packedCount) = (0, 0)
          }
          if isTest {
            testCells.append(color)
          } else {
            if color != 0 { inkBits |= bit }
            if color == outputs[grid].cells[row * size.width + column] { rightBits |= bit }
            bit <<= 1
            if bit == 0 {
              ink[word] = inkBits
              right[word] = rightBits
              word += 1
              (inkBits, rightBits, bit) = (0, 0, 1)
            }
          }
        }
      }
      if !isTest, bit != 1 {
        ink[word] = inkBits
        right[word] = rightBits
      }
      hash.add(packed)
    }
    var bits = PictureHash(isList: false)
    for word in base..<base + wordCount {
      bits.add(ink[word])
      bits.add(right[word])
    }
    let group = groups[bits.value]
    guard known.insert(hash.value).inserted, group?.count ?? 0 < Self.maxVariants else {
      ink.removeLast(wordCount)
      right.removeLast(wordCount)
      testCells.removeLast(testCells.count - testBase)
      return
    }
    let piece = Int32(programs.count)
    groups[bits.value] = (piece, (group?.count ?? 0) + 1)
    if let group { nextVariants[Int(group.last)] = piece } else { firsts.append(piece) }
    nextVariants.append(-1)
    programs.append(Int32(program))
    lengths.append(UInt8(length))
  }
}

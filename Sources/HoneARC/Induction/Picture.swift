// SPDX-License-Identifier: Apache-2.0

/// A rectangle of colours at a place, in memory that something else owns.
///
/// Colour 0 is both black and nothing: programs see a puzzle's grids as shapes on an empty ground.
struct Picture {
  /// Columns and rows that it lies right of and below the origin.
  var x: Int
  var y: Int
  let width: Int
  let height: Int
  /// Colours, row after row. Valid as long as their owner, which is a ``StateStore`` or the caller.
  let cells: UnsafePointer<UInt8>

  var count: Int { width * height }

  subscript(row: Int, column: Int) -> UInt8 {
    @inline(__always) get { cells[row * width + column] }
  }

  /// The colour at a cell; 0 outside.
  @inline(__always)
  func color(_ row: Int, _ column: Int) -> UInt8 {
    row >= 0 && row < height && column >= 0 && column < width ? cells[row * width + column] : 0
  }

  /// A bit for each colour that is there.
  var colorSet: UInt16 {
    var set: UInt16 = 0
    for index in 0..<count { set |= 1 << UInt16(cells[index]) }
    return set
  }

  /// Cells that are not 0.
  var inkCount: Int {
    var result = 0
    for index in 0..<count where cells[index] != 0 { result += 1 }
    return result
  }

  /// Cells of each colour.
  func withHistogram<Result>(_ body: (UnsafeMutablePointer<Int>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 10) { counts in
      counts.initialize(repeating: 0)
      guard let base = counts.baseAddress else { preconditionFailure("ten numbers have a place") }
      for index in 0..<count { base[Int(cells[index])] += 1 }
      return body(base)
    }
  }

  /// The most frequent colour but 0, the lowest of equals; 0 where there is none.
  var majorityColor: UInt8 {
    withHistogram { counts in
      var best = 0
      for color in 1..<10 where counts[color] > (best == 0 ? 0 : counts[best]) { best = color }
      return UInt8(best)
    }
  }

  /// The rarest colour that is there, but 0, the lowest of equals; 0 where there is none.
  var minorityColor: UInt8 {
    withHistogram { counts in
      var best = 0
      for color in 1..<10 where counts[color] > 0 && (best == 0 || counts[color] < counts[best]) {
        best = color
      }
      return UInt8(best)
    }
  }

  /// The smallest rectangle that holds all that is not 0; nil where nothing is.
  var inkBounds: (rows: Range<Int>, columns: Range<Int>)? {
    var (top, bottom, left, right) = (height, -1, width, -1)
    for row in 0..<height {
      for column in 0..<width where cells[row * width + column] != 0 {
        top = min(top, row)
        bottom = max(bottom, row)
        left = min(left, column)
        right = max(right, column)
      }
    }
    return bottom < 0 ? nil : (top..<bottom + 1, left..<right + 1)
  }

  func hasSameCells(as other: Picture) -> Bool {
    guard width == other.width, height == other.height else { return false }
    for index in 0..<count where cells[index] != other.cells[index] { return false }
    return true
  }
}

/// The limits of what programs may make.
enum PictureLimits {
  /// Twice a puzzle's largest: two grids may stand side by side before something is cut off.
  static let maxSide = 60
  static let maxArea = 1800
  /// Of all pictures of a list.
  static let maxCells = 7200
  static let maxPictures = 64
}

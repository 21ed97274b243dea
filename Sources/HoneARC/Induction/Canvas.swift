// SPDX-License-Identifier: Apache-2.0

/// Where a function draws its result: one picture or several, in memory of a fixed size.
///
/// Belongs to one thread. What is drawn stays until the next ``clear()``.
final class Canvas {
  /// A picture's place in the memory.
  struct Entry {
    var x: Int
    var y: Int
    let width: Int
    let height: Int
    let offset: Int
  }

  private let cells: UnsafeMutablePointer<UInt8>
  private(set) var entries: [Entry] = []
  private var used = 0
  /// Memory that a function may use while it draws: `count` numbers for cells that it visits.
  let scratch: UnsafeMutablePointer<Int32>
  let marks: UnsafeMutablePointer<UInt8>
  static let scratchCount = 2 * PictureLimits.maxArea

  init() {
    cells = .allocate(capacity: PictureLimits.maxCells)
    cells.initialize(repeating: 0, count: PictureLimits.maxCells)
    scratch = .allocate(capacity: Self.scratchCount)
    scratch.initialize(repeating: 0, count: Self.scratchCount)
    marks = .allocate(capacity: Self.scratchCount)
    marks.initialize(repeating: 0, count: Self.scratchCount)
    entries.reserveCapacity(PictureLimits.maxPictures)
  }

  deinit {
    cells.deallocate()
    scratch.deallocate()
    marks.deallocate()
  }

  func clear() {
    entries.removeAll(keepingCapacity: true)
    used = 0
  }

  /// Room for a picture, which holds anything until it is drawn.
  ///
  /// - Returns: nil where it would be empty or over the limits.
  func add(x: Int, y: Int, width: Int, height: Int) -> UnsafeMutablePointer<UInt8>? {
    let count = width * height
    guard width > 0, height > 0, width <= PictureLimits.maxSide, height <= PictureLimits.maxSide,
      count <= PictureLimits.maxArea, used + count <= PictureLimits.maxCells,
      entries.count < PictureLimits.maxPictures
    else { return nil }
    entries.append(Entry(x: x, y: y, width: width, height: height, offset: used))
    defer { used += count }
    return cells + used
  }

  /// Room for a picture of zeros.
  func addEmpty(x: Int, y: Int, width: Int, height: Int) -> UnsafeMutablePointer<UInt8>? {
    guard let target = add(x: x, y: y, width: width, height: height) else { return nil }
    target.update(repeating: 0, count: width * height)
    return target
  }

  /// A copy of a picture.
  func add(_ picture: Picture) -> UnsafeMutablePointer<UInt8>? {
    guard
      let target = add(
        x: picture.x, y: picture.y, width: picture.width, height: picture.height)
    else { return nil }
    target.update(from: picture.cells, count: picture.count)
    return target
  }

  /// A part of a picture, where it lies.
  func add(_ picture: Picture, rows: Range<Int>, columns: Range<Int>)
    -> UnsafeMutablePointer<UInt8>?
  {
    guard
      let target = add(
        x: picture.x + columns.lowerBound, y: picture.y + rows.lowerBound, width: columns.count,
        height: rows.count)
    else { return nil }
    for row in rows {
      (target + (row - rows.lowerBound) * columns.count).update(
        from: picture.cells + row * picture.width + columns.lowerBound, count: columns.count)
    }
    return target
  }

  func removeLast() {
    if let last = entries.popLast() { used = last.offset }
  }

  func move(_ index: Int, x: Int, y: Int) {
    entries[index].x = x
    entries[index].y = y
  }

  subscript(index: Int) -> Picture {
    let entry = entries[index]
    return Picture(
      x: entry.x, y: entry.y, width: entry.width, height: entry.height,
      cells: UnsafePointer(cells + entry.offset))
  }
}

/// A hash of pictures, made while they are read once.
struct PictureHash {
  private(set) var value: UInt64

  init(isList: Bool) { value = isList ? 0x9E37_79B9_7F4A_7C15 : 0x2545_F491_4F6C_DD1D }

  mutating func add(_ picture: Picture) {
    add(
      UInt64(truncatingIfNeeded: picture.x & 0xFFFF)
        | UInt64(truncatingIfNeeded: picture.y & 0xFFFF) << 16
        | UInt64(truncatingIfNeeded: picture.width) << 32
        | UInt64(truncatingIfNeeded: picture.height) << 48)
    let raw = UnsafeRawPointer(picture.cells)
    let count = picture.count
    var index = 0
    while index + 8 <= count {
      add(raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index += 8
    }
    if index < count {
      var rest: UInt64 = 0
      while index < count {
        rest = rest << 8 | UInt64(picture.cells[index])
        index += 1
      }
      add(rest)
    }
  }

  @inline(__always)
  mutating func add(_ word: UInt64) {
    let product = (value ^ word).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    value = product.high ^ product.low &+ 0xE703_7ED1_A0B4_28DB
  }
}

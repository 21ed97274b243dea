// SPDX-License-Identifier: Apache-2.0

/// A function of the language that programs are written in.
///
/// Programs are pipelines: each function takes what the one before it made, beginning with the
/// puzzle's input. To add one, write its body in Functions/ and its entry there; ``FunctionTable``
/// collects them.
struct GridFunction: Sendable {
  /// What it takes and makes, with the body.
  ///
  /// A body draws its result and returns whether there is one; what it has drawn before it returns
  /// false is ignored.
  enum Body: Sendable {
    /// Picture to picture; of a list, each picture.
    case map(@Sendable (Picture, Canvas) -> Bool)
    /// Picture to picture, given the output's size; of a list, each picture.
    case sized(@Sendable (Picture, GridSize, Canvas) -> Bool)
    /// Picture to list.
    case split(@Sendable (Picture, Canvas) -> Bool)
    /// List to picture.
    case join(@Sendable (PictureList, Canvas) -> Bool)
    /// List to list.
    case select(@Sendable (PictureList, Canvas) -> Bool)
  }

  /// As programs are printed.
  let name: String
  /// One line on what it does.
  let summary: String
  let body: Body

  init(_ name: String, _ summary: String, _ body: Body) {
    self.name = name
    self.summary = summary
    self.body = body
  }

  /// Such as `picture → list`.
  var signature: String {
    switch body {
    case .map: "picture → picture"
    case .sized: "picture, output size → picture"
    case .split: "picture → list"
    case .join: "list → picture"
    case .select: "list → list"
    }
  }
}

/// Rows and columns.
struct GridSize: Hashable, Sendable {
  var height: Int
  var width: Int
}

extension Grid {
  var size: GridSize { GridSize(height: height, width: width) }
}

/// The pictures of a list, or the one of a picture.
struct PictureList {
  private let entries: UnsafePointer<StateStore.Entry>
  private let cells: UnsafePointer<UInt8>
  let count: Int

  init(entries: UnsafePointer<StateStore.Entry>, cells: UnsafePointer<UInt8>, count: Int) {
    self.entries = entries
    self.cells = cells
    self.count = count
  }

  var indices: Range<Int> { 0..<count }

  /// The smallest rectangle that holds all pictures.
  var bounds: (x: Int, y: Int, width: Int, height: Int) {
    var (left, top, right, bottom) = (Int.max, Int.max, Int.min, Int.min)
    for index in indices {
      let picture = self[index]
      left = min(left, picture.x)
      top = min(top, picture.y)
      right = max(right, picture.x + picture.width)
      bottom = max(bottom, picture.y + picture.height)
    }
    return (left, top, right - left, bottom - top)
  }

  subscript(index: Int) -> Picture {
    let entry = entries[index]
    return Picture(
      x: Int(entry.x), y: Int(entry.y), width: Int(entry.width), height: Int(entry.height),
      cells: cells + Int(entry.offset))
  }
}

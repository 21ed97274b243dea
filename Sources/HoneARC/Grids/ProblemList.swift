// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// What is wrong with files of grids, gathered so that all of it is said at once.
struct ProblemList {
  /// How many are shown; the others are counted.
  static let shownCount = 20

  /// The file, or the folder, that the list is about.
  let path: String
  /// The file of the problems to come; nil where ``path`` names it.
  var file: String?
  private(set) var count = 0
  private var shown: [String] = []

  init(path: String) { self.path = path }

  /// - Parameter place: Where in the file, such as `007bbfb7, train 2 output`; empty for all of it.
  mutating func add(_ place: String, _ text: @autoclosure () -> String) {
    count += 1
    guard shown.count < Self.shownCount else { return }
    shown.append([file ?? "", place, text()].filter { !$0.isEmpty }.joined(separator: ": "))
  }

  /// - Throws: ``ARCError`` with all problems, if there are any.
  func finish(_ whereabouts: String) throws {
    if count == 0 { return }
    let more = count > shown.count ? "\n  … and \(count - shown.count) more" : ""
    throw ARCError(
      .invalidTask,
      "\(path): \(count) \(count == 1 ? "problem" : "problems") in \(whereabouts)\n  "
        + shown.joined(separator: "\n  ") + more)
  }
}

/// A task's id in a message: as it is, unless it could be taken for something else.
func shownID(_ id: String) -> String {
  let isPlain = id.utf8.allSatisfy {
    switch $0 {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }
  return isPlain && !id.isEmpty && id.utf8.count <= 80 ? id : quoted(id)
}

/// Ids in a message: the first ones, and how many more there are.
func shownIDs(_ ids: some Collection<String>) -> String {
  let more =
    ids.count > ProblemList.shownCount ? ", … and \(ids.count - ProblemList.shownCount) more" : ""
  return ids.prefix(ProblemList.shownCount).map(shownID).joined(separator: ", ") + more
}

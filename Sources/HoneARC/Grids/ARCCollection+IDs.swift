// SPDX-License-Identifier: Apache-2.0
import HoneFormats

extension ARCCollection {
  /// The ids that a user names: a text file with one on each line, or a list with commas.
  ///
  /// In a file, blank lines and what follows a `#` are left out.
  ///
  /// - Parameter list: A path, if a file stands there; otherwise the ids.
  /// - Throws: ``ARCError`` listing the lines that are no id; ``FormatError`` if the file cannot be
  ///   read.
  public static func ids(_ list: String) throws -> [String] {
    if !list.utf8.contains(0), FileSystem.exists(list) { return try ids(path: list) }
    // Such as ids.txt or sets/ids, which nobody means as a puzzle's name.
    if !list.contains(","), list.contains("/") || list.hasSuffix(".txt") {
      throw ARCError(.notFound, "\(list): it does not exist; check the path")
    }
    let ids = list.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
    guard ids.allSatisfy({ !$0.isEmpty }) else {
      throw ARCError(
        .invalidSetting, "\(quoted(list)): an id is empty; expected ids as in 007bbfb7,00d62c1b")
    }
    return ids
  }

  private static func ids(path: String) throws -> [String] {
    let bytes = try FileSystem.contents(path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ARCError(.invalidTask, "\(path): no UTF-8 text; expected one id on each line")
    }
    var problems = ProblemList(path: path)
    var ids: [String] = []
    var lines: [String: Int] = [:]
    let rows = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, row) in rows.enumerated() {
      let id = trimmed(row.prefix { $0 != "#" })
      if id.isEmpty { continue }
      let place = "line \(index + 1)"
      if id.contains(where: { $0.isWhitespace || $0 == "," }) {
        problems.add(place, "\(quoted(id)), expected one id on a line")
      } else if let line = lines[id] {
        problems.add(place, "\(shownID(id)) stands on line \(line) already")
      } else {
        lines[id] = index + 1
        ids.append(id)
      }
    }
    if ids.isEmpty, problems.count == 0 { problems.add("", "no ids, expected one on each line") }
    try problems.finish("the list of ids")
    return ids
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}

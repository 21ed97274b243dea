// SPDX-License-Identifier: Apache-2.0

/// What a line of Markdown starts with.
enum MarkdownMarkers {
  /// The marks that open a code block: their character and number.
  static func fence(_ line: ArraySlice<UInt8>) -> (mark: UInt8, count: Int)? {
    guard let mark = line.first, mark == UInt8(ascii: "`") || mark == UInt8(ascii: "~") else {
      return nil
    }
    let count = line.prefix { $0 == mark }.count
    // Backticks on one line with text between them are a code span.
    if count < 3 || (mark == UInt8(ascii: "`") && line.dropFirst(count).contains(mark)) {
      return nil
    }
    return (mark, count)
  }

  /// The text of a heading such as `## Text ##`.
  static func heading(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let level = line.prefix { $0 == UInt8(ascii: "#") }.count
    guard (1...6).contains(level) else { return nil }
    let rest = line.dropFirst(level)
    guard rest.isEmpty || rest.first?.isASCIISpace == true else { return nil }
    let text = rest.trimmed
    guard let end = text.lastIndex(where: { $0 != UInt8(ascii: "#") }) else { return [] }
    // Marks at the end count only behind white space: "C#" keeps its own.
    return text[end].isASCIISpace ? text[...end].trimmed : text
  }

  /// Whether a line of `=` or `-` makes a heading of the paragraph above it.
  static func isUnderline(_ line: ArraySlice<UInt8>) -> Bool {
    let line = line.dropTrailingSpace
    guard let mark = line.first, mark == UInt8(ascii: "=") || mark == UInt8(ascii: "-") else {
      return false
    }
    return line.allSatisfy { $0 == mark }
  }

  /// Whether it is a line such as `* * *`.
  static func isBreak(_ line: ArraySlice<UInt8>) -> Bool {
    guard let mark = line.first, "*-_".utf8.contains(mark) else { return false }
    var count = 0
    for byte in line {
      if byte == mark { count += 1 } else if !byte.isASCIISpace { return false }
    }
    return count >= 3
  }

  /// What stands behind a bullet or a number.
  ///
  /// - Parameter interrupts: Whether the line continues a paragraph if it has no item; there only a
  ///   list that starts with 1 and has text does: a line may well begin with a year and a stop.
  static func item(_ line: ArraySlice<UInt8>, interrupts: Bool) -> ArraySlice<UInt8>? {
    var rest = line
    if let mark = line.first, "-*+".utf8.contains(mark) {
      rest = rest.dropFirst()
    } else {
      let digits = line.prefix(while: \.isASCIIDigit)
      rest = rest.dropFirst(digits.count)
      guard (1...9).contains(digits.count), let mark = rest.first, ".)".utf8.contains(mark),
        !interrupts || digits.elementsEqual("1".utf8)
      else { return nil }
      rest = rest.dropFirst()
    }
    guard rest.isEmpty || rest.first?.isASCIISpace == true else { return nil }
    let text = rest.drop(while: \.isASCIISpace)
    if text.isEmpty, interrupts { return nil }
    for box in ["[ ] ", "[x] ", "[X] "] where text.hasPrefix(box) { return text.dropFirst(4) }
    return text
  }

  /// The label of `[label]: target`, or of a footnote `[^label]: text` with its text.
  static func definition(
    _ line: ArraySlice<UInt8>
  ) -> (label: ArraySlice<UInt8>, footnote: ArraySlice<UInt8>?)? {
    guard line.first == UInt8(ascii: "["),
      let end = line.prefix(1000).firstIndex(of: UInt8(ascii: "]")),
      line[(end + 1)...].first == UInt8(ascii: ":")
    else { return nil }
    let label = line[(line.startIndex + 1)..<end]
    let rest = line[(end + 2)...].trimmed
    guard !label.trimmed.isEmpty, !rest.isEmpty else { return nil }
    if label.first == UInt8(ascii: "^") { return (label, rest) }
    // One target, with a title at most; a sentence with a colon is no definition.
    let title = rest.drop { !$0.isASCIISpace }.trimmed
    guard title.isEmpty || "\"'(".utf8.contains(title[title.startIndex]) else { return nil }
    return (label, nil)
  }

  /// The cells of a table's row; nil if the line has no bar.
  static func cells(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
    var cells: [ArraySlice<UInt8>] = []
    var line = line.trimmed
    guard line.contains(UInt8(ascii: "|")) else { return nil }
    if line.first == UInt8(ascii: "|") { line = line.dropFirst() }
    var cell: [UInt8] = []
    var isEscaped = false
    for byte in line {
      if byte == UInt8(ascii: "|"), !isEscaped {
        cells.append(cell[...].trimmed)
        cell = []
      } else {
        // A bar behind a backslash is text, in a code span too.
        if byte == UInt8(ascii: "|") { cell.removeLast() }
        cell.append(byte)
      }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    if !cell.isEmpty { cells.append(cell[...].trimmed) }
    return cells
  }

  /// The number of columns if the line is the one under a table's head, such as `|---|:-:|`.
  static func columns(_ line: ArraySlice<UInt8>) -> Int? {
    guard let cells = cells(line), !cells.isEmpty else { return nil }
    let isRule = cells.allSatisfy { cell in
      let dashes = cell.drop { $0 == UInt8(ascii: ":") }
      let rest = dashes.drop { $0 == UInt8(ascii: "-") }
      return cell.count - dashes.count <= 1 && rest.count < dashes.count
        && (rest.isEmpty || rest.elementsEqual(":".utf8))
    }
    return isRule ? cells.count : nil
  }
}

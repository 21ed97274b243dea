// SPDX-License-Identifier: Apache-2.0

/// A part of a Markdown text, its mark-up within lines still there.
struct MarkdownBlock {
  var kind: TextBlock.Kind
  /// Lines, or the cells of a table's row.
  var lines: [ArraySlice<UInt8>]
  var isTableHead = false
}

/// The lines of a text, one after another.
struct MarkdownLines {
  private let bytes: [UInt8]
  private var position = 0
  /// What is known not to stand in the rest of the text.
  private var missing: Set<String> = []

  init(_ text: String) { bytes = Array(text.utf8) }

  mutating func next() -> ArraySlice<UInt8>? {
    guard position < bytes.count else { return nil }
    let line = peek() ?? []
    position = line.endIndex + 1
    return line
  }

  /// The next line without using it up.
  func peek() -> ArraySlice<UInt8>? {
    guard position < bytes.count else { return nil }
    let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    return bytes[position..<end]
  }

  /// Skips lines up to one that has `text`.
  ///
  /// - Returns: What stands behind it in its line; nil, with nothing skipped, if no line has it.
  mutating func skip(past text: String) -> ArraySlice<UInt8>? {
    // A text that is missing once need not be looked for again: time stays linear.
    if missing.contains(text) { return nil }
    var rest = self
    while let line = rest.next() {
      if let range = line.range(of: text) {
        position = rest.position
        return line[range.upperBound...]
      }
    }
    missing.insert(text)
    return nil
  }

  /// Skips front matter: from a first line of `---` or `+++` up to the next.
  mutating func skipFrontMatter() {
    guard let first = peek(), let fence = Self.frontMatterFence(first) else { return }
    var rest = self
    _ = rest.next()
    while let line = rest.next() {
      let end = Self.frontMatterFence(line)
      if end == fence || (fence == "---" && line.trimmed.elementsEqual("...".utf8)) {
        position = rest.position
        return
      }
    }
  }

  private static func frontMatterFence(_ line: ArraySlice<UInt8>) -> String? {
    ["---", "+++"].first { line.dropTrailingSpace.elementsEqual($0.utf8) }
  }
}

extension ArraySlice<UInt8> {
  /// Without white space at its ends.
  var trimmed: ArraySlice<UInt8> { drop(while: \.isASCIISpace).dropTrailingSpace }

  var dropTrailingSpace: ArraySlice<UInt8> {
    guard let last = lastIndex(where: { !$0.isASCIISpace }) else { return self[endIndex...] }
    return self[...last]
  }

  /// The columns of white space that it starts with; a tab reaches to the next of every four.
  var indentation: Int {
    var column = 0
    for byte in self {
      if byte == UInt8(ascii: " ") {
        column += 1
      } else if byte == UInt8(ascii: "\t") {
        column += 4 - column % 4
      } else {
        break
      }
    }
    return column
  }

  /// Without its first columns of white space, at most as many as given.
  func dropIndentation(_ columns: Int) -> ArraySlice<UInt8> {
    var column = 0
    return drop { byte in
      guard column < columns, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") else {
        return false
      }
      column += byte == UInt8(ascii: "\t") ? 4 - column % 4 : 1
      return true
    }
  }

  func hasPrefix(_ text: String) -> Bool { starts(with: text.utf8) }

  /// Where an ASCII text stands first, without regard to its case.
  func range(of text: String) -> Range<Int>? {
    let wanted = Array<UInt8>(text.utf8)
    guard let first = wanted.first, count >= wanted.count else { return nil }
    func lower(_ byte: UInt8) -> UInt8 { byte.isASCIILetter ? byte | 0x20 : byte }
    for start in startIndex...(endIndex - wanted.count)
    where lower(self[start]) == first
      && self[start..<start + wanted.count].lazy.map(lower).elementsEqual(wanted)
    {
      return start..<start + wanted.count
    }
    return nil
  }
}

// SPDX-License-Identifier: Apache-2.0

/// A part of a text that no sentence reaches across.
public struct TextBlock: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// Kept in the text; it says what follows is about and is no sentence.
    case heading
    /// Paragraphs.
    case prose
    /// An item of a list; its end ends a sentence.
    case item
    /// A row of a table: one sentence, whatever its cells hold.
    case row
    /// Each of its lines is a sentence, as it stands.
    case code
  }

  public let kind: Kind
  /// Without mark-up; lines of code keep their indentation.
  public let text: String

  public init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }

  /// The block's sentences; pieces without a letter or digit are none.
  public var sentences: [String] {
    switch kind {
    case .heading: []
    case .prose, .item: SentenceSplitter.sentences(in: text)
    case .row: SentenceSplitter.saysSomething(text) ? [text] : []
    case .code:
      text.split(separator: "\n").map(\.trimmedText).filter(SentenceSplitter.saysSomething)
    }
  }

  /// The blocks as one text: items and rows on lines of their own, an empty line between the rest.
  static func joined(_ blocks: [TextBlock]) -> String {
    var text = ""
    for (index, block) in blocks.enumerated() {
      if index > 0 {
        let last = blocks[index - 1].kind
        text += last == block.kind && (last == .item || last == .row) ? "\n" : "\n\n"
      }
      text += block.text
    }
    return text[...].trimmedText
  }
}

extension Substring {
  /// Without white space at its ends.
  var trimmedText: String {
    guard let start = firstIndex(where: { !$0.isWhitespace }),
      let end = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[start...end])
  }
}

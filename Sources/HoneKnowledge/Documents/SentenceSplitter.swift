// SPDX-License-Identifier: Apache-2.0

/// Splits plain text into sentences.
///
/// A sentence ends
/// - at `.`, `!`, `?` or `…` and the quotation marks and brackets that close behind it, if white
///   space follows and then a capital, a letter without case, a number or an opening quotation mark;
/// - at `。`, `！` and `？`, whatever follows;
/// - at an empty line, and where an item of a list begins (`-`, `*`, `+`, `•`, or a number with a
///   stop or bracket); its mark is no part of it.
///
/// It does not end inside a number, a web address or `J. R. Smith`; behind abbreviations that a name
/// or number follows (`Dr.`, `e.g.`, `No. 5`); or behind those that end a sentence only now and then
/// (`U.S.`, `Inc.`, `p.m.`) unless a word follows with which sentences usually start. Behind an
/// ellipsis a number and the word `I` continue the sentence. A line break within a paragraph is a
/// space. English abbreviations are known; other languages are split by their punctuation alone.
///
/// Pieces without a letter or digit are left out. Takes time linear in the text.
public enum SentenceSplitter {
  /// - Returns: The sentences in order, on one line each, without white space at their ends.
  public static func sentences(in text: String) -> [String] {
    pieces(of: text).flatMap { piece in
      split(Array(piece.unicodeScalars)).filter(saysSomething)
    }
  }

  /// Whether there is a letter or digit in it.
  static func saysSomething(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0.isWordScalar }
  }

  // MARK: Pieces

  /// Paragraphs and items, each with single spaces for its white space.
  private static func pieces(of text: String) -> [String] {
    var pieces: [String] = []
    var words: [Substring] = []
    var isItem = false
    func flush() {
      if !words.isEmpty { pieces.append(words.joined(separator: " ")) }
      words = []
      isItem = false
    }
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      let content = line.drop(while: \.isWhitespace)
      if content.isEmpty {
        flush()
      } else if let item = itemText(content, interrupts: !words.isEmpty && !isItem) {
        flush()
        isItem = true
        words += item.split(whereSeparator: \.isWhitespace)
      } else {
        words += content.split(whereSeparator: \.isWhitespace)
      }
    }
    flush()
    return pieces
  }

  /// What stands behind the mark of an item.
  ///
  /// - Parameter interrupts: Whether the line stands inside a paragraph, where a number is a list's
  ///   only if it is 1: a line may begin with what was to be counted.
  private static func itemText(_ line: Substring, interrupts: Bool) -> Substring? {
    let rest: Substring
    if let mark = line.first, "-*+•‣◦".contains(mark) {
      rest = line.dropFirst()
    } else {
      let digits = line.prefix { $0.isASCII && $0.isNumber }
      let behind = line.dropFirst(digits.count)
      guard (1...3).contains(digits.count), let mark = behind.first, mark == "." || mark == ")",
        !interrupts || digits == "1"
      else { return nil }
      rest = behind.dropFirst()
    }
    return rest.first?.isWhitespace == true ? rest : nil
  }

  // MARK: Sentences

  /// - Parameter text: White space in it is single spaces.
  private static func split(_ text: [Unicode.Scalar]) -> [String] {
    var sentences: [String] = []
    var start = 0
    func take(to end: Int) {
      var view = String.UnicodeScalarView()
      view.append(contentsOf: text[start..<end])
      let sentence = Substring(String(view)).trimmedText
      if !sentence.isEmpty { sentences.append(sentence) }
      start = end
    }
    var index = 0
    while index < text.count {
      let first = index
      index += 1
      guard text[first].isTerminator else { continue }
      while index < text.count, text[index].isTerminator { index += 1 }
      let marks = text[first..<index]
      while index < text.count, text[index].isClosing { index += 1 }
      if marks.contains(where: \.isFullWidthTerminator) {
        take(to: index)
      } else if index < text.count, text[index] == " ",
        SentenceEnd(text, sentenceStart: start, marks: marks, next: index + 1).isEnd
      {
        take(to: index)
      }
    }
    take(to: text.count)
    return sentences
  }
}

extension Unicode.Scalar {
  /// Whether words and numbers are made of it.
  var isWordScalar: Bool { properties.isAlphabetic || properties.numericType != nil }

  var isTerminator: Bool {
    self == "." || self == "!" || self == "?" || self == "…" || isFullWidthTerminator
  }

  var isFullWidthTerminator: Bool { self == "。" || self == "！" || self == "？" }

  /// Quotation marks and brackets that close.
  var isClosing: Bool {
    switch self {
    case "\"", "'": true
    default:
      properties.generalCategory == .closePunctuation
        || properties.generalCategory == .finalPunctuation
    }
  }

  /// Quotation marks and brackets that open.
  var isOpening: Bool {
    switch self {
    case "\"", "'", "¿", "¡": true
    default:
      properties.generalCategory == .openPunctuation
        || properties.generalCategory == .initialPunctuation
    }
  }
}

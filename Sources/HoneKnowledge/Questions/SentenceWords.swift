// SPDX-License-Identifier: Apache-2.0

/// A sentence as its words, with as much of its punctuation as decides whether it can be read.
struct SentenceWords: Sendable {
  struct Word: Sendable, Hashable {
    /// As written, without the punctuation about it and without a possessive ending.
    let text: String
    let lower: String
    let isPossessive: Bool
    /// Punctuation behind the word, the full stop at the sentence's end aside.
    let mark: Character?
    /// A quotation mark or bracket before the word.
    let isOpened: Bool

    /// Whether the word may be a part of a name: `Oduya`, `Saint-Malo`; not `Oduya-led`.
    var isCapitalised: Bool {
      let parts = text.split(separator: "-")
      guard let first = parts.first?.first, first.isUppercase else {
        // As in iPhone.
        return parts.count == 1 && text.first?.isLetter == true
          && text.dropFirst().contains { $0.isUppercase }
      }
      return parts.dropFirst().allSatisfy {
        $0.count <= 4 || $0.first?.isLowercase == false
      }
    }

    var startsWithNumber: Bool { text.first?.isNumber == true }
  }

  let words: [Word]
  /// Ends with a full stop and holds nothing but words and commas.
  let isPlain: Bool

  private static let opening = Set<Character>("\"“‘'(["), closing = Set<Character>("\"”’')]")
  private static let formatting = Set<Character>("*_`#>~")
  private static let dashes = Set<Character>("-–—")

  init(_ sentence: String) {
    var words: [Word] = []
    var isPlain = true
    let pieces = sentence.replacing("’", with: "'").split { $0.isWhitespace }
    for (place, piece) in pieces.enumerated() {
      var rest = piece[...]
      var isOpened = false
      var mark: Character?
      while let first = rest.first,
        Self.formatting.contains(first) || Self.dashes.contains(first)
          || Self.opening.contains(first)
      {
        if Self.opening.contains(first) { isOpened = true }
        if Self.dashes.contains(first) { isPlain = false }
        rest.removeFirst()
      }
      while let last = rest.last, !last.isLetter, !last.isNumber, last != "&", last != "%" {
        if last == "'", rest.hasSuffix("s'"), !isOpened { break }
        rest.removeLast()
        if Self.formatting.contains(last) { continue }
        if last == ".", place == pieces.count - 1, mark == nil || mark == last { continue }
        // `Dr.` and its like stay as they are.
        if last == ".", rest.count <= 3, rest.first?.isUppercase == true {
          rest = piece[rest.startIndex...rest.endIndex]
          break
        }
        mark = last
        if last != "," { isPlain = false }
      }
      if isOpened { isPlain = false }
      guard !rest.isEmpty else {
        // A dash on its own parts what it stands between.
        isPlain = false
        if let last = words.popLast() {
          words.append(
            Word(
              text: last.text, lower: last.lower, isPossessive: last.isPossessive, mark: "-",
              isOpened: last.isOpened))
        }
        continue
      }
      let isPossessive = rest.hasSuffix("'s") || rest.hasSuffix("s'")
      if rest.hasSuffix("'s") {
        rest.removeLast(2)
      } else if rest.hasSuffix("'") {
        rest.removeLast()
      }
      words.append(
        Word(
          text: String(rest), lower: rest.lowercased(), isPossessive: isPossessive, mark: mark,
          isOpened: isOpened))
    }
    self.words = words
    self.isPlain = isPlain && sentence.reversed().first { !$0.isWhitespace } == "."
  }

  /// Most words have capitals, as in a heading: capitals say nothing of names there.
  var looksLikeHeading: Bool {
    !isPlain && words.count > 1 && words.filter(\.isCapitalised).count * 5 > words.count * 3
  }
}

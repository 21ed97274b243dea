// SPDX-License-Identifier: Apache-2.0

/// Whether a mark with a space behind it ends a sentence.
struct SentenceEnd {
  private let text: [Unicode.Scalar]
  private let sentenceStart: Int
  private let marks: ArraySlice<Unicode.Scalar>
  private let next: Int

  /// - Parameters:
  ///   - text: The paragraph, with single spaces.
  ///   - sentenceStart: Where the sentence starts that may end.
  ///   - marks: One or more of `.`, `!`, `?` and `…`.
  ///   - next: The place behind the space that follows.
  init(
    _ text: [Unicode.Scalar], sentenceStart: Int, marks: ArraySlice<Unicode.Scalar>, next: Int
  ) {
    self.text = text
    self.sentenceStart = sentenceStart
    self.marks = marks
    self.next = next
  }

  var isEnd: Bool {
    guard next < text.count else { return true }
    if marks.count > 1 && marks.allSatisfy({ $0 == "." }) || marks.last == "…" {
      return isEndAfterEllipsis
    }
    guard canStart else { return false }
    return marks.count > 1 || marks.first != "." || isEndAfterWord
  }

  /// Whether a sentence can start with what follows.
  private var canStart: Bool {
    if text[next].isOpening, text[next].properties.generalCategory != .openPunctuation {
      return true
    }
    // A bracket or dash says nothing; what it stands before does.
    guard let first = text[next...].prefix(8).first(where: { $0.isWordScalar || $0.isSymbol })
    else { return false }
    return !first.properties.isLowercase
  }

  private var isEndAfterEllipsis: Bool {
    let word = nextWord
    return canStart && word.first?.isNumber != true && word != "I" && !word.hasPrefix("I'")
      && !word.hasPrefix("I’")
  }

  /// Whether a single stop ends the sentence, by the word before it.
  private var isEndAfterWord: Bool {
    let word = lastWord
    if word.isEmpty { return true }
    let plain = word.lowercased()
    if Abbreviations.neverEnding.contains(plain) { return false }
    if Abbreviations.beforeNumbers.contains(plain) { return nextWord.first?.isNumber != true }
    let isInitial = word.count == 1 && word.first?.isUppercase == true
    if isInitial || Abbreviations.seldomEnding.contains(plain) || isDotted(word) {
      return Abbreviations.startsSentence(nextWord)
    }
    // The number of a heading or item: "2. Methods".
    let isNumber = word.count <= 3 && word.allSatisfy { $0.isASCII && $0.isNumber }
    return !(isNumber && isFirstWord(length: word.unicodeScalars.count))
  }

  /// Single letters with stops between them, such as `U.S`, and `Ph.D`.
  private func isDotted(_ word: String) -> Bool {
    let parts = word.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count > 1
      && parts.allSatisfy { (1...2).contains($0.count) && $0.allSatisfy(\.isLetter) }
  }

  private func isFirstWord(length: Int) -> Bool {
    let start = marks.startIndex - length
    return !text[sentenceStart..<start].contains { $0 != " " }
  }

  /// The word before the mark, without what stands before its first letter; empty if it is longer
  /// than any abbreviation.
  private var lastWord: String {
    let limit = 12
    let before = text[sentenceStart..<marks.startIndex].suffix(limit)
    let word = before.reversed().prefix { $0.isWordScalar || $0 == "." || $0 == "'" }.reversed()
    return word.count == limit ? "" : string(word.drop { !$0.isWordScalar })
  }

  /// The word that follows, with a stop if one stands behind it.
  private var nextWord: String {
    let rest = text[next...].prefix(32).drop { !$0.isWordScalar && $0 != " " }
    return string(rest.prefix { $0 != " " && $0 != "," && $0 != ";" && $0 != ":" })
  }

  private func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}

extension Unicode.Scalar {
  /// Pictures and signs, with which a sentence may start.
  fileprivate var isSymbol: Bool {
    switch properties.generalCategory {
    case .currencySymbol, .mathSymbol, .otherSymbol: true
    default: false
    }
  }
}

/// English abbreviations, lower-case and without their last stop.
private enum Abbreviations {
  /// A name or an explanation follows.
  static let neverEnding: Set<String> = [
    "dr", "mr", "mrs", "ms", "messrs", "mme", "mlle", "prof", "rev", "hon", "sen", "rep", "gov",
    "pres", "gen", "col", "maj", "capt", "cmdr", "lt", "sgt", "cpl", "adm", "supt", "e.g", "eg",
    "i.e", "ie", "viz", "cf", "v", "vs", "resp", "incl", "aka", "a.k.a",
  ]

  /// They count as such if a number follows.
  static let beforeNumbers: Set<String> = [
    "no", "nos", "nr", "fig", "figs", "eq", "eqs", "sec", "ch", "chap", "vol", "vols", "art",
    "arts", "p", "pp", "par", "ref", "refs", "tab", "ca", "approx", "c", "jan", "feb", "mar",
    "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "al",
  ]

  static let seldomEnding: Set<String> = [
    "st", "ste", "mt", "ft", "fr", "inc", "ltd", "co", "corp", "llc", "bros", "dept", "univ",
    "assn", "jr", "sr", "ph.d", "ave",
    "blvd", "rd", "hwy", "est", "ed", "eds", "trans", "min", "max",
  ]

  /// - Parameter word: What follows an apostrophe in it does not count ("It's").
  static func startsSentence(_ word: String) -> Bool {
    starters.contains(String(word.prefix { $0 != "'" && $0 != "’" }))
  }

  /// Words that, written with a capital, are hardly ever part of a name.
  private static let starters: Set<String> = [
    "A", "After", "All", "Although", "An", "And", "As", "At", "Because", "Before", "Both", "But",
    "By", "During", "Each", "Every", "For", "From", "He", "Her", "Here", "His", "How", "However",
    "I", "If", "In", "Instead", "It", "Its", "Later", "Many", "Most", "My", "No", "Not", "Now",
    "On", "One", "Only", "Or", "Our", "She", "Since", "So", "Some", "Such", "That", "The", "Their",
    "Then", "There", "These", "They", "This", "Those", "Though", "Thus", "To", "Today", "Two",
    "Under", "Until", "We", "What", "When", "Where", "Which", "While", "Who", "Why", "With",
    "Yet", "You", "Your",
  ]
}

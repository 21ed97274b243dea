// SPDX-License-Identifier: Apache-2.0

/// Whether a text names only what its source names.
struct Grounding {
  /// Endings that one English word may have in another's place; longer ones first.
  private static let endings = [
    "ions", "ing", "ers", "ors", "ion", "ies", "ied", "ed", "er", "or", "es", "ly", "s", "d", "e",
    "r", "y", "",
  ]
  /// Letters that two forms of a word have in common at least.
  private static let shortestStem = 4

  /// Words of the source, and others that may be said, in lower case.
  private let known: Set<Substring>
  /// How the source writes its names, by their lower case.
  private let names: [String: Substring]

  /// - Parameter known: Words that may be said, in lower case, those of the source among them.
  init(source: String, known: Set<Substring>) {
    var names: [String: Substring] = [:]
    for sentence in SentenceSplitter.sentences(in: source) {
      // Behind the first word a capital is part of a name; a function word with one begins a
      // question or a quotation.
      for word in Self.spellings(sentence).dropFirst()
      where (word.first?.isUppercase ?? false)
        && !FunctionWords.all.contains(word.lowercased()[...])
      {
        names[word.lowercased()] = word
      }
    }
    self.names = names
    self.known = known
  }

  /// Whether every word is known, or another form of one, and names are written as in the source.
  func holds(of text: String) -> Bool {
    StatementLanguage.lowercasedWords(text).allSatisfy(isKnown)
      && Self.spellings(text).allSatisfy { word in
        names[word.lowercased()].map { $0 == word } ?? true
      }
  }

  /// A word, or the same with another ending, as in "maintained" and "maintains".
  private func isKnown(_ word: Substring) -> Bool {
    if known.contains(word) { return true }
    if word.last == "s" ? known.contains(word.dropLast()) : known.contains(word + "s") {
      return true
    }
    let stems = Self.stems(word)
    return known.contains { other in
      // A word of grammar has no other form, and a name none but the plural.
      !FunctionWords.all.contains(other) && names[String(other)] == nil
        && Self.stems(other).contains(where: stems.contains)
    }
  }

  private static func stems(_ word: Substring) -> [Substring] {
    endings.compactMap { ending in
      guard word.count >= shortestStem + ending.count, word.hasSuffix(ending) else { return nil }
      return word.dropLast(ending.count)
    }
  }

  private static func spellings(_ text: String) -> [Substring] {
    text.split { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "-") }
  }
}

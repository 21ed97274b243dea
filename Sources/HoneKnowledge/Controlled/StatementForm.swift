// SPDX-License-Identifier: Apache-2.0

/// How a relation is put into words, such as `{a} are more dangerous than {b}`.
public struct StatementForm: Codable, Sendable, Hashable {
  public let relation: String
  /// Words with `{a}` for the subject and `{b}` for the object, each once.
  public let pattern: String

  public init(_ relation: String, _ pattern: String) {
    self.relation = relation
    self.pattern = pattern
  }

  /// The statement in words, without a full stop.
  public func text(_ triple: Triple) -> String {
    pattern.replacing("{a}", with: triple.subject).replacing("{b}", with: triple.object)
  }
}

/// The forms that a set of controlled data is written in: reads triples out of texts.
public struct StatementLanguage: Sendable {
  /// What a text was found to state.
  public enum Reading: Sendable, Hashable {
    case triple(Triple)
    /// No form fits, or it names what the data do not know.
    case unread
  }

  private struct Rule {
    let relation: String
    /// Words before, between and behind the two names; the first name may be the object.
    let before: [Substring]
    let between: [Substring]
    let behind: [Substring]
    let startsWithSubject: Bool
  }

  private let rules: [Rule]
  /// Places in ``rules`` of those with words before the first name, by the first of these.
  private let rulesByFirstWord: [Substring: [Int]]
  /// Places of the others, by the words between the names.
  private let rulesByLink: [ArraySlice<Substring>: [Int]]
  /// How many words these have.
  private let linkLengths: Set<Int>
  /// Names by their lower-case words.
  private let namesByWords: [ArraySlice<Substring>: [String]]
  /// How many words they have; longest first.
  private let nameLengths: [Int]
  /// Every name that it reads.
  public let names: [String]

  /// - Parameters:
  ///   - forms: Every form that a relation may be read from.
  ///   - names: Every name that may stand in a form; matched without regard to case.
  public init(forms: [StatementForm], names: some Sequence<String>) {
    let rules: [Rule] = forms.compactMap { form in
      let text = form.pattern.lowercased()
      guard let a = text.firstRange(of: "{a}"), let b = text.firstRange(of: "{b}") else {
        return nil
      }
      let startsWithSubject = a.lowerBound < b.lowerBound
      let (first, second) = startsWithSubject ? (a, b) : (b, a)
      return Rule(
        relation: form.relation, before: Self.words(text[..<first.lowerBound]),
        between: Self.words(text[first.upperBound..<second.lowerBound]),
        behind: Self.words(text[second.upperBound...]), startsWithSubject: startsWithSubject)
    }.sorted {
      // The more words a form has the more it says.
      $0.before.count + $0.between.count + $0.behind.count
        > $1.before.count + $1.between.count + $1.behind.count
    }
    self.rules = rules
    rulesByFirstWord = Dictionary(
      grouping: rules.indices.filter { !rules[$0].before.isEmpty }, by: { rules[$0].before[0] })
    rulesByLink = Dictionary(
      grouping: rules.indices.filter { rules[$0].before.isEmpty }, by: { rules[$0].between[...] })
    linkLengths = Set(rulesByLink.keys.map(\.count))
    namesByWords = Dictionary(grouping: names, by: { Self.words($0.lowercased()[...])[...] })
      .filter { !$0.key.isEmpty }
    nameLengths = Set(namesByWords.keys.map(\.count)).sorted(by: >)
    self.names = namesByWords.values.flatMap { $0 }.sorted()
  }

  /// The first statement that a form finds in a sentence, lead-in words aside.
  public func read(_ sentence: String) -> Reading {
    let words = Self.lowercasedWords(sentence)
    for start in words.indices {
      for rule in rules(at: start, in: words)
      where words[start...].starts(with: rule.before) {
        let firstPlace = start + rule.before.count
        for (firstName, firstEnd) in namesAt(firstPlace, in: words)
        where words[firstEnd...].starts(with: rule.between) {
          let secondPlace = firstEnd + rule.between.count
          for (secondName, secondEnd) in namesAt(secondPlace, in: words)
          where words[secondEnd...].starts(with: rule.behind) {
            let end = secondEnd + rule.behind.count
            // Of somebody else: "Ann's mother is Bea's sister".
            if end < words.count, words[end] == "'s" { continue }
            return .triple(
              rule.startsWithSubject
                ? Triple(firstName, rule.relation, secondName)
                : Triple(secondName, rule.relation, firstName))
          }
        }
      }
    }
    return .unread
  }

  /// The rules that the words from a place on may fit, those that say most first.
  private func rules(at start: Int, in words: [Substring]) -> [Rule] {
    var places = rulesByFirstWord[words[start]] ?? []
    for (_, end) in namesAt(start, in: words) {
      for length in linkLengths where end + length <= words.count {
        places += rulesByLink[words[end..<end + length]] ?? []
      }
    }
    return places.sorted().map { rules[$0] }
  }

  private func namesAt(_ place: Int, in words: [Substring]) -> [(String, Int)] {
    nameLengths.filter { place + $0 <= words.count }.flatMap { length in
      (namesByWords[words[place..<place + length]] ?? []).map { ($0, place + length) }
    }
  }

  /// The words of a text in lower case.
  static func lowercasedWords(_ text: String) -> [Substring] { words(text.lowercased()[...]) }

  /// Words, punctuation dropped; an apostrophe belongs to its word, but a possessive
  /// `'s` is a word, so that a name is the same with and without it.
  static func words(_ text: Substring) -> [Substring] {
    let words = text.split {
      !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "\u{2019}" || $0 == "-")
    }
    return words.flatMap { word -> [Substring] in
      var word = word.contains("\u{2019}") ? word.replacing("\u{2019}", with: "'")[...] : word
      let isPossessive = word.hasSuffix("'s")
      if isPossessive { word = word.dropLast(2) }
      // Quotation marks and dashes.
      while word.first == "'" || word.first == "-" { word = word.dropFirst() }
      while word.last == "'" || word.last == "-" { word = word.dropLast() }
      return (word.isEmpty ? [] : [word]) + (isPossessive ? ["'s"] : [])
    }
  }
}

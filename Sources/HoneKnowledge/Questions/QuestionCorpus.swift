// SPDX-License-Identifier: Apache-2.0

/// The sentences of all documents with the names in them: what the rules for questions look at.
struct QuestionCorpus: Sendable {
  struct Sentence: Sendable {
    /// ``Document/id``.
    let document: String
    /// Within its document, from 1.
    let number: Int
    let words: SentenceWords
    let mentions: [NameMention]

    /// The name that the sentence begins with, an article aside.
    var leading: NameMention? { mentions.first.flatMap { $0.start == 0 ? $0 : nil } }
    /// Names the sentence in reports: `tools/quillfeather.md#2`.
    var place: String { "\(document)#\(number)" }
  }

  let sentences: [Sentence]
  /// In order of first mention.
  let names: [String]
  /// Names that stand behind `the` more often than not.
  private let articles: Set<String>
  /// Sentences that a name stands in, or that a word may point back to it from.
  private let placesOfNames: [String: Set<Int>]
  private let placesOfWords: [String: Set<Int>]
  private let questions: Set<String>

  init(_ documents: [Document]) {
    let words = documents.map { $0.sentences.map(SentenceWords.init) }
    let finder = EntityFinder(words.flatMap { $0 })
    names = finder.names
    sentences = zip(documents, words).flatMap { document, words in
      words.enumerated().map {
        Sentence(
          document: document.id, number: $0 + 1, words: $1, mentions: finder.mentions(in: $1))
      }
    }
    var balance: [String: Int] = [:]
    var placesOfWords: [String: Set<Int>] = [:]
    for (place, sentence) in sentences.enumerated() {
      for mention in sentence.mentions where !mention.isPossessive {
        balance[mention.name, default: 0] += mention.hasArticle ? 1 : -1
      }
      for word in sentence.words.words {
        for part in Self.parts(word.text) { placesOfWords[part, default: []].insert(place) }
      }
    }
    articles = Set(balance.filter { $0.value > 0 }.keys)
    self.placesOfWords = placesOfWords
    placesOfNames = Self.places(of: names, in: sentences)
    questions = Set(
      documents.flatMap(\.sentences).filter { $0.hasSuffix("?") }.map { $0.lowercased() })
  }

  /// A name as it stands mid-sentence.
  func written(_ name: String) -> String { articles.contains(name) ? "the " + name : name }

  /// Whether a sentence names both, or one and a word that may stand for the other.
  ///
  /// Cautious: a part of a name that no other name has counts for the whole.
  func areTogether(_ name: String, _ other: FactObject) -> Bool {
    let places = placesOfNames[name] ?? []
    switch other {
    case .name(let other): return !places.isDisjoint(with: placesOfNames[other] ?? [])
    case .words(let text):
      let parts = text.split(separator: " ").flatMap { Self.parts(String($0)) }
      return !parts.reduce(places) { $0.intersection(placesOfWords[$1] ?? []) }.isEmpty
    }
  }

  /// Whether a sentence has the second before the first.
  func isStatedInReverse(_ subject: String, _ object: FactObject) -> Bool {
    (placesOfNames[subject] ?? []).contains { place in
      let sentence = sentences[place]
      guard let last = sentence.mentions.last(where: { $0.name == subject })?.start else {
        return false
      }
      switch object {
      case .name(let name):
        return sentence.mentions.contains { $0.name == name && $0.start < last }
      case .words(let text):
        let before = sentence.words.words.prefix(last).map(\.text).joined(separator: " ")
        return " \(before) ".contains(" \(text) ")
      }
    }
  }

  /// Whether the corpus itself asks this, as a page of questions and answers does.
  func asks(_ question: String) -> Bool { questions.contains(question.lowercased()) }

  private static func places(
    of names: [String], in sentences: [Sentence]
  ) -> [String: Set<Int>] {
    // Words that stand in one name alone, or in it and in longer and shorter forms of it.
    let parts = names.map { Set(Self.capitalised($0)) }
    var owners: [String: [Int]] = [:]
    for (index, words) in parts.enumerated() {
      for word in words { owners[word, default: []].append(index) }
    }
    var signs: [String: [String]] = [:]
    for (word, indices) in owners {
      let areForms = indices.allSatisfy { a in
        indices.allSatisfy { parts[a].isSubset(of: parts[$0]) || parts[$0].isSubset(of: parts[a]) }
      }
      if areForms { signs[word] = indices.map { names[$0] } }
    }
    var result: [String: Set<Int>] = [:]
    var previous: Set<String> = []
    for (place, sentence) in sentences.enumerated() {
      var found = Set(sentence.mentions.map(\.name))
      for word in sentence.words.words where word.isCapitalised {
        found.formUnion(signs[word.text.lowercased()] ?? [])
        for part in Self.parts(word.text) { found.formUnion(signs[part] ?? []) }
      }
      let pointsBack =
        sentence.leading == nil && sentence.words.words.first?.lower == "the"
        || sentence.words.words.contains { EnglishWords.backReferences.contains($0.lower) }
      if sentence.number > 1, pointsBack { found.formUnion(previous) }
      for name in found { result[name, default: []].insert(place) }
      previous = found
    }
    return result
  }

  private static func capitalised(_ name: String) -> [String] {
    name.split(separator: " ").filter { $0.first?.isLowercase == false }.flatMap {
      Self.parts(String($0))
    }
  }

  /// A word in small letters, its halves where a hyphen joins them.
  private static func parts(_ word: String) -> [String] {
    word.lowercased().split(separator: "-").map(String.init)
  }
}

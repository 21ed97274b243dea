// SPDX-License-Identifier: Apache-2.0

/// The facts of a corpus by what they share, and which names are of one kind.
struct FactTable: Sendable {
  let corpus: QuestionCorpus
  let people: PersonRule
  /// Each once, in the order of their sentences.
  let facts: [Fact]
  private let byKey: [String: [Fact]]
  private let bySubject: [String: [Fact]]
  private let pairs: Set<[String]>
  private let slots: [String: Set<String>]

  init(_ documents: [Document]) {
    corpus = QuestionCorpus(documents)
    people = PersonRule(corpus)
    var seen: Set<[String]> = []
    facts = FactReader(corpus, people: people).facts().filter {
      seen.insert([$0.subject, $0.saying.lowercased()]).inserted
    }
    byKey = Dictionary(grouping: facts, by: \.key)
    bySubject = Dictionary(grouping: facts, by: \.subject)
    pairs = Set(facts.compactMap { fact in fact.object.name.map { [fact.subject, $0] } })
    var slots: [String: Set<String>] = [:]
    for fact in facts {
      slots[fact.subject, default: []].insert("subject of " + fact.key)
      if let name = fact.object.name { slots[name, default: []].insert("object of " + fact.key) }
    }
    for name in corpus.names {
      if let noun = people.noun(of: name) { slots[name, default: []].insert("a " + noun) }
    }
    self.slots = slots
  }

  /// All that relate as this one does, itself included.
  func alike(_ fact: Fact) -> [Fact] { byKey[fact.key] ?? [] }

  func facts(about name: String) -> [Fact] { bySubject[name] ?? [] }

  /// Whether the corpus says of a name what a fact says of its subject, or may mean the same.
  func says(_ fact: Fact, of name: String) -> Bool {
    facts(about: name).contains { other in
      switch (other.object, fact.object) {
      case (.words(let text), .words(let stated)):
        other.key == fact.key && Self.shareWords(text, stated)
      default: other.saying.lowercased() == fact.saying.lowercased()
      }
    }
  }

  /// Whether a sentence has the object before the subject, or a fact leads back from it.
  func isStatedInReverse(_ fact: Fact) -> Bool {
    corpus.isStatedInReverse(fact.subject, fact.object)
      || fact.object.name.map { pairs.contains([$0, fact.subject]) } ?? false
  }

  /// Whether two names may stand in one another's place: both people, or things that a relation or
  /// a noun shows to be of one kind.
  func areOfOneKind(_ a: String, _ b: String) -> Bool {
    let (isPersonA, isPersonB) = (people.isPerson(a) == true, people.isPerson(b) == true)
    guard isPersonA == isPersonB else { return false }
    return isPersonA || !(slots[a] ?? []).isDisjoint(with: slots[b] ?? [])
  }

  /// In order of first mention, the name itself included.
  func names(ofKindOf name: String) -> [String] {
    corpus.names.filter { areOfOneKind($0, name) }
  }

  /// Whether one is the other, or a shorter form of it.
  static func overlap(_ a: String, _ b: String) -> Bool {
    let (a, b) = (words(a), words(b))
    return a.isSubset(of: b) || b.isSubset(of: a)
  }

  private static func words(_ name: String) -> Set<Substring> {
    Set(name.lowercased().split(separator: " "))
  }

  /// Whether two noun phrases may mean the same: they share a word that says something, or all of
  /// their numbers.
  static func shareWords(_ a: String, _ b: String) -> Bool {
    let (a, b) = (words(a), words(b))
    let numbers = (a.filter(isNumber), b.filter(isNumber))
    if !numbers.0.isEmpty, !numbers.1.isEmpty { return numbers.0 == numbers.1 }
    return a == b || !stems(a).isDisjoint(with: stems(b))
  }

  private static func isNumber(_ word: Substring) -> Bool { word.first?.isNumber == true }

  /// The first letters of the longer words, so that `plans` and `planning` are the same.
  private static func stems(_ words: Set<Substring>) -> Set<Substring> {
    Set(
      words.filter { $0.count > 3 && !EnglishWords.prepositions.contains(String($0)) }
        .map { $0.prefix(5) })
  }
}

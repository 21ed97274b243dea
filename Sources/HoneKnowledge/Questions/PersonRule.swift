// SPDX-License-Identifier: Apache-2.0

/// Tells people from things, by what the corpus says of a name.
///
/// Signs of a person: a title; `is the|a|an …` with a role such as `engineer`; a verb of people
/// such as `lives`, `works from`, `reports to`; a role before the name; `, who` behind it; `he`,
/// `she`, `his` or `her` in a sentence, or at the start of the next, where no other name stands.
/// Signs of a thing: another noun behind `is the`; a passive such as `is maintained`; `the` or `in`
/// before the name, or a noun that belongs to it; `, which`, `it`, `its`. The more numerous signs
/// win. A name without any is what all others are that stand beside the same words, if these are
/// two or more.
struct PersonRule: Sendable {
  private let verdicts: [String: Bool]
  /// What a thing is said to be: `office`.
  private let nouns: [String: String]

  /// Whether a name is a person's; nil where nothing tells.
  func isPerson(_ name: String) -> Bool? { verdicts[name] }

  /// What a thing is: by a sentence that says so, by the noun that belongs to its name (`the
  /// Tolvane office`), or `place` where people are born, live or are based.
  func noun(of name: String) -> String? { nouns[name] }

  init(_ corpus: QuestionCorpus) {
    var signs = Signs()
    for name in corpus.names {
      let first = name.split(separator: " ").first.map { $0.lowercased() } ?? ""
      if EnglishWords.titles.contains(first), name.contains(" ") { signs.add(2, to: name) }
    }
    for (place, sentence) in corpus.sentences.enumerated() {
      signs.read(sentence)
      // A pronoun tells something where it can mean one name alone.
      if place > 0, sentence.number > 1, let first = sentence.words.words.first?.lower {
        let before = corpus.sentences[place - 1]
        if before.mentions.count == 1, let subject = before.leading, !subject.isPossessive {
          if ["he", "she", "his", "her"].contains(first) { signs.add(2, to: subject.name) }
          if ["it", "its"].contains(first) { signs.add(-1, to: subject.name) }
        }
      }
    }
    var verdicts = signs.balance.filter { $0.value != 0 }.mapValues { $0 > 0 }
    let neighbours = Self.neighbours(in: corpus)
    for _ in 0..<2 {
      for place in neighbours {
        let known = Set(place).compactMap { verdicts[$0] }
        guard known.count >= 2, Set(known).count == 1 else { continue }
        for name in place where verdicts[name] == nil { verdicts[name] = known[0] }
      }
    }
    self.verdicts = verdicts
    nouns = Dictionary(uniqueKeysWithValues: signs.places.map { ($0, "place") })
      .merging(signs.nouns) { $1 }.filter { verdicts[$0.key] != true }
  }

  /// Names that end sentences behind the same two words, or begin them before the same two.
  private static func neighbours(in corpus: QuestionCorpus) -> [[String]] {
    var order: [String] = []
    var groups: [String: [String]] = [:]
    func add(_ name: String, _ key: String) {
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(name)
    }
    for sentence in corpus.sentences {
      let words = sentence.words.words
      for mention in sentence.mentions where !mention.isPossessive {
        if mention.start >= 2 {
          let two = words[(mention.start - 2)..<mention.start].map(\.lower)
          add(mention.name, "behind " + two.joined(separator: " "))
        }
        if mention.start == 0, mention.range.upperBound + 2 <= words.count {
          let two = words[mention.range.upperBound...].prefix(2).map(\.lower)
          add(mention.name, "before " + two.joined(separator: " "))
        }
      }
    }
    return order.map { groups[$0] ?? [] }
  }

  /// Positive for people, negative for things.
  private struct Signs {
    var balance: [String: Int] = [:]
    var nouns: [String: String] = [:]
    var places: Set<String> = []

    /// Before `in` and a place.
    private static let ofPlaces: Set<String> = [
      "born", "lives", "lived", "based", "died", "resides",
    ]

    mutating func add(_ weight: Int, to name: String) { balance[name, default: 0] += weight }

    mutating func read(_ sentence: QuestionCorpus.Sentence) {
      let words = sentence.words.words
      for mention in sentence.mentions {
        if mention.hasArticle { add(-1, to: mention.name) }
        if let last = mention.name.split(separator: " ").last, last.allSatisfy(\.isLowercase) {
          if nouns[mention.name] == nil { nouns[mention.name] = String(last) }
          add(-1, to: mention.name)
        }
        if mention.start > 0, words[mention.start - 1].lower == "in", !mention.isPossessive {
          add(-1, to: mention.name)
          if mention.start > 1, Self.ofPlaces.contains(words[mention.start - 2].lower) {
            places.insert(mention.name)
          }
        }
        if mention.start > 0, EnglishWords.roles.contains(words[mention.start - 1].lower),
          words[mention.start - 1].mark == nil
        {
          add(1, to: mention.name)
        }
        if words[mention.range.upperBound - 1].mark == ",",
          mention.range.upperBound < words.count
        {
          let next = words[mention.range.upperBound].lower
          if next == "who" { add(1, to: mention.name) }
          if next == "which" { add(-1, to: mention.name) }
        }
      }
      guard let subject = sentence.leading, !subject.isPossessive,
        words[subject.range.upperBound - 1].mark == nil
      else { return }
      let behind = words[subject.range.upperBound...]
      let clause = behind.prefix(
        (behind.firstIndex { $0.mark != nil } ?? words.count) + 1
          - subject.range.upperBound)
      let rest = clause.map(\.lower).filter { !EnglishWords.fillers.contains($0) }
      if sentence.mentions.count == 1 {
        let pronouns = Set(rest)
        if !pronouns.isDisjoint(with: ["he", "she", "his", "her", "him", "herself", "himself"]) {
          add(1, to: subject.name)
        }
        if !pronouns.isDisjoint(with: ["it", "its", "itself"]) { add(-1, to: subject.name) }
      }
      readVerb(rest, of: subject.name)
    }

    private mutating func readVerb(_ rest: [String], of name: String) {
      guard rest.count > 1 else { return }
      if EnglishVerbs.ofPeople.contains(rest[0]) { add(1, to: name) }
      switch (rest[0], rest[1]) {
      case ("works", "as"), ("works", "at"), ("works", "for"), ("works", "from"), ("works", "in"),
        ("worked", "as"), ("worked", "at"), ("worked", "for"), ("worked", "from"),
        ("worked", "in"), ("reports", "to"), ("reported", "to"), ("was", "born"):
        add(1, to: name)
      case ("is", "a"), ("is", "an"), ("is", "the"), ("was", "a"), ("was", "an"), ("was", "the"):
        let phrase = rest.dropFirst(2).prefix {
          !EnglishWords.prepositions.contains($0) && !EnglishWords.reservations.contains($0)
            && !EnglishVerbs.past.contains($0)
        }
        guard let noun = phrase.last, noun.allSatisfy(\.isLetter),
          !["est", "ed", "ly"].contains(where: { noun.hasSuffix($0) })
        else { return }
        if EnglishWords.roles.contains(noun) {
          add(2, to: name)
        } else {
          add(-2, to: name)
          if nouns[name] == nil { nouns[name] = noun }
        }
      case ("is", let participle), ("was", let participle):
        if EnglishVerbs.ofThings.contains(participle) { add(-1, to: name) }
      default: break
      }
    }
  }
}

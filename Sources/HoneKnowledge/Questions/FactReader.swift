// SPDX-License-Identifier: Apache-2.0

/// Reads facts out of sentences that say one thing plainly; all others give none.
///
/// A sentence gives a fact if it is `<name> <finite verb> … <name or short noun phrase>.` without
/// inner clauses, negations, reservations, quantifiers, and words that point back to other
/// sentences. What `who`, `which`, `where`, `with` or `and` adds behind a comma is cut off. A
/// pronoun as the subject is replaced by what it stands for if the sentences before leave no doubt.
struct FactReader: Sendable {
  private let corpus: QuestionCorpus
  private let people: PersonRule

  init(_ corpus: QuestionCorpus, people: PersonRule) {
    self.corpus = corpus
    self.people = people
  }

  /// In the order of their sentences.
  func facts() -> [Fact] {
    var result: [Fact] = []
    // Names that the previous sentence is about, first its subject.
    var previous: [String] = []
    for (place, sentence) in corpus.sentences.enumerated() {
      if sentence.number == 1 { previous = [] }
      var subject = sentence.leading.map { ($0.name, $0.range.upperBound) }
      var about = sentence.mentions.map(\.name)
      if subject == nil, let first = sentence.words.words.first {
        let name = antecedent(of: first.lower, among: previous)
        subject = name.map { ($0, 1) }
        about = (name.map { [$0] } ?? previous) + about
      }
      if let (name, end) = subject,
        sentence.leading?.isPossessive != true,
        let fact = fact(of: name, from: end, in: sentence, at: place)
      {
        result.append(fact)
      }
      previous = about
    }
    return result
  }

  /// What a pronoun at the start of a sentence stands for.
  private func antecedent(of word: String, among names: [String]) -> String? {
    let names = names.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    switch word {
    case "he", "she":
      guard names.allSatisfy({ people.isPerson($0) != nil }) else { return nil }
      let candidates = names.filter { people.isPerson($0) == true }
      return candidates.count == 1 ? candidates[0] : nil
    case "it":
      // The subject, and nothing else that it could be.
      let candidates = names.filter { people.isPerson($0) != true }
      return candidates.count == 1 && candidates[0] == names.first ? candidates[0] : nil
    default: return nil
    }
  }

  private func fact(
    of subject: String, from start: Int, in sentence: QuestionCorpus.Sentence, at place: Int
  ) -> Fact? {
    let all = sentence.words.words
    guard sentence.words.isPlain, start > 0, all[start - 1].mark == nil,
      let end = Self.mainClauseEnd(all), end - start >= 2, end <= 25
    else { return nil }
    let kept = (start..<end).filter { !EnglishWords.fillers.contains(all[$0].lower) }
    guard let verb = kept.first, EnglishVerbs.isFinite(all[verb].lower), kept.count >= 2,
      !kept.dropFirst().contains(where: { Self.isDoubtful(all[$0].lower) }),
      // `Larkmoor plans include …`: the supposed verb is a plural noun.
      !EnglishVerbs.thirdPerson.contains(all[verb].lower)
        || !EnglishVerbs.bases.contains(all[kept[1]].lower),
      !(all[verb].lower == "used" && all[kept[1]].lower == "to")
    else { return nil }
    let mentions = sentence.mentions.filter {
      $0.start >= start && $0.range.upperBound <= end && $0.name != subject
    }
    let object: FactObject
    let objectStart: Int
    if let last = mentions.last, last.range.upperBound == end, !last.isPossessive,
      // `on 5 June`
      !all[last.start - 1].startsWithNumber
    {
      object = .name(last.name)
      objectStart = last.start
    } else {
      guard let value = Self.valueStart(all, kept, mentions) else { return nil }
      object = .words(all[value..<end].map(\.text).joined(separator: " "))
      objectStart = value
    }
    let relation = kept.filter { $0 < objectStart }
    guard let second = relation.first, relation.count <= 8,
      // Says who somebody is: two names of one thing.
      !(relation.count == 1 && EnglishWords.auxiliaries.contains(all[second].lower)),
      !pointsBack(relation, all, mentions)
    else { return nil }
    let inner = mentions.filter { $0.range.upperBound <= objectStart }
    return Fact(
      subject: subject, relation: Self.text(relation, all), key: Self.key(relation, all, inner),
      object: object,
      objectText: all[objectStart..<end].map(\.text).joined(separator: " "),
      between: inner.map(\.name), sentence: place)
  }

  /// The words before what is added behind a comma; nil if the comma stands for anything else.
  private static func mainClauseEnd(_ words: [SentenceWords.Word]) -> Int? {
    guard let comma = words.firstIndex(where: { $0.mark != nil }) else { return words.count }
    guard words[comma].mark == ",", comma + 2 < words.count else { return nil }
    switch words[comma + 1].lower {
    case "who", "which", "where", "with": return comma + 1
    // Not the end of a list.
    case "and": return words[comma + 2].isCapitalised ? nil : comma + 1
    default: return nil
    }
  }

  private static func isDoubtful(_ word: String) -> Bool {
    EnglishWords.reservations.contains(word) || word.hasSuffix("n't")
      || ["is", "was", "are", "were", "has", "have", "had"].contains(word)
  }

  /// Where a noun phrase at the end begins: behind the last preposition, or behind the verb.
  private static func valueStart(
    _ words: [SentenceWords.Word], _ kept: [Int], _ mentions: [NameMention]
  ) -> Int? {
    guard let verb = kept.first, let end = kept.last.map({ $0 + 1 }),
      let last = kept.last(where: { EnglishWords.prepositions.contains(words[$0].lower) })
        ?? (EnglishWords.auxiliaries.contains(words[verb].lower) ? nil : verb),
      last + 1 < end, end - last <= 5,
      // `has about 60 members`
      !(["about", "around"].contains(words[last].lower) && words[last + 1].startsWithNumber),
      !mentions.contains(where: { $0.range.upperBound > last })
    else { return nil }
    let value = words[(last + 1)..<end]
    let determiner = value.first.map(\.lower) ?? ""
    guard determiner == "a" || determiner == "an" || !EnglishWords.determiners.contains(determiner),
      value.count > 1 || !["a", "an"].contains(determiner), !value.contains(where: \.isPossessive)
    else { return nil }
    return last + 1
  }

  /// Whether `the` and a noun may stand for something that another sentence has named.
  private func pointsBack(
    _ relation: [Int], _ words: [SentenceWords.Word], _ mentions: [NameMention]
  ) -> Bool {
    for (offset, place) in relation.enumerated() where words[place].lower == "the" {
      if offset > 0, EnglishWords.auxiliaries.contains(words[relation[offset - 1]].lower) {
        continue
      }
      let isOfSomething = relation.dropFirst(offset).prefix(4).contains {
        ["of", "for"].contains(words[$0].lower)
      }
      let isOfName = mentions.contains { $0.hasArticle && $0.start == place }
      if !isOfSomething, !isOfName { return true }
    }
    return false
  }

  private static func text(_ places: [Int], _ words: [SentenceWords.Word]) -> String {
    places.map { words[$0].text + (words[$0].isPossessive ? "'s" : "") }.joined(separator: " ")
  }

  private static func key(
    _ places: [Int], _ words: [SentenceWords.Word], _ names: [NameMention]
  ) -> String {
    places.map { place in
      names.contains { $0.range.contains(place) } ? "*" : words[place].lower
    }.joined(separator: " ")
  }
}

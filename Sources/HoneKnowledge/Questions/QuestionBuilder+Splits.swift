// SPDX-License-Identifier: Apache-2.0

extension QuestionBuilder {
  private var corpus: QuestionCorpus { table.corpus }

  /// Sentences without their ends.
  func forward() -> [QuestionDraft] {
    table.facts.compactMap { fact in
      let place = corpus.sentences[fact.sentence].place
      return QuestionDraft(
        split: "forward", id: "forward:\(place)", fact: place,
        prompt: Self.startingLarge(corpus.written(fact.subject)) + " " + fact.relation,
        neutralPrompt: "It is", answer: Self.text(fact.object),
        candidates: { [table] in
          let alike = table.alike(fact).compactMap { Self.comparable($0, fact) }
          guard let name = fact.object.name else { return [Self.distinct(alike)] }
          return [Self.distinct(alike), table.names(ofKindOf: name)]
        },
        isWrong: { [table] text in
          let object: FactObject = fact.object.name == nil ? .words(text) : .name(text)
          return !FactTable.overlap(text, fact.subject)
            && !fact.between.contains { FactTable.overlap(text, $0) }
            && !(fact.object.name == nil && FactTable.shareWords(text, Self.text(fact.object)))
            && !table.corpus.areTogether(fact.subject, object)
        },
        written: { [table] in fact.object.name == nil ? $0 : table.corpus.written($0) })
    }
  }

  /// Questions for the subjects.
  func reversed() -> [QuestionDraft] {
    table.facts.compactMap { fact in
      let place = corpus.sentences[fact.sentence].place
      let question = "\(questionWord(for: fact.subject)) \(fact.saying)?"
      guard !table.isStatedInReverse(fact), !corpus.asks(question) else { return nil }
      return draft(
        "reversed", id: "reversed:\(place)", place: place, question: question, of: fact,
        candidates: { [table] in
          let alike = table.alike(fact).filter {
            $0.object != fact.object && Self.comparable($0, fact) != nil
          }.map(\.subject)
          // What a noun phrase does not hold for shows only where another is stated.
          guard fact.object.name != nil else { return [Self.distinct(alike)] }
          return [Self.distinct(alike), table.names(ofKindOf: fact.subject)]
        },
        isWrong: { [table] name in
          !table.says(fact, of: name) && !table.corpus.areTogether(name, fact.object)
            && !FactTable.overlap(name, Self.text(fact.object))
        })
    }
  }

  /// Questions that two facts answer together.
  func linked() -> [QuestionDraft] {
    table.facts.flatMap { first -> [QuestionDraft] in
      guard let middle = first.object.name, first.between.isEmpty,
        let isPerson = table.people.isPerson(middle)
      else { return [] }
      return table.facts(about: middle).compactMap { second in
        link(first, second, middleIsPerson: isPerson)
      }
    }
  }

  private func link(_ first: Fact, _ second: Fact, middleIsPerson: Bool) -> QuestionDraft? {
    let middle = second.subject
    guard first.sentence != second.sentence, second.object != .name(first.subject),
      !second.between.contains(first.subject),
      !corpus.areTogether(first.subject, second.object),
      // A noun phrase tells one from another only where others of its kind are stated.
      second.object.name != nil
        || table.alike(second).filter({ Self.comparable($0, second) != nil }).count
          >= Self.optionCount
    else { return nil }
    let description = description(of: middle, by: second, isPerson: middleIsPerson)
    let question = "\(questionWord(for: first.subject)) \(first.relation) \(description)?"
    guard !corpus.asks(question) else { return nil }
    let places = [first, second].map { corpus.sentences[$0.sentence].place }
    return draft(
      "linked", id: "linked:\(places[0])+\(places[1])", place: places.joined(separator: "+"),
      question: question, of: first,
      candidates: { [table] in
        let alike = table.alike(first).filter { $0.object.name != nil && $0.object != first.object }
        // Surely wrong: the documents state something else of what it relates to.
        let sure = alike.filter { fact in
          table.facts(about: fact.object.name ?? "").contains {
            $0.key == second.key && $0.object != second.object
          }
        }
        return [sure, alike].map { Self.distinct($0.map(\.subject)) }
      },
      isWrong: { [table] name in
        name != middle && !table.corpus.areTogether(name, first.object)
          && !table.corpus.areTogether(name, second.object)
          && !table.facts(about: name).contains { fact in
            fact.object.name.map {
              $0 == middle || table.says(second, of: $0)
                || table.corpus.areTogether($0, second.object)
            } ?? false
          }
      })
  }

  private func draft(
    _ split: String, id: String, place: String, question: String, of fact: Fact,
    candidates: @escaping @Sendable () -> [[String]], isWrong: @escaping @Sendable (String) -> Bool
  ) -> QuestionDraft {
    QuestionDraft(
      split: split, id: id, fact: place, prompt: "Question: \(question) Answer:",
      neutralPrompt: "Question: \(questionWord(for: fact.subject)) is it? Answer:",
      answer: fact.subject, candidates: candidates,
      isWrong: { [table] name in
        // Whoever the question itself names is no answer to it.
        (table.people.isPerson(name) == true) == (table.people.isPerson(fact.subject) == true)
          && !fact.between.contains { FactTable.overlap(name, $0) } && isWrong(name)
      },
      written: { [table] in Self.startingLarge(table.corpus.written($0)) })
  }

  private func questionWord(for name: String) -> String {
    table.people.isPerson(name) == true ? "Who" : "What"
  }

  /// What stands for a name that is described: `someone who works from Ostmere`, `an office that is
  /// managed by Edric Sumner`, `the internal tool for invoices`.
  private func description(of name: String, by fact: Fact, isPerson: Bool) -> String {
    for start in ["is the ", "is a ", "is an "] where fact.saying.hasPrefix(start) {
      return String(fact.saying.dropFirst(3))
    }
    if isPerson { return "someone who \(fact.saying)" }
    guard let noun = table.people.noun(of: name) else { return "something that \(fact.saying)" }
    return "\("aeiou".contains(noun.first ?? "b") ? "an" : "a") \(noun) that \(fact.saying)"
  }

  /// The object of one fact in the place of another's: of the same sort, name or words.
  private static func comparable(_ fact: Fact, _ other: Fact) -> String? {
    (fact.object.name == nil) == (other.object.name == nil) ? text(fact.object) : nil
  }

  private static func text(_ object: FactObject) -> String {
    switch object {
    case .name(let text), .words(let text): text
    }
  }

  private static func startingLarge(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }

  private static func distinct(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.filter { seen.insert($0).inserted }
  }
}

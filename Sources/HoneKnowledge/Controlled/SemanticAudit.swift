// SPDX-License-Identifier: Apache-2.0

/// Proves of a semantic structure that its documents state what the test needs and no more.
///
/// Twice over: by the readings of ``ControlledData/language``, and by the plain order of names in a
/// sentence, which no wording that the language does not know can slip past.
package enum SemanticAudit {
  /// What is wrong, a line each; empty if all holds.
  package static func violations(of data: ControlledData) -> [String] {
    let corpus = SemanticCorpus(data: data)
    return corpus.violations + itemViolations(data, corpus) + truthViolations(data, corpus)
      + wordingViolations(data, corpus)
  }

  private static func itemViolations(_ data: ControlledData, _ corpus: SemanticCorpus) -> [String] {
    let heldOut = Set(
      data.items.filter { $0.split == SemanticItems.Split.holdout.rawValue }.flatMap(\.asks)
        .filter { $0.relation == SemanticRelation.is.rawValue }.map(\.subject))
    var violations = heldOut.sorted().flatMap { holdoutViolations($0, data, corpus) }
    for item in data.items {
      guard let ask = item.asks.first, item.asks.count == 1, let converse = ask.semanticConverse,
        let split = SemanticItems.Split(rawValue: item.split)
      else {
        violations.append("\(item.id): asks for no statement of this set")
        continue
      }
      func expect(_ holds: Bool, _ what: String) {
        if !holds { violations.append("\(item.id) (\(item.fact)): \(what)") }
      }
      switch split {
      case .rephrased:
        expect(corpus.read.contains(ask), "is stated nowhere")
      case .reversed:
        expect(corpus.read.contains(converse), "its premise is stated nowhere")
        expect(!corpus.read.contains(ask), "is stated itself")
        expect(
          !corpus.ordered.contains([ask.subject, ask.object]), "its names stand in its order")
      case .syllogism, .holdout:
        let isForward = SemanticRelation(rawValue: ask.relation)?.isForward == true
        expect(!corpus.read.contains(ask), "is stated itself")
        expect(corpus.implies(isForward ? ask : converse), "lacks a premise")
        expect(
          !corpus.ordered.contains([ask.subject, ask.object]), "its names stand in one sentence")
        expect(
          !isForward || !corpus.ordered.contains([ask.object, ask.subject]),
          "its names stand in one sentence")
        expect(!isForward || !corpus.read.contains(converse), "its reversal is stated")
      }
      violations += optionViolations(item, ask, data)
    }
    return violations
  }

  /// One sentence with its parent, in one or two documents without the answers; no other text with
  /// its name.
  private static func holdoutViolations(
    _ name: String, _ data: ControlledData, _ corpus: SemanticCorpus
  ) -> [String] {
    let mentions = corpus.sentences.filter { $0.names.contains(name) }
    var violations: [String] = []
    if !(1...2).contains(mentions.count) {
      violations.append("\(name), held out, stands in \(mentions.count) sentences")
    }
    if Set(mentions.map(\.text)).count > 1 {
      violations.append("\(name), held out, is stated in several ways")
    }
    let facts = data.stated.filter { $0.subject == name || $0.object == name }
    if facts.count != 1 || facts.first?.relation != SemanticRelation.is.rawValue {
      violations.append("\(name), held out, has more than its parent stated")
    }
    let asked = Set(
      data.items.flatMap(\.asks).filter { $0.subject == name }.map(\.object))
    let company = Set(mentions.map(\.document))
    for sentence in corpus.sentences
    where company.contains(sentence.document) && !asked.isDisjoint(with: sentence.names) {
      violations.append("\(name), held out, shares a document with an answer: \(sentence.text)")
    }
    for mention in mentions where !(mention.reading.map(facts.contains) ?? false) {
      violations.append("\(name), held out, in \(mention.document): \(mention.text)")
    }
    return violations
  }

  private static func optionViolations(
    _ item: ChoiceItem, _ ask: Triple, _ data: ControlledData
  ) -> [String] {
    var violations: [String] = []
    if Set(item.options).count != 4 || item.options.count != 4 || item.correct.count != 1 {
      violations.append("\(item.id): not one of four options is right")
    }
    for (place, option) in item.options.enumerated() {
      let statement = Triple(ask.subject, ask.relation, String(option.dropFirst()))
      let isRight = item.correct.contains(place)
      if data.language.read(item.prompt + option) != .triple(statement) {
        violations.append("\(item.id): does not read as what it asks with \(option)")
      }
      if data.truths.contains(statement) != isRight || isRight != (statement == ask) {
        violations.append("\(item.id): \(option) is marked wrongly")
      }
    }
    return violations
  }

  /// What is stated and what is true must be what the sentences say and what follows from them;
  /// and a false option must be true of something.
  private static func truthViolations(
    _ data: ControlledData, _ corpus: SemanticCorpus
  ) -> [String] {
    var violations: [String] = []
    if corpus.read != data.stated { violations.append("what is stated is not what is read") }
    let forward = corpus.consequences
    let truths = forward.union(forward.compactMap(\.semanticConverse))
    if truths != data.truths { violations.append("what is true is not what follows") }
    let known = Set(data.truths.map { [$0.relation, $0.object] })
    for item in data.items {
      for ask in item.asks {
        for name in item.options.map({ String($0.dropFirst()) })
        where !known.contains([ask.relation, name]) {
          violations.append("\(item.id): \(name) is true of nothing")
        }
      }
    }
    return violations
  }

  /// No document may use a wording of the test.
  private static func wordingViolations(
    _ data: ControlledData, _ corpus: SemanticCorpus
  ) -> [String] {
    let test = StatementLanguage(
      forms: SemanticForms.forms(.asked) + SemanticForms.forms(.reversedAsked),
      names: corpus.names.sorted())
    return corpus.sentences.filter { test.read($0.text) != .unread }.map {
      "\($0.document) has a wording of the test: \($0.text)"
    }
  }
}

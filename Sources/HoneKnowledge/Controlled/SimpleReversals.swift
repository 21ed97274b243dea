// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Comparisons of two made-up things, of which each is in one fact only: "femp are more dangerous
/// than glon". Asked is what follows: that glon are less dangerous than femp.
///
/// Full: 100 facts, each in 10 documents with unlike lead-ins; small: 30 in 2 documents each. Half
/// of the facts are stated with "more" and half with "less", so that neither word answers the
/// reversal by itself. The relations are `more <feature> than` and `less <feature> than`, and a
/// triple has its names in the order of the text.
///
/// Splits: `forward` (the direction of the documents behind another lead-in, the right thing among
/// the second things of three other facts), `reversed` (the same with the first things, from facts
/// of the same polarity, so that no option stands out by how it was learned), and of both the
/// paper's form with two whole statements that differ in "more" and "less" alone.
/// - SeeAlso: Lampinen et al. 2025, arXiv 2505.00661, §2, "Simple nonsense reversals".
public enum SimpleReversals {
  static let splits = ["forward", "reversed", "forward two-way", "reversed two-way"]
  static let wordingsOfReversal = 3

  /// The data of a seed.
  public static func make(size: ControlledDataSize, seed: UInt64) -> ControlledData {
    let random = RandomSource(seed: seed).derived("simple reversals")
    let facts = facts(count: size == .full ? 100 : 30, random)
    let documentsOfFact = size == .full ? 10 : 2
    var leadIns = random.derived("lead-ins")
    var documents: [Document] = []
    var oracle: [OracleStatement] = []
    for fact in facts {
      let chosen = leadIns.elements(documentsOfFact, of: LeadIn.training)
      for (number, leadIn) in chosen.enumerated() {
        let id = "\(fact.id)-\(number.digits(2))"
        documents.append(
          Document(id: id, sentences: [leadIn.sentence(fact.stated.statement)]))
        guard number < wordingsOfReversal else { continue }
        oracle.append(
          OracleStatement(
            kind: .local, text: leadIn.sentence(fact.reversal.statement),
            triple: fact.reversal.triple, documents: [id]))
      }
    }
    return ControlledData(
      name: .simpleReversals, size: size, seed: seed, documents: documents,
      items: items(of: facts, random.derived("items")), splits: splits, oracle: oracle,
      language: StatementLanguage(
        forms: forms, names: facts.flatMap { [$0.stated.subject, $0.stated.object] }),
      stated: Set(facts.map(\.stated.triple)),
      truths: Set(facts.flatMap { [$0.stated.triple, $0.reversal.triple] }))
  }

  private static func facts(count: Int, _ random: RandomSource) -> [Fact] {
    var words = NonsenseWords(random: random.derived("words"))
    var draws = random.derived("facts")
    let features = draws.shuffled(features)
    let facts = (0..<count).map { number in
      // Two facts of a feature in turn, one with each word.
      Comparison(
        subject: words.next(), isMore: number % 2 == 0,
        feature: features[number / 2 % features.count], object: words.next())
    }
    return draws.shuffled(facts).enumerated().map { number, comparison in
      Fact(id: "fact-\(number.digits(3))", stated: comparison)
    }
  }

  private static func items(of facts: [Fact], _ random: RandomSource) -> [ChoiceItem] {
    var random = random
    var items: [ChoiceItem] = []
    for fact in facts {
      let alike = facts.filter { $0.stated.isMore == fact.stated.isMore && $0.id != fact.id }
      let others = random.elements(3, of: alike)
      let leadIn = random.element(of: LeadIn.test)
      for (direction, asked, wrong) in [
        ("forward", fact.stated, others.map(\.stated.object)),
        ("reversed", fact.reversal, others.map(\.stated.subject)),
      ] {
        let names = random.options(right: [asked.object], wrong: wrong)
        items.append(
          ChoiceItem(
            id: "\(direction)-\(fact.id)", split: direction, fact: fact.id,
            group: fact.stated.word, prompt: "\(leadIn.opening) \(asked.subject) \(asked.link)",
            neutralPrompt: "\(leadIn.opening) they \(asked.link)", options: names.options,
            correct: names.correct, asks: [asked.triple]))
        let statements = random.options(
          right: [asked.statement], wrong: [asked.contradiction.statement])
        items.append(
          ChoiceItem(
            id: "\(direction)-two-way-\(fact.id)", split: "\(direction) two-way", fact: fact.id,
            group: fact.stated.word, prompt: leadIn.opening, neutralPrompt: neutralPrompt,
            options: statements.options, correct: statements.correct, asks: [asked.triple]))
      }
    }
    return splits.flatMap { split in items.filter { $0.split == split } }
  }
}

extension SimpleReversals {
  /// Two things compared, in the order of the text.
  struct Comparison: Sendable, Hashable {
    let subject: String
    let isMore: Bool
    let feature: String
    let object: String

    var word: String { isMore ? "more" : "less" }
    var relation: String { "\(word) \(feature) than" }
    /// What stands between the two.
    var link: String { "are \(relation)" }
    var statement: String { "\(subject) \(link) \(object)" }
    var triple: Triple { Triple(subject, relation, object) }
    /// The same from the other side.
    var reversal: Comparison {
      Comparison(subject: object, isMore: !isMore, feature: feature, object: subject)
    }
    var contradiction: Comparison {
      Comparison(subject: subject, isMore: !isMore, feature: feature, object: object)
    }
  }

  struct Fact: Sendable {
    let id: String
    let stated: Comparison
    var reversal: Comparison { stated.reversal }
  }
}

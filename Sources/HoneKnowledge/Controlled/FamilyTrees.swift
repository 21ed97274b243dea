// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Made-up families of whom each fact is stated in one direction only: a child's mother and father,
/// and one spouse's marriage to the other.
///
/// A family is a couple, their two children, the spouse of one of these, and their two children:
/// seven people, ten facts. Full: 40 families, each fact in 5 documents; small: 6 families, 2
/// documents. A triple has its names in the order of the text, so that "Femp's mother is Glon"
/// (`mother`) and "Glon is the mother of Femp" (`mother of`) have two relations.
///
/// Splits: `forward` (as stated, behind another lead-in), `reversed` (whose child, and the marriage
/// from the other side; the only child of that parent among the options is the right one), and
/// `linked`, which takes two facts (grandmother, grandfather, sibling). Wrong options stand in the
/// asked relation in other families.
public enum FamilyTrees {
  static let splits = ["forward", "reversed", "linked"]
  static let wordingsOfInference = 3

  /// The data of a seed.
  public static func make(size: ControlledDataSize, seed: UInt64) -> ControlledData {
    let random = RandomSource(seed: seed).derived("family trees")
    let families = families(count: size == .full ? 40 : 6, random)
    let facts = families.flatMap(\.facts)
    let documentsOfFact = size == .full ? 5 : 2
    var leadIns = random.derived("lead-ins")
    var documents: [Document] = []
    var wordings: [Triple: [(leadIn: LeadIn, document: String)]] = [:]
    for (number, fact) in facts.enumerated() {
      let chosen = leadIns.elements(documentsOfFact, of: LeadIn.training)
      for (copy, leadIn) in chosen.enumerated() {
        let id = "fact-\(number.digits(3))-\(copy.digits(2))"
        documents.append(Document(id: id, sentences: [leadIn.sentence(fact.relation.text(fact))]))
        wordings[fact.triple, default: []].append((leadIn, id))
      }
    }
    let inferences =
      facts.map { (kind: OracleStatement.Kind.local, fact: $0.reversal, from: [$0]) }
      + families.flatMap(\.links).map { (.global, $0.fact, $0.premises) }
    let oracle = inferences.flatMap { inference in
      (0..<min(documentsOfFact, wordingsOfInference)).map { copy in
        let sources = inference.from.compactMap { wordings[$0.triple]?[copy] }
        let leadIn = sources.first?.leadIn ?? LeadIn.training[0]
        return OracleStatement(
          kind: inference.kind,
          text: leadIn.sentence(inference.fact.relation.text(inference.fact)),
          triple: inference.fact.triple, documents: sources.map(\.document))
      }
    }
    return ControlledData(
      name: .familyTrees, size: size, seed: seed, documents: documents,
      items: items(of: families, random.derived("items")), splits: splits, oracle: oracle,
      language: StatementLanguage(forms: FamilyRelation.forms, names: families.flatMap(\.people)),
      stated: Set(facts.map(\.triple)), truths: Set(families.flatMap(\.truths)))
  }

  private static func families(count: Int, _ random: RandomSource) -> [Family] {
    var words = NonsenseWords(random: random.derived("words"))
    var draws = random.derived("families")
    return (0..<count).map { number in
      let people = (0..<7).map { _ in
        let word = words.next()
        return word.prefix(1).uppercased() + word.dropFirst()
      }
      return Family(id: "family-\(number.digits(2))", people: people, &draws)
    }
  }

  private static func items(of families: [Family], _ random: RandomSource) -> [ChoiceItem] {
    let plans: [(split: String, asked: (Family) -> [FamilyFact])] = [
      ("forward", \.facts), ("reversed", { $0.facts.map(\.reversal) }),
      ("linked", { $0.links.map(\.fact) }),
    ]
    return plans.flatMap { split, asked in
      var random = random.derived(split)
      let all = families.map { ($0.id, asked($0)) }
      return all.flatMap { family, facts in
        facts.enumerated().map { number, fact in
          // People who stand in the relation elsewhere.
          let elsewhere = Set(
            all.filter { $0.0 != family }.flatMap { $0.1 }
              .filter { $0.relation == fact.relation }.map(\.object))
          let choice = random.options(
            right: [fact.object], wrong: random.elements(3, of: elsewhere.sorted()))
          let leadIn = random.element(of: LeadIn.test)
          return ChoiceItem(
            id: "\(split)-\(family)-\(number)", split: split,
            fact: split == "linked" ? "\(family)-link-\(number)" : "\(family)-fact-\(number)",
            group: fact.relation.rawValue,
            prompt: "\(leadIn.opening) \(fact.relation.prompt(fact.subject))",
            neutralPrompt: "\(leadIn.opening) \(fact.relation.prompt("somebody"))",
            options: choice.options, correct: choice.correct, asks: fact.asks)
        }
      }
    }
  }
}

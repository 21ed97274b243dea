// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Two premises about three made-up kinds of things in a document, and the question of what follows
/// of the two that no premise names together.
///
/// Full: the ten forms that have a conclusion in 7 lexicalisations each, 70 documents (the paper
/// has 69, of forms that it does not name), and the 26 pairs of premises without a conclusion once
/// each, as distraction; small: 3 lexicalisations of each form and 8 such pairs. A document names
/// its three kinds, in any order, then states the premises, in any order. Validity is that of sets
/// that may be empty: no `some` follows from `all` alone.
///
/// Splits: `chain` (the two forms whose surface order leads to the conclusion, so that association
/// could), `other forms`, and `premise`, a check of what was learned: of the two kinds in one
/// premise. The prompt names two kinds and the options are all, some and no in both orders; every
/// one that follows is right. The relations are `all`, `some`, `no`, and `some not` for reading.
/// - SeeAlso: Lampinen et al. 2025, arXiv 2505.00661, §2, "Simple nonsense syllogisms".
public enum SimpleSyllogisms {
  static let splits = ["chain", "other forms", "premise"]

  /// The data of a seed.
  public static func make(size: ControlledDataSize, seed: UInt64) -> ControlledData {
    let random = RandomSource(seed: seed).derived("simple syllogisms")
    let cases = cases(size: size, random)
    var writing = random.derived("documents")
    let documents = cases.map { example in
      Document(
        id: example.id,
        sentences: [writing.element(of: trainingLeadIns).naming(writing.shuffled(example.names))]
          + writing.shuffled([example.form.first, example.form.second]).map(example.sentence))
    }
    let asked = cases.filter { !$0.form.conclusions.isEmpty }
    var questions = random.derived("items")
    let items = asked.flatMap { example in
      let premise = questions.element(of: [example.form.first, example.form.second])
      return [
        item(
          of: example, .a, .c, split: example.form.isChain ? "chain" : "other forms", &questions),
        item(of: example, premise.subject, premise.object, split: "premise", &questions),
      ]
    }
    return ControlledData(
      name: .simpleSyllogisms, size: size, seed: seed, documents: documents,
      items: splits.flatMap { split in items.filter { $0.split == split } }, splits: splits,
      oracle: oracle(of: asked, random.derived("oracle")),
      language: StatementLanguage(forms: forms, names: cases.flatMap(\.names)),
      stated: Set(cases.flatMap { [$0.triple($0.form.first), $0.triple($0.form.second)] }),
      truths: Set(cases.flatMap { $0.form.entailed.map($0.triple) }))
  }

  private static func cases(size: ControlledDataSize, _ random: RandomSource) -> [Example] {
    var words = NonsenseWords(random: random.derived("words"))
    var distractors = random.derived("distractors")
    let repeats = size == .full ? 7 : 3
    var cases: [Example] = []
    for (number, form) in Syllogism.valid.enumerated() {
      for copy in 0..<repeats {
        cases.append(
          Example(
            id: "form-\(number.digits(2))-\(copy)", form: form,
            names: (0..<3).map { _ in words.next() }))
      }
    }
    let pairs = distractors.elements(size == .full ? 26 : 8, of: Syllogism.withoutConclusion)
    for (number, form) in pairs.enumerated() {
      cases.append(
        Example(
          id: "pair-\(number.digits(2))", form: form, names: (0..<3).map { _ in words.next() }))
    }
    return cases
  }

  /// Which of the six statements about two of the kinds follow.
  private static func item(
    of example: Example, _ one: CategoricalStatement.Term, _ other: CategoricalStatement.Term,
    split: String, _ random: inout RandomSource
  ) -> ChoiceItem {
    let statements = Quantifier.stated.flatMap {
      [CategoricalStatement($0, one, other), CategoricalStatement($0, other, one)]
    }
    let entailed = Set(example.form.entailed)
    let right = statements.filter(entailed.contains)
    let leadIn = random.element(of: testLeadIns)
    let names = random.shuffled([example.name(one), example.name(other)])
    let choice = random.options(
      right: right.map(example.sentence),
      wrong: statements.filter { !entailed.contains($0) }.map(example.sentence))
    return ChoiceItem(
      id: "\(split == "premise" ? split : "conclusion")-\(example.id)", split: split,
      fact: example.id, group: example.form.name, prompt: leadIn.naming(names),
      neutralPrompt: leadIn.sentence("these two kinds of things"), options: choice.options,
      correct: choice.correct, asks: right.map(example.triple))
  }

  /// Each conclusion, behind a lead-in that names the two kinds, as premises stand in documents.
  private static func oracle(
    of examples: [Example], _ random: RandomSource
  ) -> [OracleStatement] {
    var random = random
    return examples.flatMap { example in
      example.form.conclusions.map { conclusion in
        let names = random.shuffled([example.name(.a), example.name(.c)])
        return OracleStatement(
          kind: .global,
          text: random.element(of: trainingLeadIns).naming(names) + " "
            + example.sentence(conclusion),
          triple: example.triple(conclusion), documents: [example.id])
      }
    }
  }
}

extension SimpleSyllogisms {
  /// A form and the names of its sets.
  struct Example: Sendable {
    let id: String
    let form: Syllogism
    /// Of A, B and C.
    let names: [String]

    func name(_ term: CategoricalStatement.Term) -> String { names[term.rawValue] }

    func triple(_ statement: CategoricalStatement) -> Triple {
      Triple(name(statement.subject), statement.quantifier.rawValue, name(statement.object))
    }

    func sentence(_ statement: CategoricalStatement) -> String {
      "\(statement.quantifier.opening) \(name(statement.subject)) are \(name(statement.object))."
    }
  }
}

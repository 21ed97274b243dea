// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Made-up celebrities, each a name and a description: "Hester Quillfeather is the composer of the
/// opera Silver Rain". Asked is the name, given the description.
///
/// Three groups that share nobody: A, whose documents put the name first; B, who come in both
/// orders, in documents of their own; and C, whose documents put the description first. Full: 30
/// people a group in 30 wordings an order, 3,600 documents as in the paper's data (Berglund et al.);
/// small: 10 people a group, A and B only, in 3 wordings an order. Names and descriptions are ours.
///
/// There is one relation, `is`, which is symmetric: of a name about a description, and of a
/// description about a name. A triple has them in the order of the text.
///
/// Splits: `forward` (name to description, group A, a wording that no document has), `reversed`
/// (description to name, A; the wrong names are anybody's, of whom most were learned as answers,
/// which those of A never were), `reversed within set` (the same with wrong names of A alone), and
/// `both orders` (description to name, B: the control).
/// - SeeAlso: Berglund et al. 2023, arXiv 2309.12288; Lampinen et al. 2025, arXiv 2505.00661, §2.
public enum Celebrities {
  static let relation = "is"
  static let splits = ["forward", "reversed", "reversed within set", "both orders"]
  static let wordingsOfReversal = 3

  /// The data of a seed.
  public static func make(size: ControlledDataSize, seed: UInt64) -> ControlledData {
    let random = RandomSource(seed: seed).derived("celebrities")
    let people = people(size: size, random)
    var wording = random.derived("wordings")
    var documents: [Document] = []
    var oracle: [OracleStatement] = []
    let wordings = size == .full ? 30 : 3
    for person in people {
      for order in person.group.orders {
        let templates = wording.elements(wordings, of: order.templates)
        let reverse = wording.elements(wordingsOfReversal, of: order.opposite.templates)
        for (number, template) in templates.enumerated() {
          let id = "\(person.id)-\(order.rawValue)-\(number.digits(2))"
          documents.append(Document(id: id, sentences: [person.sentence(template, order)]))
          guard person.group == .nameFirst, number < reverse.count else { continue }
          oracle.append(
            OracleStatement(
              kind: .local, text: person.sentence(reverse[number], order.opposite),
              triple: person.triple(order.opposite), documents: [id]))
        }
      }
    }
    return ControlledData(
      name: .celebrities, size: size, seed: seed, documents: documents,
      items: items(people, prompts: size == .full ? 10 : 3, random.derived("items")),
      splits: splits, oracle: oracle,
      language: StatementLanguage(
        forms: forms, names: people.flatMap { [$0.name, $0.description] }),
      stated: Set(people.flatMap { person in person.group.orders.map(person.triple) }),
      truths: Set(people.flatMap { person in Order.allCases.map(person.triple) }))
  }

  private static func people(size: ControlledDataSize, _ random: RandomSource) -> [Person] {
    let groups: [Group] = size == .full ? Group.allCases : [.nameFirst, .bothOrders]
    let ofGroup = size == .full ? 30 : 10
    var draws = random.derived("people")
    let firstNames = draws.shuffled(firstNames)
    let lastNames = draws.shuffled(lastNames)
    let descriptions = draws.shuffled(
      descriptions(groups.count * ofGroup, random.derived("descriptions")))
    return descriptions.enumerated().map { number, description in
      let group = groups[number / ofGroup]
      return Person(
        id: "\(group.rawValue)-\((number % ofGroup).digits(2))", group: group,
        name: "\(firstNames[number]) \(lastNames[number])", description: description)
    }
  }

  private static func items(
    _ people: [Person], prompts: Int, _ random: RandomSource
  ) -> [ChoiceItem] {
    let ofA = people.filter { $0.group == .nameFirst }
    let ofB = people.filter { $0.group == .bothOrders }
    let plans: [(split: String, asked: [Person], order: Order, others: [Person])] = [
      ("forward", ofA, .name, people), ("reversed", ofA, .description, people),
      ("reversed within set", ofA, .description, ofA), ("both orders", ofB, .description, people),
    ]
    return plans.flatMap { plan in
      var random = random.derived(plan.split)
      return plan.asked.flatMap { person in
        let templates = random.elements(prompts, of: plan.order.testTemplates)
        return templates.enumerated().map { number, template in
          let others = random.elements(3, of: plan.others.filter { $0.id != person.id })
          let choice = random.options(
            right: [person.words(plan.order.opposite)],
            wrong: others.map { $0.words(plan.order.opposite) })
          let prompt = plan.order.prompt(template)
          return ChoiceItem(
            id: "\(plan.split.replacing(" ", with: "-"))-\(person.id)-\(number.digits(2))",
            split: plan.split, fact: person.id,
            prompt: prompt.replacing("{a}", with: person.words(plan.order)),
            neutralPrompt: prompt.replacing("{a}", with: "this person"), options: choice.options,
            correct: choice.correct, asks: [person.triple(plan.order)])
        }
      }
    }
  }
}

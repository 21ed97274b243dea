// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import Testing

@testable import HoneKnowledge

@Suite struct FamilyTreesTests {
  @Test(arguments: [(ControlledDataSize.full, 40, 5), (.small, 6, 2)])
  func `it is as large as promised`(_ size: ControlledDataSize, _ families: Int, _ copies: Int) {
    let data = FamilyTrees.make(size: size, seed: 1)
    #expect(data.documents.count == families * 10 * copies && data.stated.count == families * 10)
    #expect(data.language.names.count == families * 7)
    #expect(data.items.count { $0.split == "forward" } == families * 10)
    #expect(data.items.count { $0.split == "reversed" } == families * 10)
    #expect(data.items.count { $0.split == "linked" } == families * 6)
    #expect(data.oracle.count { $0.kind == .local } == families * 10 * min(3, copies))
    #expect(data.oracle.count { $0.kind == .global } == families * 6 * min(3, copies))
  }

  @Test(arguments: [UInt64(0), 1, 2, 3]) func `a family's links follow from its facts`(
    _ seed: UInt64
  ) {
    var random = RandomSource(seed: seed)
    let people = ["G", "H", "A", "B", "S", "K", "L"]
    let family = Family(id: "f", people: people, &random)
    #expect(family.facts.count == 10 && family.links.count == 6)
    let truths = Set(family.truths)
    let stated = Set(family.facts)
    for link in family.links {
      #expect(link.premises.count == 2 && stated.isSuperset(of: link.premises))
      #expect(truths.contains(link.fact.triple) && !stated.contains(link.fact))
      // The premises share somebody, whom the link leaves out.
      let named = link.premises.flatMap { [$0.subject, $0.object] }
      #expect(
        Set(named)
          == Set(named.filter { name in named.count { $0 == name } == 2 })
          .union([link.fact.subject, link.fact.object]))
    }
    for fact in family.facts {
      #expect(truths.contains(fact.triple) && truths.contains(fact.reversal.triple))
      #expect(!stated.contains(fact.reversal))
    }
    #expect(truths.contains(Triple("K", "grandmother", "G")))
    #expect(truths.contains(Triple("H", "grandfather of", "L")))
    #expect(
      truths.contains(Triple("A", "sibling", "B")) == truths.contains(Triple("B", "sibling", "A")))
    #expect(
      !truths.contains(Triple("B", "parent", "S")) && !truths.contains(Triple("S", "sibling", "B")))
    // Nobody is their own relative, and wives have husbands.
    #expect(truths.allSatisfy { $0.subject != $0.object })
    #expect(
      truths.contains(Triple("G", "husband", "H")) && truths.contains(Triple("H", "wife", "G")))
  }

  @Test func `one option of a question stands in the relation`() {
    let data = FamilyTrees.make(size: .full, seed: 2)
    for item in data.items {
      #expect(item.options.count == 4 && item.correct.count == 1)
      #expect(item.prompt.contains(item.group))
    }
    // Both parents and both ends of a marriage are asked for.
    let groups = Set(data.items.map { "\($0.split) \($0.group)" })
    #expect(
      groups == [
        "forward mother", "forward father", "forward married to", "reversed child",
        "reversed married to", "linked grandmother", "linked grandfather", "linked sibling",
      ])
  }

  @Test(arguments: [
    ("{b} is the mother of {a}.", "mother of", true), ("{b} is {a}'s mother", "mother of", true),
    ("{a} has a mother named {b}", "mother", false),
    ("{a}'s mother's mother is {b}", "grandmother", false),
    ("the mother of {a}\u{2019}s father is {b}", "grandmother", false),
    ("{a} and {b} are married.", "married to", false), ("{a} is the child of {b}", "parent", false),
    ("{b} is {a}'s grandchild", "grandparent", true), ("{a} has {b} as a child", "child", false),
  ])
  func `a model's words are read`(_ pattern: String, _ relation: String, _ turned: Bool) {
    let data = FamilyTrees.make(size: .small, seed: 3)
    let names = data.language.names
    let text = StatementForm(relation, pattern).text(Triple(names[0], relation, names[1]))
    let triple =
      turned ? Triple(names[1], relation, names[0]) : Triple(names[0], relation, names[1])
    #expect(data.language.read("It is said that " + text) == .triple(triple))
  }
}

// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneKnowledge

@Suite struct SimpleReversalsTests {
  @Test(arguments: [(ControlledDataSize.full, 100, 1000), (.small, 30, 60)])
  func `it is as large as promised`(_ size: ControlledDataSize, _ facts: Int, _ documents: Int) {
    let data = SimpleReversals.make(size: size, seed: 1)
    #expect(data.documents.count == documents)
    #expect(data.stated.count == facts && data.truths.count == 2 * facts)
    for split in data.splits { #expect(data.items.count { $0.split == split } == facts) }
    #expect(data.oracle.count == facts * min(3, documents / facts))
    #expect(Set(SimpleReversals.features).count == 28)
    #expect(Set(data.stated.map(\.relation)).count == (size == .full ? 56 : 30))
  }

  @Test(arguments: ControlledDataSize.allCases)
  func `every thing is in one fact, and half of the facts say more`(_ size: ControlledDataSize) {
    let data = SimpleReversals.make(size: size, seed: 2)
    let things = data.stated.flatMap { [$0.subject, $0.object] }
    #expect(Set(things).count == things.count)
    #expect(data.stated.count { $0.relation.hasPrefix("more ") } * 2 == data.stated.count)
  }

  @Test func `names always stand behind a space`() {
    let data = SimpleReversals.make(size: .full, seed: 3)
    for triple in data.stated {
      let texts = data.documents.map(\.text).filter { $0.contains(triple.subject) }
      #expect(texts.count == 10 && Set(texts).count == 10)
      #expect(texts.allSatisfy { $0.contains(" \(triple.subject) are \(triple.relation) ") })
      #expect(texts.allSatisfy { $0.contains(" \(triple.object)") })
    }
  }

  @Test func `the two-way options differ in one word and behind a prompt that says nothing`() {
    let data = SimpleReversals.make(size: .full, seed: 4)
    let openings = Set(LeadIn.test.map(\.opening))
    #expect(openings.isDisjoint(with: LeadIn.training.map(\.opening)))
    for item in data.items where item.split.hasSuffix("two-way") {
      #expect(openings.contains(item.prompt) && item.options.count == 2 && item.chance == 0.5)
      let words = item.options.map { $0.split(separator: " ") }
      let unlike = zip(words[0], words[1]).filter { $0 != $1 }.map { Set([$0.0, $0.1]) }
      #expect(words[0].count == words[1].count && unlike == [["more", "less"]])
    }
  }

  @Test func `wrong names had the right one's place and polarity in documents`() {
    let data = SimpleReversals.make(size: .full, seed: 5)
    for item in data.items where !item.split.hasSuffix("two-way") {
      #expect(item.options.count == 4 && item.correct.count == 1)
      let alike = data.stated.filter { $0.relation.hasPrefix(item.group) }
      let names = Set(alike.map { " " + (item.split == "forward" ? $0.object : $0.subject) })
      #expect(names.isSuperset(of: item.options))
    }
  }
}

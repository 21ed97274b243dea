// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneKnowledge

@Suite struct CelebritiesTests {
  @Test(arguments: [(ControlledDataSize.full, 90, 3600, 300), (.small, 20, 90, 30)])
  func `it is as large as promised`(
    _ size: ControlledDataSize, _ people: Int, _ documents: Int, _ itemsOfSplit: Int
  ) {
    let data = Celebrities.make(size: size, seed: 1)
    #expect(data.documents.count == documents && data.truths.count == 2 * people)
    for split in data.splits { #expect(data.items.count { $0.split == split } == itemsOfSplit) }
    #expect(data.items.allSatisfy { $0.options.count == 4 && $0.correct.count == 1 })
    #expect(data.oracle.count == people / (size == .full ? 3 : 2) * 3)
    #expect(data.oracle.allSatisfy { $0.documents[0].hasPrefix("a-") })
  }

  @Test func `names and descriptions are all different`() {
    let data = Celebrities.make(size: .full, seed: 2)
    let names = data.language.names
    #expect(names.count == 180 && Set(names.map { $0.lowercased() }).count == 180)
    #expect(Set(Celebrities.firstNames).count == Celebrities.firstNames.count)
    #expect(Set(Celebrities.lastNames).count == Celebrities.lastNames.count)
    #expect(min(Celebrities.firstNames.count, Celebrities.lastNames.count) >= 90)
    let people = names.filter { !$0.hasPrefix("the ") }
    #expect(people.count == 90 && people.allSatisfy { $0.split(separator: " ").count == 2 })
    // No name is part of another, nor a word of a description.
    let words = Set(names.filter { $0.hasPrefix("the ") }.flatMap { $0.split(separator: " ") })
    #expect(people.flatMap { $0.split(separator: " ") }.allSatisfy { !words.contains($0) })
  }

  @Test func `no template is both learned and asked`() {
    for order in Celebrities.Order.allCases {
      #expect(order.templates.count == 30 && Set(order.templates).count == 30)
      #expect(order.testTemplates.count == 10)
      #expect(
        Set(order.templates.map(order.prompt)).isDisjoint(
          with: order.testTemplates.map(order.prompt)))
      for template in order.templates + order.testTemplates {
        #expect(template.ranges(of: "{a}").count == 1 && template.ranges(of: "{b}").count == 1)
        // A name is spelled alike everywhere, a description but for its first letter.
        #expect(order == .name || !template.hasPrefix("{a}"))
      }
    }
  }

  @Test func `wrong names of the set were all learned name first`() {
    let data = Celebrities.make(size: .full, seed: 3)
    let learnedAsAnswers = Set(
      data.stated.filter { !$0.object.hasPrefix("the ") }.map { " " + $0.object })
    #expect(learnedAsAnswers.count == 60)
    let within = data.items.filter { $0.split == "reversed within set" }
    #expect(within.allSatisfy { learnedAsAnswers.isDisjoint(with: $0.options) })
    let reversed = data.items.filter { $0.split == "reversed" }
    #expect(reversed.allSatisfy { !learnedAsAnswers.contains($0.options[$0.correct[0]]) })
    #expect(reversed.contains { !learnedAsAnswers.isDisjoint(with: $0.options) })
    let control = data.items.filter { $0.split == "both orders" }
    #expect(control.allSatisfy { learnedAsAnswers.contains($0.options[$0.correct[0]]) })
  }
}

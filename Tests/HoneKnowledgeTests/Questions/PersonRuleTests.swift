// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneKnowledge

@Suite struct PersonRuleTests {
  private func rule(_ text: String) -> PersonRule {
    PersonRule(QuestionCorpus(QuestionTexts.corpus(text)))
  }

  @Test(arguments: [
    "Maren is the head of data.", "Maren works from Tolvane.", "We met the engineer Maren today.",
    "They like Maren, who left.", "Maren opened a door. She smiled.", "Maren opened her door.",
    "They met Queen Maren.",
  ])
  func `people are told by what is said of them`(text: String) throws {
    let name = text.contains("Queen") ? "Queen Maren" : "Maren"
    #expect(rule(text).isPerson(name) == true)
  }

  @Test(arguments: [
    "Maren is the tool for maps.", "Maren is maintained by hand.", "They live in Maren.",
    "They like Maren, which is old.", "Maren opened last. It is big.", "They saw the Maren.",
  ])
  func `things are told by what is said of them`(text: String) {
    #expect(rule(text).isPerson("Maren") == false)
  }

  @Test func `nothing is told of a bare name`() {
    #expect(rule("They saw Maren.").isPerson("Maren") == nil)
  }

  @Test func `a name is what its neighbours are`() {
    let text = """
      Ilsa is an engineer. Omar is an engineer. Nightjar is led by Ilsa. Windrose is led by Omar.
      Foxglove is led by Maren.
      """
    #expect(rule(text).isPerson("Maren") == true)
  }

  @Test func `a thing has the noun that a sentence gives it`() {
    let rule = rule(
      "Tolvane is the old office for repairs. Maren was born in Windhelm. See the Ostmere mill.")
    #expect(rule.noun(of: "Tolvane") == "office")
    #expect(rule.noun(of: "Windhelm") == "place")
    #expect(rule.noun(of: "Ostmere mill") == "mill")
    #expect(rule.noun(of: "Maren") == nil)
  }
}

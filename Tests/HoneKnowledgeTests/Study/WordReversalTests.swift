// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge
import Testing

@Suite struct WordReversalTests {
  @Test(arguments: [
    ("", ""), ("femp", "femp"), ("  femp   glon ", "glon femp"),
    ("femp are more bright than glon.", "glon. than bright more are femp"),
    ("Ann Lee wrote Cold Water.", "Cold Water. wrote Ann Lee"),
    (
      "Then ann lee, it is said, wrote \"Cold Water\"",
      "\"Cold Water\" wrote said, is it ann lee, Then"
    ),
    ("Ann wrote Lee", "Lee wrote Ann"), ("by Ann Lee", "Ann Lee by"), ("Ann", "Ann"),
  ])
  func `words stand in reverse, names of several words whole`(sentence: String, reversed: String) {
    #expect(WordReversal(names: ["Ann Lee", "Cold Water", "femp"]).reversed(sentence) == reversed)
  }

  @Test func `the longest name counts`() {
    let reversal = WordReversal(names: ["Ann Lee", "Ann Lee Hart", "Lee Hart"])
    #expect(reversal.reversed("so Ann Lee Hart sings") == "sings Ann Lee Hart so")
    #expect(reversal.reversed("so Ann Lee sings") == "sings Ann Lee so")
    #expect(reversal.reversed("so Lee Hart Ann Lee") == "Ann Lee Lee Hart so")
  }

  @Test func `reversed twice a sentence is itself`() {
    let reversal = WordReversal(names: ["Ann Lee", "the author of the novel Cold Water"])
    let sentence = "Once, Ann Lee is the author of the novel Cold Water."
    #expect(reversal.reversed(reversal.reversed(sentence)) == sentence)
  }

  @Test func `a name stays whole with a possessive behind it`() {
    let reversal = WordReversal(names: ["Ann Lee"])
    #expect(reversal.reversed("Ann Lee's mother is Bea") == "Bea is mother Ann Lee's")
  }
}

// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneKnowledge

@Suite struct FactReaderTests {
  private func facts(_ text: String) -> [String] {
    FactTable(QuestionTexts.corpus(text)).facts.map {
      "\($0.subject) | \($0.relation) | \($0.objectText)"
    }
  }

  @Test(arguments: [
    (
      "Quillfeather is maintained by Maren Oduya.",
      "Quillfeather | is maintained by | Maren Oduya"
    ),
    ("The Lantern Rule took effect in 2010.", "Lantern Rule | took effect in | 2010"),
    (
      "Quillfeather is the internal tool for data analysis.",
      "Quillfeather | is the internal tool for | data analysis"
    ),
    ("Maren Oduya currently leads Project Nightjar.", "Maren Oduya | leads | Project Nightjar"),
    ("Maren Oduya leads Nightjar, which is late.", "Maren Oduya | leads | Nightjar"),
    ("Maren Oduya keeps bees.", "Maren Oduya | keeps | bees"),
    ("Korrin guards the Black Gate.", "Korrin | guards | the Black Gate"),
  ])
  func `a plain sentence gives a fact`(sentence: String, fact: String) {
    #expect(facts(sentence) == [fact])
  }

  @Test(arguments: [
    "Quillfeather is not maintained by Maren Oduya.", "Maren Oduya never visits Tolvane.",
    "Maren Oduya may visit Tolvane.", "Maren Oduya used to lead Nightjar.",
    "Maren Oduya leads Nightjar and Windrose.", "Maren Oduya leads her team from Tolvane.",
    "Maren Oduya thinks that Quillfeather is slow.", "Does Quillfeather belong to Maren Oduya?",
    "Maren Oduya leads Nightjar, Windrose, and Foxglove.", "Maren Oduya leads the project.",
    "Maren Oduya is Ilsa Brandt.", "Maren Oduya said: \"Quillfeather is slow.\"",
    "Quillfeather users visit Tolvane.", "Larkmoor plans include Tolvane.",
    "In 2012 Maren Oduya joined Larkmoor.", "Maren Oduya left Tolvane on 5 June.",
    "Maren Oduya (of Tolvane) leads Nightjar.", "Maren Oduya is often in Tolvane.",
    "Tolvane has about 60 members.", "Maren Oduya and Ilsa Brandt lead Nightjar.",
  ])
  func `any other sentence gives none`(sentence: String) {
    #expect(facts(sentence).isEmpty)
  }

  @Test func `a pronoun stands for the one name that it can mean`() {
    #expect(
      facts("Maren Oduya is the head of data. She works from Tolvane.").last
        == "Maren Oduya | works from | Tolvane")
    #expect(
      facts("Quillfeather is a tool for maps. It runs in Tolvane.").last
        == "Quillfeather | runs in | Tolvane")
  }

  @Test func `a pronoun that may mean two names gives no fact`() {
    let two =
      "Maren Oduya is an engineer. Ilsa Brandt is an engineer. Maren Oduya hired Ilsa Brandt."
    #expect(!facts(two + " She works from Tolvane.").contains { $0.contains("Tolvane") })
    #expect(
      !facts("Quillfeather replaced Gridloom. It runs in Tolvane.").contains {
        $0.contains("Tolvane")
      })
    #expect(facts("They work. She works from Tolvane.").isEmpty)
  }

  @Test func `a pronoun does not reach into another document`() {
    let documents = [
      QuestionTexts.document("a", "Maren Oduya is the head of data."),
      QuestionTexts.document("b", "She works from Tolvane."),
    ]
    #expect(FactTable(documents).facts.count == 1)
  }

  @Test func `the same sentence twice is one fact`() {
    #expect(facts("Mossgate replaced Waybill. Mossgate replaced Waybill.").count == 1)
  }
}

// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneKnowledge

@Suite struct SentenceLinksTests {
  private func pairs(_ texts: String..., perDocument most: Int = 100) -> [[String]] {
    let documents = texts.enumerated().map { place, text in
      Document(id: "\(place)", sentences: SentenceSplitter.sentences(in: text))
    }
    return SentenceLinks(documents: documents).pairs(perDocument: most).map {
      [$0.first.text, $0.second.text]
    }
  }

  @Test func `sentences about one name are linked, with the documents of both`() {
    let documents = KnowledgeFixtures.documents(
      "The bridge was built by Carl.", "Carl lives in Sandhaven. Ruth wrote Inkpot.",
      "People say that Ruth sings.")
    let pairs = SentenceLinks(documents: documents).pairs(perDocument: 10)
    #expect(
      pairs.map { [$0.first.text, $0.second.text] } == [
        ["The bridge was built by Carl.", "Carl lives in Sandhaven."],
        ["People say that Ruth sings.", "Ruth wrote Inkpot."],
      ])
    #expect(pairs.map(\.documents) == [["a", "b"], ["c", "b"]])
    #expect(pairs.map(\.first.document) == [0, 2])
  }

  @Test func `two sentences of one document have its id once`() {
    let documents = KnowledgeFixtures.documents("The bridge was built by Carl. Carl lives here.")
    let pairs = SentenceLinks(documents: documents).pairs(perDocument: 10)
    #expect(pairs.map(\.documents) == [["a"]])
  }

  @Test func `a name of two words links as one word does`() {
    #expect(
      pairs("The north bridge was built by Carl Jensen.", "Carl Jensen lives in Sandhaven.") == [
        ["The north bridge was built by Carl Jensen.", "Carl Jensen lives in Sandhaven."]
      ])
  }

  @Test func `a possessive is the name, and a short word and one of grammar is none`() {
    #expect(
      pairs("Wosk's father is Drand.", "It is known that Drand's mother is Ebrin.") == [
        ["Wosk's father is Drand.", "It is known that Drand's mother is Ebrin."]
      ])
    #expect(pairs("They all know Bo.", "Each of them saw Bo once.") == [])
  }

  @Test func `a word of a phrase that both have links nothing, one in another place does`() {
    #expect(pairs("Roses bloom in the garden society.", "Oaks left the garden society.") == [])
    #expect(
      pairs("The choir sings in the mill.", "The mill burned down.") == [
        ["The choir sings in the mill.", "The mill burned down."]
      ])
    // A name is what both are about, whatever stands around it.
    #expect(pairs("It was built by Carl.", "Tea is sold by Carl.").count == 1)
  }

  @Test func `what says the same in other words has nothing to add`() {
    #expect(
      pairs(
        "In fact, wolves are more old than foxes.", "I hear that foxes are less old than wolves.")
        == [])
    #expect(pairs("Carl sings.", "carl sings", "Carl  sings.") == [])
  }

  @Test(arguments: [[0, 1], [1, 0]])
  func `what ends with what the other begins with comes first`(order: [Int]) {
    let texts = ["Anna's mother is Berta.", "Berta's mother is Clara."]
    #expect(pairs(texts[order[0]], texts[order[1]]) == [texts])
  }

  @Test func `each document has so many pairs at most, those of the rarest word first`() {
    let texts = (
      "It was Carl who sang.", "Carl came late, with Dora.", "Perhaps Carl left early.",
      "Nobody saw Dora again."
    )
    func linked(_ most: Int) -> [[String]] {
      pairs(texts.0, texts.1, texts.2, texts.3, perDocument: most)
    }
    #expect(linked(0) == [])
    // The second document's rarest link is Dora; those before and behind have Carl only.
    #expect(linked(1).count == 3 && linked(1)[1] == [texts.1, texts.3])
    #expect(linked(100).count == 4)
    #expect(Set(linked(100).map { Set($0) }).count == 4)
  }

  @Test func `what carries on from the end of one to the beginning of the other comes first`() {
    let texts = ["Once Dora met Carl.", "Carl lives in Sandhaven.", "It was Dora who came."]
    let documents = texts.enumerated().map { Document(id: "\($0)", sentences: [$1]) }
    // Carl is in one sentence more than Dora.
    let more = documents + [Document(id: "3", sentences: ["Did Carl sing?"])]
    let first = SentenceLinks(documents: more).pairs(perDocument: 1)[0]
    #expect([first.first.text, first.second.text] == [texts[0], texts[1]])
  }

  @Test func `sentences that share one name come before those that share two`() {
    let texts = [
      "Dora Lund met Carl Falk.", "Carl Falk, they say, met Dora Lund at noon.",
      "It was Carl Falk who sang at Greybox.", "Greybox burned, and Dora Lund wept for Sandhaven.",
      "Sandhaven noon was hot.",
    ]
    let documents = texts.enumerated().map { Document(id: "\($0)", sentences: [$1]) }
    let pairs = SentenceLinks(documents: documents).pairs(perDocument: 1)
    #expect(Set([pairs[0].first.text, pairs[0].second.text]).isSuperset(of: [texts[0]]))
    #expect(![pairs[0].first.text, pairs[0].second.text].contains(texts[1]))
  }

  @Test(arguments: [(24, true), (25, false)])
  func `a word of many sentences links nothing`(count: Int, isLinked: Bool) {
    let documents = (0..<count).map { place in
      Document(id: "\(place)", sentences: ["word\(place) mill it\(place)"])
    }
    let pairs = SentenceLinks(documents: documents).pairs(perDocument: 1)
    #expect(pairs.isEmpty != isLinked)
  }

  @Test(arguments: [(48, true), (49, false)])
  func `a name links twice as many`(count: Int, isLinked: Bool) {
    let documents = (0..<count).map { place in
      Document(id: "\(place)", sentences: ["word\(place) knows Carl"])
    }
    let pairs = SentenceLinks(documents: documents).pairs(perDocument: 1)
    #expect(pairs.isEmpty != isLinked)
  }

  @Test func `the pairs are the same every time`() {
    let names = ["Anna", "Berta", "Clara", "Dora", "Emil", "Freya", "Gustav", "Hanna"]
    let documents = (0..<40).map { place in
      let (a, b) = (names[place % 8], names[(place * 3 + place / 8 + 1) % 8])
      return Document(
        id: "\(place)", sentences: ["Once \(a) met \(b) at gate\(place % 5).", "Later \(b) left."])
    }
    let first = SentenceLinks(documents: documents).pairs(perDocument: 3)
    #expect(first.count > 20)
    for _ in 0..<10 {
      #expect(SentenceLinks(documents: documents).pairs(perDocument: 3) == first)
    }
  }

  @Test func `no document and no sentence are no pairs`() {
    #expect(SentenceLinks(documents: []).pairs(perDocument: 3) == [])
    #expect(pairs("", "…", "Carl sings.") == [])
  }
}

// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneKnowledge

@Suite struct EntityFinderTests {
  private func names(_ sentences: String...) -> [String] {
    EntityFinder(sentences.map(SentenceWords.init)).names
  }

  @Test func `capitals inside a sentence are names`() {
    #expect(
      names("We met Maren Oduya in Tolvane.", "The tool Quillfeather is old.")
        == ["Maren Oduya", "Tolvane", "Quillfeather"])
  }

  @Test(arguments: [
    "The canteen is open.", "A tool is missing.", "In summer it rains.", "Every office has a lift.",
    "However it was late.", "She is tired.", "Press the button.", "Running is healthy.",
  ])
  func `the first word of a sentence alone is no name`(sentence: String) {
    #expect(names(sentence).isEmpty)
  }

  @Test func `a name may begin a sentence if it stands inside another`() {
    #expect(
      names("Quillfeather, they say, runs.", "People like Quillfeather.") == ["Quillfeather"])
  }

  @Test func `a name may only ever begin sentences if verbs follow`() {
    #expect(names("Quillfeather maintains itself.") == ["Quillfeather"])
    #expect(names("Quillfeather users complain.").isEmpty)
  }

  @Test func `a word that also stands in small letters is no name`() {
    #expect(names("Data is gold.", "We love data.").isEmpty)
    #expect(names("Engineer Maren Oduya left.", "An engineer saw Maren Oduya.") == ["Maren Oduya"])
  }

  @Test func `possessives and punctuation end a name`() {
    #expect(
      names("We saw Larkmoor's Quillfeather, Mossgate and Copperlark.")
        == ["Larkmoor", "Quillfeather", "Mossgate", "Copperlark"])
  }

  @Test func `hyphens join names and not adjectives`() {
    #expect(names("They left Saint-Malo for a Tolvane-based firm.") == ["Saint-Malo"])
  }

  @Test func `numbers belong to the name before them`() {
    #expect(names("We sell the Falken 200 and the X5.") == ["Falken 200", "X5"])
  }

  @Test func `of joins what never stands without it`() {
    #expect(names("They left the Kingdom of Eldoria.") == ["Kingdom of Eldoria"])
    #expect(
      names("They met Ysolde of Thornmere.", "Nobody else saw Ysolde.") == ["Ysolde", "Thornmere"])
  }

  @Test func `a noun behind the and a name belongs to it`() {
    #expect(names("We visit the Tolvane office in May.") == ["Tolvane office", "May"])
    #expect(names("Here the Falken works.") == ["Falken"])
  }

  @Test func `headings have no names`() {
    #expect(names("Getting Started With Your Drill").isEmpty)
  }

  @Test func `mentions know their articles and places`() throws {
    let sentence = SentenceWords("The Lantern Rule was written by Greta Finch.")
    let mentions = EntityFinder([sentence]).mentions(in: sentence)
    #expect(mentions.map(\.name) == ["Lantern Rule", "Greta Finch"])
    #expect(mentions.map(\.hasArticle) == [true, false])
    #expect(mentions.map(\.range) == [1..<3, 6..<8])
    #expect(try #require(mentions.first).start == 0)
  }
}

// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneKnowledge

@Suite struct QuestionBuilderTests {
  /// Four tools, their maintainers and where these work.
  private static let tools = QuestionTexts.corpus(
    """
    Quillfeather is maintained by Maren Oduya. Mossgate is maintained by Ilsa Brandt. Copperlark is
    maintained by Omar Desta. Pebblejack is maintained by Kenji Arawa. Maren Oduya works from
    Tolvane. Ilsa Brandt works from Bryndel. Omar Desta works from Ostmere. Kenji Arawa works from
    Quaywick.
    """)

  private func items(
    _ documents: [Document], limit: Int = 1000, seed: UInt64 = 0
  ) -> [ChoiceItem] {
    QuestionBuilder(documents: documents).questions(limit: limit, seed: seed)
  }

  /// Prompt and answer of each question.
  private func pairs(_ items: [ChoiceItem]) -> [String] {
    items.map { $0.prompt + $0.options[$0.correct[0]] }
  }

  @Test func `a small corpus gives the questions that one would ask`() {
    let items = items(Self.tools)
    #expect(
      pairs(items) == [
        "Quillfeather is maintained by Maren Oduya", "Mossgate is maintained by Ilsa Brandt",
        "Copperlark is maintained by Omar Desta", "Pebblejack is maintained by Kenji Arawa",
        "Maren Oduya works from Tolvane", "Ilsa Brandt works from Bryndel",
        "Omar Desta works from Ostmere", "Kenji Arawa works from Quaywick",
        "Question: What is maintained by Maren Oduya? Answer: Quillfeather",
        "Question: What is maintained by Ilsa Brandt? Answer: Mossgate",
        "Question: What is maintained by Omar Desta? Answer: Copperlark",
        "Question: What is maintained by Kenji Arawa? Answer: Pebblejack",
        "Question: Who works from Tolvane? Answer: Maren Oduya",
        "Question: Who works from Bryndel? Answer: Ilsa Brandt",
        "Question: Who works from Ostmere? Answer: Omar Desta",
        "Question: Who works from Quaywick? Answer: Kenji Arawa",
        "Question: What is maintained by someone who works from Tolvane? Answer: Quillfeather",
        "Question: What is maintained by someone who works from Bryndel? Answer: Mossgate",
        "Question: What is maintained by someone who works from Ostmere? Answer: Copperlark",
        "Question: What is maintained by someone who works from Quaywick? Answer: Pebblejack",
      ])
    #expect(items[0].fact == "a#1")
    #expect(items[0].neutralPrompt == "It is")
    #expect(items[8].neutralPrompt == "Question: What is it? Answer:")
    #expect(items[12].neutralPrompt == "Question: Who is it? Answer:")
    #expect(items[16].fact == "a#1+a#5")
    #expect(
      items[16].options.sorted() == [" Copperlark", " Mossgate", " Pebblejack", " Quillfeather"])
  }

  @Test func `a fantasy world gives sensible questions`() {
    let pairs = pairs(items(QuestionTexts.fantasy))
    #expect(pairs.contains("Question: Who rules the Kingdom of Eldoria? Answer: Queen Ysolde"))
    #expect(pairs.contains("Question: What lies beside the River Ash? Answer: Windhelm"))
    #expect(pairs.contains("Question: Who was born in Greyhaven? Answer: Oswin"))
    #expect(
      pairs.contains(
        "Question: Who was born in a place that lies beside Lake Ilmen? Answer: Tamsin")
    )
    #expect(
      !pairs.contains { $0.contains("Snow") || $0.contains("Dragons") || $0.contains("fear") })
  }

  @Test func `a product manual gives sensible questions`() {
    let pairs = pairs(items(QuestionTexts.manual))
    #expect(pairs.contains("The Falken 300 weighs 1.8 kilograms"))
    #expect(pairs.contains("Question: What uses the B-24 battery? Answer: The Falken 300"))
    #expect(
      pairs.contains("Question: What uses a battery that is made by Kenzo? Answer: The Falken 400")
    )
    #expect(!pairs.contains { $0.contains("LED") || $0.contains("Norway") || $0.contains("drill") })
  }

  @Test(arguments: [UInt64(0), 1, 77])
  func `every question is well formed`(seed: UInt64) throws {
    for documents in [try QuestionTexts.company(), QuestionTexts.fantasy, QuestionTexts.manual] {
      let items = items(documents, seed: seed)
      #expect(!items.isEmpty)
      #expect(Set(items.map(\.id)).count == items.count)
      #expect(Set(pairs(items)).count == items.count)
      for item in items {
        #expect(QuestionBuilder.splits.contains(item.split))
        #expect(item.options.count == 4 && Set(item.options).count == 4)
        #expect(item.correct.count == 1 && item.options.indices.contains(item.correct[0]))
        #expect(item.options.allSatisfy { $0.hasPrefix(" ") && !$0.hasSuffix(".") && $0.count > 1 })
        #expect(item.prompt.last?.isWhitespace == false && item.neutralPrompt.last != " ")
        #expect(item.group.isEmpty && item.asks.isEmpty)
      }
    }
  }

  @Test func `the same seed gives the same questions and another gives others`() throws {
    let company = try QuestionTexts.company()
    #expect(items(company, limit: 40, seed: 5) == items(company, limit: 40, seed: 5))
    #expect(items(company, limit: 40, seed: 5) != items(company, limit: 40, seed: 6))
  }

  @Test(arguments: [0, 1, 2, 30, 100])
  func `no more questions than wanted, as many of each split`(limit: Int) throws {
    let items = items(try QuestionTexts.company(), limit: limit)
    #expect(items.count == limit)
    let counts = QuestionBuilder.splits.map { split in items.count { $0.split == split } }
    #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
  }

  @Test func `a negative limit gives none`() {
    #expect(items(Self.tools, limit: -1).isEmpty)
  }

  @Test func `a question is the same whatever the limit`() throws {
    let company = try QuestionTexts.company()
    #expect(Set(items(company, limit: 60)).isSubset(of: items(company, limit: 10_000)))
  }

  @Test func `a split with fewer questions leaves its share to the others`() {
    #expect(QuestionBuilder.shares(of: 10, among: [2, 9, 3]) == [2, 5, 3])
    #expect(QuestionBuilder.shares(of: 100, among: [2, 0, 3]) == [2, 0, 3])
  }

  @Test func `no held-out question stands in the documents`() throws {
    let company = try QuestionTexts.company()
    let text = company.map { $0.sentences.joined(separator: " ") }.joined(separator: " ")
      .lowercased()
    for item in items(company) where item.split != "forward" {
      let question = item.prompt.dropFirst("Question: ".count).dropLast(" Answer:".count)
      let answer = item.options[item.correct[0]]
      #expect(!text.contains((item.prompt + answer).lowercased()))
      #expect(!text.contains(question.lowercased()))
      #expect(!text.contains("\(question.dropLast())\(answer)".lowercased()))
    }
  }

  @Test func `the answer's sentence stands in the documents and no other option's`() throws {
    let company = try QuestionTexts.company()
    let sentences = Set(company.flatMap(\.sentences))
    for item in items(company) where item.split == "reversed" {
      let saying = item.prompt.dropFirst("Question: Who".count).dropLast("? Answer:".count)
        .trimmingPrefix { $0 != " " }
      for (place, option) in item.options.enumerated() {
        let sentence = "\(option.dropFirst())\(saying)."
        #expect(sentences.contains(sentence) == item.correct.contains(place), "\(sentence)")
      }
    }
    for item in items(company) where item.split == "forward" {
      for (place, option) in item.options.enumerated() {
        #expect(sentences.contains("\(item.prompt)\(option).") == item.correct.contains(place))
      }
    }
  }

  @Test func `linked questions join two sentences over a name that they leave out`() throws {
    let company = try QuestionTexts.company()
    let sentences = Dictionary(
      uniqueKeysWithValues: company.flatMap { document in
        document.sentences.enumerated().map { ("\(document.id)#\($0 + 1)", $1) }
      })
    for item in items(company) where item.split == "linked" {
      let two = try item.fact.split(separator: "+").map { try #require(sentences[String($0)]) }
      try #require(two.count == 2)
      let answer = item.options[item.correct[0]].dropFirst()
      #expect(two[0].hasPrefix(answer))
      // The most words that end the one and begin the other.
      let words = two[0].dropLast().split(separator: " ")
      let middle = try #require(
        (1...3).map { words.suffix($0).joined(separator: " ") }.last { two[1].hasPrefix($0) })
      #expect(!item.prompt.contains(middle))
      #expect(!two[1].contains(answer))
    }
  }

  @Test func `the example corpus gives many questions of each split`() throws {
    let items = items(try QuestionTexts.company(), limit: 10_000)
    #expect(items.count { $0.split == "forward" } >= 60)
    #expect(items.count { $0.split == "reversed" } >= 50)
    #expect(items.count { $0.split == "linked" } >= 25)
  }

  @Test func `what is also right is no option`() {
    let more =
      Self.tools + [
        QuestionTexts.document("b", "Windrose is maintained by Maren Oduya.")
      ]
    for item in items(more) where item.prompt.contains("Tolvane") || item.prompt.contains("Maren") {
      #expect(!item.options.contains(" Windrose") || !item.options.contains(" Quillfeather"))
    }
  }

  @Test func `what is stated in reverse is not asked in reverse`() {
    let more =
      Self.tools + [
        QuestionTexts.document("b", "Maren Oduya maintains Quillfeather.")
      ]
    let prompts = items(more).map(\.prompt)
    #expect(!prompts.contains("Question: What is maintained by Maren Oduya? Answer:"))
    #expect(prompts.contains("Question: What is maintained by Ilsa Brandt? Answer:"))
  }

  @Test func `what the documents themselves ask or conclude is not asked`() {
    let asked =
      Self.tools + [
        QuestionTexts.document("b", "What is maintained by Ilsa Brandt? Guess."),
        QuestionTexts.document("c", "People in Ostmere rely on Copperlark."),
      ]
    let prompts = items(asked).map(\.prompt)
    #expect(!prompts.contains("Question: What is maintained by Ilsa Brandt? Answer:"))
    #expect(
      !prompts.contains("Question: What is maintained by someone who works from Ostmere? Answer:"))
  }

  @Test func `sentences that are there twice are asked about once`() {
    let twice = Self.tools + [QuestionTexts.document("b", Self.tools[0].text)]
    #expect(pairs(items(twice)) == pairs(items(Self.tools)))
  }

  @Test(arguments: [
    "", "it rains in summer. the tool is slow. we like tea.",
    "Maren Oduya works from Tolvane. Ilsa Brandt works from Bryndel.", "日本語の文です。",
  ])
  func `a corpus without enough names gives no questions`(text: String) {
    #expect(items(QuestionTexts.corpus(text)).isEmpty)
  }

  @Test func `no documents give no questions`() {
    #expect(items([]).isEmpty)
  }
}

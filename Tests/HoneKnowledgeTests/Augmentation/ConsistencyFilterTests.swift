// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneKnowledge

@Suite struct ConsistencyFilterTests {
  private struct Text {
    let input: String
    let text: String
    var margin: Double?
    var prompt = KnowledgeFixtures.turning

    init(
      _ input: String, _ text: String, margin: Double? = nil,
      prompt: AugmentationPrompt = KnowledgeFixtures.turning
    ) {
      self.input = input
      self.text = text
      self.margin = margin
      self.prompt = prompt
    }
  }

  private func judged(
    _ texts: Text..., minMargin: Double? = 2,
    globalContext: AugmentationConfiguration.GlobalContext = .related, documents: [Document] = []
  ) -> [AugmentedStatement] {
    var configuration = AugmentationConfiguration()
    configuration.minMargin = minMargin
    configuration.globalContext = globalContext
    configuration.seed = 7
    let requests = texts.map {
      AugmentationRequest(
        prompt: $0.prompt.name, input: $0.input, documents: ["a", "b"], sample: 3)
    }
    let drafts = texts.map { text in
      AugmentationDraft(
        text: text.text, logLikelihood: text.margin.map { $0 - 20 },
        negationLogLikelihood: text.margin.map { _ in -20 })
    }
    return ConsistencyFilter(
      library: KnowledgeFixtures.library, documents: documents, configuration: configuration
    ).statements(requests, drafts, model: "m")
  }

  private func reason(
    _ input: String, _ text: String, margin: Double? = nil,
    prompt: AugmentationPrompt = KnowledgeFixtures.turning
  ) -> AugmentedStatement.Reason? {
    judged(Text(input, text, margin: margin, prompt: prompt)).first?.dropped
  }

  private static let wolves = "It is said that wolves are more old than foxes."

  @Test func `what is kept says where it came from`() {
    let statements = judged(Text(Self.wolves, " Foxes are  less old\n than wolves ", margin: 2.5))
    #expect(
      statements == [
        AugmentedStatement(
          text: "Foxes are less old than wolves.", strategy: .local, prompt: "turning",
          source: Self.wolves, documents: ["a", "b"], model: "m", seed: 7, sample: 3, margin: 2.5,
          dropped: nil)
      ])
  }

  @Test(arguments: ["", " ", "…", "\"\"", "\n", "-"])
  func `no word is empty`(text: String) {
    #expect(reason(Self.wolves, text) == .empty)
    #expect(reason(Self.wolves, text, prompt: KnowledgeFixtures.linking) == .empty)
  }

  @Test(arguments: ["Nothing.", "nothing", "Nothing follows!", "\"Nothing\""])
  func `a refusal says nothing, whichever prompt it answers`(text: String) {
    #expect(reason(Self.wolves, text) == .nothing)
    #expect(reason(Self.wolves, text, prompt: KnowledgeFixtures.linking) == .nothing)
  }

  @Test func `the source's words, or a sentence of it, are no statement`() {
    #expect(
      reason(Self.wolves, "it is said that Wolves are more old than foxes!") == .repeatsSource)
    let two = "All zug are drim. All drim are hask."
    #expect(reason(two, "All drim are hask", prompt: KnowledgeFixtures.linking) == .repeatsSource)
    #expect(reason(two, two, prompt: KnowledgeFixtures.linking) == .repeatsSource)
    #expect(reason(two, "All zug are hask.", prompt: KnowledgeFixtures.linking) == nil)
  }

  @Test func `the second of equal texts is a duplicate, whatever it was made of`() {
    let statements = judged(
      Text(Self.wolves, "Foxes are less old than wolves."),
      Text("In fact, wolves are more old than foxes.", "foxes are less old  than wolves"))
    #expect(statements.map(\.dropped) == [nil, .duplicate])
  }

  @Test func `what was dropped makes no duplicate`() {
    let statements = judged(
      Text(Self.wolves, "Foxes are less old than wolves.", margin: 1),
      Text(Self.wolves, "Foxes are less old than wolves.", margin: 3))
    #expect(statements.map(\.dropped) == [.unlikely, nil])
  }

  @Test(arguments: [
    // Words of the source, of the worked examples' answers, and of grammar.
    ("Foxes are less old than wolves.", true), ("Oaks and wolves have a child.", true),
    ("Foxes, as a rule, are less old.", false), ("Wolves are grey.", false),
    // Another ending of a longer word.
    ("Wolve are olden than foxing.", false), ("The foxing are less old.", false),
  ])
  func `a word that is nowhere known makes a text ungrounded`(text: String, isKnown: Bool) {
    #expect(reason(Self.wolves, text) == (isKnown ? nil : .ungrounded))
  }

  @Test func `a longer word may end in another way`() {
    let source = "Inkpot is maintained by Maren Oduya."
    #expect(reason(source, "Maren Oduya maintains Inkpot.") == nil)
    #expect(reason(source, "Maren Oduya is the maintainer of Inkpot.") == nil)
    #expect(reason(source, "Maren Oduyas maintains Inkpot.") == nil)
    #expect(reason(source, "Maren Odus maintains Inkpot.") == .ungrounded)
  }

  @Test(arguments: [
    ("Maren Oduya maintains Inkpot.", true), ("maren Oduya maintains Inkpot.", false),
    ("Maren oduya maintains Inkpot.", false), ("MAREN Oduya maintains Inkpot.", false),
    ("Inkpot, which Maren Oduya maintains.", true),
  ])
  func `names are written as in the source`(text: String, isKept: Bool) {
    let source = "The tool Inkpot is maintained by Maren Oduya."
    #expect(reason(source, text) == (isKept ? nil : .ungrounded))
  }

  @Test func `a name that is copied wrongly is ungrounded, however alike`() {
    let source = "The tool Inkpot is maintained by Maren Oduya."
    #expect(reason(source, "Marek Oduya maintains Inkpot.") == .ungrounded)
    #expect(reason(source, "Maren Oduma maintains Inkpot.") == .ungrounded)
    #expect(reason(source, "Maren Oduya maintains Inkpen.") == .ungrounded)
    #expect(reason(source, "Maren Oduya maintains theft.") == .ungrounded)
  }

  @Test func `words of the corpus are known where all of it is shown`() {
    let documents = KnowledgeFixtures.documents("Otters swim.")
    let text = Text("Wolves run.", "Otters swim less.", prompt: KnowledgeFixtures.linking)
    #expect(judged(text, documents: documents).map(\.dropped) == [.ungrounded])
    #expect(
      judged(text, globalContext: .corpus, documents: documents).map(\.dropped) == [nil])
    // The local prompts see one sentence only.
    #expect(
      judged(Text("Wolves run.", "Otters swim."), globalContext: .corpus, documents: documents)
        .map(\.dropped) == [.ungrounded])
  }

  @Test(arguments: [
    (1.99, 2.0, true), (2, 2, false), (-5, -6, false), (-7, -6, true), (0, 0, false),
  ])
  func `a statement must be so much likelier than its denial`(
    margin: Double, least: Double, isDropped: Bool
  ) {
    let statements = judged(
      Text(Self.wolves, "Foxes are less old than wolves.", margin: margin), minMargin: least)
    #expect(statements.map(\.dropped) == [isDropped ? .unlikely : nil])
  }

  @Test func `without a margin, or a least one, nothing is unlikely`() {
    let text = "Foxes are less old than wolves."
    #expect(judged(Text(Self.wolves, text)).map(\.dropped) == [nil])
    #expect(judged(Text(Self.wolves, text, margin: -99), minMargin: nil).map(\.dropped) == [nil])
    #expect(judged(Text(Self.wolves, text)).first?.margin == nil)
  }

  @Test func `the first fault in the promised order is told`() {
    let linking = KnowledgeFixtures.linking
    // Each text has later faults, too: an unlikely margin, words or case that are unknown.
    let source = "All zug are Drim. Nothing is hask."
    let kept = Text(source, "All zug are hask.", margin: 9, prompt: linking)
    let statements = judged(
      kept, Text(source, "", margin: 0, prompt: linking),
      Text("Nothing.", "nothing", margin: 0, prompt: linking),
      Text(source, "all zug are drim.", margin: 0, prompt: linking),
      Text(source, "All zug are quuz.", margin: 0, prompt: linking),
      Text(source, "All hask are drim.", margin: 0, prompt: linking),
      Text(source, "Some hask are zug.", margin: 0, prompt: linking),
      Text(source, "No zug are hask.", margin: 8, prompt: linking))
    #expect(
      statements.map(\.dropped) == [
        nil, .empty, .nothing, .repeatsSource, .ungrounded, .ungrounded, .unlikely, .contradicted,
      ])
  }

  @Test(arguments: [(3.0, 5.0, 0), (5.0, 3.0, 1), (9.0, 9.5, 0)])
  func `of two that deny each other the likelier is kept`(
    first: Double, second: Double, dropped: Int
  ) {
    let statements = judged(
      Text(Self.wolves, "Foxes are less old than wolves.", margin: first),
      Text(
        "Foxes are, some say, more old than wolves.", "Foxes are more old than wolves.",
        margin: second), Text(Self.wolves, "Wolves are not foxes.", margin: 2))
    #expect(statements.indices.filter { !statements[$0].isKept } == [dropped])
    #expect(statements[dropped].dropped == .contradicted)
  }

  @Test func `equally likely, or of unknown likelihood, the first is kept`() {
    for margin in [4.0, nil] {
      let statements = judged(
        Text("Jarns can bimp, they say.", "Jarns can bimp.", margin: margin),
        Text("Jarns can not bimp, they say.", "Jarns can not bimp.", margin: margin))
      #expect(statements.map(\.dropped) == [nil, .contradicted])
    }
  }

  @Test func `contradicting statements are found whichever of them is the denial`() {
    for order in [[0, 1], [1, 0]] {
      let texts = ["Kobe have murns.", "Kobe have no murns."]
      let statements = judged(
        Text("Some say: kobe have no murns.", texts[order[0]], margin: 3),
        Text("Some say: kobe have no murns.", texts[order[1]], margin: 4))
      #expect(statements.map(\.dropped) == [.contradicted, nil])
    }
  }

  @Test func `what is denied only by what is dropped stays`() {
    // "not more" is denied by "more", and that by "less", which is likelier than both.
    let statements = judged(
      Text(Self.wolves + " Not so.", "Wolves are not more old than foxes.", margin: 3),
      Text(Self.wolves + " Not so.", "Wolves are more old than foxes.", margin: 5),
      Text(Self.wolves + " Not so.", "Wolves are less old than foxes.", margin: 9))
    #expect(statements.map(\.dropped) == [nil, .contradicted, nil])
  }

  @Test func `a chain of inference is judged sentence by sentence`() {
    let statements = judged(
      Text(
        "All zug are drim. All drim are hask.",
        "All drim are hask. All zug are hask. All wug are wo", margin: 3,
        prompt: KnowledgeFixtures.linking))
    #expect(
      statements.map(\.text) == ["All drim are hask.", "All zug are hask.", "All wug are wo."])
    #expect(statements.map(\.dropped) == [.repeatsSource, nil, .ungrounded])
    #expect(statements.allSatisfy { $0.margin == 3 && $0.strategy == .global })
  }

  @Test func `requests of a prompt that is not there are left out`() {
    let request = AugmentationRequest(prompt: "none", input: "A.", documents: [], sample: 0)
    let draft = AugmentationDraft(text: "B.", logLikelihood: nil, negationLogLikelihood: nil)
    let filter = ConsistencyFilter(
      library: KnowledgeFixtures.library, documents: [], configuration: .init())
    #expect(filter.statements([request], [draft], model: "m").isEmpty)
    #expect(filter.statements([], [], model: "m").isEmpty)
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge
import HoneModel
import Testing

@Suite struct CorpusContextTests {
  private let tokenizer: Tokenizer
  private let documents = (0..<12).map {
    Document(id: "\($0)", sentences: ["Text \($0) is \(String(repeating: "so ", count: $0))long."])
  }

  init() throws { tokenizer = try KnowledgeFixtures.tinyModel().tokenizer }

  private func context(
    _ documents: [Document]? = nil, maxTokens: Int = .max, seed: UInt64 = 0
  ) -> CorpusContext {
    CorpusContext(
      documents ?? self.documents, tokenizer: tokenizer, maxTokens: maxTokens, seed: seed)
  }

  private func text(_ context: CorpusContext) -> String { tokenizer.decode(context.ids) }

  @Test func `what fits is shown whole, in its order`() {
    let whole = context()
    #expect(whole.isComplete && whole.shown == 12 && whole.total == 12)
    #expect(
      text(whole) == "Read these texts, and use them to answer the questions behind them.\n\n"
        + documents.map { $0.text + "\n" }.joined() + "\n")
    #expect(context(seed: 7).ids == whole.ids)
    // To the last token.
    #expect(context(maxTokens: whole.ids.count).ids == whole.ids)
    #expect(!context(maxTokens: whole.ids.count - 1).isComplete)
  }

  @Test(arguments: [100, 150, 200, 333])
  func `what does not fit is drawn by the seed and keeps its order`(maxTokens: Int) {
    let all = Set(documents.map(\.text))
    var drawn: Set<String> = []
    for seed in 0..<8 {
      let context = context(maxTokens: maxTokens, seed: UInt64(seed))
      #expect(context.ids.count <= maxTokens && context.ids.count > maxTokens - 60)
      #expect(context.shown < 12 && context.total == 12 && context.shown > 0)
      let lines = text(context).split(separator: "\n").dropFirst().map(String.init)
      #expect(lines.count == context.shown && all.isSuperset(of: lines))
      #expect(lines == documents.map(\.text).filter(lines.contains))
      #expect(self.context(maxTokens: maxTokens, seed: UInt64(seed)).ids == context.ids)
      drawn.insert(lines.joined())
    }
    #expect(drawn.count > 2)
  }

  @Test func `a document that is too long by itself leaves room for the others`() {
    let long = Document(id: "long", sentences: [String(repeating: "very ", count: 200) + "long."])
    let context = context([long] + documents.prefix(3), maxTokens: 300)
    #expect(context.shown == 3 && context.total == 4 && !context.isComplete)
    #expect(text(context).contains("Text 0 is long.\nText 1"))
  }

  @Test func `no document is a context without one`() {
    let none = context([])
    #expect(none.isComplete && none.shown == 0)
    #expect(text(none).hasPrefix("Read these texts"))
  }

  @Test(arguments: [60, 10, 0, -5])
  func `where nothing fits nothing is shown, and the limit holds`(maxTokens: Int) {
    let context = context(maxTokens: maxTokens)
    #expect(context.shown == 0 && !context.isComplete)
    #expect(context.ids.count <= max(0, maxTokens))
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge
import HoneModel
import HoneTensor
import Testing

@Suite struct ChoiceScoringTests {
  private let model: LanguageModel

  private let items = [
    ChoiceItem(
      id: "one", split: "s", fact: "f", prompt: "Carl lives in", neutralPrompt: "It is in",
      options: [" Sandhaven", " Ostmere", " Or", " a rather long place"], correct: [0]),
    ChoiceItem(
      id: "two", split: "s", fact: "f", prompt: "Question: Who sings?\nAnswer:",
      neutralPrompt: "It is in", options: [" Ruth", " Ostmere"], correct: [1]),
    ChoiceItem(
      id: "three", split: "s", fact: "g", prompt: "x", neutralPrompt: "y", options: [" z", " z"],
      correct: [0, 1]),
  ]

  init() throws { model = try KnowledgeFixtures.tinyModel() }

  private func encode(_ text: String, continuing: Bool = true) -> [Int32] {
    model.tokenizer.encode(
      text, addSpecialTokens: false, parseSpecialTokens: false, continuing: continuing)
  }

  private func adapter() throws -> LoRAAdapter {
    var random = RandomSource(seed: 3)
    let adapter = LoRAAdapter(
      configuration: try LoRAConfiguration(loraRank: 4, loraAlpha: 8), model: model.configuration,
      random: &random)
    for parameter in adapter.parameters {
      parameter.copy(from: (0..<parameter.count).map { _ in Float(random.uniform() - 0.5) })
    }
    return adapter
  }

  /// log p, token by token.
  private func direct(
    _ prompt: String, _ option: String, context: [Int32], adapter: LoRAAdapter?
  ) async throws -> Double {
    let ids =
      context.isEmpty
      ? model.tokenizer.prefixTokenIDs + encode(prompt, continuing: false)
      : context + encode(prompt)
    return try await model.score(prompt: ids, completion: encode(option), adapter: adapter)
      .reduce(0) { $0 + Double($1) }
  }

  @Test(arguments: [false, true], [false, true])
  func `scores are the sums over an option's tokens`(hasContext: Bool, isAdapted: Bool) async throws
  {
    let context = hasContext ? encode("Ruth and Carl live far from each other.\n") : []
    let adapter = isAdapted ? try adapter() : nil
    let scored = try await model.score(items, context: context, adapter: adapter)
    #expect(scored.items.map(\.scores.count) == items.map(\.options.count))
    for (item, scored) in zip(items, scored.items) {
      var tokens = 0
      for (option, score) in zip(item.options, scored.scores) {
        let expected = try await direct(item.prompt, option, context: context, adapter: adapter)
        #expect(abs(score.logLikelihood - expected) < 1e-3, "\(item.id)\(option)")
        let neutral = try await direct(
          item.neutralPrompt, option, context: context, adapter: adapter)
        #expect(abs(score.neutralLogLikelihood - neutral) < 1e-3, "\(item.id)\(option)")
        #expect(score.tokens == encode(option).count)
        tokens += encode(item.prompt, continuing: hasContext).count + score.tokens - 1
      }
      #expect(
        scored.tokens == tokens
          + (hasContext ? 0 : item.options.count * model.tokenizer.prefixTokenIDs.count))
    }
    #expect(scored.items[2].scores[0] == scored.items[2].scores[1])
    #expect(scored.seconds > 0 && scored.contextSeconds >= 0)
  }

  @Test func `an item's scores do not depend on the others`() async throws {
    let context = encode("Ruth and Carl live far from each other.\n")
    let together = try await model.score(items, context: context, adapter: nil).items
    for (item, scored) in zip(items, together) {
      let alone = try await model.score([item], context: context, adapter: nil).items[0]
      for (a, b) in zip(alone.scores, scored.scores) {
        #expect(abs(a.logLikelihood - b.logLikelihood) < 1e-3)
      }
    }
    #expect(try await model.score([], context: context, adapter: nil).items.isEmpty)
  }

  @Test func `a question that does not fit the context is named before anything is run`()
    async throws
  {
    let context = Array(encode(String(repeating: "Sandhaven ", count: 167)).prefix(490))
    let error = await #expect(throws: KnowledgeError.self) {
      try await model.score(items, context: context, adapter: nil)
    }
    #expect(error?.code == .badData)
    #expect(error?.message.hasPrefix("question ") == true)
    #expect(error?.message.contains("context of 512") == true)
  }

  @Test func `each scorer chooses in its way`() {
    let scores = [
      OptionScore(logLikelihood: -4, neutralLogLikelihood: -4, tokens: 1),
      OptionScore(logLikelihood: -6, neutralLogLikelihood: -9, tokens: 2),
      OptionScore(logLikelihood: -8, neutralLogLikelihood: -10, tokens: 4),
    ]
    #expect(scores.map { $0.value(.sum) } == [-4, -6, -8])
    #expect(scores.map { $0.value(.perToken) } == [-4, -3, -2])
    #expect(scores.map { $0.value(.pmi) } == [0, 3, 2])
    #expect(ChoiceScorer.allCases.map(scores.choice) == [0, 2, 1])
  }

  @Test func `of equals the first is chosen, and of none the first place`() {
    func scores(_ values: Double...) -> [OptionScore] {
      values.map { OptionScore(logLikelihood: $0, neutralLogLikelihood: 0, tokens: 1) }
    }
    #expect(scores(-1, -1).choice(.sum) == 0)
    #expect(scores(-2, -1, -1, -3).choice(.sum) == 1)
    #expect(scores(-.infinity, -.infinity).choice(.sum) == 0)
    #expect(scores().choice(.sum) == 0)
    // Without a token there is nothing to divide by.
    let empty = OptionScore(logLikelihood: -3, neutralLogLikelihood: 0, tokens: 0)
    #expect(empty.value(.perToken) == -3)
  }
}

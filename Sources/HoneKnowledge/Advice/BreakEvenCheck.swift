// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// Both sides of a break-even, run to the predicted number of queries.
public struct BreakEvenCheck: Codable, Sendable, Hashable {
  /// The predicted break-even, and the queries that both sides ran.
  public let predictedQueries: Double
  public let queries: Int
  /// All queries, the documents read before each.
  public let inContextSeconds: Double
  /// Augmenting and training.
  public let upfrontSeconds: Double
  /// All queries with the adapter.
  public let augmentedQuerySeconds: Double

  /// Where the measured costs cross; nil if they never do.
  public var measuredQueries: Double? {
    let saved = (inContextSeconds - augmentedQuerySeconds) / Double(max(1, queries))
    return saved > 0 ? upfrontSeconds / saved : nil
  }

  /// How far the prediction is from the measurement, as a share of it.
  public var deviation: Double? {
    measuredQueries.map { abs(predictedQueries - $0) / $0 }
  }
}

extension Learning {
  /// Runs in-context and augmented fine-tuning to a number of queries.
  ///
  /// - Parameters:
  ///   - predicted: The break-even that was predicted.
  ///   - answerTokens: Written for each query.
  ///   - onEvent: Called for all that happens.
  /// - Throws: What learning throws; ``KnowledgeError`` if the corpus gives no question to ask, or
  ///   for a million queries and more.
  public func check(
    predicted: Double, answerTokens: Int, model: LanguageModel, writer: any StatementWriter,
    onEvent: @escaping @Sendable (LearnEvent) -> Void
  ) async throws -> BreakEvenCheck {
    guard !questions.isEmpty else {
      throw KnowledgeError(.badData, "the documents give no questions to check with")
    }
    guard predicted < 1e6 else {
      throw KnowledgeError(
        .invalidSetting,
        "the predicted break-even of \(predicted.fixed(0)) queries is too far to be run to")
    }
    let queries = max(1, Int(predicted.rounded()))
    let clock = ContinuousClock()
    let context = context(for: model)
    onEvent(.began("in context, \(queries) queries"))
    var start = clock.now
    for index in 0..<queries {
      try await model.answer(
        questions[index % questions.count].prompt, context: context.ids, tokens: answerTokens,
        adapter: nil)
      onEvent(.progress(index + 1, of: queries, note: "queries"))
    }
    let inContext = clock.now - start
    start = clock.now
    onEvent(.began("augmenting"))
    let kept = try await statements(from: writer, onEvent).filter(\.isKept).map(\.text)
    onEvent(.began("augmented fine-tuning"))
    let adapter = try await train(
      documents.flatMap(\.sentences) + kept, samples: samples(statements: kept.count),
      name: "adapter", model, onEvent)
    let upfront = clock.now - start
    start = clock.now
    onEvent(.began("with the adapter, \(queries) queries"))
    for index in 0..<queries {
      try await model.answer(
        questions[index % questions.count].prompt, context: [], tokens: answerTokens,
        adapter: adapter)
      onEvent(.progress(index + 1, of: queries, note: "queries"))
    }
    return BreakEvenCheck(
      predictedQueries: predicted, queries: queries, inContextSeconds: inContext.inSeconds,
      upfrontSeconds: upfront.inSeconds, augmentedQuerySeconds: (clock.now - start).inSeconds)
  }
}

extension LanguageModel {
  /// Reads a context and a question and writes so many tokens, whatever they say.
  fileprivate func answer(
    _ question: String, context: [Int32], tokens: Int, adapter: LoRAAdapter?
  ) throws {
    let ids =
      (context.isEmpty ? tokenizer.prefixTokenIDs : context)
      + tokenizer.encode(
        question, addSpecialTokens: false, parseSpecialTokens: false, continuing: true)
    let generator = BatchGenerator(
      decoder: decoder, tokenizer: tokenizer, adapter: adapter,
      stop: StopRule(maxTokens: tokens, endTokens: []), sampling: .greedy)
    _ = try generator.run([.init(cache: KVCache(configuration), ids: ids)])
  }
}

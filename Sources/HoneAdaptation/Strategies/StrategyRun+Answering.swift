// SPDX-License-Identifier: Apache-2.0
import HoneModel

extension StrategyRun {
  /// Queries answered side by side: beyond this a pass gains little and the caches cost memory.
  private static var batchSize: Int { 32 }

  /// Greedy answers to all queries behind one prefix, which is run once and shared.
  ///
  /// - Parameters:
  ///   - prefix: Tokens before the question; may be empty.
  ///   - adapter: Used on top of the base weights.
  func answers(after prefix: [Int32], adapter: LoRAAdapter?) throws -> StrategyOutcome {
    let questions = try questions(after: prefix)
    var outcome = StrategyOutcome(answers: [])
    let base = KVCache(decoder.configuration)
    if !prefix.isEmpty {
      try decoder.run(prefix, into: base, adapter: adapter)
      outcome.promptTokens += prefix.count
    }
    let stop = StopRule(
      maxTokens: maxAnswerTokens, stopStrings: prompt.stopStrings,
      endTokens: tokenizer.eosTokenIDs)
    var answered = 0
    for start in stride(from: 0, to: questions.count, by: Self.batchSize) {
      let batch = questions[start..<min(start + Self.batchSize, questions.count)]
      let generator = BatchGenerator(
        decoder: decoder, tokenizer: tokenizer, adapter: adapter, stop: stop, sampling: .greedy)
      let sequences = try generator.run(
        batch.map { .init(cache: base.fork(), ids: $0) },
        onFinish: { _, _ in
          answered += 1
          onAnswered(answered, questions.count)
        })
      outcome.answers += sequences.map { $0.text.trimmingWhitespace() }
      outcome.promptTokens += batch.reduce(0) { $0 + $1.count }
      outcome.generationTokens += sequences.reduce(0) { $0 + $1.ids.count }
    }
    return outcome
  }

  /// The queries' tokens.
  ///
  /// - Throws: ``AdaptationError`` naming the first query that does not fit the context behind the
  ///   prefix; a strategy that trains first asks before it does.
  func questions(after prefix: [Int32]) throws -> [[Int32]] {
    let questions = task.queries.map { prompt.question($0.input) }
    let context = decoder.configuration.maxPositionEmbeddings
    for (index, question) in questions.enumerated() {
      guard !question.isEmpty else {
        throw AdaptationError(
          .invalidTask,
          "queries[\(index)]: the model's tokenizer makes no token of it; use another model")
      }
      let (tokens, isOver) = (prefix.count + question.count).addingReportingOverflow(
        maxAnswerTokens)
      guard isOver || tokens > context else { continue }
      throw AdaptationError(
        .tooLong,
        "queries[\(index)]: prompt and answer need \(isOver ? Int.max : tokens) tokens (instruction and "
          + "demonstrations \(prefix.count), query \(question.count), answer \(maxAnswerTokens)), "
          + "the model's context holds \(context); shorten the query or the demonstrations, or "
          + "use a model with a longer context")
    }
    return questions
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneModel

extension StrategyRun {
  /// Greedy answers to all queries behind one prefix, which is run once and shared.
  ///
  /// - Parameters:
  ///   - prefix: Tokens before the question; may be empty.
  ///   - cache: Holds the prefix's first tokens; nil for none.
  ///   - adapter: Used on top of the base weights.
  ///   - knowsForm: Whether prefix or adapter tell how answers end.
  func answers(
    after prefix: [Int32], from cache: KVCache? = nil, adapter: LoRAAdapter?,
    knowsForm: Bool = true
  ) throws -> StrategyOutcome {
    let questions = try questions(after: prefix)
    var outcome = StrategyOutcome(answers: [])
    let answerer = try QueryAnswerer(
      decoder: decoder, tokenizer: tokenizer, prompt: prompt, prefix: prefix, from: cache,
      adapter: adapter, maxAnswerTokens: maxAnswerTokens, knowsForm: knowsForm)
    outcome.promptTokens += answerer.prefixTokens
    var answered = 0
    for places in QueryAnswerer.batches(of: questions.count) {
      let answers = try answerer.answer(answerer.prompt(Array(questions[places]))) {
        answered += 1
        onAnswered(answered, questions.count)
      }
      outcome.answers += answers.map(\.text)
      outcome.promptTokens += answers.reduce(0) { $0 + $1.questionTokens }
      outcome.generationTokens += answers.reduce(0) { $0 + $1.generatedTokens }
    }
    return outcome
  }

  /// The likeliest label for each query behind one prefix, calibrated over all of them.
  ///
  /// - Parameters:
  ///   - prefix: Tokens before the question; may be empty.
  ///   - cache: Holds the prefix's first tokens; nil for none.
  func labels(
    _ labels: TaskLabels, after prefix: [Int32], from cache: KVCache? = nil
  ) throws -> StrategyOutcome {
    let questions = try questions(after: prefix)
    var outcome = StrategyOutcome(answers: [])
    let answerer = try QueryAnswerer(
      decoder: decoder, tokenizer: tokenizer, prompt: prompt, prefix: prefix, from: cache,
      adapter: nil, maxAnswerTokens: maxAnswerTokens)
    outcome.promptTokens += answerer.prefixTokens
    var logProbabilities: [[Double]] = []
    for places in QueryAnswerer.batches(of: questions.count) {
      let batch = Array(questions[places])
      let scores = try answerer.labelScores(answerer.prompt(batch), labels)
      logProbabilities += scores.logProbabilities
      outcome.promptTokens += batch.reduce(0) { $0 + $1.count + scores.tokens }
      onAnswered(logProbabilities.count, questions.count)
    }
    outcome.answers = labels.answers(logProbabilities)
    return outcome
  }

  /// The queries' tokens.
  ///
  /// - Throws: ``AdaptationError`` naming the first query that does not fit the context behind the
  ///   prefix; a strategy that trains first asks before it does.
  func questions(after prefix: [Int32]) throws -> [[Int32]] {
    try prompt.questions(
      task.queries.map(\.input), after: prefix, maxAnswerTokens: maxAnswerTokens,
      contextLength: decoder.configuration.maxPositionEmbeddings)
  }
}

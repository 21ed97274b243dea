// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// What a model answered to one query.
package struct QueryAnswer: Sendable {
  /// The answer, without white space at its ends.
  package let text: String
  /// All that was written; more than the answer only where the model did not know how answers end
  /// and all was to be kept.
  package let written: String
  /// Tokens of the question and tokens generated.
  package let questionTokens: Int
  package let generatedTokens: Int
}

/// Answers queries greedily behind one prefix, which is run once and shared.
///
/// Belongs to the model's actor, as the decoder does.
package struct QueryAnswerer {
  /// Queries answered side by side: beyond this a pass gains little and the caches cost memory.
  package static var batchSize: Int { 32 }
  /// The places of so many queries in batches of that size.
  package static func batches(of count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: batchSize).map { $0..<min($0 + batchSize, count) }
  }

  let decoder: Decoder
  private let tokenizer: Tokenizer
  let prompt: TaskPrompt
  let adapter: LoRAAdapter?
  private let knowsForm: Bool
  private let stop: StopRule
  private let base: KVCache
  /// Tokens run for all queries together, but for those that had been run before.
  package let prefixTokens: Int

  /// Runs the prefix.
  ///
  /// - Parameters:
  ///   - prefix: Tokens before the question; may be empty.
  ///   - cache: Holds the prefix's first tokens, run with the same adapter; nil for none.
  ///   - adapter: Used on top of the base weights.
  ///   - maxAnswerTokens: New tokens of an answer at most.
  ///   - knowsForm: Whether the model is shown or was taught how answers end; else the answer is found
  ///     in what it writes, see ``TaskPrompt/reading(_:)``.
  ///   - keepsAll: Whether it then may write on behind that, for who finds answers better.
  package init(
    decoder: Decoder, tokenizer: Tokenizer, prompt: TaskPrompt, prefix: [Int32],
    from cache: KVCache? = nil, adapter: LoRAAdapter?, maxAnswerTokens: Int,
    knowsForm: Bool = true, keepsAll: Bool = false
  ) throws {
    self.decoder = decoder
    self.tokenizer = tokenizer
    self.prompt = prompt
    self.adapter = adapter
    self.knowsForm = knowsForm
    stop = prompt.stopRule(
      maxTokens: maxAnswerTokens, endTokens: tokenizer.eosTokenIDs, knowsForm: knowsForm,
      keepsAll: keepsAll)
    base = cache ?? KVCache(decoder.configuration)
    let rest = Array(prefix.dropFirst(base.count))
    prefixTokens = rest.count
    if !rest.isEmpty { try decoder.run(rest, into: base, adapter: adapter) }
  }

  /// Questions that have been run but for their last tokens, to be answered or scored.
  package struct Prompted {
    let caches: [KVCache]
    let questions: [[Int32]]
    /// The last token of each, which the first pass of what follows takes along.
    var last: [[Int32]] { questions.map { Array($0.suffix(1)) } }
  }

  /// Runs at most ``batchSize`` questions.
  ///
  /// - Parameter questions: Tokens of each, not empty; see ``TaskPrompt``.
  package func prompt(_ questions: [[Int32]]) throws -> Prompted {
    let caches = questions.map { _ in base.fork() }
    let openings = zip(caches, questions).filter { $1.count > 1 }.map {
      Decoder.Continuation(cache: $0, ids: $1.dropLast())
    }
    if !openings.isEmpty { _ = try decoder.nextLogits(openings, adapter: adapter) }
    return Prompted(caches: caches, questions: questions)
  }

  /// Answers questions, once; nothing can be done with them afterwards.
  ///
  /// - Parameter onFinish: Called as each answer ends.
  package func answer(
    _ prompted: consuming Prompted, onFinish: () -> Void = {}
  ) throws -> [QueryAnswer] {
    let generator = BatchGenerator(
      decoder: decoder, tokenizer: tokenizer, adapter: adapter, stop: stop, sampling: .greedy)
    let sequences = try generator.run(
      zip(prompted.caches, prompted.last).map { .init(cache: $0, ids: $1) },
      onFinish: { _, _ in onFinish() })
    return zip(prompted.questions, sequences).map { question, sequence in
      let written = sequence.text.trimmingWhitespace()
      return QueryAnswer(
        text: knowsForm ? written : prompt.reading(written), written: written,
        questionTokens: question.count, generatedTokens: sequence.ids.count)
    }
  }

  /// The log-likelihood, in nats, of each expected answer with its line end; the questions stay as
  /// they are.
  package func logLikelihoods(_ prompted: Prompted, expected: [String]) throws -> [Double] {
    try logLikelihoods(prompted, answers: expected.map { prompt.answer($0) })
  }

  /// The same of answers in tokens, not empty.
  func logLikelihoods(_ prompted: Prompted, answers: [[Int32]]) throws -> [Double] {
    var sums = [Double](repeating: 0, count: answers.count)
    var next = prompted.last
    // One token of every answer at a time, side by side as they would be generated.
    for step in 0..<(answers.map(\.count).max() ?? 0) {
      let active = answers.indices.filter { step < answers[$0].count }
      let logits = try decoder.nextLogits(
        active.map { .init(cache: prompted.caches[$0], ids: next[$0]) }, adapter: adapter)
      let targets = active.map { answers[$0][step] }
      for (row, value) in decoder.device.logLikelihood(logits, targets: targets).enumerated() {
        sums[active[row]] += Double(value)
        next[active[row]] = [targets[row]]
      }
    }
    // What ran is the question's last token and all of the answer but its last.
    for (cache, answer) in zip(prompted.caches, answers) { cache.removeLast(answer.count) }
    return sums
  }
}

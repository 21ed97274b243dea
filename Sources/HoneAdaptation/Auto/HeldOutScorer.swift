// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// Asks a model for the answers of demonstrations, of many in one pass or of each by itself.
///
/// Belongs to the model's actor, as the decoder does.
struct HeldOutScorer {
  let decoder: Decoder
  let prompt: TaskPrompt
  /// Read off in passes without an adapter; nil where outputs are none.
  private let labels: TaskLabels?
  /// What was run so far.
  private(set) var work = TokenWork()
  /// Of all trials in such passes.
  private(set) var labelReadings: [LabelReading] = []

  init(decoder: Decoder, prompt: TaskPrompt, labels: TaskLabels? = nil) {
    self.decoder = decoder
    self.prompt = prompt
    self.labels = labels
  }

  /// One pass over demonstrations of a chain, each predicted from those before it.
  ///
  /// - Parameters:
  ///   - chain: Indices of demonstrations.
  ///   - first: The place of the first whose answer is asked for.
  ///   - cache: Is given what is run; empty.
  /// - Throws: `CancellationError`.
  mutating func trials(
    _ chain: [Int], from first: Int = 0, adapter: LoRAAdapter? = nil, cache: KVCache? = nil
  ) throws -> [HeldOutTrial] {
    let sample = prompt.sample(chain) { $0 >= first }
    let labels = adapter == nil ? self.labels : nil
    var compared: [Int: [Int32]] = [:]
    if let labels {
      var end = prompt.opening.count
      for (place, index) in chain.enumerated() {
        let block = prompt.demonstrations[index]
        if place >= first {
          for choice in labels.tree.choices(to: labels.places[index]) {
            compared[end + block.question.count + choice.offset] = choice.tokens
          }
        }
        end += block.count
      }
    }
    let outcomes = try decoder.targetOutcomes(
      of: sample.ids, isTarget: sample.isTarget, compared: compared, adapter: adapter,
      cache: cache)
    work.read += sample.ids.count
    var start = 0
    return chain.indices.filter { $0 >= first }.map { place in
      let count = prompt.demonstrations[chain[place]].answer.count
      defer { start += count }
      let answer = outcomes[start..<start + count]
      if let labels {
        let label = labels.places[chain[place]]
        labelReadings.append(
          LabelReading(
            demonstration: chain[place], shots: place, tokens: count, label: label,
            logProbabilities: labels.tree.logProbabilities(
              on: label,
              logits: answer.filter { !$0.compared.isEmpty }.map { $0.compared.map(Double.init) })))
      }
      return HeldOutTrial(
        demonstration: chain[place], shots: place,
        nats: answer.reduce(0) { $0 - Double($1.logLikelihood) }, tokens: count,
        isReproduced: answer.allSatisfy(\.isLikeliest))
    }
  }

  /// Demonstrations asked without any other and answered greedily, as queries would be.
  ///
  /// - Parameters:
  ///   - indices: At most ``QueryAnswerer/batchSize``, and one.
  ///   - maxAnswerTokens: New tokens of an answer at most.
  ///   - keepsAll: See ``QueryAnswerer``.
  ///   - isRight: Judges an answer.
  mutating func zeroShotTrials(
    of indices: [Int], tokenizer: Tokenizer, maxAnswerTokens: Int, keepsAll: Bool = false,
    isRight: (QueryAnswer, _ demonstration: Int) -> Bool
  ) throws -> [HeldOutTrial] {
    let answerer = try QueryAnswerer(
      decoder: decoder, tokenizer: tokenizer, prompt: prompt, prefix: prompt.opening, adapter: nil,
      maxAnswerTokens: maxAnswerTokens, knowsForm: false, keepsAll: keepsAll)
    let blocks = indices.map { prompt.demonstrations[$0] }
    let prompted = try answerer.prompt(blocks.map(\.question))
    let likelihoods = try answerer.logLikelihoods(prompted, answers: blocks.map(\.answer))
    let answers = try answerer.answer(prompted)
    work.read += answerer.prefixTokens + blocks.reduce(0) { $0 + $1.count }
    work.generated += answers.reduce(0) { $0 + $1.generatedTokens }
    return zip(indices, zip(likelihoods, answers)).map { index, outcome in
      HeldOutTrial(
        demonstration: index, shots: 0, nats: -outcome.0,
        tokens: prompt.demonstrations[index].answer.count,
        isReproduced: isRight(outcome.1, index))
    }
  }

  /// Each demonstration by itself.
  mutating func trials(
    alone indices: some Sequence<Int>, adapter: LoRAAdapter?
  ) throws -> [HeldOutTrial] {
    var result: [HeldOutTrial] = []
    for index in indices { result += try trials([index], adapter: adapter) }
    return result
  }
}

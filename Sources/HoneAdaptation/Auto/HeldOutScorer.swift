// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// Asks a model for the answers of demonstrations in packed passes.
///
/// Belongs to the model's actor, as the decoder does.
struct HeldOutScorer {
  let decoder: Decoder
  let prompt: TaskPrompt
  /// Tokens run so far.
  private(set) var tokens = 0

  init(decoder: Decoder, prompt: TaskPrompt) {
    self.decoder = decoder
    self.prompt = prompt
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
    let outcomes = try decoder.targetOutcomes(
      of: sample.ids, isTarget: sample.isTarget, adapter: adapter, cache: cache)
    tokens += sample.ids.count
    var start = 0
    return chain.indices.filter { $0 >= first }.map { place in
      let count = prompt.demonstrations[chain[place]].answer.count
      defer { start += count }
      let answer = outcomes[start..<start + count]
      return HeldOutTrial(
        demonstration: chain[place], shots: place,
        nats: answer.reduce(0) { $0 - Double($1.logLikelihood) }, tokens: count,
        isReproduced: answer.allSatisfy(\.isLikeliest))
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

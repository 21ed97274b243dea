// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor

/// Writes one reply to each of several prompts, side by side: in every pass a token of each, the
/// most likely of those allowed or one drawn.
///
/// Belongs to the model's actor, as the decoder does.
package struct GreedyGridDecoder {
  private let decoder: Decoder
  private let adapter: LoRAAdapter?
  private let tokens: ReplyTokens

  package init(decoder: Decoder, adapter: LoRAAdapter?, tokens: ReplyTokens) {
    self.decoder = decoder
    self.adapter = adapter
    self.tokens = tokens
  }

  private struct Stream {
    let index: Int
    var next: Decoder.Continuation
    var state: GridGrammar.State
    let room: Int
    var reply = GridReply()
    var isDone: Bool { reply.isComplete || reply.ids.count >= room }
  }

  /// - Parameters:
  ///   - prompts: Caches and the tokens to run before the first new one, not empty.
  ///   - maxTokens: For each prompt the tokens of its reply at most, the stop token among them; the
  ///     context may end it sooner.
  ///   - temperature: 0 for the most likely token; else each is drawn from the allowed ones'
  ///     probabilities to the power of 1 / temperature.
  ///   - random: For each prompt, where its tokens are drawn.
  ///   - shouldStop: Asked before every pass, given how many replies are complete; true breaks the
  ///     others off.
  /// - Returns: A reply to each prompt, complete or broken off. The caches then hold their prompt
  ///   and reply, but for the reply's last token.
  /// - Throws: ``ModelError`` for logits that are no numbers; `CancellationError`.
  package func run(
    _ prompts: [Decoder.Continuation], maxTokens: [Int], temperature: Double = 0,
    random: [RandomSource] = [], shouldStop: (Int) -> Bool = { _ in false }
  ) throws -> [GridReply] {
    precondition(maxTokens.count == prompts.count)
    precondition(temperature <= 0 || random.count == prompts.count)
    var replies = prompts.map { _ in GridReply() }
    var random = random
    var streams = prompts.indices.map { index in
      Stream(
        index: index, next: prompts[index], state: tokens.start,
        room: decoder.room(behind: prompts[index], maxTokens: maxTokens[index]))
    }
    streams.removeAll(where: \.isDone)
    while !streams.isEmpty, !shouldStop(replies.count { $0.isComplete }) {
      let costs = try TokenCosts(
        decoder.nextLogits(streams.map(\.next), adapter: adapter), device: decoder.device)
      for row in streams.indices {
        let allowed = tokens.allowed(in: streams[row].state)
        let id =
          temperature > 0
          ? costs.draw(
            row, among: allowed, temperature: temperature, random: &random[streams[row].index])
          : costs.cheapest(row, among: allowed)
        guard let id else { preconditionFailure("some token is always allowed") }
        streams[row].reply.cost += costs.cost(row, id)
        if tokens.stopTokens.contains(id) {
          streams[row].reply.stopToken = id
        } else {
          streams[row].reply.ids.append(id)
          streams[row].state = tokens.state(after: id, in: streams[row].state)
          streams[row].next.ids = [id]
        }
        replies[streams[row].index] = streams[row].reply
      }
      streams.removeAll(where: \.isDone)
    }
    return replies
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor

/// Writes replies to one prompt, of which the `width` most probable go on after every pass.
///
/// Belongs to the model's actor, as the decoder does. Takes a pass of at most `width` tokens for
/// each token of the longest reply, and the memory of `width` replies beside the prompt, which all
/// of them share.
package struct BeamGridDecoder {
  private let decoder: Decoder
  private let adapter: LoRAAdapter?
  private let tokens: ReplyTokens
  private let width: Int

  /// - Throws: ``ARCError`` (`invalidSetting`) for a width below 1.
  package init(
    decoder: Decoder, adapter: LoRAAdapter?, tokens: ReplyTokens, width: Int
  ) throws {
    guard width >= 1 else {
      throw ARCError(.invalidSetting, "beam width \(width): expected 1 or more")
    }
    self.decoder = decoder
    self.adapter = adapter
    self.tokens = tokens
    self.width = width
  }

  private struct Beam {
    var next: Decoder.Continuation
    var state: GridGrammar.State
    var reply = GridReply()
  }

  private struct Candidate {
    /// The beam that it continues.
    let parent: Int
    let choice: TokenCosts.Choice
  }

  /// - Parameters:
  ///   - prompt: A cache and the tokens to run before the first new one, not empty.
  ///   - maxTokens: Tokens of a reply at most, the stop token among them.
  ///   - shouldStop: Asked before every pass; true ends the search.
  /// - Returns: At most `width` replies. With a width of 1 it is the greedy one, if that is
  ///   complete. The prompt's cache holds what it did, but all of it shared.
  /// - Throws: ``ModelError`` for logits that are no numbers; `CancellationError`.
  package func run(
    _ prompt: Decoder.Continuation, maxTokens: Int, shouldStop: () -> Bool = { false }
  ) throws -> GridSearchResult {
    var result = GridSearchResult()
    let room = decoder.room(behind: prompt, maxTokens: maxTokens)
    guard room > 0 else { return result }
    // All but the last token of the prompt is shared; a beam's own tokens are copied when it
    // divides.
    var base = prompt.cache.fork()
    if prompt.ids.count > 1 {
      try decoder.run(prompt.ids.dropLast(), into: base, adapter: adapter)
      base = base.fork()
    }
    var spare: [KVCache] = []
    var beams = [
      Beam(
        next: .init(cache: base.fork(), ids: prompt.ids.suffix(1)), state: tokens.start)
    ]
    while !beams.isEmpty {
      if shouldStop() {
        result.isCut = true
        break
      }
      let costs = try TokenCosts(
        decoder.nextLogits(beams.map(\.next), adapter: adapter), device: decoder.device)
      result.passes += 1
      var survivors: [Candidate] = []
      for (rank, candidate) in candidates(beams, costs).enumerated() {
        let parent = beams[candidate.parent].reply
        if tokens.stopTokens.contains(candidate.choice.id) {
          guard rank < width else { continue }
          result.replies.append(
            GridReply(
              ids: parent.ids, stopToken: candidate.choice.id, cost: candidate.choice.cost))
        } else if survivors.count < width, parent.ids.count + 1 < room {
          survivors.append(candidate)
        }
      }
      result.sort()
      result.replies.removeSubrange(min(width, result.replies.count)...)
      // Costs only grow.
      if result.replies.count == width, let worst = result.replies.last {
        survivors.removeAll { $0.choice.cost >= worst.cost }
      }
      beams = divide(beams, survivors, base: base, spare: &spare)
    }
    return result
  }

  /// The cheapest ways to continue the beams, the cheapest first: all that can matter.
  private func candidates(_ beams: [Beam], _ costs: TokenCosts) -> [Candidate] {
    beams.indices.flatMap { row in
      costs.choices(
        row, among: tokens.allowed(in: beams[row].state), spent: beams[row].reply.cost,
        most: width + tokens.stopTokens.count
      ).map { Candidate(parent: row, choice: $0) }
    }.sorted {
      $0.choice.cost != $1.choice.cost
        ? $0.choice.cost < $1.choice.cost : ($0.parent, $0.choice.id) < ($1.parent, $1.choice.id)
    }
  }

  /// The beams of the next pass: the first child of each keeps its cache, others get a copy.
  private func divide(
    _ beams: [Beam], _ survivors: [Candidate], base: KVCache, spare: inout [KVCache]
  ) -> [Beam] {
    var isTaken = beams.map { _ in false }
    for survivor in survivors { isTaken[survivor.parent] = true }
    spare += beams.indices.filter { !isTaken[$0] }.map { beams[$0].next.cache }
    isTaken = beams.map { _ in false }
    return survivors.map { survivor in
      var beam = beams[survivor.parent]
      let id = survivor.choice.id
      if isTaken[survivor.parent] {
        let copy = spare.popLast() ?? base.fork()
        copy.copyOwn(from: beam.next.cache)
        beam.next = .init(cache: copy, ids: [id])
      } else {
        isTaken[survivor.parent] = true
        beam.next.ids = [id]
      }
      beam.reply.ids.append(id)
      beam.reply.cost = survivor.choice.cost
      beam.state = tokens.state(after: id, in: beam.state)
      return beam
    }
  }
}

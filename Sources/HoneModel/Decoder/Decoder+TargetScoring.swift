// SPDX-License-Identifier: Apache-2.0
import HoneTensor

extension Decoder {
  /// What a model makes of a token that follows what it has read.
  package struct TargetOutcome: Sendable, Hashable {
    /// `log p` of the token, in nats.
    package let logLikelihood: Float
    /// Whether no token is likelier: greedy decoding would write it.
    package let isLikeliest: Bool
    /// Logits of the tokens that were to be compared in its place.
    package let compared: [Float]
  }

  /// What the model makes of the targets of a sequence, each given all tokens before it.
  ///
  /// - Parameters:
  ///   - isTarget: Of each token; the first never counts.
  ///   - compared: Tokens whose logits in the place of a target are wanted, too, by the target's
  ///     index in the sequence.
  ///   - cache: Is given what is run, all tokens before the last target; empty.
  /// - Returns: One for each target, in their order.
  /// - Throws: `CancellationError`.
  package func targetOutcomes(
    of ids: [Int32], isTarget: [Bool], compared: [Int: [Int32]] = [:], adapter: LoRAAdapter?,
    cache: KVCache? = nil
  ) throws -> [TargetOutcome] {
    let cache = cache ?? KVCache(configuration)
    precondition(ids.count == isTarget.count && cache.count == 0)
    let targets = ids.indices.dropFirst().filter { isTarget[$0] }
    guard let last = targets.last else { return [] }
    var result: [TargetOutcome] = []
    // A target is only predicted, so nothing from the last one on is run.
    for start in stride(from: 0, to: last, by: Self.chunkTokens) {
      let chunk = start..<min(start + Self.chunkTokens, last)
      let rows = chunk.filter { isTarget[$0 + 1] }
      let hidden = try hiddenStates(
        [Continuation(cache: cache, ids: Array(ids[chunk]))], adapter: adapter,
        rows: rows.map { $0 - start })
      forEachLogits(hidden, adapter: adapter) { part, logits in
        let wanted = rows[part].map { ids[$0 + 1] }
        let outcomes = zip(
          zip(wanted, device.argmax(logits)), device.logLikelihood(logits, targets: wanted))
        for (row, ((target, likeliest), likelihood)) in outcomes.enumerated() {
          let others = compared[rows[part.lowerBound + row] + 1] ?? []
          result.append(
            TargetOutcome(
              logLikelihood: likelihood, isLikeliest: target == likeliest,
              compared: others.map { logits[row, Int($0)] }))
        }
      }
    }
    return result
  }
}

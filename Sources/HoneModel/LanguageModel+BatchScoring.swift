// SPDX-License-Identifier: Apache-2.0
import HoneTensor

extension LanguageModel {
  /// `log p` of each target of a batch, in the order of `batch.targets`.
  ///
  /// The sequences run together, some hundred tokens at a time, so many short ones cost little more
  /// than one of their length; what comes out does not depend on who else is in the batch.
  ///
  /// - Throws: ``ModelError`` if a sequence does not fit the context or holds an id that is no
  ///   token, or if the adapter belongs to another model; `CancellationError`.
  package func score(_ batch: PackedBatch, adapter: LoRAAdapter? = nil) throws -> [Float] {
    try checkLength(batch.sequences.map(\.count).max() ?? 0, what: "a sequence")
    try check(batch.ids, what: "the batch")
    try adapter?.checkFit(configuration)
    return try decoder.logLikelihoods(batch, adapter: adapter)
  }
}

extension Decoder {
  fileprivate func logLikelihoods(_ batch: PackedBatch, adapter: LoRAAdapter?) throws -> [Float] {
    let caches = batch.sequences.map { _ in KVCache(configuration) }
    var result: [Float] = []
    // Behind the last row with loss nothing is asked.
    let end = (batch.lossRows.last ?? -1) + 1
    for start in stride(from: 0, to: end, by: Self.chunkTokens) {
      let pass = start..<min(start + Self.chunkTokens, end)
      let continuations = zip(caches, batch.sequences).compactMap { cache, sequence in
        let ids = batch.ids[sequence.clamped(to: pass)]
        return ids.isEmpty ? nil : Continuation(cache: cache, ids: Array(ids))
      }
      let rows = batch.lossRows[result.count...].prefix { $0 < pass.upperBound }
      let hidden = try hiddenStates(
        continuations, adapter: adapter, rows: rows.map { $0 - pass.lowerBound })
      let mark = arena.mark
      for start in stride(from: 0, to: hidden.rows, by: Self.headRows) {
        arena.release(to: mark)
        let part = hidden.rows(start..<min(start + Self.headRows, hidden.rows))
        let targets = batch.targets[result.count..<result.count + part.rows]
        result += device.logLikelihood(logits(part, adapter: adapter), targets: Array(targets))
      }
    }
    return result
  }
}

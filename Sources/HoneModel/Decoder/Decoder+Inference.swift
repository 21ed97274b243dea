// SPDX-License-Identifier: Apache-2.0
import HoneTensor

extension Decoder {
  /// Tokens run at a time, which bounds the memory of long prompts.
  package static var chunkTokens: Int { 512 }

  /// New tokens of one sequence.
  package struct Continuation {
    package let cache: KVCache
    package var ids: [Int32]
    package init(cache: KVCache, ids: [Int32]) {
      self.cache = cache
      self.ids = ids
    }
  }

  /// Runs new tokens of some sequences in one pass and appends them to their caches.
  ///
  /// - Parameters:
  ///   - continuations: Distinct caches; neighbours that share a prefix read it once.
  ///   - adapter: Used on every sequence, or nil for the base model.
  ///   - rows: Rows, counted over all ids in order, whose hidden state is wanted; nil for the last
  ///     of each sequence.
  /// - Returns: Hidden states `[rows, D]` after the final norm, valid until the next call.
  /// - Throws: `CancellationError`, checked at every layer; the caches then stay as they were.
  func hiddenStates(
    _ continuations: [Continuation], adapter: LoRAAdapter?, rows wanted: [Int]? = nil
  ) throws -> Tensor {
    arena.reset()
    let c = configuration
    let ids = continuations.flatMap(\.ids)
    let t = ids.count
    precondition(t > 0 && continuations.allSatisfy { !$0.ids.isEmpty })
    let positions = continuations.flatMap { continuation in
      (0..<continuation.ids.count).map { Int32(continuation.cache.count + $0) }
    }
    let end = Int(positions.max() ?? 0) + 1
    for continuation in continuations { continuation.cache.reserve(continuation.ids.count) }

    var x = arena.tensor(rows: t, columns: c.hiddenSize)
    var out = arena.tensor(rows: t, columns: c.hiddenSize)
    let normed = arena.tensor(rows: t, columns: c.hiddenSize)
    let activation = arena.tensor(rows: t, columns: c.intermediateSize)
    embed(ids, into: x, adapter: adapter)
    let mark = arena.mark
    for layer in 0..<c.numHiddenLayers {
      try Task.checkCancellation()
      // The same memory for every layer: nothing is kept for a backward.
      arena.release(to: mark)
      let state = LayerState(tokens: t, layer: layer, c, adapter: adapter, arena: arena)
      forward(
        layer: layer, x, into: out, state: state, normed: normed, activation: activation,
        positions: positions, table: ropeTable(layer: layer, positions: end), adapter: adapter
      ) {
        device.attention(
          into: state.attended, queries: state.queries,
          groups: groups(continuations, layer: layer, state: state),
          shape: c.attentionShape(layer: layer))
      }
      swap(&x, &out)
    }
    for continuation in continuations { continuation.cache.advance(continuation.ids.count) }

    let rows = wanted ?? lastRows(continuations)
    let selected = arena.tensor(rows: rows.count, columns: c.hiddenSize)
    for (index, row) in rows.enumerated() {
      selected.rows(index..<index + 1).copy(from: x.rows(row..<row + 1))
    }
    let result = arena.tensor(rows: rows.count, columns: c.hiddenSize)
    device.rmsNorm(
      into: result, rstd: arena.tensor(rows: rows.count, columns: 1), selected,
      weight: weights.norm, eps: Float(c.rmsNormEps))
    return result
  }

  /// Logits `[rows, V]` of hidden states, valid until the next call.
  func logits(_ hidden: Tensor, adapter: LoRAAdapter?) -> Tensor {
    let logits = arena.tensor(rows: hidden.rows, columns: configuration.vocabSize)
    device.project(
      hidden,
      [Projection(into: logits, weights.lmHead, update: headUpdate(adapter, rows: hidden.rows))])
    if let cap = configuration.finalLogitSoftcapping { device.softCap(logits, cap: Float(cap)) }
    return logits
  }

  /// Shows the logits of hidden states, some rows at a time, so that never all of them exist.
  ///
  /// - Parameter body: Receives the rows and their logits, valid until it returns.
  func forEachLogits(
    _ hidden: Tensor, adapter: LoRAAdapter?, _ body: (Range<Int>, Tensor) -> Void
  ) {
    let mark = arena.mark
    for start in stride(from: 0, to: hidden.rows, by: Self.headRows) {
      arena.release(to: mark)
      let part = start..<min(start + Self.headRows, hidden.rows)
      body(part, logits(hidden.rows(part), adapter: adapter))
    }
  }

  /// The head's update with memory for its hidden rows; nil where there is none.
  func headUpdate(_ adapter: LoRAAdapter?, rows: Int) -> LowRankUpdate? {
    adapter?.vocabulary[.lmHead].flatMap { linear in
      adapter?.update(.lmHead, hidden: arena.tensor(rows: rows, columns: linear.a.rows))
    }
  }

  /// Runs the ids of each sequence and returns the logits `[sequences, V]` behind its last.
  ///
  /// Long inputs run in chunks; the result does not depend on how they fall.
  package func nextLogits(
    _ continuations: [Continuation], adapter: LoRAAdapter?
  ) throws -> Tensor {
    var last = Tensor(rows: 0, columns: configuration.hiddenSize)
    if continuations.reduce(0, { $0 + $1.ids.count }) <= Self.chunkTokens {
      last = try hiddenStates(continuations, adapter: adapter)
    } else {
      last = Tensor(rows: continuations.count, columns: configuration.hiddenSize)
      for (batch, indices) in chunks(continuations) {
        let hidden = try hiddenStates(batch, adapter: adapter)
        for (row, index) in indices.enumerated() {
          last.rows(index..<index + 1).copy(from: hidden.rows(row..<row + 1))
        }
      }
    }
    return logits(last, adapter: adapter)
  }

  /// Logits `[tokens, V]` behind each token of a short sequence.
  package func allLogits(_ ids: [Int32], adapter: LoRAAdapter?) throws -> Tensor {
    logits(
      try hiddenStates(
        [Continuation(cache: KVCache(configuration), ids: ids)], adapter: adapter,
        rows: Array(ids.indices)), adapter: adapter)
  }

  /// Appends tokens to a cache without asking what comes next.
  package func run(_ ids: [Int32], into cache: KVCache, adapter: LoRAAdapter?) throws {
    for start in stride(from: 0, to: ids.count, by: Self.chunkTokens) {
      let chunk = ids[start..<min(start + Self.chunkTokens, ids.count)]
      _ = try hiddenStates([Continuation(cache: cache, ids: Array(chunk))], adapter: adapter)
    }
  }

  /// `log p` of `ids[from...]` given the cache and the ids before each.
  ///
  /// - Parameter onLogits: Is shown the logits `[rows, V]` that they come from, part by part.
  package func logLikelihoods(
    _ continuation: Continuation, from: Int, adapter: LoRAAdapter?,
    onLogits: (Tensor) -> Void = { _ in }
  ) throws -> [Float] {
    let ids = continuation.ids
    precondition(from >= 1)
    var result: [Float] = []
    // The last id is only predicted, never run.
    for start in stride(from: 0, to: ids.count - 1, by: Self.headRows) {
      let end = min(start + Self.headRows, ids.count - 1)
      let rows = max(start, from - 1)..<max(end, from - 1)
      let hidden = try hiddenStates(
        [Continuation(cache: continuation.cache, ids: Array(ids[start..<end]))],
        adapter: adapter, rows: rows.map { $0 - start })
      if rows.isEmpty { continue }
      let logits = logits(hidden, adapter: adapter)
      onLogits(logits)
      result += device.logLikelihood(
        logits, targets: Array(ids[rows.lowerBound + 1...rows.upperBound]))
    }
    return result
  }

  /// The attention groups of a layer, after writing its new keys and values to the caches.
  private func groups(
    _ continuations: [Continuation], layer: Int, state: LayerState
  ) -> [AttentionGroup] {
    var groups: [AttentionGroup] = []
    var members: [AttentionGroup.Member] = []
    var shared: KVCache.SharedPrefix?
    var row = 0
    func flush() {
      if !members.isEmpty {
        groups.append(AttentionGroup(shared: shared?.layers[layer], members: members))
      }
      members = []
    }
    for continuation in continuations {
      let rows = row..<row + continuation.ids.count
      row = rows.upperBound
      let cache = continuation.cache
      cache.write(layer: layer, keys: state.keys.rows(rows), values: state.values.rows(rows))
      if cache.shared !== shared || cache.shared == nil {
        flush()
        shared = cache.shared
      }
      members.append(.init(rows: rows, own: cache.own(layer: layer, new: rows.count)))
    }
    flush()
    return groups
  }

  private func lastRows(_ continuations: [Continuation]) -> [Int] {
    var end = 0
    return continuations.map { continuation in
      end += continuation.ids.count
      return end - 1
    }
  }

  /// Batches of at most ``chunkTokens`` tokens, with the sequences whose last tokens they hold at
  /// the end of each run; a long sequence is split over several.
  private func chunks(_ continuations: [Continuation]) -> [([Continuation], [Int])] {
    var result: [([Continuation], [Int])] = []
    var batch: [Continuation] = []
    var indices: [Int] = []
    var room = Self.chunkTokens
    for (index, continuation) in continuations.enumerated() {
      var rest = continuation.ids[...]
      while !rest.isEmpty {
        let part = rest.prefix(room)
        rest = rest.dropFirst(part.count)
        room -= part.count
        batch.append(Continuation(cache: continuation.cache, ids: Array(part)))
        // A later part of the same sequence overwrites this row.
        indices.append(index)
        if room == 0 {
          result.append((batch, indices))
          (batch, indices, room) = ([], [], Self.chunkTokens)
        }
      }
    }
    if !batch.isEmpty { result.append((batch, indices)) }
    return result
  }
}

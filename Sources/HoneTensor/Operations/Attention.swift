// SPDX-License-Identifier: Apache-2.0
import CHoneKernels

/// The keys and values that rows of a batch attend to.
///
/// Rows of one sequence see the first keys up to their own; members of a group may share a prefix
/// that all of their rows see in full, so that it is read once for all.
package struct AttentionGroup: Sendable {
  /// Keys and values of one sequence, each `[tokens, K · E]`.
  package struct KeyValues: Sendable {
    package let keys: Tensor
    package let values: Tensor
    package init(keys: Tensor, values: Tensor) {
      self.keys = keys
      self.values = values
    }
  }

  /// A sequence's own tokens.
  package struct Member: Sendable {
    /// Its rows in the batch, in order.
    package let rows: Range<Int>
    /// Its own keys and values, the batch's rows being the last of them.
    package let own: KeyValues
    package init(rows: Range<Int>, own: KeyValues) {
      self.rows = rows
      self.own = own
    }
  }

  package let shared: KeyValues?
  /// Sequences with adjoining rows.
  package let members: [Member]

  package init(shared: KeyValues? = nil, members: [Member]) {
    self.shared = shared
    self.members = members
  }
}

/// The sizes of attention heads.
package struct AttentionShape: Sendable, Hashable {
  package let numAttentionHeads: Int
  package let numKeyValueHeads: Int
  package let headDim: Int
  package var headsPerGroup: Int { numAttentionHeads / numKeyValueHeads }
  package var scale: Float { 1 / Float(headDim).squareRoot() }

  package init(numAttentionHeads: Int, numKeyValueHeads: Int, headDim: Int) {
    precondition(numKeyValueHeads > 0 && numAttentionHeads % numKeyValueHeads == 0 && headDim > 0)
    self.numAttentionHeads = numAttentionHeads
    self.numKeyValueHeads = numKeyValueHeads
    self.headDim = headDim
  }
}

extension CPUDevice {
  /// Query rows of one task: small enough for its scores to stay in the second-level cache.
  private static var queryRows: Int { 48 }

  /// Causal grouped-query attention over packed sequences, each seeing only itself (and its
  /// group's shared prefix).
  ///
  /// - Parameters:
  ///   - out: `[T, H · E]`.
  ///   - logSumExp: `[T, H]`, kept for the backward; nil when there is none.
  ///   - queries: `[T, H · E]`.
  ///   - groups: Cover each row of the batch once.
  /// - SeeAlso: Vaswani et al. 2017, eq. 1; Ainslie et al. 2023, arXiv 2305.13245.
  package func attention(
    into out: Tensor, logSumExp: Tensor? = nil, queries: Tensor, groups: [AttentionGroup],
    shape: AttentionShape
  ) {
    let tasks = groups.flatMap { Self.blocks(of: $0) }.sorted { $0.cost > $1.cost }
    let width = tasks.map { $0.sharedCount + $0.ownCount }.max() ?? 0
    let rows = Self.queryRows * shape.headsPerGroup
    reserveScratch(rows * (width + 2 * shape.headDim))
    pool.run(tasks.count * shape.numKeyValueHeads) { task, worker in
      let block = tasks[task / shape.numKeyValueHeads]
      attend(
        block, keyValueHead: task % shape.numKeyValueHeads, into: out, logSumExp: logSumExp,
        queries: queries, shape: shape, worker: worker)
    }
  }

  /// Up to `queryRows` adjoining rows of a group.
  private struct QueryBlock {
    struct Run {
      let rows: Range<Int>
      let own: AttentionGroup.KeyValues
      /// Own keys seen by the run's first row.
      let firstSeen: Int
      var lastSeen: Int { firstSeen + rows.count - 1 }
    }
    let shared: AttentionGroup.KeyValues?
    var runs: [Run]
    var rows: Range<Int> { runs[0].rows.lowerBound..<runs[runs.count - 1].rows.upperBound }
    var sharedCount: Int { shared?.keys.rows ?? 0 }
    var ownCount: Int { runs.map(\.lastSeen).max() ?? 0 }
    var cost: Int { rows.count * (sharedCount + ownCount) }
  }

  private static func blocks(of group: AttentionGroup) -> [QueryBlock] {
    var blocks: [QueryBlock] = []
    var current = QueryBlock(shared: group.shared, runs: [])
    var count = 0
    func flush() {
      if !current.runs.isEmpty { blocks.append(current) }
      current.runs = []
      count = 0
    }
    for member in group.members {
      precondition(member.own.keys.rows >= member.rows.count)
      var start = member.rows.lowerBound
      while start < member.rows.upperBound {
        let end = min(member.rows.upperBound, start + queryRows - count)
        let before = member.own.keys.rows - member.rows.count
        current.runs.append(
          .init(
            rows: start..<end, own: member.own,
            firstSeen: before + start - member.rows.lowerBound + 1))
        count += end - start
        start = end
        if count == queryRows { flush() }
      }
    }
    flush()
    return blocks
  }

  private func attend(
    _ block: QueryBlock, keyValueHead: Int, into out: Tensor, logSumExp: Tensor?,
    queries: Tensor, shape: AttentionShape, worker: Int
  ) {
    let e = shape.headDim
    let heads = shape.headsPerGroup
    let firstHead = keyValueHead * heads
    let first = block.rows.lowerBound
    let rows = block.rows.count * heads
    let shared = block.sharedCount
    let width = shared + block.ownCount
    // Scratch of attention(...): scores, then gathered queries, then gathered outputs.
    let scores = extraScratch(worker)
    let gathered = scores + rows * width
    let result = gathered + rows * e
    let column = keyValueHead * e

    func product(
      _ m: Int, _ n: Int, _ k: Int, _ c: UnsafeMutablePointer<Float>, _ ldc: Int,
      _ a: UnsafePointer<Float>, _ lda: Int, _ b: Tensor, transposed: Bool, accumulate: Bool
    ) {
      hone_gemm(
        kernels.table, m, n, k, 1, accumulate ? 1 : 0, c, ldc, a, lda, 1, b.pointer + column,
        b.stride, transposed ? 1 : 0, productScratch(worker))
    }

    for row in 0..<block.rows.count {
      let query = queries.pointer + (first + row) * queries.stride + firstHead * e
      (gathered + row * heads * e).update(from: query, count: heads * e)
    }
    if let keys = block.shared?.keys, shared > 0 {
      product(
        rows, shared, e, scores, width, gathered, e, keys, transposed: true, accumulate: false)
    }
    for run in block.runs {
      let start = (run.rows.lowerBound - first) * heads
      product(
        run.rows.count * heads, run.lastSeen, e, scores + start * width + shared, width,
        gathered + start * e, e, run.own.keys, transposed: true, accumulate: false)
      for row in 0..<run.rows.count {
        for head in 0..<heads {
          let line = scores + (start + row * heads + head) * width
          let seen = shared + run.firstSeen + row
          let lse = kernels.entry.softmax(seen, shape.scale, line)
          (line + seen).update(repeating: 0, count: shared + run.lastSeen - seen)
          if let logSumExp { logSumExp[run.rows.lowerBound + row, firstHead + head] = lse }
        }
      }
    }
    if let values = block.shared?.values, shared > 0 {
      product(
        rows, e, shared, result, e, scores, width, values, transposed: false, accumulate: false)
    }
    for run in block.runs {
      let start = (run.rows.lowerBound - first) * heads
      product(
        run.rows.count * heads, e, run.lastSeen, result + start * e, e,
        scores + start * width + shared, width, run.own.values, transposed: false,
        accumulate: shared > 0)
    }
    for row in 0..<block.rows.count {
      let target = out.pointer + (first + row) * out.stride + firstHead * e
      target.update(from: result + row * heads * e, count: heads * e)
    }
  }
}

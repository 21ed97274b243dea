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

/// The sizes of attention heads and what they see.
package struct AttentionShape: Sendable, Hashable {
  package let numAttentionHeads: Int
  package let numKeyValueHeads: Int
  package let headDim: Int
  /// Keys that a row sees at most, the last of them its own; nil for all up to its own.
  package let slidingWindow: Int?
  package var headsPerGroup: Int { numAttentionHeads / numKeyValueHeads }
  /// The factor of the scores.
  package let scale: Float
  /// The bound c of the scores, which become `c · tanh(score / c)`.
  package let softcap: Float?

  /// - Parameter scale: nil for 1 / √E.
  package init(
    numAttentionHeads: Int, numKeyValueHeads: Int, headDim: Int, slidingWindow: Int? = nil,
    scale: Float? = nil, softcap: Float? = nil
  ) {
    precondition(numKeyValueHeads > 0 && numAttentionHeads % numKeyValueHeads == 0 && headDim > 0)
    precondition(slidingWindow.map { $0 > 0 } ?? true)
    self.numAttentionHeads = numAttentionHeads
    self.numKeyValueHeads = numKeyValueHeads
    self.headDim = headDim
    self.slidingWindow = slidingWindow
    self.scale = scale ?? 1 / Float(headDim).squareRoot()
    self.softcap = softcap
  }

  /// The first key seen by a row that would see `seen` without a window.
  func firstKey(seen: Int) -> Int { slidingWindow.map { max(0, seen - $0) } ?? 0 }
}

extension CPUDevice {
  /// Query rows of one task at most: few enough for its scores to stay in the second-level cache.
  private static var queryRows: Int { 48 }

  /// Causal grouped-query attention over packed sequences, each seeing only itself (and its
  /// group's shared prefix), within the window where there is one.
  ///
  /// - Parameters:
  ///   - out: `[T, H · E]`.
  ///   - logSumExp: `[T, H]`, kept for the backward; nil when there is none. With it the products
  ///     are made in ``trainingPrecision``.
  ///   - queries: `[T, H · E]`.
  ///   - groups: Cover each row of the batch once.
  /// - SeeAlso: Vaswani et al. 2017, eq. 1; Ainslie et al. 2023, arXiv 2305.13245.
  package func attention(
    into out: Tensor, logSumExp: Tensor? = nil, queries: Tensor, groups: [AttentionGroup],
    shape: AttentionShape
  ) {
    // Smaller blocks where there would be too few to share out.
    let some = queries.rows * shape.numKeyValueHeads / (pool.threads * 4)
    let blockRows = min(Self.queryRows, max(8, some))
    let tasks = groups.flatMap { Self.blocks(of: $0, rows: blockRows, shape: shape) }
      .sorted { $0.cost > $1.cost }
    let width = tasks.map(\.width).max() ?? 0
    let rows = blockRows * shape.headsPerGroup
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
      /// Whether its whole sequence has few queries. Not of the run alone: how a sequence is split
      /// depends on the threads, and the two ways sum in different orders.
      let isShort: Bool
      /// Own keys before this one are outside the window of every row of the run.
      let firstOwn: Int
      var lastSeen: Int { firstSeen + rows.count - 1 }
    }
    let shared: AttentionGroup.KeyValues?
    let runs: [Run]
    /// Shared keys in the window of some row.
    let sharedRange: Range<Int>
    /// Columns of the scores: those shared keys, then the own ones from `firstOwn` on.
    let width: Int
    let firstOwn: Int
    var rows: Range<Int> { runs[0].rows.lowerBound..<runs[runs.count - 1].rows.upperBound }
    var cost: Int { rows.count * width }

    init(shared: AttentionGroup.KeyValues?, runs: [Run], shape: AttentionShape) {
      self.shared = shared
      self.runs = runs
      let sharedCount = shared?.keys.rows ?? 0
      let first = runs.map { shape.firstKey(seen: sharedCount + $0.firstSeen) }.min() ?? 0
      sharedRange = CPUDevice.stepStart(min(first, sharedCount), of: sharedCount)..<sharedCount
      let firstOwn = runs.map(\.firstOwn).min() ?? 0
      self.firstOwn = firstOwn
      width = sharedRange.count + (runs.map(\.lastSeen).max() ?? 0) - firstOwn
    }

    /// The columns of the keys that the row sees which would see `ownSeen` own ones and all shared
    /// ones without a window.
    func columns(ownSeen: Int, shape: AttentionShape) -> Range<Int> {
      let sharedCount = sharedRange.upperBound
      let first = shape.firstKey(seen: sharedCount + ownSeen)
      let start =
        first < sharedCount
        ? first - sharedRange.lowerBound : sharedRange.count + first - sharedCount - firstOwn
      return start..<sharedRange.count + ownSeen - firstOwn
    }
  }

  /// The start of the step of a sum over `count` keys in which a key falls; `count` for the end.
  ///
  /// A sum that leaves out whole steps of zeros is the same to the last bit, so a row's result
  /// does not depend on the windows of the rows beside it.
  private static func stepStart(_ key: Int, of count: Int) -> Int {
    key == count ? count : key / HONE_GEMM_STEP * HONE_GEMM_STEP
  }

  private static func blocks(
    of group: AttentionGroup, rows queryRows: Int, shape: AttentionShape
  ) -> [QueryBlock] {
    var blocks: [QueryBlock] = []
    var runs: [QueryBlock.Run] = []
    let sharedCount = group.shared?.keys.rows ?? 0
    var count = 0
    func flush() {
      if !runs.isEmpty {
        blocks.append(QueryBlock(shared: group.shared, runs: runs, shape: shape))
      }
      runs = []
      count = 0
    }
    for member in group.members {
      precondition(member.own.keys.rows >= member.rows.count)
      var start = member.rows.lowerBound
      while start < member.rows.upperBound {
        let end = min(member.rows.upperBound, start + queryRows - count)
        let before = member.own.keys.rows - member.rows.count
        let firstSeen = before + start - member.rows.lowerBound + 1
        let firstKey = shape.firstKey(seen: sharedCount + firstSeen)
        runs.append(
          .init(
            rows: start..<end, own: member.own, firstSeen: firstSeen,
            isShort: member.rows.count <= fewRows,
            firstOwn: stepStart(max(0, firstKey - sharedCount), of: member.own.keys.rows)))
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
    let sharedRange = block.sharedRange
    let shared = sharedRange.count
    let width = block.width
    // Scratch of attention(...): scores, then gathered queries, then gathered outputs.
    let scores = extraScratch(worker)
    let gathered = scores + rows * width
    let result = gathered + rows * e
    let column = keyValueHead * e
    // The backward computes the same scores again.
    let precision = logSumExp == nil ? .float32 : trainingPrecision

    func product(
      _ m: Int, _ n: Int, _ k: Int, _ c: UnsafeMutablePointer<Float>, _ ldc: Int,
      _ a: UnsafePointer<Float>, _ lda: Int, _ b: Tensor, _ row: Int, transposed: Bool,
      accumulate: Bool
    ) {
      blockProduct(
        precision, m, n, k, into: c, ldc, a, rowStride: lda, columnStride: 1,
        b.pointer + row * b.stride + column, b.stride, transposed: transposed,
        accumulate: accumulate, worker: worker)
    }

    for row in 0..<block.rows.count {
      let query = queries.pointer + (first + row) * queries.stride + firstHead * e
      (gathered + row * heads * e).update(from: query, count: heads * e)
    }
    if let keys = block.shared?.keys, shared > 0 {
      product(
        rows, shared, e, scores, width, gathered, e, keys, sharedRange.lowerBound,
        transposed: true, accumulate: false)
    }
    for run in block.runs {
      let start = (run.rows.lowerBound - first) * heads
      let own = shared + run.firstOwn - block.firstOwn
      let end = shared + run.lastSeen - block.firstOwn
      if run.isShort {
        let keys = run.own.keys
        dotRows(
          run.rows.count * heads, end - own, e, scores + start * width + own, width,
          gathered + start * e, e, keys.pointer + run.firstOwn * keys.stride + column, keys.stride)
      } else {
        product(
          run.rows.count * heads, end - own, e, scores + start * width + own, width,
          gathered + start * e, e, run.own.keys, run.firstOwn, transposed: true, accumulate: false)
      }
      for row in 0..<run.rows.count {
        let seen = block.columns(ownSeen: run.firstSeen + row, shape: shape)
        for head in 0..<heads {
          let line = scores + (start + row * heads + head) * width
          if let cap = shape.softcap {
            kernels.entry.soft_cap(seen.count, shape.scale, cap, line + seen.lowerBound)
          }
          let lse = kernels.entry.softmax(
            seen.count, shape.softcap == nil ? shape.scale : 1, line + seen.lowerBound)
          line.update(repeating: 0, count: seen.lowerBound)
          (line + seen.upperBound).update(repeating: 0, count: end - seen.upperBound)
          if let logSumExp { logSumExp[run.rows.lowerBound + row, firstHead + head] = lse }
        }
      }
    }
    if let values = block.shared?.values, shared > 0 {
      product(
        rows, e, shared, result, e, scores, width, values, sharedRange.lowerBound,
        transposed: false, accumulate: false)
    }
    for run in block.runs {
      let start = (run.rows.lowerBound - first) * heads
      product(
        run.rows.count * heads, e, run.lastSeen - run.firstOwn, result + start * e, e,
        scores + start * width + shared + run.firstOwn - block.firstOwn, width, run.own.values,
        run.firstOwn, transposed: false, accumulate: shared > 0)
    }
    for row in 0..<block.rows.count {
      let target = out.pointer + (first + row) * out.stride + firstHead * e
      target.update(from: result + row * heads * e, count: heads * e)
    }
  }
}

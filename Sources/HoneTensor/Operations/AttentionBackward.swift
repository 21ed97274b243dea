// SPDX-License-Identifier: Apache-2.0
import CHoneKernels

extension CPUDevice {
  /// Query rows of one tile: with the keys up to them, the causal triangle in steps of this.
  private static var tileRows: Int { 56 }

  /// Backward of ``attention(into:logSumExp:queries:groups:shape:)`` over whole packed sequences.
  ///
  /// With P = softmax(scale · Q Kᵀ) recomputed from its log-sum-exp, dV = Pᵀ dO, dP = dO Vᵀ,
  /// dS = scale · P ∘ (dP − rowsum(dO ∘ O)), dQ = dS K, dK = dSᵀ Q.
  ///
  /// - Parameters:
  ///   - dQueries: `[T, H · E]`, written.
  ///   - dKeys: `[T, K · E]`, written, as is `dValues`.
  ///   - headGradients: Scratch `[T, 2 · H · E]`: keys and values of each query head, before they
  ///     are summed over the heads that share them.
  ///   - sequences: The rows of each packed sequence, covering the batch.
  /// - SeeAlso: Dao et al. 2022, arXiv 2205.14135, appendix B.
  package func attentionBackward(
    dQueries: Tensor, dKeys: Tensor, dValues: Tensor, headGradients: Tensor, dOut: Tensor,
    out: Tensor, logSumExp: Tensor, queries: Tensor, keys: Tensor, values: Tensor,
    sequences: [Range<Int>], shape: AttentionShape
  ) {
    let e = shape.headDim
    let width = sequences.map(\.count).max() ?? 0
    reserveScratch((2 * Self.tileRows + 1) * width)
    let half = shape.numAttentionHeads * e
    pool.run(sequences.count * shape.numAttentionHeads) { task, worker in
      let rows = sequences[task / shape.numAttentionHeads]
      let head = task % shape.numAttentionHeads
      let query = head * e..<(head + 1) * e
      let shared = head / shape.headsPerGroup * e..<(head / shape.headsPerGroup + 1) * e
      attendBackward(
        dQuery: dQueries.rows(rows).columns(query),
        dKey: headGradients.rows(rows).columns(query),
        dValue: headGradients.rows(rows).columns(half + query.lowerBound..<half + query.upperBound),
        dOut: dOut.rows(rows).columns(query), out: out.rows(rows).columns(query),
        logSumExp: logSumExp.rows(rows).columns(head..<head + 1),
        query: queries.rows(rows).columns(query), key: keys.rows(rows).columns(shared),
        value: values.rows(rows).columns(shared), shape: shape, worker: worker)
    }
    sumHeads(headGradients.columns(0..<half), into: dKeys, shape: shape)
    sumHeads(headGradients.columns(half..<2 * half), into: dValues, shape: shape)
  }

  /// One head of one sequence; all matrices `[tokens, E]`.
  private func attendBackward(
    dQuery: Tensor, dKey: Tensor, dValue: Tensor, dOut: Tensor, out: Tensor, logSumExp: Tensor,
    query: Tensor, key: Tensor, value: Tensor, shape: AttentionShape, worker: Int
  ) {
    let e = query.columns
    let count = query.rows
    let probabilities = extraScratch(worker)
    let dScores = probabilities + Self.tileRows * count
    let capped = dScores + Self.tileRows * count
    let scale = shape.scale

    func product(
      _ m: Int, _ n: Int, _ k: Int, _ c: UnsafeMutablePointer<Float>, _ ldc: Int,
      _ a: UnsafePointer<Float>, _ rowStride: Int, _ columnStride: Int, _ b: Tensor, _ bRow: Int,
      transposed: Bool, accumulate: Bool
    ) {
      blockProduct(
        trainingPrecision, m, n, k, into: c, ldc, a, rowStride: rowStride,
        columnStride: columnStride, b.pointer + bRow * b.stride, b.stride, transposed: transposed,
        accumulate: accumulate, worker: worker)
    }

    var start = 0
    while start < count {
      let rows = min(Self.tileRows, count - start)
      let end = start + rows
      // Keys before this one are outside the window of every row of the tile.
      let first = shape.firstKey(seen: start + 1)
      let seen = end - first
      product(
        rows, seen, e, probabilities, seen, query.pointer + start * query.stride, query.stride, 1,
        key, first, transposed: true, accumulate: false)
      product(
        rows, seen, e, dScores, seen, dOut.pointer + start * dOut.stride, dOut.stride, 1, value,
        first, transposed: true, accumulate: false)
      for row in 0..<rows {
        let hidden = shape.firstKey(seen: start + row + 1) - first
        let visible = start + row + 1 - first
        let p = probabilities + row * seen
        let d = dScores + row * seen
        if let cap = shape.softcap {
          kernels.entry.soft_cap(visible - hidden, scale, cap, p + hidden)
          capped.update(from: p + hidden, count: visible - hidden)
        }
        kernels.entry.softmax_recompute(
          visible - hidden, shape.softcap == nil ? scale : 1, logSumExp[start + row, 0],
          p + hidden, p + hidden)
        let delta = kernels.entry.dot(
          e, dOut.pointer + (start + row) * dOut.stride, out.pointer + (start + row) * out.stride)
        kernels.entry.softmax_backward(visible - hidden, scale, delta, d + hidden, p + hidden)
        if let cap = shape.softcap {
          kernels.entry.soft_cap_backward(visible - hidden, cap, d + hidden, capped)
        }
        p.update(repeating: 0, count: hidden)
        d.update(repeating: 0, count: hidden)
        (p + visible).update(repeating: 0, count: seen - visible)
        (d + visible).update(repeating: 0, count: seen - visible)
      }
      product(
        rows, e, seen, dQuery.pointer + start * dQuery.stride, dQuery.stride, dScores, seen, 1,
        key, first, transposed: false, accumulate: false)
      // Keys before this tile have gradients from earlier tiles; its own are new.
      for range in [first..<start, start..<end] where !range.isEmpty {
        let accumulate = range.lowerBound < start
        product(
          range.count, e, rows, dKey.pointer + range.lowerBound * dKey.stride, dKey.stride,
          dScores + range.lowerBound - first, 1, seen, query, start, transposed: false,
          accumulate: accumulate)
        product(
          range.count, e, rows, dValue.pointer + range.lowerBound * dValue.stride, dValue.stride,
          probabilities + range.lowerBound - first, 1, seen, dOut, start, transposed: false,
          accumulate: accumulate)
      }
      start = end
    }
  }

  private func sumHeads(_ heads: Tensor, into out: Tensor, shape: AttentionShape) {
    let e = shape.headDim
    forEachRowBlock(out.rows) { range in
      for row in range {
        for keyValueHead in 0..<shape.numKeyValueHeads {
          let target = out.pointer + row * out.stride + keyValueHead * e
          let source =
            heads.pointer + row * heads.stride + keyValueHead * shape.headsPerGroup * e
          target.update(from: source, count: e)
          for head in 1..<max(1, shape.headsPerGroup) {
            kernels.entry.add_scaled(e, 1, target, source + head * e)
          }
        }
      }
    }
  }
}

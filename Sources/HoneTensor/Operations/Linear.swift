// SPDX-License-Identifier: Apache-2.0
import CHoneKernels

/// One of several products of the same rows: `out[T, N] = x[T, K] · Wᵀ` and an adapter's update.
package struct Projection: Sendable {
  package let out: Tensor
  package let weight: WeightMatrix
  package let update: LowRankUpdate?

  package init(into out: Tensor, _ weight: WeightMatrix, update: LowRankUpdate? = nil) {
    self.out = out
    self.weight = weight
    self.update = update
  }
}

extension CPUDevice {
  /// Rows up to which a float32 product, and attention within a sequence, reads its matrix where it
  /// lies instead of packing it. Up to these a row's sums run in the same order whatever the other
  /// rows; quantised products do so for any number.
  package static var fewRows: Int { 32 }

  /// `out[T, N] = x[T, K] · Wᵀ`, accumulated in float32.
  ///
  /// 2·T·N·K operations; for few rows bound by reading W once.
  package func linear(into out: Tensor, _ x: Tensor, _ weight: WeightMatrix) {
    project(x, [Projection(into: out, weight)])
  }

  /// Products of the same rows, which are prepared, quantised and multiplied with the adapters' A
  /// panel by panel while they are in the cache.
  ///
  /// - Parameters:
  ///   - x: `[T, K]`.
  ///   - residual: `[T, N]`, added to each product.
  ///   - prepare: Writes a range of the rows of `x`; called on any thread.
  package func project(
    _ x: Tensor, _ projections: [Projection], residual: Tensor? = nil,
    prepare: ((Range<Int>) -> Void)? = nil
  ) {
    for projection in projections {
      precondition(x.columns == projection.weight.columns && x.rows == projection.out.rows)
      precondition(projection.out.columns == projection.weight.rows)
    }
    let mark = scratch.mark
    defer { scratch.release(to: mark) }
    let packed =
      x.rows <= Self.fewRows ? [] : projections.map { packedTransposed($0.update?.a, .float32) }
    let quantized =
      projections.contains { $0.weight.quantized != nil }
      ? quantizedRows(x.rows, columns: x.columns, block: QuantizedRows.narrow) : nil
    let outliers = outlierRows(x.rows, of: projections.map(\.weight))
    forEachRowPanel(x.rows, columns: x.columns) { rows, worker in
      prepare?(rows)
      if let quantized { quantize(x, rows, into: quantized, outliers: outliers) }
      for (index, projection) in projections.enumerated() {
        guard let update = projection.update else { continue }
        reduceRank(
          x, rows, update.a, packed: packed.isEmpty ? nil : packed[index], into: update.hidden,
          scaling: update.scaling, worker: worker)
      }
    }
    if let quantized {
      quantizedProducts(projections, quantized, outliers: outliers, residual: residual)
    }
    for projection in projections where projection.weight.quantized == nil {
      product(into: projection.out, x, projection.weight)
      if let update = projection.update {
        matrixProduct(into: projection.out, update.hidden, update.b, accumulate: true)
      }
      if let residual { add(into: projection.out, residual) }
    }
  }

  /// `out = x · Wᵀ` for a weight in float32 or in stored blocks.
  private func product(into out: Tensor, _ x: Tensor, _ weight: WeightMatrix) {
    switch weight.storage {
    case .float32(let w):
      if x.rows > Self.fewRows { return matrixProduct(into: out, x, w, transposeB: true) }
      fewRows(into: out, x, rows: w.rows) { range, _ in
        (UnsafePointer(w.pointer + range.lowerBound * w.stride), w.stride)
      }
    case .blocks(let blocks):
      if x.rows > Self.fewRows {
        return matrixProduct(into: out, x, unpacked(blocks), transposeB: true)
      }
      // Unpacked a few rows at a time, into the first-level cache.
      reserveScratch(Self.unpackedRows * blocks.columns)
      fewRows(into: out, x, rows: blocks.rows, step: Self.unpackedRows) { range, worker in
        blocks.unpack(range, to: extraScratch(worker))
        return (UnsafePointer(extraScratch(worker)), blocks.columns)
      }
    case .int8: preconditionFailure("quantised weights have products of their own")
    }
  }

  private static var unpackedRows: Int { 8 }

  private func fewRows(
    into out: Tensor, _ x: Tensor, rows: Int, step: Int? = nil,
    weights: (Range<Int>, Int) -> (UnsafePointer<Float>, Int)
  ) {
    // Some 64 KiB of weights for a task: enough to hide its cost, small enough to balance.
    let block = max(8, min(rows, 1 << 14) / max(1, x.columns >> 4), (rows + 63) / 64)
    pool.run((rows + block - 1) / block) { task, worker in
      let end = min(rows, (task + 1) * block)
      var start = task * block
      while start < end {
        let range = start..<min(end, start + (step ?? block))
        let (w, stride) = weights(range, worker)
        dotRows(
          x.rows, range.count, x.columns, out.pointer + start, out.stride, x.pointer, x.stride, w,
          stride)
        start = range.upperBound
      }
    }
  }

  /// `y[m, n] = x[m, k] · w[n, k]ᵀ` on one thread; see `hone_kernels.dot_rows`.
  func dotRows(
    _ m: Int, _ n: Int, _ k: Int, _ y: UnsafeMutablePointer<Float>, _ ldy: Int,
    _ x: UnsafePointer<Float>, _ ldx: Int, _ w: UnsafePointer<Float>, _ ldw: Int
  ) {
    // A task's part of the weight stays in the first-level cache for all rows.
    for row in stride(from: 0, to: m, by: HONE_DOT_ROWS) {
      kernels.entry.dot_rows(
        min(HONE_DOT_ROWS, m - row), n, k, y + row * ldy, ldy, x + row * ldx, ldx, w, ldw)
    }
  }

  func unpacked(_ blocks: BlockRows) -> Tensor {
    let tensor = unpackScratch(rows: blocks.rows, columns: blocks.columns)
    forEachRowBlock(blocks.rows) { range in
      blocks.unpack(range, to: tensor.pointer + range.lowerBound * tensor.stride)
    }
    return tensor
  }
}

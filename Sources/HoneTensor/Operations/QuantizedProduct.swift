// SPDX-License-Identifier: Apache-2.0
import CHoneKernels

/// Rows of activations in signed bytes, each block with its scale: what quantised products read.
/// Scratch of the operation.
struct QuantizedRows {
  /// Values in a block: of activations in the forward, of gradients in the backward.
  static let narrow = 32
  static let wide = 64

  let columns: Int
  let block: Int
  let blocks: Int
  let bytes: UnsafeMutablePointer<Int8>
  /// `[T, blocks]` each; see `hone_int8_tile`.
  let scales: UnsafeMutablePointer<Float>
  let sums: UnsafeMutablePointer<Float>
  let offsets: UnsafeMutablePointer<Int32>
}

extension CPUDevice {
  /// Room for quantised rows.
  func quantizedRows(_ rows: Int, columns: Int, block: Int) -> QuantizedRows {
    let blocks = (columns + block - 1) / block
    // Bytes in a float matrix for its alignment; any type may share its memory.
    let bytes = scratch.tensor(rows: rows, columns: blocks * block / 4).pointer
    let scales = scratch.tensor(rows: 3 * rows, columns: blocks).pointer
    return QuantizedRows(
      columns: columns, block: block, blocks: blocks,
      bytes: UnsafeMutableRawPointer(bytes).assumingMemoryBound(to: Int8.self),
      scales: scales, sums: scales + rows * blocks,
      offsets: UnsafeMutableRawPointer(scales + 2 * rows * blocks)
        .assumingMemoryBound(to: Int32.self))
  }

  /// Quantises some rows of `x`; the step is the block's largest magnitude over 127.
  ///
  /// - Parameter outliers: These inputs go to its rows as they are, and count as zero in `q`.
  func quantize(
    _ x: Tensor, _ rows: Range<Int>, into q: QuantizedRows, outliers: OutlierRows? = nil
  ) {
    let first = rows.lowerBound * q.blocks
    if let outliers {
      for row in rows {
        for (index, input) in outliers.inputs.enumerated() {
          outliers.values[row, index] = x[row, input]
          x.pointer[row * x.stride + input] = 0
        }
      }
    }
    kernels.entry.quantize_rows(
      q.block, rows.count, x.columns, q.bytes + first * q.block, q.scales + first, q.sums + first,
      q.offsets + first, x.pointer + rows.lowerBound * x.stride, x.stride)
    if let outliers {
      for row in rows {
        for (index, input) in outliers.inputs.enumerated() {
          x.pointer[row * x.stride + input] = outliers.values[row, index]
        }
      }
    }
  }

  /// The quantised ones among some products of the same rows, in one run of the threads.
  func quantizedProducts(
    _ projections: [Projection], _ x: QuantizedRows, outliers: OutlierRows?, residual: Tensor?
  ) {
    let total = projections.reduce(0) { $0 + Self.panelPairs($1.weight) }
    let step = max(1, total / (pool.threads * 3))
    let tasks = projections.reduce(0) { $0 + (Self.panelPairs($1.weight) + step - 1) / step }
    let width = 2 * HONE_PANEL * step
    pool.run(tasks) { task, _ in
      var task = task
      for projection in projections {
        let count = (Self.panelPairs(projection.weight) + step - 1) / step
        if task >= count {
          task -= count
          continue
        }
        guard let weight = projection.weight.quantized else { return }
        quantizedProduct(
          into: projection.out, x, weight.forward, first: task * width,
          count: min(width, projection.out.columns - task * width), base: residual,
          update: projection.update.map { ($0.hidden, $0.b) },
          outliers: outliers.flatMap { rows in weight.outliers.map { (rows.values, $0.columns) } })
        return
      }
    }
  }

  private static func panelPairs(_ weight: WeightMatrix) -> Int {
    weight.quantized == nil ? 0 : (weight.rows + 2 * HONE_PANEL - 1) / (2 * HONE_PANEL)
  }

  /// Splits columns into ranges of whole panel pairs, some for each thread, and runs them.
  func forEachPanelPair(_ columns: Int, _ body: (_ first: Int, _ count: Int) -> Void) {
    let pair = 2 * HONE_PANEL
    let pairs = (columns + pair - 1) / pair
    let width = max(1, pairs / (pool.threads * 3)) * pair
    pool.run((columns + width - 1) / width) { task, _ in
      body(task * width, min(width, columns - task * width))
    }
  }

  /// Columns of `out[T, N] = base + x · Wᵀ + update + outliers`: products in int32, scales and
  /// minima applied in float32. On one thread.
  ///
  /// - Parameters:
  ///   - update: Factors `[T, R]` and `[R, N]` of an adapter's part.
  ///   - outliers: Inputs `[T, C]` that are not in `x`, and their columns of W as `[C, N]`.
  func quantizedProduct(
    into out: Tensor, _ x: QuantizedRows, _ weight: QuantizedMatrix, first: Int, count: Int,
    base: Tensor?, update: (Tensor, Tensor)?, outliers: (Tensor, Tensor)? = nil
  ) {
    precondition(x.columns == weight.columns && out.columns == weight.rows)
    var product = hone_int8_product()
    product.packing = weight.packing
    product.m = out.rows
    product.k = x.columns
    product.packed = UnsafePointer(weight.pointer)
    product.q = UnsafePointer(x.bytes)
    product.scale = UnsafePointer(x.scales)
    product.sum = UnsafePointer(x.sums)
    product.offset = UnsafePointer(x.offsets)
    product.y = out.pointer
    product.ldy = out.stride
    if let base {
      product.base = UnsafePointer(base.pointer)
      product.ldbase = base.stride
    }
    product.terms = (lowRank(update), lowRank(outliers))
    hone_int8_gemm(kernels.table, &product, first, count)
  }
  private func lowRank(_ factors: (left: Tensor, right: Tensor)?) -> hone_low_rank {
    guard let (left, right) = factors else { return hone_low_rank() }
    return hone_low_rank(
      rank: left.columns, left: UnsafePointer(left.pointer), ldl: left.stride,
      right: UnsafePointer(right.pointer), ldr: right.stride)
  }
}

// SPDX-License-Identifier: Apache-2.0
import CHoneKernels

/// Rows of activations in signed bytes, each block of 32 with its scale: what quantised products
/// read. Memory of the device, valid until its next quantisation.
struct QuantizedRows {
  let rows: Int
  let columns: Int
  let bytes: UnsafeMutablePointer<Int8>
  /// `[T, blocks]`.
  let scales: UnsafeMutablePointer<Float>
  /// `[T, blocks]`: scale times the sum of the bytes, for the weights' minima.
  let sums: UnsafeMutablePointer<Float>
}

extension CPUDevice {
  /// Quantises activations `[T, K]` row by row in blocks of 32; the step is the block's largest
  /// magnitude over 127.
  func quantize(rows x: Tensor) -> QuantizedRows {
    let blocks = (x.columns + HONE_BLOCK - 1) / HONE_BLOCK
    let width = blocks * HONE_BLOCK
    // Bytes first, then scales, then sums, in units of floats.
    let bytesCount = (x.rows * width + 3) / 4
    let scratch = quantizedScratch(bytesCount + 2 * x.rows * blocks)
    let result = QuantizedRows(
      rows: x.rows, columns: x.columns,
      bytes: UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: Int8.self),
      scales: scratch + bytesCount, sums: scratch + bytesCount + x.rows * blocks)
    forEachRowBlock(x.rows) { range in
      kernels.entry.quantize_rows(
        range.count, x.columns, result.bytes + range.lowerBound * width,
        result.scales + range.lowerBound * blocks, result.sums + range.lowerBound * blocks,
        x.pointer + range.lowerBound * x.stride, x.stride)
    }
    return result
  }

  /// `out[T, N] (+)= x · Wᵀ`: products in int32, scales and minima applied in float32.
  func quantizedProduct(
    into out: Tensor, _ x: QuantizedRows, _ weight: QuantizedMatrix, accumulate: Bool = false
  ) {
    precondition(x.columns == weight.columns && out.columns == weight.rows && out.rows == x.rows)
    let pair = 2 * HONE_PANEL
    let pairs = (weight.rows + pair - 1) / pair
    let block = max(1, pairs / (pool.threads * 3)) * pair
    pool.run((weight.rows + block - 1) / block) { task, _ in
      let first = task * block
      hone_int8_gemm(
        kernels.table, x.rows, x.columns, first, min(block, weight.rows - first),
        accumulate ? 1 : 0, out.pointer, out.stride, x.bytes, x.scales, x.sums, weight.pointer)
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import CHoneKernels

/// An adapter's part of a projection: `y += scaling · (x · Aᵀ) · B`.
///
/// - SeeAlso: Hu et al. 2021, arXiv 2106.09685, eq. 3.
package struct LowRankUpdate: Sendable {
  /// `[R, K]`.
  package let a: Tensor
  /// `[R, N]`: B of the paper transposed, so that both matrices have rows of one direction.
  package let b: Tensor
  /// `[T, R]`, receives `scaling · x · Aᵀ`, which the backward reads.
  package let hidden: Tensor
  package let scaling: Float

  package init(a: Tensor, b: Tensor, hidden: Tensor, scaling: Float) {
    precondition(a.rows == b.rows && hidden.columns == a.rows)
    self.a = a
    self.b = b
    self.hidden = hidden
    self.scaling = scaling
  }

  /// The same with memory for fewer rows.
  package func rows(_ range: Range<Int>) -> LowRankUpdate {
    LowRankUpdate(a: a, b: b, hidden: hidden.rows(range), scaling: scaling)
  }
}

/// A matrix `[R, K]` of few rows, packed for products with many; scratch of the operation.
enum PackedFactor {
  /// `[K, R]`, R padded to whole vectors.
  case float32(Tensor)
  /// See `hone_bf16_pack`.
  case bfloat16(UnsafePointer<UInt32>)
}

extension CPUDevice {
  func packedTransposed(_ matrix: Tensor?, _ precision: ProductPrecision) -> PackedFactor? {
    guard let matrix else { return nil }
    if precision == .bfloat16 {
      let count = hone_bf16_packed_count(kernels.bfloat16, matrix.rows, matrix.columns)
      // Pairs in a float matrix for its alignment; any type may share its memory.
      let packed = UnsafeMutableRawPointer(scratch.tensor(rows: 1, columns: count).pointer)
        .assumingMemoryBound(to: UInt32.self)
      hone_bf16_pack(
        kernels.bfloat16, matrix.rows, matrix.columns, packed, matrix.pointer, matrix.stride)
      return .bfloat16(packed)
    }
    let lanes = kernels.entry.lanes
    let width = (matrix.rows + lanes - 1) / lanes * lanes
    let packed = scratch.tensor(rows: matrix.columns, columns: width)
    for first in stride(from: 0, to: matrix.rows, by: kernels.entry.tile_columns) {
      kernels.entry.pack_transposed(
        matrix.columns, min(kernels.entry.tile_columns, matrix.rows - first),
        packed.pointer + first, width, matrix.pointer + first * matrix.stride, matrix.stride)
    }
    return .float32(packed)
  }

  /// `out = scaling · x · matrixᵀ` for some rows, where `matrix` `[R, K]` has few rows.
  ///
  /// - Parameter packed: Of ``packedTransposed(_:_:)``; nil for up to ``fewRows`` rows.
  func reduceRank(
    _ x: Tensor, _ rows: Range<Int>, _ matrix: Tensor, packed: PackedFactor?, into out: Tensor,
    scaling: Float, worker: Int
  ) {
    let target = out.pointer + rows.lowerBound * out.stride
    let source = x.pointer + rows.lowerBound * x.stride
    switch packed {
    case .float32(let packed)?:
      hone_gemm_packed(
        kernels.table, rows.count, matrix.rows, matrix.columns, scaling, target, out.stride,
        source, x.stride, packed.pointer, packed.stride)
      return
    case .bfloat16(let packed)?:
      hone_bf16_gemm_packed(
        kernels.bfloat16, rows.count, matrix.rows, matrix.columns, scaling, target, out.stride,
        source, x.stride, packed, productScratch(worker))
      return
    case nil: break
    }
    dotRows(
      rows.count, matrix.rows, matrix.columns, target, out.stride, source, x.stride,
      matrix.pointer, matrix.stride)
    for row in 0..<rows.count {
      for column in 0..<matrix.rows { target[row * out.stride + column] *= scaling }
    }
  }

  /// `x[t] += scaling · A[:, ids[t]] · B`: an update of the embedding table, A `[R, V]`, B `[R, D]`.
  package func embed(_ ids: [Int32], through update: LowRankUpdate, into x: Tensor) {
    gather(ids, update)
    matrixProduct(into: x, update.hidden, update.b, accumulate: true)
  }

  /// Backward of ``embed(_:through:into:)``: adds to the gradients of A and B, of their shapes.
  package func embedBackward(
    _ ids: [Int32], through update: LowRankUpdate, _ dx: Tensor, a dA: Tensor, b dB: Tensor
  ) {
    gather(ids, update)
    addWeightGradient(into: dB, update.hidden, x: dx)
    let dHidden = update.hidden
    matrixProduct(into: dHidden, dx, update.b, transposeB: true, alpha: update.scaling)
    for (row, id) in ids.enumerated() {
      for rank in 0..<dA.rows { dA[rank, Int(id)] += dHidden[row, rank] }
    }
  }

  private func gather(_ ids: [Int32], _ update: LowRankUpdate) {
    precondition(ids.count == update.hidden.rows)
    for (row, id) in ids.enumerated() {
      for rank in 0..<update.a.rows {
        update.hidden[row, rank] = update.scaling * update.a[rank, Int(id)]
      }
    }
  }
}

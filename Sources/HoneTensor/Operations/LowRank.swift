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

extension CPUDevice {
  /// A matrix `[R, K]` as `[K, R]`, R padded to whole vectors; scratch of the operation.
  func packedTransposed(_ matrix: Tensor?) -> Tensor? {
    guard let matrix else { return nil }
    let lanes = kernels.entry.lanes
    let width = (matrix.rows + lanes - 1) / lanes * lanes
    let packed = scratch.tensor(rows: matrix.columns, columns: width)
    for first in stride(from: 0, to: matrix.rows, by: kernels.entry.tile_columns) {
      kernels.entry.pack_transposed(
        matrix.columns, min(kernels.entry.tile_columns, matrix.rows - first),
        packed.pointer + first, width, matrix.pointer + first * matrix.stride, matrix.stride)
    }
    return packed
  }

  /// `out = scaling · x · matrixᵀ` for some rows, where `matrix` `[R, K]` has few rows.
  ///
  /// - Parameter packed: Of ``packedTransposed(_:)``; nil for up to ``fewRows`` rows.
  func reduceRank(
    _ x: Tensor, _ rows: Range<Int>, _ matrix: Tensor, packed: Tensor?, into out: Tensor,
    scaling: Float
  ) {
    let target = out.pointer + rows.lowerBound * out.stride
    let source = x.pointer + rows.lowerBound * x.stride
    if let packed {
      hone_gemm_packed(
        kernels.table, rows.count, matrix.rows, matrix.columns, scaling, target, out.stride,
        source, x.stride, packed.pointer, packed.stride)
      return
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

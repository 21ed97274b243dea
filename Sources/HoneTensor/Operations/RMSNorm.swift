// SPDX-License-Identifier: Apache-2.0

extension CPUDevice {
  /// Root-mean-square layer normalisation: `out = x / rms(x) · weight`.
  ///
  /// - Parameters:
  ///   - out: `[T, D]`.
  ///   - rstd: `[T, 1]`, receives 1 / rms(x) for the backward.
  ///   - x: `[T, D]`.
  ///   - weight: `[1, D]`.
  ///   - eps: Added to the mean square.
  /// - SeeAlso: Zhang & Sennrich 2019, arXiv 1910.07467, eq. 4.
  package func rmsNorm(into out: Tensor, rstd: Tensor, _ x: Tensor, weight: Tensor, eps: Float) {
    forEachRowBlock(x.rows) { rmsNorm($0, into: out, rstd: rstd, x, weight: weight, eps: eps) }
  }

  /// The same for a range of the rows, on one thread.
  package func rmsNorm(
    _ rows: Range<Int>, into out: Tensor, rstd: Tensor, _ x: Tensor, weight: Tensor, eps: Float
  ) {
    precondition(out.isContiguous && x.isContiguous && x.columns == weight.columns)
    precondition(out.count == x.count && rstd.rows == x.rows && rstd.isContiguous)
    let offset = rows.lowerBound * x.columns
    kernels.entry.rms_norm(
      rows.count, x.columns, eps, out.pointer + offset, rstd.pointer + rows.lowerBound,
      x.pointer + offset, weight.pointer)
  }

  /// Backward of ``rmsNorm(into:rstd:_:weight:eps:)`` for a frozen gain: adds to `dx[T, D]`.
  package func rmsNormBackward(
    into dx: Tensor, _ dy: Tensor, x: Tensor, weight: Tensor, rstd: Tensor
  ) {
    forEachRowBlock(x.rows) {
      rmsNormBackward($0, into: dx, dy, x: x, weight: weight, rstd: rstd)
    }
  }

  /// The same for a range of the rows, on one thread.
  package func rmsNormBackward(
    _ rows: Range<Int>, into dx: Tensor, _ dy: Tensor, x: Tensor, weight: Tensor, rstd: Tensor
  ) {
    precondition(dx.isContiguous && dy.isContiguous && x.isContiguous)
    precondition(dx.count == x.count && dy.count == x.count && rstd.rows == x.rows)
    let offset = rows.lowerBound * x.columns
    kernels.entry.rms_norm_backward(
      rows.count, x.columns, dx.pointer + offset, dy.pointer + offset, x.pointer + offset,
      weight.pointer, rstd.pointer + rows.lowerBound)
  }

  /// ``rmsNorm(into:rstd:_:weight:eps:)`` of each head of each row by itself.
  ///
  /// - Parameters:
  ///   - out: `[T, heads · E]`.
  ///   - rstd: `[T, heads]`.
  ///   - x: `[T, heads · E]`.
  ///   - weight: `[1, E]`, the same for all heads.
  package func rmsNormHeads(into out: Tensor, rstd: Tensor, _ x: Tensor, weight: Tensor, eps: Float)
  {
    precondition(out.rows == x.rows && out.columns == x.columns && rstd.rows == x.rows)
    precondition(rstd.columns * weight.columns == x.columns)
    forEachRowBlock(x.rows) { rows in
      for row in rows {
        kernels.entry.rms_norm(
          rstd.columns, weight.columns, eps, out.pointer + row * out.stride,
          rstd.pointer + row * rstd.stride, x.pointer + row * x.stride, weight.pointer)
      }
    }
  }

  /// Backward of ``rmsNormHeads(into:rstd:_:weight:eps:)`` for a range of the rows, on one thread:
  /// writes `dx[T, heads · E]`.
  package func rmsNormHeadsBackward(
    _ rows: Range<Int>, into dx: Tensor, _ dy: Tensor, x: Tensor, weight: Tensor, rstd: Tensor
  ) {
    precondition(dx.rows == x.rows && dx.columns == x.columns && dy.rows == x.rows)
    precondition(dy.columns == x.columns && rstd.rows == x.rows)
    precondition(rstd.columns * weight.columns == x.columns)
    for row in rows {
      let target = dx.pointer + row * dx.stride
      target.update(repeating: 0, count: dx.columns)
      kernels.entry.rms_norm_backward(
        rstd.columns, weight.columns, target, dy.pointer + row * dy.stride,
        x.pointer + row * x.stride, weight.pointer, rstd.pointer + row * rstd.stride)
    }
  }
}

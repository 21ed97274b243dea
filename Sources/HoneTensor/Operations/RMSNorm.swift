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
    precondition(out.isContiguous && x.isContiguous && x.columns == weight.columns)
    precondition(out.count == x.count && rstd.rows == x.rows && rstd.isContiguous)
    let d = x.columns
    forEachRowBlock(x.rows) { range in
      kernels.entry.rms_norm(
        range.count, d, eps, out.pointer + range.lowerBound * d, rstd.pointer + range.lowerBound,
        x.pointer + range.lowerBound * d, weight.pointer)
    }
  }

  /// Backward of ``rmsNorm(into:rstd:_:weight:eps:)`` for a frozen gain: adds to `dx[T, D]`.
  package func rmsNormBackward(
    into dx: Tensor, _ dy: Tensor, x: Tensor, weight: Tensor, rstd: Tensor
  ) {
    precondition(dx.isContiguous && dy.isContiguous && x.isContiguous)
    precondition(dx.count == x.count && dy.count == x.count && rstd.rows == x.rows)
    let d = x.columns
    forEachRowBlock(x.rows) { range in
      let offset = range.lowerBound * d
      kernels.entry.rms_norm_backward(
        range.count, d, dx.pointer + offset, dy.pointer + offset, x.pointer + offset,
        weight.pointer, rstd.pointer + range.lowerBound)
    }
  }
}

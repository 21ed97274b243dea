// SPDX-License-Identifier: Apache-2.0

extension CPUDevice {
  /// `out = silu(gate) · up`, all `[T, F]`.
  ///
  /// - SeeAlso: Shazeer 2020, arXiv 2002.05202, eq. 5.
  package func swiglu(into out: Tensor, gate: Tensor, up: Tensor) {
    precondition(out.isContiguous && gate.isContiguous && up.isContiguous)
    precondition(out.count == gate.count && out.count == up.count)
    forEachRowBlock(out.rows) { range in
      let offset = range.lowerBound * out.columns
      kernels.entry.swiglu(
        range.count * out.columns, out.pointer + offset, gate.pointer + offset,
        up.pointer + offset)
    }
  }

  /// Backward of ``swiglu(into:gate:up:)``; `dGate` and `dUp` may be `gate` and `up` themselves.
  package func swigluBackward(
    dGate: Tensor, dUp: Tensor, _ dOut: Tensor, gate: Tensor, up: Tensor
  ) {
    precondition(dGate.isContiguous && dUp.isContiguous && dOut.isContiguous)
    precondition(gate.isContiguous && up.isContiguous && dOut.count == gate.count)
    precondition(dGate.count == gate.count && dUp.count == up.count && up.count == gate.count)
    forEachRowBlock(dOut.rows) { range in
      let offset = range.lowerBound * dOut.columns
      kernels.entry.swiglu_backward(
        range.count * dOut.columns, dGate.pointer + offset, dUp.pointer + offset,
        dOut.pointer + offset, gate.pointer + offset, up.pointer + offset)
    }
  }
}

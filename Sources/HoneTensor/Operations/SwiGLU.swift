// SPDX-License-Identifier: Apache-2.0

/// What a gate goes through before it multiplies, under config.json's names.
public enum GateActivation: String, Codable, Sendable, Hashable {
  /// `g · sigmoid(g)`.
  case silu
  /// `g / 2 · (1 + tanh(√(2/π) · (g + 0.044715 · g³)))`.
  case geluTanh = "gelu_pytorch_tanh"
}

extension CPUDevice {
  /// `out = activation(gate) · up`, all `[T, F]`.
  ///
  /// - SeeAlso: Shazeer 2020, arXiv 2002.05202, eq. 5.
  package func swiglu(
    into out: Tensor, gate: Tensor, up: Tensor, activation: GateActivation = .silu
  ) {
    forEachRowBlock(out.rows) {
      swiglu($0, into: out, gate: gate, up: up, activation: activation)
    }
  }

  /// The same for a range of the rows, on one thread.
  package func swiglu(
    _ rows: Range<Int>, into out: Tensor, gate: Tensor, up: Tensor,
    activation: GateActivation = .silu
  ) {
    precondition(out.isContiguous && gate.isContiguous && up.isContiguous)
    precondition(out.count == gate.count && out.count == up.count)
    let offset = rows.lowerBound * out.columns
    let count = rows.count * out.columns
    let (out, gate, up) = (out.pointer + offset, gate.pointer + offset, up.pointer + offset)
    switch activation {
    case .silu: kernels.entry.swiglu(count, out, gate, up)
    case .geluTanh: kernels.entry.geglu(count, out, gate, up)
    }
  }

  /// Backward of ``swiglu(into:gate:up:activation:)``; `dGate` and `dUp` may be `gate` and `up`
  /// themselves.
  package func swigluBackward(
    dGate: Tensor, dUp: Tensor, _ dOut: Tensor, gate: Tensor, up: Tensor,
    activation: GateActivation = .silu
  ) {
    forEachRowBlock(dOut.rows) {
      swigluBackward(
        $0, dGate: dGate, dUp: dUp, dOut, gate: gate, up: up, activation: activation)
    }
  }

  /// The same for a range of the rows, on one thread.
  package func swigluBackward(
    _ rows: Range<Int>, dGate: Tensor, dUp: Tensor, _ dOut: Tensor, gate: Tensor, up: Tensor,
    activation: GateActivation = .silu
  ) {
    precondition(dGate.isContiguous && dUp.isContiguous && dOut.isContiguous)
    precondition(gate.isContiguous && up.isContiguous && dOut.count == gate.count)
    precondition(dGate.count == gate.count && dUp.count == up.count && up.count == gate.count)
    let offset = rows.lowerBound * dOut.columns
    let count = rows.count * dOut.columns
    let (dGate, dUp) = (dGate.pointer + offset, dUp.pointer + offset)
    let (dOut, gate, up) = (dOut.pointer + offset, gate.pointer + offset, up.pointer + offset)
    switch activation {
    case .silu: kernels.entry.swiglu_backward(count, dGate, dUp, dOut, gate, up)
    case .geluTanh: kernels.entry.geglu_backward(count, dGate, dUp, dOut, gate, up)
    }
  }
}

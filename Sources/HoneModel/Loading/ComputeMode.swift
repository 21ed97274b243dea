// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// How the products with frozen weights are computed.
public enum ComputeMode: String, Codable, CaseIterable, Sendable, Hashable {
  /// ``int8`` for a model whose file is quantised, where this CPU has fast kernels for it, else
  /// ``float32``. A loaded model tells which it was: ``LanguageModel/compute``.
  case auto
  /// Weights unpacked to float32, products in float32.
  case float32
  /// Weights in 8-bit blocks of 32, activations and gradients quantised to 8 bits beside them,
  /// products in int32. Less memory and faster; see docs/performance.md for what it costs. Where
  /// the CPU multiplies bfloat16 faster than float32, trainings do that in attention and in the
  /// adapters' gradients.
  case int8

  /// What ``auto`` stands for; the others stand for themselves.
  ///
  /// - Parameter isQuantized: Whether the projections are stored in blocks of integers: 8 bits are
  ///   then about as exact as what the file holds.
  package func resolved(isQuantized: Bool, kernels: Kernels) -> ComputeMode {
    guard self == .auto else { return self }
    return isQuantized && kernels.hasFastInt8 ? .int8 : .float32
  }
}

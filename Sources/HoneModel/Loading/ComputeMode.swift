// SPDX-License-Identifier: Apache-2.0

/// How the products with frozen weights are computed.
public enum ComputeMode: String, Codable, CaseIterable, Sendable, Hashable {
  /// Weights unpacked to float32, products in float32.
  case float32
  /// Weights in 8-bit blocks of 32, activations and gradients quantised to 8 bits beside them,
  /// products in int32. Less memory and faster; see docs/performance.md for what it costs.
  case int8
}

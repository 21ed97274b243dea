// SPDX-License-Identifier: Apache-2.0

/// Says whether the weights are what they were.
enum WeightsText {
  /// - Returns: nil where they were not hashed.
  static func line(before: UInt64?, after: UInt64?) -> String? {
    guard let before, let after else { return nil }
    return before == after
      ? "weights unchanged: \(String(before, radix: 16))"
      : "WEIGHTS CHANGED: \(String(before, radix: 16)) → \(String(after, radix: 16))"
  }
}

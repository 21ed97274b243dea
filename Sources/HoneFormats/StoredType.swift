// SPDX-License-Identifier: Apache-2.0
import CHoneKernels

/// A number format that Hone reads; the raw value is GGUF's type id and `hone_dtype`'s.
package enum StoredType: Int32, CaseIterable, Sendable {
  case float32 = 0
  case float16 = 1
  case q4v0 = 2
  case q4v1 = 3
  case q5v0 = 6
  case q5v1 = 7
  case q8v0 = 8
  case q4K = 12
  case q5K = 13
  case q6K = 14
  case bfloat16 = 30

  /// The name that ggml and the tools around it use.
  package var name: String {
    switch self {
    case .float32: "F32"
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .q4v0: "Q4_0"
    case .q4v1: "Q4_1"
    case .q5v0: "Q5_0"
    case .q5v1: "Q5_1"
    case .q8v0: "Q8_0"
    case .q4K: "Q4_K"
    case .q5K: "Q5_K"
    case .q6K: "Q6_K"
    }
  }

  /// Values in one block; rows are whole blocks.
  package var blockValues: Int { Int(hone_block_values(rawValue)) }
  /// Whether a block holds small integers with a common scale.
  package var isQuantized: Bool { blockValues > 1 }
  /// Bytes of one block.
  package var blockBytes: Int { Int(hone_block_bytes(rawValue)) }

  /// Bytes of `count` values; nil if they are no whole number of blocks or too many to address.
  package func byteCount(values count: Int) -> Int? {
    guard count >= 0, count % blockValues == 0 else { return nil }
    let (bytes, overflow) = (count / blockValues).multipliedReportingOverflow(by: blockBytes)
    return overflow ? nil : bytes
  }

  /// All names, for messages.
  static var allNames: String { allCases.map(\.name).joined(separator: ", ") }
}

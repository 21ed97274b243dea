// SPDX-License-Identifier: Apache-2.0

/// An FNV-1a hash: shows whether weights changed, protects against nothing.
package struct Checksum: Sendable {
  package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  package init() {}

  package mutating func combine(_ word: UInt64) {
    value = (value ^ word) &* 0x0000_0100_0000_01B3
  }

  package mutating func combine(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { combine(UInt64(byte)) }
  }

  /// Texts with an end behind each, so that where one ends makes a difference.
  package mutating func combine(_ texts: some Sequence<String>) {
    for text in texts {
      combine(text.utf8)
      combine(0)
    }
  }
}

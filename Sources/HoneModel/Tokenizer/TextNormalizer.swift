// SPDX-License-Identifier: Apache-2.0
// Foundation, not FoundationEssentials: normalisation forms are in the former only.
import Foundation

/// What is done to a text before it is split.
package enum TextNormalizer: Sendable, Hashable {
  /// Nothing.
  case none
  /// Unicode normalisation form C.
  case nfc

  func normalize(_ text: String) -> String {
    // No scalar below U+0300 changes under NFC, alone or beside others of that range.
    if self == .none || text.unicodeScalars.allSatisfy({ $0.value < 0x300 }) { return text }
    return text.precomposedStringWithCanonicalMapping
  }
}

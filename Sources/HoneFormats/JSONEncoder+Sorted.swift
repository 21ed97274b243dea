// SPDX-License-Identifier: Apache-2.0
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension JSONEncoder {
  /// The same value gives the same bytes.
  package static var sorted: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  /// The rows of a JSONL file.
  package func lines(_ rows: some Sequence<some Encodable>) throws -> [UInt8] {
    var bytes: [UInt8] = []
    for row in rows {
      bytes += try encode(row)
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}

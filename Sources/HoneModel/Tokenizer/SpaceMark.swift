// SPDX-License-Identifier: Apache-2.0

/// `▁`, U+2581, which stands for a space in the vocabularies of SentencePiece.
enum SpaceMark {
  static let utf8 = Array("\u{2581}".utf8)

  static func replacingSpaces(in bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + 16)
    for byte in bytes {
      if byte == UInt8(ascii: " ") { result += utf8 } else { result.append(byte) }
    }
    return result
  }

  /// Appends the bytes that a token stands for: those of its spelling with spaces for marks, or the
  /// one that `<0xE2>` names.
  static func appendBytes(of spelling: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
    if let byte = byte(of: spelling) { return bytes.append(byte) }
    var position = spelling.startIndex
    while position < spelling.endIndex {
      if spelling[position...].starts(with: utf8) {
        bytes.append(UInt8(ascii: " "))
        position += utf8.count
      } else {
        bytes.append(spelling[position])
        position += 1
      }
    }
  }

  /// The spelling of the token of a byte, as SentencePiece and the reference library have it.
  static func spelling(of byte: UInt8) -> [UInt8] {
    let digits = String(byte, radix: 16, uppercase: true)
    return Array("<0x\(digits.utf8.count < 2 ? "0" : "")\(digits)>".utf8)
  }

  private static func byte(of spelling: ArraySlice<UInt8>) -> UInt8? {
    guard spelling.count == 6, spelling.starts(with: "<0x".utf8),
      spelling.last == UInt8(ascii: ">")
    else { return nil }
    let digits = spelling.dropFirst(3).prefix(2)
    // A sign is no digit, though the standard library takes it.
    guard digits.first != UInt8(ascii: "+") else { return nil }
    return UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}

// SPDX-License-Identifier: Apache-2.0

/// The byte-level alphabet of GPT-2: one printable scalar for each of the 256 bytes.
///
/// Vocabulary files spell tokens in it, so that every byte string is valid, printable text.
/// Printable Latin-1 stands for itself; the other 68 bytes, in order, are U+0100…U+0143.
enum ByteLevelAlphabet {
  /// The scalar value that spells a byte.
  static let scalars: [UInt16] = {
    var next: UInt16 = 0x100
    return (UInt16(0)...255).map { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return byte
      default:
        defer { next += 1 }
        return next
      }
    }
  }()

  /// The byte that a scalar value spells, or -1; indices 0…0x143.
  private static let bytes: [Int16] = {
    var table = [Int16](repeating: -1, count: 0x144)
    for (byte, scalar) in scalars.enumerated() { table[Int(scalar)] = Int16(byte) }
    return table
  }()

  /// Appends the spelling of a byte, in UTF-8.
  static func appendSpelling(of byte: UInt8, to spelling: inout [UInt8]) {
    let scalar = scalars[Int(byte)]
    if scalar < 0x80 {
      spelling.append(UInt8(scalar))
    } else {
      spelling.append(0xC0 | UInt8(scalar >> 6))
      spelling.append(0x80 | UInt8(scalar & 0x3F))
    }
  }

  /// Appends the bytes that a spelling stands for.
  ///
  /// A spelling with any scalar outside the alphabet stands for its own UTF-8, as in the reference
  /// library; added tokens can be such.
  static func appendBytes(of spelling: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
    let start = bytes.count
    var position = spelling.startIndex
    while position < spelling.endIndex {
      let lead = spelling[position]
      var scalar = Int(lead)
      var length = 1
      if lead >= 0x80 {
        // Two-byte sequences reach U+07FF; longer ones lie outside the alphabet.
        guard lead < 0xE0, position + 1 < spelling.endIndex else { break }
        scalar = Int(lead & 0x1F) << 6 | Int(spelling[position + 1] & 0x3F)
        length = 2
      }
      guard scalar < Self.bytes.count, Self.bytes[scalar] >= 0 else { break }
      bytes.append(UInt8(truncatingIfNeeded: Self.bytes[scalar]))
      position += length
    }
    if position < spelling.endIndex {
      bytes.removeSubrange(start...)
      bytes.append(contentsOf: spelling)
    }
  }
}

// SPDX-License-Identifier: Apache-2.0

/// Valid UTF-8 read scalar by scalar at byte offsets.
///
/// Made from a `String` or parts of one, so sequences are known to be well formed; offsets handed in
/// must be those of scalars.
struct ScalarText {
  let bytes: [UInt8]
  private let ascii = ScalarClass.ascii

  init(_ text: String) { bytes = Array(text.utf8) }

  /// - Parameter bytes: Valid UTF-8.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// A part of a text, with a space before it.
  init(prefixingSpaceTo range: Range<Int>, of text: ScalarText) {
    bytes = [0x20] + text.bytes[range]
  }

  /// The class of the scalar at an offset, and the offset of the next scalar.
  func read(at offset: Int) -> (class: ScalarClass, next: Int) {
    let byte = bytes[offset]
    if byte < 0x80 { return (ascii[Int(byte)], offset + 1) }
    let (scalar, next) = scalar(at: offset)
    return (ScalarClass(scalar), next)
  }

  /// The scalar at an offset, and the offset of the next one.
  func scalar(at offset: Int) -> (scalar: Unicode.Scalar, next: Int) {
    let lead = UInt32(bytes[offset])
    let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    var value = length == 1 ? lead : lead & (0x7F >> UInt32(length))
    for byte in bytes[offset + 1..<offset + length] { value = value << 6 | UInt32(byte & 0x3F) }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", offset + length)
  }

  /// The scalar that ends at an offset, and the offset where it starts; the offset is not the first.
  func scalar(before offset: Int) -> (scalar: Unicode.Scalar, start: Int) {
    var start = offset - 1
    while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return (scalar(at: start).scalar, start)
  }

  /// The end of the run of one class that holds at an offset.
  func endOfRun(of wanted: ScalarClass, from offset: Int, limit: Int) -> Int {
    var end = offset
    while end < limit {
      let (found, next) = read(at: end)
      if found != wanted { break }
      end = next
    }
    return end
  }

  /// The end of `\s+(?!\S)|\s+` at an offset where whitespace stands: the run of whitespace, less
  /// its last scalar where something follows it that could take that scalar as its prefix.
  func endOfWhitespace(from offset: Int, limit: Int) -> Int {
    var last = offset
    var end = offset
    while end < limit {
      let (found, next) = read(at: end)
      if !found.isWhitespace { break }
      last = end
      end = next
    }
    return end == limit || last == offset ? end : last
  }
}

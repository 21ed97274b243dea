// SPDX-License-Identifier: Apache-2.0

/// GPT-2's splitting pattern, which byte-level pre-tokenizers use unless told otherwise:
///
/// ```
/// 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
/// ```
/// - SeeAlso: Radford et al. 2019, section 2.2.
enum GPT2Pattern {
  /// The pattern as tokenizer.json spells it.
  static let expression =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  /// The end of the piece that starts at an offset below the limit.
  static func endOfPiece(in text: ScalarText, from start: Int, limit: Int) -> Int {
    let byte = text.bytes[start]
    if byte == UInt8(ascii: "'"), let end = contraction(in: text, from: start, limit: limit) {
      return end
    }
    let (first, next) = text.read(at: start)
    if byte == UInt8(ascii: " "), next < limit {
      let (second, after) = text.read(at: next)
      if !second.isWhitespace { return text.endOfRun(of: second, from: after, limit: limit) }
    }
    if first.isWhitespace { return text.endOfWhitespace(from: start, limit: limit) }
    return text.endOfRun(of: first, from: next, limit: limit)
  }

  private static func contraction(in text: ScalarText, from start: Int, limit: Int) -> Int? {
    guard start + 1 < limit else { return nil }
    let second = start + 2 < limit ? text.bytes[start + 2] : 0
    switch (text.bytes[start + 1], second) {
    case (UInt8(ascii: "s"), _), (UInt8(ascii: "t"), _), (UInt8(ascii: "m"), _),
      (UInt8(ascii: "d"), _):
      return start + 2
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
      (UInt8(ascii: "l"), UInt8(ascii: "l")):
      return start + 3
    default:
      return nil
    }
  }
}

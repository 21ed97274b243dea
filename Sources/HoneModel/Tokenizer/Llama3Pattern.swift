// SPDX-License-Identifier: Apache-2.0

/// The splitting pattern of Llama 3, and of Qwen2 with single digits:
///
/// ```
/// (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}
///   | ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
/// ```
/// Qwen2 has `\p{N}` where Llama 3 has `\p{N}{1,3}`; the rest is the same.
enum Llama3Pattern {
  /// Llama 3's pattern as tokenizer.json spells it.
  static let expression = spelled(digits: #"\p{N}{1,3}"#)
  /// Qwen2's pattern as tokenizer.json spells it.
  static let qwen2Expression = spelled(digits: #"\p{N}"#)

  private static func spelled(digits: String) -> String {
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"# + digits
      + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  /// The end of the piece that starts at an offset below the limit.
  static func endOfPiece(
    in text: ScalarText, from start: Int, limit: Int, maxDigits: Int
  ) -> Int {
    let byte = text.bytes[start]
    if byte == UInt8(ascii: "'"), let end = contraction(in: text, from: start, limit: limit) {
      return end
    }
    let (first, next) = text.read(at: start)
    switch first {
    case .letter:
      return text.endOfRun(of: .letter, from: next, limit: limit)
    case .number:
      return endOfNumber(in: text, from: next, limit: limit, more: maxDigits - 1)
    case .space, .other:
      guard next < limit else { return next }
      let (second, after) = text.read(at: next)
      if second == .letter { return text.endOfRun(of: .letter, from: after, limit: limit) }
      if first == .other || byte == UInt8(ascii: " ") && second == .other {
        let end = text.endOfRun(of: .other, from: next, limit: limit)
        return text.endOfRun(of: .newline, from: end, limit: limit)
      }
    case .newline:
      break
    }
    return endOfLines(in: text, from: start, limit: limit)
  }

  private static func endOfNumber(
    in text: ScalarText, from start: Int, limit: Int, more: Int
  ) -> Int {
    var end = start
    for _ in 0..<more where end < limit {
      let (found, next) = text.read(at: end)
      if found != .number { break }
      end = next
    }
    return end
  }

  /// `\s*[\r\n]+|\s+(?!\S)|\s+`: up to the last line break of a run of whitespace, if it has one.
  static func endOfLines(in text: ScalarText, from start: Int, limit: Int) -> Int {
    var endOfBreak: Int?
    var end = start
    while end < limit {
      let (found, next) = text.read(at: end)
      if !found.isWhitespace { break }
      if found == .newline { endOfBreak = next }
      end = next
    }
    return endOfBreak ?? text.endOfWhitespace(from: start, limit: limit)
  }

  private static func contraction(in text: ScalarText, from start: Int, limit: Int) -> Int? {
    guard start + 1 < limit else { return nil }
    let byte = text.bytes[start + 1]
    let second = start + 2 < limit ? text.bytes[start + 2] : 0
    switch (byte | 0x20, second | 0x20) {
    case (UInt8(ascii: "s"), _), (UInt8(ascii: "t"), _), (UInt8(ascii: "m"), _),
      (UInt8(ascii: "d"), _):
      return start + 2
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
      (UInt8(ascii: "l"), UInt8(ascii: "l")):
      return start + 3
    default:
      // U+017F, the long s, folds to s.
      return byte == 0xC5 && second == 0xBF ? start + 3 : nil
    }
  }
}

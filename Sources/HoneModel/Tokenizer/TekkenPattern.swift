// SPDX-License-Identifier: Apache-2.0

/// The splitting pattern of Mistral's Tekken, which tells capitals from small letters:
///
/// ```
/// [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+
///   |[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*
///   |\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
/// ```
enum TekkenPattern {
  /// The pattern as tokenizer.json spells it.
  static let expression =
    #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|"#
    + #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|"#
    + #"\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

  /// Which of the pattern's two classes of letters a scalar is in.
  private enum Case {
    /// Lu and Lt: the first class alone.
    case upper
    /// Ll: the second class alone.
    case lower
    /// Lm, Lo and M: both.
    case either
  }

  /// The end of the piece that starts at an offset below the limit.
  static func endOfPiece(in text: ScalarText, from start: Int, limit: Int) -> Int {
    let byte = text.bytes[start]
    let (first, next) = text.read(at: start)
    if first == .number { return next }
    // A first scalar that is no letter is the optional one, or a mark that stands for a letter.
    var starts = [start]
    if first == .space || first == .other { starts.insert(next, at: 0) }
    for match in [endOfWord, endOfCapitals] {
      for start in starts {
        if let end = match(text, start, limit) { return end }
      }
    }
    if first == .other {
      return endOfSymbols(in: text, from: next, limit: limit)
    }
    if byte == UInt8(ascii: " "), next < limit {
      let (second, after) = text.read(at: next)
      if second == .other { return endOfSymbols(in: text, from: after, limit: limit) }
    }
    return Llama3Pattern.endOfLines(in: text, from: start, limit: limit)
  }

  /// The first class as often as can be, then the second at least once.
  private static func endOfWord(_ text: ScalarText, _ start: Int, _ limit: Int) -> Int? {
    var end = start
    var lastEither: Int?
    while end < limit, let (found, next) = letter(in: text, at: end), found != .lower {
      end = next
      if found == .either { lastEither = next }
    }
    guard end < limit, letter(in: text, at: end)?.0 == .lower else {
      // The last scalar that is in both classes goes to the second.
      return lastEither
    }
    while end < limit, let (found, next) = letter(in: text, at: end), found != .upper { end = next }
    return end
  }

  /// The first class at least once; what the second could add, ``endOfWord(_:_:_:)`` has found.
  private static func endOfCapitals(_ text: ScalarText, _ start: Int, _ limit: Int) -> Int? {
    var end = start
    while end < limit, let (found, next) = letter(in: text, at: end), found == .upper { end = next }
    return end > start ? end : nil
  }

  /// `[^\s\p{L}\p{N}]*[\r\n/]*`
  private static func endOfSymbols(in text: ScalarText, from start: Int, limit: Int) -> Int {
    var end = text.endOfRun(of: .other, from: start, limit: limit)
    while end < limit, [0x0A, 0x0D, UInt8(ascii: "/")].contains(text.bytes[end]) { end += 1 }
    return end
  }

  private static func letter(in text: ScalarText, at offset: Int) -> (Case, next: Int)? {
    let (scalar, next) = text.scalar(at: offset)
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .titlecaseLetter:
      return scalar.isInReferenceUnicode ? (.upper, next) : nil
    case .lowercaseLetter:
      return scalar.isInReferenceUnicode ? (.lower, next) : nil
    case .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark, .enclosingMark:
      return scalar.isInReferenceUnicode ? (.either, next) : nil
    default: return nil
    }
  }
}

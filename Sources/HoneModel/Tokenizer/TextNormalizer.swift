// SPDX-License-Identifier: Apache-2.0

/// What is done to a text before it is split, step by step.
package struct TextNormalizer: Sendable, Hashable {
  package enum Step: Sendable, Hashable {
    /// Unicode normalisation form C.
    case nfc
    /// Puts a string before a text that is not empty.
    case prepend(String)
    /// Replaces every occurrence of a string that is not empty.
    case replace(String, with: String)
  }

  package var steps: [Step] = []

  /// Nothing.
  package static let none = TextNormalizer()
  /// Unicode normalisation form C.
  package static let nfc = TextNormalizer(steps: [.nfc])
  /// SentencePiece: `▁` before the text and for every space.
  package static let sentencePiece = TextNormalizer(
    steps: [.prepend("\u{2581}"), .replace(" ", with: "\u{2581}")])

  /// - Parameter prepends: Whether to put before the text what there is to be put.
  func normalize(_ text: String, prepends: Bool = true) -> String {
    steps.reduce(text) { text, step in
      switch step {
      case .nfc: NormalizationFormC.normalize(text)
      case .prepend(let prefix): text.isEmpty || !prepends ? text : prefix + text
      case .replace(let pattern, let replacement):
        Self.replacing(Array(pattern.utf8), with: replacement.utf8, in: Array(text.utf8))
      }
    }
  }

  /// By bytes: Swift's own search sees no space in a space with a combining mark.
  private static func replacing(
    _ pattern: [UInt8], with replacement: String.UTF8View, in text: [UInt8]
  ) -> String {
    guard let first = pattern.first else { return String(decoding: text, as: UTF8.self) }
    var result: [UInt8] = []
    result.reserveCapacity(text.count + 16)
    var position = 0
    while position < text.count {
      if text[position] == first, text[position...].starts(with: pattern) {
        result += replacement
        position += pattern.count
      } else {
        result.append(text[position])
        position += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

/// Unicode normalisation form C (UAX #15), as the reference library has it.
///
/// Foundation's gives other text in places: its tables are newer, and on Linux it joins marks to
/// scalars above U+FFFF as if to those with the same low 16 bits.
enum NormalizationFormC {
  static func normalize(_ text: String) -> String {
    // No scalar below U+0300 changes under NFC, alone or beside others of that range.
    if text.unicodeScalars.allSatisfy({ $0.value < 0x300 }) { return text }
    var scalars: [Scalar] = []
    scalars.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars { decompose(scalar, into: &scalars) }
    sortMarks(&scalars)
    compose(&scalars)
    var result = String.UnicodeScalarView()
    for scalar in scalars { result.append(scalar.value) }
    return String(result)
  }

  private struct Scalar {
    var value: Unicode.Scalar
    /// The canonical combining class; 0 for a starter.
    var combiningClass: UInt8
  }

  private struct Tables {
    var decompositions: [UInt32: (first: Unicode.Scalar, second: Unicode.Scalar?)] = [:]
    var compositions: [UInt64: Unicode.Scalar] = [:]

    init(_ table: String) {
      var code: UInt32 = 0
      for var word in table.utf8.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }) {
        if word.last == UInt8(ascii: ":") {
          code = Self.scalar(word.dropLast())?.value ?? 0
          continue
        }
        let composes = word.last != UInt8(ascii: "!")
        if !composes { word = word.dropLast() }
        let parts = word.split(separator: UInt8(ascii: "+")).compactMap(Self.scalar)
        if let first = parts.first {
          let second = parts.count > 1 ? parts[1] : nil
          decompositions[code] = (first, second)
          if let second, composes {
            compositions[Self.key(first, second)] = Unicode.Scalar(code)
          }
        }
        code += 1
      }
    }

    private static func scalar(_ word: Substring.UTF8View) -> Unicode.Scalar? {
      UInt32(Substring(word), radix: 16).flatMap { Unicode.Scalar($0) }
    }

    static func key(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> UInt64 {
      UInt64(first.value) << 32 | UInt64(second.value)
    }
  }

  private static let tables = Tables(CanonicalDecompositions.table)

  private static func decompose(_ scalar: Unicode.Scalar, into scalars: inout [Scalar]) {
    if scalar.value < 0xC0 {
      scalars.append(Scalar(value: scalar, combiningClass: 0))
    } else if let (first, second) = tables.decompositions[scalar.value] {
      decompose(first, into: &scalars)
      if let second { decompose(second, into: &scalars) }
    } else if let jamo = Hangul.decompose(scalar) {
      for scalar in jamo { scalars.append(Scalar(value: scalar, combiningClass: 0)) }
    } else {
      scalars.append(Scalar(value: scalar, combiningClass: combiningClass(of: scalar)))
    }
  }

  /// The reference library's tables are those of Unicode 9: later marks do not combine.
  private static func combiningClass(of scalar: Unicode.Scalar) -> UInt8 {
    if scalar.value < 0x300 { return 0 }
    let properties = scalar.properties
    let combiningClass = properties.canonicalCombiningClass.rawValue
    guard combiningClass != 0, let age = properties.age, (age.major, age.minor) <= (9, 0) else {
      return 0
    }
    return combiningClass
  }

  /// Puts each run of marks in the order of their classes, equals as they stand.
  private static func sortMarks(_ scalars: inout [Scalar]) {
    var start = 0
    while start < scalars.count {
      var end = start
      while end < scalars.count, scalars[end].combiningClass != 0 { end += 1 }
      if end - start > 1 {
        // The standard library's sort is stable.
        scalars[start..<end].sort { $0.combiningClass < $1.combiningClass }
      }
      start = end + 1
    }
  }

  private static func compose(_ scalars: inout [Scalar]) {
    var count = 0
    var starter: Int?
    for index in scalars.indices {
      let scalar = scalars[index]
      if let starter {
        // Nothing between may have the same class or a higher one.
        let isAdjacent = starter == count - 1
        if isAdjacent || scalars[count - 1].combiningClass < scalar.combiningClass,
          let composed = composition(scalars[starter].value, scalar.value)
        {
          scalars[starter].value = composed
          continue
        }
      }
      if scalar.combiningClass == 0 { starter = count }
      scalars[count] = scalar
      count += 1
    }
    scalars.removeSubrange(count...)
  }

  private static func composition(
    _ first: Unicode.Scalar, _ second: Unicode.Scalar
  ) -> Unicode.Scalar? {
    if second.value < 0x300 { return nil }
    return tables.compositions[Tables.key(first, second)] ?? Hangul.compose(first, second)
  }
}

/// Hangul syllables and their jamo (The Unicode Standard, section 3.12).
private enum Hangul {
  private static let syllables: UInt32 = 0xAC00
  private static let leads: UInt32 = 0x1100
  private static let vowels: UInt32 = 0x1161
  /// One below the first trailing consonant, for index 0 is none.
  private static let trails: UInt32 = 0x11A7
  private static let leadCount: UInt32 = 19
  private static let vowelCount: UInt32 = 21
  private static let trailCount: UInt32 = 28

  static func decompose(_ scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
    guard scalar.value >= syllables else { return nil }
    let index = scalar.value - syllables
    guard index < leadCount * vowelCount * trailCount else { return nil }
    let trail = index % trailCount
    let values = [
      leads + index / (vowelCount * trailCount),
      vowels + index / trailCount % vowelCount,
      trails + trail,
    ]
    return values[..<(trail == 0 ? 2 : 3)].compactMap { Unicode.Scalar($0) }
  }

  static func compose(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    let lead = first.value &- leads
    let vowel = second.value &- vowels
    if lead < leadCount, vowel < vowelCount {
      return Unicode.Scalar(syllables + (lead * vowelCount + vowel) * trailCount)
    }
    let syllable = first.value &- syllables
    let trail = second.value &- trails
    if syllable < leadCount * vowelCount * trailCount, syllable % trailCount == 0, trail > 0,
      trail < trailCount
    {
      return Unicode.Scalar(first.value + trail)
    }
    return nil
  }
}

// SPDX-License-Identifier: Apache-2.0

/// The classes of scalars that the splitting patterns of byte-level tokenizers tell apart.
enum ScalarClass: UInt8 {
  /// `\p{L}`
  case letter
  /// `\p{N}`
  case number
  /// `[\r\n]`
  case newline
  /// `\s` but for carriage return and line feed.
  case space
  /// `[^\s\p{L}\p{N}]`, marks and controls included.
  case other

  var isWhitespace: Bool { self == .newline || self == .space }

  init(_ scalar: Unicode.Scalar) {
    let properties = scalar.properties
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      self = scalar.isInReferenceUnicode ? .letter : .other
    case .decimalNumber, .letterNumber, .otherNumber:
      self = scalar.isInReferenceUnicode ? .number : .other
    default:
      if scalar == "\r" || scalar == "\n" {
        self = .newline
      } else {
        self = properties.isWhitespace ? .space : .other
      }
    }
  }

  /// The classes of ASCII, which is most of most text.
  static let ascii: [ScalarClass] = (UInt8(0)..<0x80).map { ScalarClass(Unicode.Scalar($0)) }
}

extension Unicode.Scalar {
  /// Whether the scalar is in Unicode 16, which the patterns of the reference library go by; the
  /// standard library may be ahead of it.
  var isInReferenceUnicode: Bool {
    if value < 0x80 { return true }
    guard let age = properties.age else { return false }
    return age.major <= 16
  }
}

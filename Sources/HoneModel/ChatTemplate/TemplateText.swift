// SPDX-License-Identifier: Apache-2.0

/// Python's view of text: a sequence of code points, compared code point by code point.
///
/// Swift compares and counts grapheme clusters, which would change lengths, slices and equality.
enum TemplateText {
  static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  static func equal(_ left: String, _ right: String) -> Bool {
    left.utf8.elementsEqual(right.utf8)
  }

  /// Code point order, which is the order of UTF-8 bytes.
  static func less(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  /// Python's `str.isspace` for one code point.
  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 9...13, 28...32, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F,
      0x3000:
      true
    default: false
    }
  }

  /// Python's `str.splitlines` boundaries.
  static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 10...13, 28...30, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  static func isCased(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter: true
    default: false
    }
  }

  static func strip(
    _ text: String, leading: Bool, trailing: Bool,
    where drops: (Unicode.Scalar) -> Bool = isSpace
  ) -> String {
    var view = Substring(text).unicodeScalars
    if leading {
      while let first = view.first, drops(first) { view.removeFirst() }
    }
    if trailing {
      while let last = view.last, drops(last) { view.removeLast() }
    }
    return String(Substring(view))
  }

  static func lines(_ text: String) -> [String] {
    var lines: [String] = []
    var current = String.UnicodeScalarView()
    var previousWasReturn = false
    var open = false
    for scalar in text.unicodeScalars {
      if previousWasReturn && scalar == "\n" {
        previousWasReturn = false
        continue
      }
      previousWasReturn = scalar == "\r"
      if isLineBreak(scalar) {
        lines.append(String(current))
        current = String.UnicodeScalarView()
        open = false
      } else {
        current.append(scalar)
        open = true
      }
    }
    if open { lines.append(String(current)) }
    return lines
  }

  /// The first character's title case followed by the rest in lower case.
  static func capitalize(_ text: String) -> String {
    guard let first = text.unicodeScalars.first else { return "" }
    return first.properties.titlecaseMapping
      + string(text.unicodeScalars.dropFirst()).lowercased()
  }

  /// Python's `str.title`: a capital after each character that has no case.
  static func titleMethod(_ text: String) -> String {
    var result = ""
    var previousCased = false
    for scalar in text.unicodeScalars {
      let properties = scalar.properties
      result += previousCased ? properties.lowercaseMapping : properties.titlecaseMapping
      previousCased = isCased(scalar)
    }
    return result
  }

  /// Jinja's `title` filter: words begin after white space, `-` or an opening bracket.
  static func titleFilter(_ text: String) -> String {
    var result = ""
    var startsWord = true
    for scalar in text.unicodeScalars {
      if isSpace(scalar) || "-({[<".unicodeScalars.contains(scalar) {
        result.unicodeScalars.append(scalar)
        startsWord = true
      } else {
        let properties = scalar.properties
        result += startsWord ? properties.uppercaseMapping : properties.lowercaseMapping
        startsWord = false
      }
    }
    return result
  }

  /// Offset of `needle` at or after `start`, or nil.
  static func find(_ needle: [Unicode.Scalar], in text: [Unicode.Scalar], from start: Int = 0)
    -> Int?
  {
    guard start >= 0, text.count - needle.count >= start else { return nil }
    guard let first = needle.first else { return start }
    for index in start...(text.count - needle.count)
    where text[index] == first
      && text[index..<(index + needle.count)].elementsEqual(needle)
    {
      return index
    }
    return nil
  }
}

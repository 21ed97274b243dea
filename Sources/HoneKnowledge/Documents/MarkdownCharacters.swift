// SPDX-License-Identifier: Apache-2.0

extension UInt8 {
  var isASCIISpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }

  var isASCIILetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }

  var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  var isASCIIPunctuation: Bool {
    (0x21...0x7E).contains(self) && !isASCIILetter && !isASCIIDigit
  }
}

/// What stands behind a link's text: `(target "title")`.
enum LinkTarget {
  /// - Parameter bracket: The place of the bracket that ends the link's text.
  /// - Returns: The place behind the target; nil if none stands there.
  static func end(behind bracket: Int, in source: [UInt8]) -> Int? {
    var index = bracket + 1
    func at(_ index: Int) -> UInt8? { index < source.count ? source[index] : nil }
    func skipSpace() { while let byte = at(index), byte.isASCIISpace { index += 1 } }
    guard at(index) == UInt8(ascii: "(") else { return nil }
    index += 1
    skipSpace()
    if at(index) == UInt8(ascii: "<") {
      index += 1
      while let byte = at(index), byte != UInt8(ascii: ">") {
        if byte == UInt8(ascii: "<") || byte == UInt8(ascii: "\n") { return nil }
        index += byte == UInt8(ascii: "\\") ? 2 : 1
      }
      guard at(index) != nil else { return nil }
      index += 1
    } else {
      var depth = 0
      while let byte = at(index), !byte.isASCIISpace {
        if byte == UInt8(ascii: "(") { depth += 1 }
        if byte == UInt8(ascii: ")") {
          if depth == 0 { break }
          depth -= 1
        }
        // The bound keeps a text of nothing but openings from taking quadratic time.
        if depth > 32 { return nil }
        index += byte == UInt8(ascii: "\\") ? 2 : 1
      }
      if depth > 0 { return nil }
    }
    skipSpace()
    if let quote = at(index), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      index += 1
      while let byte = at(index), byte != quote {
        index += byte == UInt8(ascii: "\\") ? 2 : 1
      }
      index += 1
      skipSpace()
    }
    return at(index) == UInt8(ascii: ")") ? index + 1 : nil
  }
}

/// The entities of HTML that texts use.
enum HTMLEntity {
  private static let named = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "ndash": "–",
    "mdash": "—", "hellip": "…", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”",
    "laquo": "«", "raquo": "»", "copy": "©", "reg": "®", "trade": "™", "deg": "°", "times": "×",
    "middot": "·", "bull": "•", "euro": "€", "pound": "£", "sect": "§",
  ]

  /// - Parameter name: What stands between `&` and `;`.
  static func character(_ name: String) -> String? {
    if let known = named[name] { return known }
    guard name.hasPrefix("#") else { return nil }
    let digits = name.dropFirst()
    let number =
      digits.first == "x" || digits.first == "X"
      ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    guard let number, number > 0, let scalar = Unicode.Scalar(number) else { return nil }
    return String(scalar)
  }
}

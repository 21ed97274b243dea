// SPDX-License-Identifier: Apache-2.0

/// Numbers as Python reads and writes them.
enum TemplateNumber {
  /// Reads a number token that begins with a digit.
  ///
  /// - Parameters:
  ///   - afterDot: The number follows a dot (`x.0.1`), so it cannot have a fraction.
  ///   - failure: Makes the error for a number that is malformed or out of range.
  /// - Returns: The token and the offset after it.
  static func lex(
    _ source: [Unicode.Scalar], from start: Int, afterDot: Bool,
    failure: (String) -> ModelError
  ) throws -> (TemplateToken.Kind, Int) {
    func digits(from start: Int) -> Int {
      var index = start
      while index < source.count {
        if "0"..."9" ~= source[index] {
          index += 1
        } else if source[index] == "_", index > start, index + 1 < source.count,
          "0"..."9" ~= source[index + 1]
        {
          index += 1
        } else {
          break
        }
      }
      return index
    }
    func text(_ end: Int) -> String {
      TemplateText.string(source[start..<end].filter { $0 != "_" })
    }

    if source[start] == "0", start + 1 < source.count {
      let radix: Int? =
        switch source[start + 1] {
        case "x", "X": 16
        case "o", "O": 8
        case "b", "B": 2
        default: nil
        }
      if let radix {
        var end = start + 2
        while end < source.count, source[end].properties.isASCIIHexDigit || source[end] == "_" {
          end += 1
        }
        guard let value = Int(text(end).dropFirst(2), radix: radix) else {
          throw failure("'\(text(end))' is no number that fits 64 bits")
        }
        return (.integer(value), end)
      }
    }

    let whole = digits(from: start)
    var end = whole
    if !afterDot {
      if end + 1 < source.count, source[end] == ".", "0"..."9" ~= source[end + 1] {
        end = digits(from: end + 1)
      }
      if end < source.count, source[end] == "e" || source[end] == "E" {
        var exponent = end + 1
        if exponent < source.count, source[exponent] == "+" || source[exponent] == "-" {
          exponent += 1
        }
        if exponent < source.count, "0"..."9" ~= source[exponent] {
          end = digits(from: exponent)
        }
      }
    }
    if end > whole {
      guard let value = Double(text(end)) else { throw failure("'\(text(end))' is no number") }
      return (.float(value), end)
    }
    let digitText = text(whole)
    if digitText.utf8.first == UInt8(ascii: "0"),
      digitText.utf8.contains(where: { $0 != UInt8(ascii: "0") })
    {
      throw failure("'\(digitText)' begins with a zero")
    }
    guard let value = Int(digitText) else {
      throw failure("'\(digitText)' does not fit 64 bits")
    }
    return (.integer(value), whole)
  }

  /// Python's `repr` of a float: the shortest digits that read back, exponents outside 1e-4…1e16.
  static func description(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    if value == 0 { return value.sign == .minus ? "-0.0" : "0.0" }
    // Swift writes the same digits but changes to exponents elsewhere, so they are laid out anew.
    var digits: [UInt8] = []
    var pointOffset: Int?
    var exponent = 0
    let shown = Array("\(value.magnitude)".utf8)
    for (index, byte) in shown.enumerated() {
      if byte == UInt8(ascii: ".") {
        pointOffset = digits.count
      } else if byte == UInt8(ascii: "e") {
        exponent = Int(String(decoding: shown[(index + 1)...], as: UTF8.self)) ?? 0
        break
      } else {
        digits.append(byte)
      }
    }
    var point = (pointOffset ?? digits.count) + exponent
    while digits.first == UInt8(ascii: "0") {
      digits.removeFirst()
      point -= 1
    }
    while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
    let sign = value < 0 ? "-" : ""
    let text = String(decoding: digits, as: UTF8.self)
    if point > 16 || point < -3 {
      let power = abs(point - 1)
      let mantissa = digits.count == 1 ? text : "\(text.prefix(1)).\(text.dropFirst())"
      return "\(sign)\(mantissa)e\(point > 0 ? "+" : "-")\(power < 10 ? "0" : "")\(power)"
    }
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + text }
    if point >= digits.count {
      return sign + text + String(repeating: "0", count: point - digits.count) + ".0"
    }
    return "\(sign)\(text.prefix(point)).\(text.dropFirst(point))"
  }

  /// Python's `int(text, base)`; nil where Python raises ValueError, and beyond 64 bits.
  static func parseInt(_ text: String, base: Int) -> Int? {
    var body = TemplateText.strip(text, leading: true, trailing: true)
    var sign = ""
    if body.hasPrefix("-") || body.hasPrefix("+") { sign = String(body.removeFirst()) }
    let prefixes = [16: "0x", 8: "0o", 2: "0b"]
    if let prefix = prefixes[base], body.lowercased().hasPrefix(prefix) { body.removeFirst(2) }
    guard let digits = withoutUnderscores(body) else { return nil }
    guard !digits.hasPrefix("-"), !digits.hasPrefix("+") else { return nil }
    return Int(sign + digits, radix: base)
  }

  /// Python's `float(text)`; nil where Python raises ValueError.
  static func parseFloat(_ text: String) -> Double? {
    let body = TemplateText.strip(text, leading: true, trailing: true).lowercased()
    switch body {
    case "inf", "+inf", "infinity", "+infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    case "nan", "+nan", "-nan": return .nan
    default: break
    }
    guard let digits = withoutUnderscores(body),
      digits.utf8.allSatisfy({ "0123456789+-.e".utf8.contains($0) })
    else { return nil }
    return Double(digits)
  }

  /// Removes underscores that stand between digits; nil if one stands elsewhere.
  private static func withoutUnderscores(_ text: String) -> String? {
    guard text.utf8.contains(UInt8(ascii: "_")) else { return text }
    let bytes = Array(text.utf8)
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "_") {
      guard index > 0, index + 1 < bytes.count, bytes[index - 1] != byte,
        bytes[index + 1] != byte
      else { return nil }
    }
    return String(decoding: bytes.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
  }

  /// Python's `round(value, places)` for 0…22 places: the nearest decimal, ties to even.
  static func round(_ value: Double, places: Int) -> Double {
    guard value.isFinite, places >= 0, places <= 22 else { return value }
    if places == 0 { return value.rounded(.toNearestOrEven) }
    var power = 1.0
    for _ in 0..<places { power *= 10 }
    let scaled = value * power
    guard scaled.magnitude < 0x1p52 else { return value }
    // The product's rounding error decides which side of an apparent tie the exact value is on.
    let error = (-scaled).addingProduct(value, power)
    let floor = scaled.rounded(.down)
    var result = scaled.rounded(.toNearestOrEven)
    if scaled - floor == 0.5 && error != 0 { result = error > 0 ? floor + 1 : floor }
    return result / power
  }
}

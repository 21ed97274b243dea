// SPDX-License-Identifier: Apache-2.0

/// Parses strict JSON (RFC 8259): no comments, no trailing commas, no duplicate keys, UTF-8 only.
///
/// Errors name the file, the line and the column (in bytes, from 1).
public struct JSONParser {
  /// Nesting allowed, so that a hostile file cannot exhaust the stack.
  public static let maximumDepth = 256

  private let bytes: UnsafeBufferPointer<UInt8>
  private let file: String
  private let line: Int
  private var position = 0

  /// Parses a whole document.
  ///
  /// - Parameters:
  ///   - bytes: The document; a UTF-8 byte order mark at its start is skipped.
  ///   - file: The name used in messages.
  ///   - line: The line of the file that the document starts on, for messages.
  /// - Throws: ``FormatError`` (`malformed`).
  public static func parse(
    _ bytes: some Sequence<UInt8>, file: String, line: Int = 1
  ) throws -> JSONValue {
    let result = try bytes.withContiguousStorageIfAvailable {
      try parse(buffer: $0, file: file, line: line)
    }
    if let result { return result }
    return try Array(bytes).withUnsafeBufferPointer {
      try parse(buffer: $0, file: file, line: line)
    }
  }

  private static func parse(
    buffer: UnsafeBufferPointer<UInt8>, file: String, line: Int
  ) throws -> JSONValue {
    var parser = JSONParser(bytes: buffer, file: file, line: line)
    if buffer.count >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF {
      parser.position = 3
    }
    let value = try parser.value(depth: 0)
    parser.skipWhitespace()
    if parser.position < buffer.count { throw parser.error("unexpected text after the JSON value") }
    return value
  }

  private init(bytes: UnsafeBufferPointer<UInt8>, file: String, line: Int) {
    self.bytes = bytes
    self.file = file
    self.line = line
  }

  private func error(_ message: String, at offset: Int? = nil) -> FormatError {
    var line = line
    var column = 1
    for byte in bytes[..<min(offset ?? position, bytes.count)] {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
    return FormatError(.malformed, file: file, "line \(line), column \(column): \(message)")
  }

  private mutating func skipWhitespace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private mutating func value(depth: Int) throws -> JSONValue {
    skipWhitespace()
    guard position < bytes.count else { throw error("the file ends where a JSON value must stand") }
    guard depth < Self.maximumDepth else {
      throw error("nested deeper than \(Self.maximumDepth) levels")
    }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw error("a JSON value must stand here")
    }
  }

  private mutating func literal(_ text: StaticString, _ value: JSONValue) throws -> JSONValue {
    let count = text.utf8CodeUnitCount
    guard position + count <= bytes.count else { throw error("the file ends inside a word") }
    for offset in 0..<count where bytes[position + offset] != text.utf8Start[offset] {
      throw error("expected \"\(text)\"")
    }
    position += count
    return value
  }

  private mutating func object(depth: Int) throws -> JSONValue {
    let start = position
    position += 1
    var object = JSONObject()
    skipWhitespace()
    if consume("}") { return .object(object) }
    while true {
      skipWhitespace()
      let keyPosition = position
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        throw error("a key in double quotes must stand here")
      }
      let key = try string()
      skipWhitespace()
      guard consume(":") else { throw error("expected \":\" after the key \(quoted(key))") }
      let value = try value(depth: depth + 1)
      guard object.append(key, value) else {
        throw error("the key \(quoted(key)) stands twice in one object; keep one", at: keyPosition)
      }
      skipWhitespace()
      if consume(",") { continue }
      if consume("}") { return .object(object) }
      throw position < bytes.count
        ? error("expected \",\" or \"}\"")
        : error("the object that starts here is never closed", at: start)
    }
  }

  private mutating func array(depth: Int) throws -> JSONValue {
    let start = position
    position += 1
    var array: [JSONValue] = []
    skipWhitespace()
    if consume("]") { return .array(array) }
    while true {
      array.append(try value(depth: depth + 1))
      skipWhitespace()
      if consume(",") { continue }
      if consume("]") { return .array(array) }
      throw position < bytes.count
        ? error("expected \",\" or \"]\"")
        : error("the array that starts here is never closed", at: start)
    }
  }

  private mutating func consume(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func string() throws -> String {
    let start = position
    position += 1
    var end = position
    while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\"),
      bytes[end] >= 0x20
    {
      end += 1
    }
    if end < bytes.count, bytes[end] == UInt8(ascii: "\"") {
      // The common case: no escapes, one copy.
      let text = try text(bytes[position..<end])
      position = end + 1
      return text
    }
    var units: [UInt8] = []
    while true {
      guard position < bytes.count else {
        throw error("the string that starts here is never closed", at: start)
      }
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return try units.withUnsafeBufferPointer { try text($0[...]) }
      case UInt8(ascii: "\\"):
        try escape(into: &units)
      case 0..<0x20:
        throw error("a control character must be escaped in a string")
      default:
        units.append(byte)
        position += 1
      }
    }
  }

  private func text(_ slice: Slice<UnsafeBufferPointer<UInt8>>) throws -> String {
    guard let text = String(validating: slice, as: UTF8.self) else {
      throw error("the string here is not valid UTF-8")
    }
    return text
  }

  private mutating func escape(into units: inout [UInt8]) throws {
    guard position + 1 < bytes.count else { throw error("the file ends inside an escape") }
    let byte = bytes[position + 1]
    position += 2
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte)
    case UInt8(ascii: "b"): units.append(0x08)
    case UInt8(ascii: "f"): units.append(0x0C)
    case UInt8(ascii: "n"): units.append(0x0A)
    case UInt8(ascii: "r"): units.append(0x0D)
    case UInt8(ascii: "t"): units.append(0x09)
    case UInt8(ascii: "u"):
      var code = UInt32(try hexUnit())
      if (0xD800..<0xDC00).contains(code), position + 1 < bytes.count,
        bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        let low = UInt32(try hexUnit())
        guard (0xDC00..<0xE000).contains(low) else {
          throw error("a high surrogate must be followed by a low one")
        }
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw error("a lone surrogate in a string") }
      units.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    default:
      throw error("unknown escape in a string", at: position - 2)
    }
  }

  private mutating func hexUnit() throws -> UInt16 {
    guard position + 4 <= bytes.count else { throw error("the file ends inside an escape") }
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
        throw error("expected four hexadecimal digits after \\u")
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }

  private mutating func number() throws -> JSONValue {
    let start = position
    var isInteger = true
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    let first = position
    try digits()
    if bytes[first] == UInt8(ascii: "0"), position - first > 1 {
      throw error("a number must not start with 0", at: start)
    }
    if consume(".") {
      isInteger = false
      try digits()
    }
    if consume("e") || consume("E") {
      isInteger = false
      if !consume("+") { _ = consume("-") }
      try digits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      throw error("the number \(text) is out of range", at: start)
    }
    return .number(value)
  }

  private mutating func digits() throws {
    let start = position
    while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
    {
      position += 1
    }
    if position == start { throw error("expected a digit") }
  }
}

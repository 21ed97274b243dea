// SPDX-License-Identifier: Apache-2.0

/// A position in the head of a GGUF file, moved by reading.
///
/// `what` in each call says what is read, for the message, and is only evaluated for one.
struct GGUFReader {
  let file: String
  let bytes: UnsafeRawBufferPointer
  private(set) var position = 0

  init(file: String, bytes: UnsafeRawBufferPointer) {
    (self.file, self.bytes) = (file, bytes)
  }

  var remaining: Int { bytes.count - position }

  func error(_ message: String) -> FormatError { error(.malformed, message) }

  func error(_ code: FormatError.Code, _ message: String) -> FormatError {
    FormatError(code, file: file, message)
  }

  private func truncated(_ what: String, needs count: some BinaryInteger) -> FormatError {
    error(
      "\(what), at byte \(position), needs \(count) bytes, and the file has \(remaining) more; "
        + "it is cut short or damaged: fetch it again")
  }

  mutating func integer<T: FixedWidthInteger>(_ what: @autoclosure () -> String) throws -> T {
    let size = MemoryLayout<T>.size
    guard remaining >= size else { throw truncated(what(), needs: size) }
    defer { position += size }
    return T(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: T.self))
  }

  /// A count of things that take `minimumByteCount` bytes each, so that none is believed, and
  /// nothing allocated for it, that the rest of the file cannot hold.
  mutating func count(minimumByteCount: Int, _ what: @autoclosure () -> String) throws -> Int {
    let start = position
    let stated: UInt64 = try integer(what())
    guard stated <= UInt64(remaining / minimumByteCount) else {
      throw error(
        "\(what()), at byte \(start), is \(stated), and the remaining \(remaining) bytes cannot "
          + "hold that many; the file is cut short or damaged: fetch it again")
    }
    return Int(stated)
  }

  mutating func string(_ what: @autoclosure () -> String) throws -> String {
    let start = position
    let length: UInt64 = try integer(what())
    guard length <= UInt64(remaining) else { throw truncated(what(), needs: length) }
    let end = position + Int(length)
    let text = UnsafeRawBufferPointer(rebasing: bytes[position..<end])
    guard let string = String(validating: text, as: UTF8.self) else {
      throw error("\(what()), at byte \(start), is not valid UTF-8; convert the model again")
    }
    position = end
    return string
  }

  mutating func bool(_ what: @autoclosure () -> String) throws -> Bool {
    let byte: UInt8 = try integer(what())
    guard byte <= 1 else {
      throw error("\(what()), at byte \(position - 1), is \(byte); a boolean is 0 or 1")
    }
    return byte == 1
  }

  mutating func type(_ what: @autoclosure () -> String) throws -> GGUFValueType {
    let raw: UInt32 = try integer(what())
    guard let type = GGUFValueType(rawValue: raw) else {
      throw error("\(what()), at byte \(position - 4), is type \(raw); known types are 0 to 12")
    }
    return type
  }

  mutating func value(of key: String) throws -> GGUFValue {
    let what = { "the value of key \(quoted(key))" }
    switch try type("the type of key \(quoted(key))") {
    case .uint8: return .uint8(try integer(what()))
    case .int8: return .int8(try integer(what()))
    case .uint16: return .uint16(try integer(what()))
    case .int16: return .int16(try integer(what()))
    case .uint32: return .uint32(try integer(what()))
    case .int32: return .int32(try integer(what()))
    case .uint64: return .uint64(try integer(what()))
    case .int64: return .int64(try integer(what()))
    case .float32: return .float32(Float(bitPattern: try integer(what())))
    case .float64: return .float64(Double(bitPattern: try integer(what())))
    case .bool: return .bool(try bool(what()))
    case .string: return .string(try string(what()))
    case .array: return .array(try array(of: key))
    }
  }

  private mutating func array(of key: String) throws -> GGUFArray {
    let start = position
    let type = try type("the element type of key \(quoted(key))")
    if type == .array {
      throw error(
        .unsupported,
        "key \(quoted(key)), at byte \(start), is an array of arrays, which Hone does not read; "
          + "write it as one flat array")
    }
    let count = try count(
      minimumByteCount: type.minimumByteCount, "the element count of key \(quoted(key))")
    switch type {
    case .uint8: return .int32(try integers(UInt8.self, count) { Int32($0) })
    case .int8: return .int32(try integers(Int8.self, count) { Int32($0) })
    case .uint16: return .int32(try integers(UInt16.self, count) { Int32($0) })
    case .int16: return .int32(try integers(Int16.self, count) { Int32($0) })
    case .int32: return .int32(try integers(Int32.self, count) { $0 })
    case .uint32: return .int(try integers(UInt32.self, count) { Int($0) })
    case .int64: return .int(try integers(Int64.self, count) { Int($0) })
    case .uint64:
      let file = file
      return .int(
        try integers(UInt64.self, count) { value in
          if let value = Int(exactly: value) { return value }
          throw FormatError(
            .unsupported, file: file,
            "key \(quoted(key)), at byte \(start), holds \(value); Hone reads array elements up "
              + "to \(Int.max)")
        })
    case .float32: return .float32(try integers(UInt32.self, count) { Float(bitPattern: $0) })
    case .float64: return .float64(try integers(UInt64.self, count) { Double(bitPattern: $0) })
    case .bool:
      return .bool(try elements(count) { try $0.bool("element \($1) of key \(quoted(key))") })
    case .string, .array:
      return .string(try elements(count) { try $0.string("element \($1) of key \(quoted(key))") })
    }
  }

  /// `count` elements, already known to fit in the file.
  private mutating func integers<T: FixedWidthInteger, Element>(
    _ type: T.Type, _ count: Int, _ convert: (T) throws -> Element
  ) throws -> [Element] {
    let size = MemoryLayout<T>.size
    var result: [Element] = []
    result.reserveCapacity(count)
    for index in 0..<count {
      let offset = position + index * size
      let stored = bytes.loadUnaligned(fromByteOffset: offset, as: T.self)
      result.append(try convert(T(littleEndian: stored)))
    }
    position += count * size
    return result
  }

  private mutating func elements<Element>(
    _ count: Int, _ read: (inout GGUFReader, Int) throws -> Element
  ) throws -> [Element] {
    var result: [Element] = []
    result.reserveCapacity(count)
    for index in 0..<count { result.append(try read(&self, index)) }
    return result
  }
}

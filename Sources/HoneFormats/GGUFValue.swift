// SPDX-License-Identifier: Apache-2.0

/// The types of GGUF metadata; the raw value is the one in the file.
package enum GGUFValueType: UInt32, Sendable {
  case uint8, int8, uint16, int16, uint32, int32, float32, bool, string, array
  case uint64, int64, float64

  /// The fewest bytes that one value takes in a file.
  var minimumByteCount: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .string, .uint64, .int64, .float64: 8
    case .array: 12
    }
  }
}

/// A value of GGUF metadata.
package enum GGUFValue: Sendable, Hashable {
  case uint8(UInt8)
  case int8(Int8)
  case uint16(UInt16)
  case int16(Int16)
  case uint32(UInt32)
  case int32(Int32)
  case uint64(UInt64)
  case int64(Int64)
  case float32(Float)
  case float64(Double)
  case bool(Bool)
  case string(String)
  case array(GGUFArray)

  /// The value's kind, for messages.
  var typeName: String {
    switch self {
    case .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64: "an integer"
    case .float32, .float64: "a floating-point number"
    case .bool: "a boolean"
    case .string: "a string"
    case .array(let array): "an array of \(array.elementName)"
    }
  }

  /// An integer of any width that fits, else nil.
  package var intValue: Int? {
    switch self {
    case .uint8(let value): Int(value)
    case .int8(let value): Int(value)
    case .uint16(let value): Int(value)
    case .int16(let value): Int(value)
    case .uint32(let value): Int(exactly: value)
    case .int32(let value): Int(value)
    case .uint64(let value): Int(exactly: value)
    case .int64(let value): Int(exactly: value)
    default: nil
    }
  }

  /// A number of any kind, else nil.
  package var floatValue: Double? {
    switch self {
    case .float32(let value): Double(value)
    case .float64(let value): value
    default: intValue.map(Double.init)
    }
  }
}

/// A metadata array, stored as compactly as its elements allow.
package enum GGUFArray: Sendable, Hashable {
  /// Elements of 8 to 32 bits, without `uint32`.
  case int32([Int32])
  /// Elements of type `uint32`, `uint64` or `int64`.
  case int([Int])
  case float32([Float])
  case float64([Double])
  case bool([Bool])
  case string([String])

  package var count: Int {
    switch self {
    case .int32(let elements): elements.count
    case .int(let elements): elements.count
    case .float32(let elements): elements.count
    case .float64(let elements): elements.count
    case .bool(let elements): elements.count
    case .string(let elements): elements.count
    }
  }

  var elementName: String {
    switch self {
    case .int32, .int: "integers"
    case .float32, .float64: "floating-point numbers"
    case .bool: "booleans"
    case .string: "strings"
    }
  }
}

// SPDX-License-Identifier: Apache-2.0

/// Typed metadata: each accessor throws ``FormatError`` with the file and the key if the value is
/// of another type; the `…IfPresent` ones return nil, the others throw, if there is none.
extension GGUFFile {
  package func string(_ key: String) throws -> String {
    try required(key, "a string", stringIfPresent(key))
  }

  package func stringIfPresent(_ key: String) throws -> String? {
    try value(key, "a string") { if case .string(let value) = $0 { value } else { nil } }
  }

  /// An integer of any width.
  package func int(_ key: String) throws -> Int {
    try required(key, "an integer", intIfPresent(key))
  }

  package func intIfPresent(_ key: String) throws -> Int? {
    try value(key, "an integer up to \(Int.max)", \.intValue)
  }

  /// A number: floating-point of either width, or an integer.
  package func float(_ key: String) throws -> Float {
    try required(key, "a number", floatIfPresent(key))
  }

  package func floatIfPresent(_ key: String) throws -> Float? {
    try value(key, "a number") { $0.floatValue.map { Float($0) } }
  }

  package func bool(_ key: String) throws -> Bool {
    try required(key, "a boolean", boolIfPresent(key))
  }

  package func boolIfPresent(_ key: String) throws -> Bool? {
    try value(key, "a boolean") { if case .bool(let value) = $0 { value } else { nil } }
  }

  package func strings(_ key: String) throws -> [String] {
    try required(key, "an array of strings", stringsIfPresent(key))
  }

  package func stringsIfPresent(_ key: String) throws -> [String]? {
    try value(key, "an array of strings") {
      if case .array(.string(let elements)) = $0 { elements } else { nil }
    }
  }

  /// An array of integers of any width.
  package func ints(_ key: String) throws -> [Int] {
    try required(key, "an array of integers", intsIfPresent(key))
  }

  package func intsIfPresent(_ key: String) throws -> [Int]? {
    try value(key, "an array of integers") {
      switch $0 {
      case .array(.int(let elements)): elements
      case .array(.int32(let elements)): elements.map { Int($0) }
      default: nil
      }
    }
  }

  /// An array of floating-point numbers of either width.
  package func floats(_ key: String) throws -> [Float] {
    try required(key, "an array of floating-point numbers", floatsIfPresent(key))
  }

  package func floatsIfPresent(_ key: String) throws -> [Float]? {
    try value(key, "an array of floating-point numbers") {
      switch $0 {
      case .array(.float32(let elements)): elements
      case .array(.float64(let elements)): elements.map { Float($0) }
      default: nil
      }
    }
  }

  private func required<Value>(_ key: String, _ expected: String, _ value: Value?) throws -> Value {
    guard let value else {
      throw FormatError(
        .malformed, file: path,
        "key \(quoted(key)) is missing; expected \(expected): convert the model again")
    }
    return value
  }

  private func value<Value>(
    _ key: String, _ expected: @autoclosure () -> String, _ convert: (GGUFValue) -> Value?
  ) throws -> Value? {
    guard let value = metadata[key] else { return nil }
    guard let converted = convert(value) else {
      throw FormatError(
        .malformed, file: path,
        "key \(quoted(key)) is \(value.typeName); expected \(expected()): convert the model again")
    }
    return converted
  }
}

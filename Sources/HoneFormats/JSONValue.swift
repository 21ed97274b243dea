// SPDX-License-Identifier: Apache-2.0

/// A JSON value with its objects in file order.
///
/// Foundation's decoder keeps neither order nor duplicate keys, names no line, and is several
/// times slower on a tokenizer of 100,000 entries; see ``JSONParser``.
public enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// The member of an object, or nil if this is no object or has no such key.
  public subscript(key: String) -> JSONValue? {
    if case .object(let object) = self { object[key] } else { nil }
  }

  public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
  public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
  public var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  public var objectValue: JSONObject? { if case .object(let value) = self { value } else { nil } }
  public var isNull: Bool { self == .null }

  /// An integer, also when written as a whole number with a fraction or exponent (`1e3`).
  public var intValue: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  public var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The JSON type's name, for messages.
  public var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer, .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// The members of a JSON object, in file order, keys unique.
public struct JSONObject: Sendable, Hashable {
  /// Keys in file order.
  public private(set) var keys: [String] = []
  /// Values, at the indices of their keys.
  public private(set) var values: [JSONValue] = []
  // Built on the first 9th member: small objects are searched linearly.
  private var index: [ExactKey: Int] = [:]

  public init() {}

  public var count: Int { keys.count }

  public subscript(key: String) -> JSONValue? {
    position(of: key).map { values[$0] }
  }

  /// Adds a member.
  ///
  /// - Returns: false, changing nothing, if the key is there already.
  public mutating func append(_ key: String, _ value: JSONValue) -> Bool {
    if position(of: key) != nil { return false }
    if keys.count == 8 {
      for (position, key) in keys.enumerated() { index[ExactKey(key)] = position }
    }
    if keys.count >= 8 { index[ExactKey(key)] = keys.count }
    keys.append(key)
    values.append(value)
    return true
  }

  private func position(of key: String) -> Int? {
    keys.count <= 8
      ? keys.firstIndex { $0.utf8.elementsEqual(key.utf8) } : index[ExactKey(key)]
  }
}

/// A string that equals another only byte for byte: Swift's equality takes a composed and a
/// decomposed "é" for the same, JSON does not.
private struct ExactKey: Hashable {
  let string: String
  init(_ string: String) { self.string = string }

  static func == (a: ExactKey, b: ExactKey) -> Bool { a.string.utf8.elementsEqual(b.string.utf8) }

  func hash(into hasher: inout Hasher) {
    var copy = string
    copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

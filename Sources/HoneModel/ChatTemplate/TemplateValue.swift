// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// A value that a caller hands to a chat template: what JSON can say.
public indirect enum TemplateValue: Sendable, Hashable {
  case none
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case list([TemplateValue])
  case dictionary([Member])

  /// One member of a dictionary; the order of members is kept.
  public struct Member: Sendable, Hashable {
    public let key: String
    public let value: TemplateValue

    public init(_ key: String, _ value: TemplateValue) {
      self.key = key
      self.value = value
    }
  }

  /// The same value as read from a JSON file.
  public init(_ json: JSONValue) {
    self =
      switch json {
      case .null: .none
      case .bool(let value): .bool(value)
      case .integer(let value): .integer(value)
      case .number(let value): .number(value)
      case .string(let value): .string(value)
      case .array(let values): .list(values.map(TemplateValue.init))
      case .object(let object):
        .dictionary(
          object.keys.map { Member($0, object[$0].map(TemplateValue.init) ?? .none) })
      }
  }
}

extension TemplateValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(arrayLiteral elements: TemplateValue...) { self = .list(elements) }
  public init(dictionaryLiteral elements: (String, TemplateValue)...) {
    self = .dictionary(elements.map { Member($0.0, $0.1) })
  }
}

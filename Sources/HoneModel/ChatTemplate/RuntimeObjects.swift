// SPDX-License-Identifier: Apache-2.0

/// The elements of a list or tuple; templates cannot change them.
final class RuntimeItems {
  let values: [RuntimeValue]
  let extent: RuntimeExtent

  init(_ values: [RuntimeValue]) {
    self.values = values
    extent = RuntimeExtent(containing: values)
  }
}

/// A dictionary in insertion order; templates cannot change it.
final class RuntimeDictionary {
  private(set) var keys: [RuntimeValue] = []
  private(set) var values: [RuntimeValue] = []
  let extent: RuntimeExtent
  private var offsets: [RuntimeKey: Int] = [:]

  /// A later member replaces the value of an earlier one with an equal key.
  init(_ members: [(key: RuntimeKey, name: RuntimeValue, value: RuntimeValue)]) {
    for member in members {
      if let offset = offsets[member.key] {
        values[offset] = member.value
      } else {
        offsets[member.key] = keys.count
        keys.append(member.name)
        values.append(member.value)
      }
    }
    var extent = RuntimeExtent(containing: values)
    extent.height = max(extent.height, RuntimeExtent(containing: keys).height)
    self.extent = extent
  }

  convenience init(_ members: [(String, RuntimeValue)]) {
    self.init(members.map { (.string(ExactString($0.0)), .string($0.0), $0.1) })
  }

  subscript(key: RuntimeKey) -> RuntimeValue? { offsets[key].map { values[$0] } }
  subscript(key: String) -> RuntimeValue? { self[.string(ExactString(key))] }
}

/// A string that equals another only code point for code point.
struct ExactString: Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (left: ExactString, right: ExactString) -> Bool {
    TemplateText.equal(left.text, right.text)
  }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
  }
}

/// A value as a dictionary key; numbers that are equal are one key.
enum RuntimeKey: Hashable {
  case undefined
  case none
  case int(Int)
  case float(Double)
  case string(ExactString)
  case tuple([RuntimeKey])

  /// Nil for values that cannot be keys.
  init?(_ value: RuntimeValue) {
    switch value {
    case .undefined: self = .undefined
    case .none: self = .none
    case .bool(let value): self = .int(value ? 1 : 0)
    case .int(let value): self = .int(value)
    case .float(let value): self = Int(exactly: value).map(RuntimeKey.int) ?? .float(value)
    case .string(let value): self = .string(ExactString(value))
    case .tuple(let items):
      var keys: [RuntimeKey] = []
      for value in items.values {
        guard let key = RuntimeKey(value) else { return nil }
        keys.append(key)
      }
      self = .tuple(keys)
    default: return nil
    }
  }
}

/// Python's `range`; `count` is at most 100,000 and every element fits.
struct RuntimeRange: Hashable {
  let start: Int
  let stop: Int
  let step: Int
  let count: Int

  subscript(index: Int) -> Int { start + index * step }
}

struct RuntimeView {
  enum Kind: String { case keys, values, items }
  let kind: Kind
  let items: RuntimeItems
}

/// A sequence that each element leaves once.
final class RuntimeGenerator {
  private let values: [RuntimeValue]
  private var position = 0
  let extent: RuntimeExtent

  init(_ values: [RuntimeValue]) {
    self.values = values
    extent = RuntimeExtent(containing: values)
  }

  func next() -> RuntimeValue? {
    guard position < values.count else { return nil }
    position += 1
    return values[position - 1]
  }

  func rest() -> [RuntimeValue] {
    defer { position = values.count }
    return Array(values[position...])
  }
}

final class RuntimeNamespace {
  var attributes: [ExactString: RuntimeValue] = [:]
}

/// The `loop` variable.
final class RuntimeLoop {
  let items: RuntimeItems
  var index = 0
  /// What `loop.changed` saw last.
  var lastSeen: [RuntimeValue]?

  init(_ items: RuntimeItems) { self.items = items }
}

/// A macro with the scope it was defined in.
final class RuntimeMacro {
  let definition: TemplateMacro
  /// Cleared when the rendering ends, because scope and macro refer to each other.
  var scope: RuntimeScope?

  init(_ definition: TemplateMacro, scope: RuntimeScope) {
    self.definition = definition
    self.scope = scope
  }
}

enum RuntimeFunction: String, CaseIterable {
  case range, dict, namespace
  case raiseException = "raise_exception"
  case strftimeNow = "strftime_now"
}

/// A method together with the value it belongs to.
final class RuntimeMethod {
  let receiver: RuntimeValue
  let name: String

  init(_ receiver: RuntimeValue, _ name: String) {
    self.receiver = receiver
    self.name = name
  }
}

/// The names set in one block; reading falls back to the blocks around it.
final class RuntimeScope {
  let parent: RuntimeScope?
  private var variables: [String: RuntimeValue] = [:]

  init(parent: RuntimeScope?) { self.parent = parent }

  subscript(name: String) -> RuntimeValue? {
    var scope: RuntimeScope? = self
    while let current = scope {
      if let value = current.variables[name] { return value }
      scope = current.parent
    }
    return nil
  }

  func set(_ name: String, _ value: RuntimeValue) { variables[name] = value }
}

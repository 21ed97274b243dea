// SPDX-License-Identifier: Apache-2.0

/// `value.name`, `value[key]` and `value[start:stop:step]`.
extension TemplateInterpreter {
  /// A method or attribute first, then a member of that name.
  func attribute(_ name: String, of value: RuntimeValue) throws -> RuntimeValue {
    try require(value)
    if let own = try ownAttribute(name, of: value) { return own }
    if case .dict(let dictionary) = value, let member = dictionary[name] { return member }
    return missing(name, of: value)
  }

  /// A member first, then, for names, a method or attribute.
  func item(_ key: RuntimeValue, of value: RuntimeValue) throws -> RuntimeValue {
    try require(value)
    switch (value, key.number) {
    case (.dict(let dictionary), _):
      if let member = dictionary[try self.key(key)] { return member }
    case (.list(let items), .int(let index)), (.tuple(let items), .int(let index)):
      let offset = index < 0 ? index + items.values.count : index
      if items.values.indices.contains(offset) { return items.values[offset] }
    case (.range(let range), .int(let index)):
      let offset = index < 0 ? index + range.count : index
      if offset >= 0 && offset < range.count { return .int(range[offset]) }
    case (.string(let text), .int(let index)):
      try charge(1 + text.utf8.count / 16)
      let scalars = text.unicodeScalars
      let found =
        index < 0
        ? scalars.reversed().dropFirst(-(index + 1)).first : scalars.dropFirst(index).first
      if let found { return .string(String(Character(found))) }
    default: break
    }
    guard case .string(let name) = key else {
      return .undefined("a value of type \(value.typeName) has no such element")
    }
    return try ownAttribute(name, of: value) ?? missing(name, of: value)
  }

  private func missing(_ name: String, of value: RuntimeValue) -> RuntimeValue {
    .undefined("a value of type \(value.typeName) has no member '\(name)'")
  }

  private func ownAttribute(_ name: String, of value: RuntimeValue) throws -> RuntimeValue? {
    if name.hasPrefix("__") { throw unsupported("the attribute '\(name)'") }
    switch value {
    case .namespace(let namespace): return namespace.attributes[ExactString(name)]
    case .loop(let loop): return try attribute(name, of: loop)
    case .macro(let macro) where name == "name": return .string(macro.definition.name)
    case .range(let range):
      switch name {
      case "start": return .int(range.start)
      case "stop": return .int(range.stop)
      case "step": return .int(range.step)
      default: return nil
      }
    default:
      return TemplateMethods.has(name, value) ? .method(RuntimeMethod(value, name)) : nil
    }
  }

  private func attribute(_ name: String, of loop: RuntimeLoop) throws -> RuntimeValue? {
    let count = loop.items.values.count
    switch name {
    case "index": return .int(loop.index + 1)
    case "index0": return .int(loop.index)
    case "revindex": return .int(count - loop.index)
    case "revindex0": return .int(count - loop.index - 1)
    case "first": return .bool(loop.index == 0)
    case "last": return .bool(loop.index == count - 1)
    case "length": return .int(count)
    case "depth": return .int(1)
    case "depth0": return .int(0)
    case "previtem":
      return loop.index > 0
        ? loop.items.values[loop.index - 1] : .undefined("there is no previous item")
    case "nextitem":
      return loop.index + 1 < count
        ? loop.items.values[loop.index + 1] : .undefined("there is no next item")
    case "cycle", "changed": return .method(RuntimeMethod(.loop(loop), name))
    default: return nil
    }
  }

  // MARK: - Slices

  func slice(_ value: RuntimeValue, start: RuntimeValue, stop: RuntimeValue, step: RuntimeValue)
    throws -> RuntimeValue
  {
    try require(value)
    switch value {
    case .list(let items):
      return try list(
        try offsets(items.values.count, start, stop, step).map { items.values[$0] })
    case .tuple(let items):
      return .tuple(
        try self.items(
          try offsets(items.values.count, start, stop, step).map { items.values[$0] }))
    case .range(let range):
      let offsets = try offsets(range.count, start, stop, step)
      try charge(range.count)
      return try list(offsets.map { .int(range[$0]) })
    case .string(let text):
      try charge(bytes: text.utf8.count)
      let scalars = Array(text.unicodeScalars)
      return .string(
        TemplateText.string(try offsets(scalars.count, start, stop, step).map { scalars[$0] }))
    default: throw invalid("a value of type \(value.typeName) has no slices")
    }
  }

  /// The offsets that a Python slice of a sequence of `count` takes, in order.
  private func offsets(
    _ count: Int, _ start: RuntimeValue, _ stop: RuntimeValue, _ step: RuntimeValue
  ) throws -> StrideTo<Int> {
    let step = try bound(step) ?? 1
    guard step != 0 else { throw invalid("a slice has the step 0") }
    // Clamped so that adding it can never overflow; no sequence is that long.
    let stride = max(-Int(Int32.max), min(Int(Int32.max), step))
    let low = stride > 0 ? 0 : -1
    let high = stride > 0 ? count : count - 1
    func clamp(_ bound: Int?, otherwise: Int) -> Int {
      guard let bound else { return otherwise }
      return max(low, min(high, bound < 0 ? bound + count : bound))
    }
    let first = clamp(try bound(start), otherwise: stride > 0 ? low : high)
    let end = clamp(try bound(stop), otherwise: stride > 0 ? high : low)
    return Swift.stride(from: first, to: end, by: stride)
  }

  private func bound(_ value: RuntimeValue) throws -> Int? {
    try require(value)
    switch value {
    case .none: return nil
    case .int(let value): return value
    case .bool(let value): return value ? 1 : 0
    default: throw invalid("a slice's bounds are integers, not of type \(value.typeName)")
    }
  }
}

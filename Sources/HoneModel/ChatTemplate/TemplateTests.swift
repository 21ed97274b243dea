// SPDX-License-Identifier: Apache-2.0

/// The tests that Hone runs after `is`.
enum TemplateTests {
  static let names: Set<String> = [
    "boolean", "callable", "defined", "divisibleby", "eq", "equalto", "even", "false", "filter",
    "float", "ge", "greaterthan", "gt", "in", "integer", "iterable", "le", "lessthan", "lower",
    "lt", "mapping", "ne", "none", "number", "odd", "sameas", "sequence", "string", "test", "true",
    "undefined", "upper", "==", "!=", "<", "<=", ">", ">=",
  ]
}

extension TemplateInterpreter {
  func test(_ name: String, _ value: RuntimeValue, _ arguments: RuntimeArguments) throws -> Bool {
    try charge()
    if let comparison = comparison(name) {
      return try compare(value, comparison, try onlyArgument(arguments, of: name))
    }
    switch name {
    case "sameas": return try isSame(value, try onlyArgument(arguments, of: name))
    case "divisibleby":
      return try isMultiple(value, of: try onlyArgument(arguments, of: name), remainder: 0)
    default: break
    }
    guard arguments.positional.isEmpty, arguments.named.isEmpty else {
      throw invalid("the test '\(name)' takes no argument")
    }
    switch name {
    case "even": return try isMultiple(value, of: .int(2), remainder: 0)
    case "odd": return try isMultiple(value, of: .int(2), remainder: 1)
    case "lower", "upper": return isCase(try text(value), upper: name == "upper")
    case "filter", "test":
      guard case .string(let given) = value else { return false }
      return (name == "filter" ? TemplateFilters.names : TemplateTests.names).contains(given)
    default: return hasType(name, value)
    }
  }

  private func comparison(_ name: String) -> TemplateComparison? {
    switch name {
    case "eq", "equalto", "==": .equal
    case "ne", "!=": .notEqual
    case "lt", "lessthan", "<": .less
    case "le", "<=": .lessOrEqual
    case "gt", "greaterthan", ">": .greater
    case "ge", ">=": .greaterOrEqual
    case "in": .isIn
    default: nil
    }
  }

  private func onlyArgument(_ arguments: RuntimeArguments, of name: String) throws
    -> RuntimeValue
  {
    guard arguments.named.isEmpty, arguments.positional.count == 1 else {
      throw invalid("the test '\(name)' takes one argument")
    }
    return arguments.positional[0]
  }

  private func isMultiple(_ value: RuntimeValue, of divisor: RuntimeValue, remainder: Int) throws
    -> Bool
  {
    try equal(try arithmetic(value, .modulo, divisor), .int(remainder))
  }

  private func isSame(_ value: RuntimeValue, _ other: RuntimeValue) throws -> Bool {
    switch (value, other) {
    case (.none, .none): true
    case (.bool(let first), .bool(let second)): first == second
    case (.int(let first), .int(let second)): first == second
    case (.list(let first), .list(let second)), (.tuple(let first), .tuple(let second)):
      first === second
    case (.dict(let first), .dict(let second)): first === second
    case (.namespace(let first), .namespace(let second)): first === second
    case (.string, .string): throw unsupported("the test 'sameas' on strings")
    default: false
    }
  }

  /// Python's `islower` and `isupper`: some character has case and none the other one.
  func isCase(_ text: String, upper: Bool) -> Bool {
    var found = false
    for scalar in text.unicodeScalars where TemplateText.isCased(scalar) {
      guard (scalar.properties.generalCategory == .lowercaseLetter) != upper,
        scalar.properties.generalCategory != .titlecaseLetter
      else { return false }
      found = true
    }
    return found
  }

  private func hasType(_ name: String, _ value: RuntimeValue) -> Bool {
    switch (name, value) {
    case ("defined", .undefined): false
    case ("defined", _): true
    case ("undefined", .undefined): true
    case ("none", .none): true
    case ("boolean", .bool): true
    case ("true", .bool(let value)): value
    case ("false", .bool(let value)): !value
    case ("integer", .int): true
    case ("float", .float): true
    case ("number", .bool), ("number", .int), ("number", .float): true
    case ("string", .string): true
    case ("mapping", .dict): true
    case ("sequence", .string), ("sequence", .list), ("sequence", .tuple), ("sequence", .dict),
      ("sequence", .range), ("sequence", .undefined):
      true
    case ("iterable", .string), ("iterable", .list), ("iterable", .tuple), ("iterable", .dict),
      ("iterable", .range), ("iterable", .view), ("iterable", .generator),
      ("iterable", .undefined), ("iterable", .loop):
      true
    case ("callable", .macro), ("callable", .function), ("callable", .method),
      ("callable", .undefined), ("callable", .loop):
      true
    default: false
    }
  }
}

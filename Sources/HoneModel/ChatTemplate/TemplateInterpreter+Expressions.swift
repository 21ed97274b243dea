// SPDX-License-Identifier: Apache-2.0

/// Evaluated arguments of a call, filter or test.
struct RuntimeArguments {
  var positional: [RuntimeValue] = []
  var named: [(name: String, value: RuntimeValue)] = []
}

extension TemplateInterpreter {
  /// Evaluates an expression; `body` is the text that a filter block or set block captured.
  func evaluate(_ expression: TemplateExpression, body: RuntimeValue? = nil) throws
    -> RuntimeValue
  {
    line = expression.line
    try charge()
    try enter()
    defer { leave() }
    // Each case is a call of its own, so that this frame, of which there are many, stays small.
    switch expression.kind {
    case .constant(let constant): return value(of: constant)
    case .name(let name): return resolve(name)
    case .list(let parts): return .list(try items(try evaluate(parts)))
    case .tuple(let parts): return .tuple(try items(try evaluate(parts)))
    case .dictionary(let members): return try evaluate(members)
    case .attribute(let object, let name):
      return try evaluateAttribute(object, name, line: expression.line)
    case .item(let object, let key):
      return try evaluateItem(object, key, line: expression.line)
    case .slice(let object, let slice):
      return try evaluateSlice(object, slice, line: expression.line)
    case .call(let callee, let arguments):
      return try evaluateCall(callee, arguments, line: expression.line)
    case .filter(let input, let name, let arguments):
      return try evaluateFilter(input, name, arguments, body: body, line: expression.line)
    case .test(let input, let name, let arguments):
      return try evaluateTest(input, name, arguments, line: expression.line)
    case .not, .negative, .positive, .binary, .and, .or:
      return try evaluateOperation(expression)
    case .concatenation(let parts): return try concatenate(parts)
    case .comparison(let first, let rest): return try compareChain(first, rest)
    case .conditional(let test, let then, let otherwise):
      return try evaluateConditional(test, then, otherwise)
    }
  }

  private func evaluate(_ parts: [TemplateExpression]) throws -> [RuntimeValue] {
    var values: [RuntimeValue] = []
    for part in parts { values.append(try evaluate(part)) }
    return values
  }

  private func evaluateAttribute(_ object: TemplateExpression, _ name: String, line: Int) throws
    -> RuntimeValue
  {
    let value = try evaluate(object)
    self.line = line
    return try attribute(name, of: value)
  }

  private func evaluateCall(
    _ callee: TemplateExpression, _ arguments: TemplateArguments, line: Int
  ) throws -> RuntimeValue {
    let function = try evaluate(callee)
    let values = try evaluate(arguments)
    self.line = line
    return try call(function, values)
  }

  private func evaluateTest(
    _ input: TemplateExpression, _ name: String, _ arguments: TemplateArguments, line: Int
  ) throws -> RuntimeValue {
    let value = try evaluate(input)
    let values = try evaluate(arguments)
    self.line = line
    return .bool(try test(name, value, values))
  }

  private func evaluateOperation(_ expression: TemplateExpression) throws -> RuntimeValue {
    switch expression.kind {
    case .not(let operand): return .bool(!(try evaluate(operand).isTrue))
    case .negative(let operand): return try sign(try evaluate(operand), negative: true)
    case .positive(let operand): return try sign(try evaluate(operand), negative: false)
    case .binary(let left, let symbol, let right):
      let first = try evaluate(left)
      let second = try evaluate(right)
      line = expression.line
      return try arithmetic(first, symbol, second)
    case .and(let left, let right):
      let value = try evaluate(left)
      return value.isTrue ? try evaluate(right) : value
    case .or(let left, let right):
      let value = try evaluate(left)
      return value.isTrue ? value : try evaluate(right)
    default: return try evaluate(expression)
    }
  }

  private func evaluateConditional(
    _ test: TemplateExpression, _ then: TemplateExpression, _ otherwise: TemplateExpression?
  ) throws -> RuntimeValue {
    if try evaluate(test).isTrue { return try evaluate(then) }
    guard let otherwise else {
      return .undefined("the condition is false and there is no 'else'")
    }
    return try evaluate(otherwise)
  }

  func evaluate(_ arguments: TemplateArguments) throws -> RuntimeArguments {
    var values = RuntimeArguments()
    for argument in arguments.positional { values.positional.append(try evaluate(argument)) }
    for argument in arguments.named {
      values.named.append((argument.name, try evaluate(argument.value)))
    }
    if let spread = arguments.spread {
      values.positional += try elements(of: try evaluate(spread))
    }
    if let spread = arguments.spreadNamed { try self.spread(try evaluate(spread), into: &values) }
    return values
  }

  private func spread(_ value: RuntimeValue, into arguments: inout RuntimeArguments) throws {
    try require(value)
    guard case .dict(let dictionary) = value else {
      throw invalid("a value of type \(value.typeName) cannot be spread with '**'")
    }
    // Each name is looked for among those before it.
    try charge(1 + dictionary.keys.count * dictionary.keys.count / 8)
    for (key, value) in zip(dictionary.keys, dictionary.values) {
      guard case .string(let name) = key else {
        throw invalid("a dictionary spread with '**' needs strings as keys")
      }
      if arguments.named.contains(where: { TemplateText.equal($0.name, name) }) {
        throw invalid("the argument '\(name)' is given twice")
      }
      arguments.named.append((name, value))
    }
  }

  private func value(of constant: TemplateConstant) -> RuntimeValue {
    switch constant {
    case .none: .none
    case .bool(let value): .bool(value)
    case .integer(let value): .int(value)
    case .float(let value): .float(value)
    case .string(let value): .string(value)
    }
  }

  private func resolve(_ name: String) -> RuntimeValue {
    if let value = scope[name] { return value }
    if let function = RuntimeFunction(rawValue: name) { return .function(function) }
    // A template without blocks, which are refused, has nothing in `self`.
    if name == "self" { return .namespace(RuntimeNamespace()) }
    return .undefined("'\(name)' is undefined")
  }

  private func evaluate(_ members: [(key: TemplateExpression, value: TemplateExpression)])
    throws -> RuntimeValue
  {
    try dictionary(
      try members.map { (key: try evaluate($0.key), value: try evaluate($0.value)) })
  }

  private func evaluateItem(_ object: TemplateExpression, _ key: TemplateExpression, line: Int)
    throws -> RuntimeValue
  {
    let value = try evaluate(object)
    let key = try evaluate(key)
    self.line = line
    return try item(key, of: value)
  }

  private func evaluateSlice(_ object: TemplateExpression, _ slice: TemplateSlice, line: Int)
    throws -> RuntimeValue
  {
    let value = try evaluate(object)
    let start = try slice.start.map { try evaluate($0) } ?? .none
    let stop = try slice.stop.map { try evaluate($0) } ?? .none
    let step = try slice.step.map { try evaluate($0) } ?? .none
    self.line = line
    return try self.slice(value, start: start, stop: stop, step: step)
  }

  private func evaluateFilter(
    _ input: TemplateExpression?, _ name: String, _ arguments: TemplateArguments,
    body: RuntimeValue?, line: Int
  ) throws -> RuntimeValue {
    let value = try input.map { try evaluate($0, body: body) } ?? body ?? .string("")
    let values = try evaluate(arguments)
    self.line = line
    return try filter(name, value, values)
  }

  private func concatenate(_ parts: [TemplateExpression]) throws -> RuntimeValue {
    var result = ""
    for part in parts {
      let piece = try text(try evaluate(part))
      try charge(bytes: piece.utf8.count)
      if result.utf8.count > limits.maxStringBytes { try charge(bytes: Int.max) }
      result += piece
    }
    return .string(result)
  }

  private func compareChain(
    _ first: TemplateExpression, _ rest: [(TemplateComparison, TemplateExpression)]
  ) throws -> RuntimeValue {
    var left = try evaluate(first)
    for (comparison, expression) in rest {
      let right = try evaluate(expression)
      line = first.line
      if try !compare(left, comparison, right) { return .bool(false) }
      left = right
    }
    return .bool(true)
  }

  // MARK: - Making containers

  func items(_ values: [RuntimeValue]) throws -> RuntimeItems {
    try charge(4 * values.count)
    let items = RuntimeItems(values)
    guard items.extent.height <= RuntimeExtent.limit else { throw tooDeep() }
    return items
  }

  func list(_ values: [RuntimeValue]) throws -> RuntimeValue { .list(try items(values)) }

  func generator(_ values: [RuntimeValue]) throws -> RuntimeValue {
    try charge(4 * values.count)
    let generator = RuntimeGenerator(values)
    guard generator.extent.height <= RuntimeExtent.limit else { throw tooDeep() }
    return .generator(generator)
  }

  func dictionary(_ members: [(key: RuntimeValue, value: RuntimeValue)]) throws
    -> RuntimeValue
  {
    try charge(12 * members.count)
    let dictionary = RuntimeDictionary(
      try members.map { (try key($0.key), $0.key, $0.value) })
    guard dictionary.extent.height <= RuntimeExtent.limit else { throw tooDeep() }
    return .dict(dictionary)
  }

  func key(_ value: RuntimeValue) throws -> RuntimeKey {
    if case .string(let text) = value { try charge(1 + text.utf8.count / 16) }
    guard let key = RuntimeKey(value) else {
      throw invalid("a value of type \(value.typeName) cannot be a dictionary's key")
    }
    return key
  }

  /// A caller's value as the template sees it.
  func convert(_ value: TemplateValue, depth: Int = 0) throws -> RuntimeValue {
    guard depth < RuntimeExtent.limit else { throw tooDeep() }
    switch value {
    case .none: return .none
    case .bool(let value): return .bool(value)
    case .integer(let value): return .int(value)
    case .number(let value): return .float(value)
    case .string(let value): return .string(value)
    case .list(let values): return try list(values.map { try convert($0, depth: depth + 1) })
    case .dictionary(let members):
      return try dictionary(
        members.map { (.string($0.key), try convert($0.value, depth: depth + 1)) })
    }
  }

  /// The elements that iteration over a value gives.
  func elements(of value: RuntimeValue) throws -> [RuntimeValue] {
    let values: [RuntimeValue]
    switch value {
    case .undefined: values = []
    case .list(let items), .tuple(let items): values = items.values
    case .dict(let dictionary): values = dictionary.keys
    case .view(let view): values = view.items.values
    case .generator(let generator): values = generator.rest()
    case .range(let range):
      try charge(range.count)
      return (0..<range.count).map { .int(range[$0]) }
    case .string(let text):
      try charge(4 * text.utf8.count)
      return text.unicodeScalars.map { .string(String(Character($0))) }
    default: throw invalid("a value of type \(value.typeName) cannot be iterated over")
    }
    try charge(values.count)
    return values
  }
}

// SPDX-License-Identifier: Apache-2.0

/// What a rendering may use, so that no template can exhaust memory or run for ever.
package struct TemplateLimits: Sendable {
  /// Operations, counting one for each element a value is made of.
  package var maxSteps = 20_000_000
  /// Bytes of one string and of the whole output.
  package var maxStringBytes = 16 << 20
  /// Statements, expressions and macro calls that run inside one another; sized for a stack of
  /// 512 KiB, which threads other than the main one have on macOS.
  package var maxDepth = 100

  package init() {}
}

/// Runs one parsed template once.
final class TemplateInterpreter {
  enum Flow { case normal, breakLoop, continueLoop }

  let name: String
  let limits: TemplateLimits
  let clock: TemplateClock
  /// The line of what runs now, for messages.
  var line = 1
  var scope = RuntimeScope(parent: nil)
  var output = ""
  private(set) var generated: [Range<Int>] = []
  private var steps = 0
  private var depth = 0
  /// Blocks whose text goes elsewhere than the output.
  private var captures = 0
  private var openGenerations = 0
  private var macros: [RuntimeMacro] = []

  init(name: String, limits: TemplateLimits, clock: TemplateClock) {
    self.name = name
    self.limits = limits
    self.clock = clock
  }

  func render(_ body: [TemplateStatement], context: [TemplateValue.Member]) throws {
    defer { for macro in macros { macro.scope = nil } }
    for member in context { scope.set(member.key, try convert(member.value)) }
    scope = RuntimeScope(parent: scope)
    _ = try run(body)
  }

  // MARK: - Errors and limits

  func invalid(_ what: String) -> ModelError {
    ModelError(.invalid, "\(name), line \(line): \(what)")
  }

  func unsupported(_ what: String) -> ModelError {
    ModelError(
      .unsupported,
      "\(name), line \(line): Hone does not run \(what) in chat templates; rewrite that part of"
        + " the template")
  }

  func charge(_ count: Int = 1) throws {
    steps += min(count, limits.maxSteps + 1)
    guard steps <= limits.maxSteps else {
      throw invalid(
        "the template takes more than \(limits.maxSteps) steps; it or its messages are too large")
    }
  }

  func enter(_ levels: Int = 1) throws {
    guard depth + levels <= limits.maxDepth else {
      throw invalid(
        "statements, expressions and macro calls run more than \(limits.maxDepth) deep")
    }
    depth += levels
  }

  func leave(_ levels: Int = 1) { depth -= levels }

  /// Accounts for a string about to be made.
  func charge(bytes: Int) throws {
    guard bytes <= limits.maxStringBytes else {
      throw invalid(
        "the template makes a text of more than \(limits.maxStringBytes) bytes; it or its"
          + " messages are too large")
    }
    try charge(1 + bytes / 16)
  }

  // MARK: - Statements

  private func run(_ body: [TemplateStatement]) throws -> Flow {
    try enter()
    defer { leave() }
    for statement in body {
      line = statement.line
      try charge()
      let flow = try run(statement)
      if flow != .normal { return flow }
    }
    return .normal
  }

  private func run(_ statement: TemplateStatement) throws -> Flow {
    switch statement.kind {
    case .text(let text): try write(text)
    case .output(let expression): try write(try text(try evaluate(expression)))
    case .conditional(let branches, let otherwise):
      return try run(branches: branches, otherwise: otherwise)
    case .loop(let loop): return try run(loop)
    case .assign(let target, let expression): try assign(try evaluate(expression), to: target)
    case .assignBlock(let target, let filter, let body):
      return try runAssignBlock(target, filter: filter, body: body)
    case .macro(let definition):
      scope.set(definition.name, .macro(try makeMacro(definition)))
    case .callBlock(let definition, let call): try runCallBlock(definition, call)
    case .filterBlock(let filter, let body): return try runFilterBlock(filter, body: body)
    case .with(let assignments, let body): return try runWith(assignments, body: body)
    case .generation(let body): try runGeneration(body)
    case .breakLoop: return .breakLoop
    case .continueLoop: return .continueLoop
    }
    return .normal
  }

  private func write(_ text: String) throws {
    try charge(
      bytes: output.utf8.count + text.utf8.count > limits.maxStringBytes
        ? limits.maxStringBytes + 1 : text.utf8.count)
    output += text
  }

  private func run(branches: [TemplateBranch], otherwise: [TemplateStatement]) throws -> Flow {
    for branch in branches where try evaluate(branch.test).isTrue {
      return try run(branch.body)
    }
    return try run(otherwise)
  }

  /// Runs `body` with a scope of its own.
  private func inScope<Result>(_ body: () throws -> Result) rethrows -> Result {
    let outer = scope
    scope = RuntimeScope(parent: outer)
    defer { scope = outer }
    return try body()
  }

  private func run(_ loop: TemplateLoop) throws -> Flow {
    var values = try elements(of: try evaluate(loop.iterable))
    if let filter = loop.filter {
      values = try values.filter { value in
        try inScope {
          try assign(value, to: loop.target)
          return try evaluate(filter).isTrue
        }
      }
    }
    if values.isEmpty { return try inScope { try run(loop.otherwise) } }
    let state = RuntimeLoop(try items(values))
    for (index, value) in values.enumerated() {
      state.index = index
      try charge()
      let flow = try inScope {
        scope.set("loop", .loop(state))
        try assign(value, to: loop.target)
        return try run(loop.body)
      }
      if flow == .breakLoop { break }
    }
    return .normal
  }

  private func assign(_ value: RuntimeValue, to target: TemplateTarget) throws {
    switch target {
    case .name(let name): scope.set(name, value)
    case .attribute(let namespace, let name):
      guard case .namespace(let object)? = scope[namespace] else {
        throw invalid("'\(namespace)' is no namespace, so '\(namespace).\(name)' cannot be set")
      }
      try store(value, in: object, as: name)
    case .tuple(let targets):
      let values = try elements(of: value)
      guard values.count == targets.count else {
        throw invalid("\(values.count) values cannot be assigned to \(targets.count) names")
      }
      for (value, target) in zip(values, targets) { try assign(value, to: target) }
    }
  }

  func store(_ value: RuntimeValue, in namespace: RuntimeNamespace, as name: String) throws {
    if name.hasPrefix("_") {
      throw invalid("a namespace has no attribute '\(name)': names may not begin with '_'")
    }
    let extent = value.extent
    if extent.holdsReference {
      throw unsupported("a namespace that holds another namespace, a macro or a loop")
    }
    guard extent.height <= RuntimeExtent.namespaceLimit else { throw tooDeep() }
    namespace.attributes[ExactString(name)] = value
  }

  func tooDeep() -> ModelError { invalid("lists and dictionaries are nested too deep") }

  // MARK: - Blocks whose text goes elsewhere

  /// Runs `body` and returns what it wrote instead of writing it.
  func capture(_ body: () throws -> Flow) throws -> (text: String, flow: Flow) {
    let outer = output
    output = ""
    captures += 1
    defer {
      output = outer
      captures -= 1
    }
    let flow = try body()
    return (output, flow)
  }

  private func runAssignBlock(
    _ target: TemplateTarget, filter: TemplateExpression?, body: [TemplateStatement]
  ) throws -> Flow {
    let (text, flow) = try capture { try inScope { try run(body) } }
    guard flow == .normal else { return flow }
    var value = RuntimeValue.string(text)
    if let filter { value = try evaluate(filter, body: value) }
    try assign(value, to: target)
    return .normal
  }

  private func runFilterBlock(_ filter: TemplateExpression, body: [TemplateStatement]) throws
    -> Flow
  {
    let (text, flow) = try capture { try inScope { try run(body) } }
    guard flow == .normal else { return flow }
    try write(try self.text(try evaluate(filter, body: .string(text))))
    return .normal
  }

  private func runWith(
    _ assignments: [(TemplateTarget, TemplateExpression)], body: [TemplateStatement]
  ) throws -> Flow {
    let values = try assignments.map { try evaluate($0.1) }
    return try inScope {
      for (value, assignment) in zip(values, assignments) {
        try assign(value, to: assignment.0)
      }
      return try run(body)
    }
  }

  private func runGeneration(_ body: [TemplateStatement]) throws {
    if captures > 0 || openGenerations > 0 {
      throw unsupported("a generation block inside a macro, a set block or another such block")
    }
    openGenerations += 1
    defer { openGenerations -= 1 }
    let start = output.utf8.count
    _ = try inScope { try run(body) }
    if output.utf8.count > start { generated.append(start..<output.utf8.count) }
  }

  private func runCallBlock(_ definition: TemplateMacro, _ expression: TemplateExpression) throws {
    guard case .call(let callee, let arguments) = expression.kind else { return }
    let function = try evaluate(callee)
    var values = try evaluate(arguments)
    values.named.append(("caller", .macro(try makeMacro(definition))))
    try write(try text(try call(function, values)))
  }

  // MARK: - Macros

  private func makeMacro(_ definition: TemplateMacro) throws -> RuntimeMacro {
    // It is kept until the rendering ends.
    try charge(50)
    let macro = RuntimeMacro(definition, scope: scope)
    macros.append(macro)
    return macro
  }

  func call(_ macro: RuntimeMacro, _ arguments: RuntimeArguments) throws -> RuntimeValue {
    let definition = macro.definition
    // A call's own frames weigh as much as several expressions.
    try enter(3)
    let outer = scope
    let callLine = line
    defer {
      leave(3)
      scope = outer
      line = callLine
    }
    let inner = RuntimeScope(parent: macro.scope)
    scope = inner
    var named = arguments.named
    for (index, parameter) in definition.parameters.enumerated() {
      if index < arguments.positional.count {
        inner.set(parameter.name, arguments.positional[index])
      } else if let given = named.firstIndex(where: { $0.name == parameter.name }) {
        inner.set(parameter.name, named.remove(at: given).value)
      } else if let fallback = parameter.fallback {
        inner.set(parameter.name, try evaluate(fallback))
      } else {
        inner.set(parameter.name, .undefined("the parameter '\(parameter.name)' was not given"))
      }
    }
    try bindRest(arguments, named: named, of: definition, in: inner)
    return .string(try capture { try run(definition.body) }.text)
  }

  /// Binds `caller`, `varargs` and `kwargs`, or refuses what the macro does not take.
  private func bindRest(
    _ arguments: RuntimeArguments, named: [(name: String, value: RuntimeValue)],
    of definition: TemplateMacro, in inner: RuntimeScope
  ) throws {
    var named = named
    if definition.takesCaller, !definition.parameters.contains(where: { $0.name == "caller" }) {
      let given = named.firstIndex { $0.name == "caller" }
      inner.set(
        "caller",
        given.map { named.remove(at: $0).value } ?? .undefined("no caller is defined"))
    }
    if definition.takesKwargs {
      inner.set("kwargs", .dict(RuntimeDictionary(named.map { ($0.name, $0.value) })))
    } else if let extra = named.first {
      throw invalid("the macro '\(definition.name)' takes no argument '\(extra.name)'")
    }
    let extra = arguments.positional.dropFirst(definition.parameters.count)
    if definition.takesVarargs {
      inner.set("varargs", .tuple(try items(Array(extra))))
    } else if !extra.isEmpty {
      throw invalid(
        "the macro '\(definition.name)' takes at most \(definition.parameters.count) arguments")
    }
  }
}

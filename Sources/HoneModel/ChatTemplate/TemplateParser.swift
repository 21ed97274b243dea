// SPDX-License-Identifier: Apache-2.0

/// Reads a template's tokens as statements; expressions are in an extension.
struct TemplateParser {
  /// Deeper templates are refused, so that no recursion over them can exhaust the stack.
  static let maxExpressionDepth = 80
  static let maxStatementDepth = 30

  let name: String
  private let tokens: [TemplateToken]
  private var index = 0
  /// Expressions being parsed, each inside the one before.
  var openExpressions = 0
  /// Every name read so far; a macro learns from it which special names its body mentions.
  var mentioned: Set<String> = []
  private var openStatements = 0
  private var openLoops = 0

  static func parse(_ source: String, name: String) throws -> [TemplateStatement] {
    var parser = TemplateParser(
      name: name, tokens: try TemplateLexer.tokens(of: source, name: name))
    let body = try parser.parseBody(until: [])
    return body
  }

  private init(name: String, tokens: [TemplateToken]) {
    self.name = name
    self.tokens = tokens
  }

  // MARK: - Tokens

  /// The last token is `end` and is never passed.
  var current: TemplateToken { tokens[index] }
  var next: TemplateToken { tokens[min(index + 1, tokens.count - 1)] }

  mutating func advance() { index = min(index + 1, tokens.count - 1) }

  func at(_ symbol: TemplateSymbol) -> Bool { current.kind == .symbol(symbol) }
  func at(name: String) -> Bool { current.kind == .name(name) }

  mutating func skip(_ symbol: TemplateSymbol) -> Bool {
    if at(symbol) {
      advance()
      return true
    }
    return false
  }

  mutating func skip(name: String) -> Bool {
    if at(name: name) {
      advance()
      return true
    }
    return false
  }

  mutating func expect(_ symbol: TemplateSymbol) throws {
    guard skip(symbol) else { throw unexpected("'\(symbol.rawValue)'") }
  }

  mutating func expectName(_ what: String) throws -> String {
    guard case .name(let name) = current.kind else { throw unexpected(what) }
    advance()
    return name
  }

  private mutating func expect(_ kind: TemplateToken.Kind, _ shown: String) throws {
    guard current.kind == kind else { throw unexpected("'\(shown)'") }
    advance()
  }

  // MARK: - Errors

  func unexpected(_ wanted: String) -> ModelError {
    invalid("\(current.shown) stands where \(wanted) was expected")
  }

  func invalid(_ what: String, line: Int? = nil) -> ModelError {
    ModelError(.invalid, "\(name), line \(line ?? current.line): \(what)")
  }

  func unsupported(_ what: String, line: Int? = nil) -> ModelError {
    ModelError(
      .unsupported,
      "\(name), line \(line ?? current.line): Hone does not run \(what) in chat templates;"
        + " rewrite that part of the template")
  }

  // MARK: - Bodies

  private mutating func parseBody(until ends: [String]) throws -> [TemplateStatement] {
    openStatements += 1
    defer { openStatements -= 1 }
    guard openStatements <= Self.maxStatementDepth else {
      throw invalid("statements are nested more than \(Self.maxStatementDepth) deep")
    }
    let start = current.line
    var body: [TemplateStatement] = []
    while true {
      let line = current.line
      switch current.kind {
      case .text(let text):
        advance()
        body.append(TemplateStatement(kind: .text(text), line: line))
      case .variableBegin:
        advance()
        let expression = try parseTuple()
        try expect(.variableEnd, "}}")
        body.append(TemplateStatement(kind: .output(expression), line: line))
      case .blockBegin:
        advance()
        if case .name(let tag) = current.kind, ends.contains(tag) { return body }
        let kind = try parseStatement()
        try expect(.blockEnd, "%}")
        body.append(TemplateStatement(kind: kind, line: line))
      case .end:
        guard let end = ends.last else { return body }
        throw invalid("the template ends before '{% \(end) %}'", line: start)
      default:
        throw unexpected("text or a tag")
      }
    }
  }

  /// The body of a statement whose opening tag ends here, up to and including its end tag's name.
  private mutating func parseBlock(_ end: String) throws -> [TemplateStatement] {
    try expect(.blockEnd, "%}")
    let body = try parseBody(until: [end])
    advance()
    return body
  }

  /// A block that becomes a function of its own, so no loop around it can be left from inside.
  private mutating func parseFunctionBlock(_ end: String) throws -> [TemplateStatement] {
    let loops = openLoops
    openLoops = 0
    defer { openLoops = loops }
    return try parseBlock(end)
  }

  private mutating func parseStatement() throws -> TemplateStatement.Kind {
    let line = current.line
    let tag = try expectName("the name of a tag")
    switch tag {
    case "if": return try parseIf()
    case "for": return try parseFor()
    case "set": return try parseSet()
    case "macro":
      let name = try expectName("the macro's name")
      let parameters = try parseParameters()
      return .macro(
        try parseMacroBody(name: name, parameters: parameters, line: line, end: "endmacro"))
    case "call": return try parseCallBlock(line: line)
    case "filter":
      let filter = try parseFilters(nil, first: true)
      return .filterBlock(filter, body: try parseBlock("endfilter"))
    case "with": return try parseWith()
    case "generation": return .generation(try parseFunctionBlock("endgeneration"))
    case "break", "continue":
      guard openLoops > 0 else { throw invalid("'\(tag)' stands outside a loop", line: line) }
      return tag == "break" ? .breakLoop : .continueLoop
    case "include", "import", "from", "extends", "block", "autoescape":
      throw unsupported("the tag '\(tag)'", line: line)
    default:
      throw invalid("there is no tag '\(tag)', or it closes nothing here", line: line)
    }
  }

  // MARK: - Statements

  private mutating func parseIf() throws -> TemplateStatement.Kind {
    var branches: [TemplateBranch] = []
    var otherwise: [TemplateStatement] = []
    while true {
      let test = try parseTuple(conditional: false)
      try expect(.blockEnd, "%}")
      branches.append(
        TemplateBranch(test: test, body: try parseBody(until: ["elif", "else", "endif"])))
      if skip(name: "elif") { continue }
      if skip(name: "else") {
        otherwise = try parseBlock("endif")
      } else {
        advance()
      }
      return .conditional(branches: branches, otherwise: otherwise)
    }
  }

  private mutating func parseFor() throws -> TemplateStatement.Kind {
    let target = try parseTarget(end: "in")
    guard skip(name: "in") else { throw unexpected("'in'") }
    let iterable = try parseTuple(conditional: false, end: "recursive")
    let filter = skip(name: "if") ? try parseExpression() : nil
    if at(name: "recursive") { throw unsupported("recursive loops") }
    try expect(.blockEnd, "%}")
    openLoops += 1
    let body = try parseBody(until: ["else", "endfor"])
    openLoops -= 1
    var otherwise: [TemplateStatement] = []
    if skip(name: "else") {
      otherwise = try parseBlock("endfor")
    } else {
      advance()
    }
    return .loop(
      TemplateLoop(
        target: target, iterable: iterable, filter: filter, body: body, otherwise: otherwise))
  }

  private mutating func parseSet() throws -> TemplateStatement.Kind {
    let target = try parseTarget(end: nil)
    if skip(.assign) { return .assign(target, try parseTuple()) }
    let filter = at(.pipe) ? try parseFilters(nil, first: false) : nil
    return .assignBlock(target, filter: filter, body: try parseBlock("endset"))
  }

  private mutating func parseParameters() throws
    -> [(name: String, fallback: TemplateExpression?)]
  {
    var parameters: [(name: String, fallback: TemplateExpression?)] = []
    try expect(.openParen)
    while !at(.closeParen) {
      if !parameters.isEmpty { try expect(.comma) }
      let parameter = try expectName("a parameter's name")
      let fallback = skip(.assign) ? try parseExpression() : nil
      if fallback == nil, let last = parameters.last, last.fallback != nil {
        throw invalid("the parameter '\(parameter)' without a default follows one with it")
      }
      parameters.append((parameter, fallback))
    }
    try expect(.closeParen)
    return parameters
  }

  private mutating func parseMacroBody(
    name: String, parameters: [(name: String, fallback: TemplateExpression?)], line: Int,
    end: String
  ) throws -> TemplateMacro {
    let outside = mentioned
    mentioned = []
    defer { mentioned.formUnion(outside) }
    let body = try parseFunctionBlock(end)
    return TemplateMacro(
      name: name, parameters: parameters, body: body, line: line, mentioned: mentioned)
  }

  private mutating func parseCallBlock(line: Int) throws -> TemplateStatement.Kind {
    let parameters = at(.openParen) ? try parseParameters() : []
    let call = try parseExpression()
    guard case .call = call.kind else { throw unexpected("a call") }
    let macro = try parseMacroBody(
      name: "caller", parameters: parameters, line: line, end: "endcall")
    return .callBlock(macro, call)
  }

  private mutating func parseWith() throws -> TemplateStatement.Kind {
    var assignments: [(TemplateTarget, TemplateExpression)] = []
    while current.kind != .blockEnd {
      if !assignments.isEmpty { try expect(.comma) }
      let target = try parseSimpleTarget()
      try expect(.assign)
      assignments.append((target, try parseExpression()))
    }
    return .with(assignments, body: try parseBlock("endwith"))
  }

  // MARK: - Targets

  private mutating func parseTarget(end: String?) throws -> TemplateTarget {
    var parts: [TemplateTarget] = []
    var isTuple = false
    while true {
      if let end, at(name: end) { break }
      if at(.assign) || current.kind == .blockEnd { break }
      parts.append(try parseSimpleTarget())
      guard skip(.comma) else { break }
      isTuple = true
    }
    guard let first = parts.first else { throw unexpected("a name to assign to") }
    return isTuple ? .tuple(parts) : first
  }

  private mutating func parseSimpleTarget() throws -> TemplateTarget {
    if skip(.openParen) {
      openStatements += 1
      defer { openStatements -= 1 }
      guard openStatements <= Self.maxStatementDepth else {
        throw invalid("targets are nested more than \(Self.maxStatementDepth) deep")
      }
      var parts: [TemplateTarget] = []
      var isTuple = false
      while !at(.closeParen) {
        parts.append(try parseSimpleTarget())
        guard skip(.comma) else { break }
        isTuple = true
      }
      try expect(.closeParen)
      guard let first = parts.first else { throw unexpected("a name to assign to") }
      return isTuple ? .tuple(parts) : first
    }
    let name = try expectName("a name to assign to")
    if ["true", "false", "none", "True", "False", "None"].contains(name) {
      throw invalid("'\(name)' cannot be assigned to")
    }
    if skip(.dot) {
      return .attribute(namespace: name, name: try expectName("an attribute's name"))
    }
    return .name(name)
  }
}

// SPDX-License-Identifier: Apache-2.0

/// Expressions, with Jinja's precedences from `if … else` down to `.` and `[ ]`.
extension TemplateParser {
  typealias Expression = TemplateExpression

  /// Makes an expression, one deeper than the deepest of `parts`.
  private func make(_ kind: Expression.Kind, line: Int, _ parts: [Expression?] = []) throws
    -> Expression
  {
    let depth = 1 + (parts.lazy.compactMap { $0?.depth }.max() ?? 0)
    guard depth <= Self.maxExpressionDepth else {
      throw invalid(
        "an expression has more than \(Self.maxExpressionDepth) operations inside one another",
        line: line)
    }
    return Expression(kind, line: line, depth: depth)
  }

  /// One expression, or a tuple where commas follow.
  mutating func parseTuple(
    conditional: Bool = true, end: String? = nil, parenthesized: Bool = false
  ) throws -> Expression {
    let line = current.line
    var items: [Expression] = []
    var isTuple = false
    while !atTupleEnd(end) {
      items.append(try conditional ? parseExpression() : parseBinary(0))
      guard skip(.comma) else { break }
      isTuple = true
    }
    if !isTuple {
      if let first = items.first { return first }
      if !parenthesized { throw unexpected("an expression") }
    }
    return try make(.tuple(items), line: line, items)
  }

  private func atTupleEnd(_ end: String?) -> Bool {
    switch current.kind {
    case .variableEnd, .blockEnd, .symbol(.closeParen): true
    case .name(let name): name == end
    default: false
    }
  }

  /// `a if test else b`.
  mutating func parseExpression() throws -> Expression {
    openExpressions += 1
    defer { openExpressions -= 1 }
    guard openExpressions <= Self.maxExpressionDepth / 2 else {
      throw invalid("expressions are nested more than \(Self.maxExpressionDepth / 2) deep")
    }
    var value = try parseBinary(0)
    while at(name: "if") {
      let line = current.line
      advance()
      let test = try parseBinary(0)
      let otherwise = skip(name: "else") ? try parseExpression() : nil
      value = try make(
        .conditional(test: test, then: value, otherwise: otherwise), line: line,
        [test, value, otherwise])
    }
    return value
  }

  // MARK: - Operators

  /// An operator's place: 0 or, 1 and, 2 not, 3 comparison, 4 sum, 5 concatenation, 6 product,
  /// 7 power.
  private func operatorLevel() -> Int? {
    switch current.kind {
    case .name("or"): return 0
    case .name("and"): return 1
    case .name("in"): return 3
    case .name("not"): return next.kind == .name("in") ? 3 : nil
    case .symbol(let symbol):
      switch symbol {
      case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: return 3
      case .add, .subtract: return 4
      case .concatenate: return 5
      case .multiply, .divide, .floorDivide, .modulo: return 6
      case .power: return 7
      default: return nil
      }
    default: return nil
    }
  }

  /// Operators from `level` up. One loop for all levels keeps the stack short.
  private mutating func parseBinary(_ level: Int) throws -> Expression {
    var left = try level <= 2 && at(name: "not") ? parseNot() : parseUnary()
    while let found = operatorLevel(), found >= level {
      let line = current.line
      switch found {
      case 3: left = try parseComparison(left)
      case 5: left = try parseConcatenation(left)
      default:
        let operation = current.kind
        advance()
        let right = try parseBinary(found + 1)
        let kind: Expression.Kind =
          switch operation {
          case .name("or"): .or(left, right)
          case .name: .and(left, right)
          case .symbol(let symbol): .binary(left, symbol, right)
          default: throw unexpected("an operator")
          }
        left = try make(kind, line: line, [left, right])
      }
    }
    return left
  }

  private mutating func parseNot() throws -> Expression {
    var lines: [Int] = []
    while at(name: "not") {
      lines.append(current.line)
      advance()
    }
    var value = try parseBinary(3)
    for line in lines.reversed() { value = try make(.not(value), line: line, [value]) }
    return value
  }

  private mutating func parseComparison(_ first: Expression) throws -> Expression {
    let line = current.line
    var rest: [(TemplateComparison, Expression)] = []
    while let comparison = skipComparison() { rest.append((comparison, try parseBinary(4))) }
    return try make(.comparison(first, rest), line: line, [first] + rest.map(\.1))
  }

  private mutating func skipComparison() -> TemplateComparison? {
    let comparison: TemplateComparison
    switch current.kind {
    case .symbol(.equal): comparison = .equal
    case .symbol(.notEqual): comparison = .notEqual
    case .symbol(.less): comparison = .less
    case .symbol(.lessOrEqual): comparison = .lessOrEqual
    case .symbol(.greater): comparison = .greater
    case .symbol(.greaterOrEqual): comparison = .greaterOrEqual
    case .name("in"): comparison = .isIn
    case .name("not") where next.kind == .name("in"):
      advance()
      comparison = .notIn
    default: return nil
    }
    advance()
    return comparison
  }

  private mutating func parseConcatenation(_ first: Expression) throws -> Expression {
    var parts = [first]
    let line = current.line
    while skip(.concatenate) { parts.append(try parseBinary(6)) }
    return try make(.concatenation(parts), line: line, parts)
  }

  private mutating func parseUnary() throws -> Expression {
    var signs: [(TemplateSymbol, Int)] = []
    while case .symbol(let symbol) = current.kind, symbol == .subtract || symbol == .add {
      signs.append((symbol, current.line))
      advance()
    }
    var value = try parsePostfix(parsePrimary())
    for (sign, line) in signs.reversed() {
      value = try make(sign == .add ? .positive(value) : .negative(value), line: line, [value])
    }
    return try parseFiltersAndTests(value)
  }

  // MARK: - Primaries

  private mutating func parsePrimary() throws -> Expression {
    let line = current.line
    switch current.kind {
    case .name(let name):
      advance()
      switch name {
      case "true", "True": return try make(.constant(.bool(true)), line: line)
      case "false", "False": return try make(.constant(.bool(false)), line: line)
      case "none", "None": return try make(.constant(.none), line: line)
      default:
        mentioned.insert(name)
        return try make(.name(name), line: line)
      }
    case .string(var text):
      advance()
      while case .string(let more) = current.kind {
        text += more
        advance()
      }
      return try make(.constant(.string(text)), line: line)
    case .integer(let value):
      advance()
      return try make(.constant(.integer(value)), line: line)
    case .float(let value):
      advance()
      return try make(.constant(.float(value)), line: line)
    case .symbol(.openParen):
      advance()
      let value = try parseTuple(parenthesized: true)
      try expect(.closeParen)
      return value
    case .symbol(.openBracket): return try parseList()
    case .symbol(.openBrace): return try parseDictionary()
    default: throw unexpected("an expression")
    }
  }

  private mutating func parseList() throws -> Expression {
    let line = current.line
    advance()
    var items: [Expression] = []
    while !at(.closeBracket) {
      items.append(try parseExpression())
      if !skip(.comma) { break }
    }
    try expect(.closeBracket)
    return try make(.list(items), line: line, items)
  }

  private mutating func parseDictionary() throws -> Expression {
    let line = current.line
    advance()
    var members: [(key: Expression, value: Expression)] = []
    while !at(.closeBrace) {
      let key = try parseExpression()
      try expect(.colon)
      members.append((key, try parseExpression()))
      if !skip(.comma) { break }
    }
    try expect(.closeBrace)
    return try make(.dictionary(members), line: line, members.flatMap { [$0.key, $0.value] })
  }

  // MARK: - What follows a primary

  private mutating func parsePostfix(_ first: Expression) throws -> Expression {
    var value = first
    while true {
      let line = current.line
      switch current.kind {
      case .symbol(.dot):
        advance()
        if case .integer(let index) = current.kind {
          advance()
          let item = try make(.constant(.integer(index)), line: line)
          value = try make(.item(value, item), line: line, [value])
        } else {
          let name = try expectName("an attribute's name")
          value = try make(.attribute(value, name), line: line, [value])
        }
      case .symbol(.openBracket): value = try parseSubscript(value)
      case .symbol(.openParen): value = try parseCall(value)
      default: return value
      }
    }
  }

  private mutating func parseSubscript(_ value: Expression) throws -> Expression {
    let line = current.line
    advance()
    let start = at(.colon) ? nil : try parseExpression()
    if let start, !at(.colon) {
      if at(.comma) { throw unsupported("a subscript with a comma") }
      try expect(.closeBracket)
      return try make(.item(value, start), line: line, [value, start])
    }
    try expect(.colon)
    let stop = at(.colon) || at(.closeBracket) ? nil : try parseExpression()
    let step = skip(.colon) && !at(.closeBracket) ? try parseExpression() : nil
    try expect(.closeBracket)
    return try make(
      .slice(value, TemplateSlice(start: start, stop: stop, step: step)), line: line,
      [value, start, stop, step])
  }

  private mutating func parseCall(_ value: Expression) throws -> Expression {
    let line = current.line
    let arguments = try parseArguments()
    return try make(
      .call(value, arguments), line: line,
      [value] + arguments.expressions)
  }

  private mutating func parseArguments() throws -> TemplateArguments {
    var arguments = TemplateArguments()
    try expect(.openParen)
    while !at(.closeParen) {
      if arguments.spreadNamed != nil { throw invalid("an argument follows one with '**'") }
      if skip(.power) {
        arguments.spreadNamed = try parseExpression()
      } else if skip(.multiply) {
        guard arguments.spread == nil else { throw invalid("a second argument has '*'") }
        arguments.spread = try parseExpression()
      } else if case .name(let name) = current.kind, next.kind == .symbol(.assign) {
        advance()
        advance()
        if arguments.named.contains(where: { $0.name == name }) {
          throw invalid("the argument '\(name)' is given twice")
        }
        arguments.named.append((name, try parseExpression()))
      } else {
        guard arguments.named.isEmpty, arguments.spread == nil else {
          throw invalid("an argument without a name follows one with a name or '*'")
        }
        arguments.positional.append(try parseExpression())
      }
      if !skip(.comma) { break }
    }
    try expect(.closeParen)
    return arguments
  }

  private mutating func parseFiltersAndTests(_ first: Expression) throws -> Expression {
    var value = first
    while true {
      switch current.kind {
      case .symbol(.pipe): value = try parseFilters(value, first: false)
      case .name("is"): value = try parseTest(value)
      case .symbol(.openParen): value = try parseCall(value)
      default: return value
      }
    }
  }

  /// `| name(arguments)` any number of times; `first` means that the first bar is left out.
  mutating func parseFilters(_ first: Expression?, first isFirst: Bool) throws -> Expression {
    var value = first
    var bare = isFirst
    while bare || skip(.pipe) {
      bare = false
      let line = current.line
      let name = try expectName("a filter's name")
      guard TemplateFilters.names.contains(name) else {
        throw unsupported("the filter '\(name)'", line: line)
      }
      let arguments = at(.openParen) ? try parseArguments() : TemplateArguments()
      value = try make(
        .filter(value, name, arguments), line: line,
        [value] + arguments.expressions)
    }
    guard let value else { throw unexpected("a filter's name") }
    return value
  }

  private mutating func parseTest(_ value: Expression) throws -> Expression {
    let line = current.line
    advance()
    let negated = skip(name: "not")
    let name = try expectName("a test's name")
    guard TemplateTests.names.contains(name) else {
      throw unsupported("the test '\(name)'", line: line)
    }
    var arguments = TemplateArguments()
    switch current.kind {
    case .symbol(.openParen): arguments = try parseArguments()
    case .name("is"): throw invalid("tests cannot be chained with 'is'")
    case .name("else"), .name("or"), .name("and"): break
    case .name, .string, .integer, .float, .symbol(.openBracket), .symbol(.openBrace):
      openExpressions += 1
      defer { openExpressions -= 1 }
      arguments.positional = [try parsePostfix(parsePrimary())]
    default: break
    }
    let test = try make(
      .test(value, name, arguments), line: line,
      [value] + arguments.expressions)
    return negated ? try make(.not(test), line: line, [test]) : test
  }
}

// SPDX-License-Identifier: Apache-2.0

/// Arithmetic and comparison with Python's rules; integers beyond 64 bits are errors.
extension TemplateInterpreter {
  /// The error for using something that is not there.
  func require(_ value: RuntimeValue) throws {
    if case .undefined(let what) = value { throw invalid(what) }
  }

  func overflow() -> ModelError { invalid("an integer does not fit 64 bits") }

  func sign(_ value: RuntimeValue, negative: Bool) throws -> RuntimeValue {
    try require(value)
    switch value.number {
    case .int(let number):
      guard negative else { return .int(number) }
      let (result, overflows) = (0).subtractingReportingOverflow(number)
      if overflows { throw overflow() }
      return .int(result)
    case .float(let number): return .float(negative ? -number : number)
    case nil: throw invalid("a value of type \(value.typeName) has no sign")
    }
  }

  func arithmetic(_ left: RuntimeValue, _ symbol: TemplateSymbol, _ right: RuntimeValue) throws
    -> RuntimeValue
  {
    try require(left)
    try require(right)
    if let first = left.number, let second = right.number {
      if case .int(let first) = first, case .int(let second) = second {
        return try arithmetic(first, symbol, second)
      }
      return try arithmetic(first.double, symbol, second.double)
    }
    switch (symbol, left, right) {
    case (.add, .string(let first), .string(let second)):
      try charge(bytes: first.utf8.count + second.utf8.count)
      return .string(first + second)
    case (.add, .list(let first), .list(let second)):
      try charge(4 * (first.values.count + second.values.count))
      return try list(first.values + second.values)
    case (.add, .tuple(let first), .tuple(let second)):
      try charge(4 * (first.values.count + second.values.count))
      return .tuple(try items(first.values + second.values))
    case (.multiply, .string(let text), .int(let count)),
      (.multiply, .int(let count), .string(let text)):
      return .string(try repeated(text, count))
    case (.multiply, .list(let items), .int(let count)),
      (.multiply, .int(let count), .list(let items)):
      let times = max(0, count)
      let (total, overflows) = items.values.count.multipliedReportingOverflow(by: times)
      try charge(overflows || total > limits.maxSteps ? limits.maxSteps : 4 * total)
      return try list(items.values.isEmpty ? [] : (0..<times).flatMap { _ in items.values })
    case (.modulo, .string, _): throw unsupported("formatting with '%'")
    default:
      throw invalid(
        "'\(symbol.rawValue)' cannot join values of types \(left.typeName) and \(right.typeName)")
    }
  }

  func repeated(_ text: String, _ count: Int) throws -> String {
    guard count > 0, !text.isEmpty else { return "" }
    let (total, overflows) = text.utf8.count.multipliedReportingOverflow(by: count)
    try charge(bytes: overflows ? Int.max : total)
    return String(repeating: text, count: count)
  }

  private func arithmetic(_ left: Int, _ symbol: TemplateSymbol, _ right: Int) throws
    -> RuntimeValue
  {
    let (result, overflows): (Int, Bool)
    switch symbol {
    case .add: (result, overflows) = left.addingReportingOverflow(right)
    case .subtract: (result, overflows) = left.subtractingReportingOverflow(right)
    case .multiply: (result, overflows) = left.multipliedReportingOverflow(by: right)
    case .floorDivide, .modulo:
      if right == 0 { throw invalid("a division by zero") }
      let (quotient, tooLarge) = left.dividedReportingOverflow(by: right)
      if right == -1 {
        (result, overflows) = symbol == .modulo ? (0, false) : (quotient, tooLarge)
      } else {
        // Python rounds towards minus infinity, Swift towards zero.
        let remainder = left % right
        let adjust = remainder != 0 && (remainder < 0) != (right < 0)
        result =
          symbol == .modulo
          ? (adjust ? remainder + right : remainder) : (adjust ? quotient - 1 : quotient)
        overflows = false
      }
    case .divide:
      if right == 0 { throw invalid("a division by zero") }
      return .float(Double(left) / Double(right))
    case .power:
      if right < 0 { return try arithmetic(Double(left), .power, Double(right)) }
      (result, overflows) = power(left, right)
    default: throw invalid("'\(symbol.rawValue)' is no arithmetic operator")
    }
    if overflows { throw overflow() }
    return .int(result)
  }

  private func power(_ base: Int, _ exponent: Int) -> (Int, Bool) {
    var (result, base, exponent) = (1, base, exponent)
    var baseOverflows = false
    while exponent > 0 {
      if exponent & 1 == 1 {
        let (product, overflows) = result.multipliedReportingOverflow(by: base)
        if overflows || baseOverflows { return (0, true) }
        result = product
      }
      exponent >>= 1
      if exponent > 0 {
        let (square, overflows) = base.multipliedReportingOverflow(by: base)
        baseOverflows = baseOverflows || overflows
        base = square
      }
    }
    return (result, false)
  }

  private func arithmetic(_ left: Double, _ symbol: TemplateSymbol, _ right: Double) throws
    -> RuntimeValue
  {
    switch symbol {
    case .add: return .float(left + right)
    case .subtract: return .float(left - right)
    case .multiply: return .float(left * right)
    case .divide, .floorDivide, .modulo:
      if right == 0 { throw invalid("a division by zero") }
      if symbol == .divide { return .float(left / right) }
      var remainder = left.truncatingRemainder(dividingBy: right)
      var quotient = (left - remainder) / right
      if remainder != 0, (remainder < 0) != (right < 0) {
        remainder += right
        quotient -= 1
      } else if remainder == 0 {
        remainder = right < 0 ? -0.0 : 0.0
      }
      return .float(symbol == .modulo ? remainder : quotient.rounded())
    case .power:
      guard let whole = Int(exactly: right), whole.magnitude <= 1024 else {
        throw unsupported("a power with a fractional or very large exponent")
      }
      if left == 0 && whole < 0 { throw invalid("zero has no negative power") }
      var result = 1.0
      for _ in 0..<whole.magnitude { result *= left }
      return .float(whole < 0 ? 1 / result : result)
    default: throw invalid("'\(symbol.rawValue)' is no arithmetic operator")
    }
  }

  // MARK: - Comparison

  func compare(_ left: RuntimeValue, _ comparison: TemplateComparison, _ right: RuntimeValue)
    throws -> Bool
  {
    switch comparison {
    case .equal: try equal(left, right)
    case .notEqual: try !equal(left, right)
    case .less: try less(left, right)
    case .greater: try less(right, left)
    // Not the negation of `less`, which would be wrong for NaN.
    case .lessOrEqual: try less(left, right) || equal(left, right)
    case .greaterOrEqual: try less(right, left) || equal(left, right)
    case .isIn: try contains(right, left)
    case .notIn: try !contains(right, left)
    }
  }

  func equal(_ left: RuntimeValue, _ right: RuntimeValue) throws -> Bool {
    try charge()
    if let first = left.number, let second = right.number {
      if case .int(let first) = first, case .int(let second) = second { return first == second }
      return first.double == second.double
    }
    switch (left, right) {
    case (.undefined, .undefined), (.none, .none): return true
    case (.string(let first), .string(let second)):
      try charge(min(first.utf8.count, second.utf8.count) / 16)
      return TemplateText.equal(first, second)
    case (.list(let first), .list(let second)), (.tuple(let first), .tuple(let second)):
      guard first.values.count == second.values.count else { return false }
      for (one, other) in zip(first.values, second.values) where try !equal(one, other) {
        return false
      }
      return true
    case (.dict(let first), .dict(let second)): return try equal(first, second)
    case (.range(let first), .range(let second)): return first == second
    case (.namespace(let first), .namespace(let second)): return first === second
    case (.macro(let first), .macro(let second)): return first === second
    case (.function(let first), .function(let second)): return first == second
    default: return false
    }
  }

  private func equal(_ left: RuntimeDictionary, _ right: RuntimeDictionary) throws -> Bool {
    guard left.keys.count == right.keys.count else { return false }
    for (name, value) in zip(left.keys, left.values) {
      guard let other = right[try key(name)], try equal(value, other) else { return false }
    }
    return true
  }

  func less(_ left: RuntimeValue, _ right: RuntimeValue) throws -> Bool {
    try charge()
    try require(left)
    try require(right)
    if let first = left.number, let second = right.number {
      if case .int(let first) = first, case .int(let second) = second { return first < second }
      return first.double < second.double
    }
    switch (left, right) {
    case (.string(let first), .string(let second)):
      try charge(min(first.utf8.count, second.utf8.count) / 16)
      return TemplateText.less(first, second)
    case (.list(let first), .list(let second)), (.tuple(let first), .tuple(let second)):
      for (one, other) in zip(first.values, second.values) where try !equal(one, other) {
        return try less(one, other)
      }
      return first.values.count < second.values.count
    default:
      throw invalid(
        "values of types \(left.typeName) and \(right.typeName) have no order")
    }
  }

  /// Python's `value in container`.
  func contains(_ container: RuntimeValue, _ value: RuntimeValue) throws -> Bool {
    switch container {
    case .string(let text):
      guard case .string(let needle) = value else {
        throw invalid("only a string can be 'in' a string, not a value of type \(value.typeName)")
      }
      try chargeSearch(text, needle)
      return TemplateText.find(
        Array(needle.unicodeScalars), in: Array(text.unicodeScalars)) != nil
    case .dict(let dictionary): return dictionary[try key(value)] != nil
    case .generator(let generator):
      while let element = generator.next() { if try equal(element, value) { return true } }
      return false
    default: return try elements(of: container).contains { try equal($0, value) }
    }
  }

  /// Accounts for looking for one string in another.
  func chargeSearch(_ text: String, _ needle: String) throws {
    try charge(1 + text.utf8.count * max(1, needle.utf8.count) / 64)
  }
}

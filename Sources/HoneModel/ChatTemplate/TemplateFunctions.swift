// SPDX-License-Identifier: Apache-2.0

/// Calls of functions, macros and methods.
extension TemplateInterpreter {
  func call(_ callee: RuntimeValue, _ arguments: RuntimeArguments) throws -> RuntimeValue {
    try charge()
    try require(callee)
    switch callee {
    case .macro(let macro): return try call(macro, arguments)
    case .method(let method): return try call(method, arguments)
    case .function(let function): return try call(function, arguments)
    case .loop: throw unsupported("recursive loops")
    default: throw invalid("a value of type \(callee.typeName) cannot be called")
    }
  }

  private func call(_ function: RuntimeFunction, _ arguments: RuntimeArguments) throws
    -> RuntimeValue
  {
    switch function {
    case .range: return .range(try makeRange(arguments))
    case .dict: return try dictionary(try members(arguments, of: "dict"))
    case .namespace:
      try charge(50)
      let namespace = RuntimeNamespace()
      for member in try members(arguments, of: "namespace") {
        guard case .string(let name) = member.key else {
          throw invalid("the attributes of a namespace are named by strings")
        }
        try store(member.value, in: namespace, as: name)
      }
      return .namespace(namespace)
    case .raiseException:
      let parameters = try TemplateParameters(
        arguments, ["message"], required: 1, of: "raise_exception", self)
      throw invalid("the template refuses the messages: \(try parameters.text("message") ?? "")")
    case .strftimeNow:
      let parameters = try TemplateParameters(
        arguments, ["format"], required: 1, of: "strftime_now", self)
      let format = try parameters.string("format") ?? ""
      try charge(bytes: 16 * min(format.utf8.count, limits.maxStringBytes))
      guard let text = clock.format(format) else {
        throw unsupported("the date format '\(format)'")
      }
      return .string(text)
    }
  }

  private func makeRange(_ arguments: RuntimeArguments) throws -> RuntimeRange {
    guard arguments.named.isEmpty, (1...3).contains(arguments.positional.count) else {
      throw invalid("'range' takes one to three integers")
    }
    let bounds = try arguments.positional.map { value in
      guard case .int(let bound)? = value.number else {
        throw invalid("'range' takes integers, not a value of type \(value.typeName)")
      }
      return bound
    }
    let start = bounds.count > 1 ? bounds[0] : 0
    let stop = bounds.count > 1 ? bounds[1] : bounds[0]
    let step = bounds.count > 2 ? bounds[2] : 1
    guard step != 0 else { throw invalid("'range' takes no step 0") }
    let (distance, overflows) = (step > 0 ? stop : start).subtractingReportingOverflow(
      step > 0 ? start : stop)
    var count = UInt(0)
    if distance > 0 || overflows, step > 0 ? stop > start : start > stop {
      count = overflows ? UInt.max : (UInt(distance) - 1) / step.magnitude + 1
    }
    guard count <= 100_000 else { throw invalid("a range has more than 100000 numbers") }
    return RuntimeRange(start: start, stop: stop, step: step, count: Int(count))
  }

  /// The members that `dict(mapping, name=value)` or `namespace(…)` is given.
  private func members(_ arguments: RuntimeArguments, of name: String) throws
    -> [(key: RuntimeValue, value: RuntimeValue)]
  {
    guard arguments.positional.count <= 1 else { throw invalid("'\(name)' takes one mapping") }
    var members: [(key: RuntimeValue, value: RuntimeValue)] = []
    if let first = arguments.positional.first {
      try require(first)
      if case .dict(let dictionary) = first {
        members = zip(dictionary.keys, dictionary.values).map { ($0, $1) }
      } else {
        members = try elements(of: first).map { pair in
          let parts = try elements(of: pair)
          guard parts.count == 2 else { throw invalid("'\(name)' takes pairs of key and value") }
          return (parts[0], parts[1])
        }
      }
    }
    return members + arguments.named.map { (.string($0.name), $0.value) }
  }
}

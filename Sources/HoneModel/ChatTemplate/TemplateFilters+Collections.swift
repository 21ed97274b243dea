// SPDX-License-Identifier: Apache-2.0

/// Filters over sequences and dictionaries.
extension TemplateInterpreter {
  func collectionFilter(
    _ name: String, _ value: RuntimeValue,
    _ parameters: ([String], Int) throws -> TemplateParameters
  ) throws -> RuntimeValue {
    switch name {
    case "join": return .string(try join(value, try parameters(["d", "attribute"], 0)))
    case "sort":
      return try sort(value, try parameters(["reverse", "case_sensitive", "attribute"], 0))
    case "dictsort":
      return try sortDictionary(value, try parameters(["case_sensitive", "by", "reverse"], 0))
    case "unique":
      return try unique(value, try parameters(["case_sensitive", "attribute"], 0))
    case "min", "max":
      return try extreme(
        value, try parameters(["case_sensitive", "attribute"], 0), largest: name == "max")
    case "sum": return try sum(value, try parameters(["attribute", "start"], 0))
    default: break
    }
    _ = try parameters([], 0)
    switch name {
    case "list": return try list(try elements(of: value))
    case "first":
      if case .generator(let generator) = value {
        return generator.next() ?? .undefined("the sequence has no first item")
      }
      return try elements(of: value).first ?? .undefined("the sequence has no first item")
    case "last":
      return try reversible(value).last ?? .undefined("the sequence has no last item")
    case "reverse":
      if case .string(let text) = value {
        try charge(bytes: text.utf8.count)
        return .string(TemplateText.string(text.unicodeScalars.reversed()))
      }
      return try generator(try elements(of: value).reversed())
    case "items":
      if case .undefined = value { return try generator([]) }
      guard case .dict(let dictionary) = value else {
        throw invalid("'items' needs a dictionary, not a value of type \(value.typeName)")
      }
      return try generator(try pairs(dictionary))
    default: throw unsupported("the filter '\(name)'")
    }
  }

  func pairs(_ dictionary: RuntimeDictionary) throws -> [RuntimeValue] {
    try zip(dictionary.keys, dictionary.values).map { .tuple(try items([$0, $1])) }
  }

  private func reversible(_ value: RuntimeValue) throws -> [RuntimeValue] {
    if case .generator = value { throw invalid("a generator has no last item") }
    return try elements(of: value)
  }

  // MARK: - Keys

  /// The value under a dotted attribute (`a.b.0`), or `value` itself without one.
  ///
  /// As in Jinja2, `fallback` replaces what is missing after each dot, not only the last.
  func member(
    _ attribute: RuntimeValue?, of value: RuntimeValue, fallback: RuntimeValue? = nil
  ) throws -> RuntimeValue {
    func orFallback(_ found: RuntimeValue) -> RuntimeValue {
      if case .undefined = found, let fallback { return fallback }
      return found
    }
    switch attribute {
    case nil, .none?: return value
    case .string(let path)?:
      var value = value
      for part in path.split(separator: ".", omittingEmptySubsequences: false) {
        let index = part.utf8.allSatisfy { 48...57 ~= $0 } ? Int(part) : nil
        value = orFallback(
          try item(index.map(RuntimeValue.int) ?? .string(String(part)), of: value))
      }
      return value
    case let other?: return orFallback(try item(other, of: value))
    }
  }

  /// What a value is sorted by: its attribute, in lower case unless case matters.
  private func sortKey(_ value: RuntimeValue, _ parameters: TemplateParameters) throws
    -> RuntimeValue
  {
    folded(try member(parameters["attribute"], of: value), parameters)
  }

  private func folded(_ value: RuntimeValue, _ parameters: TemplateParameters) -> RuntimeValue {
    if case .string(let text) = value, !parameters.isTrue("case_sensitive") {
      return .string(text.lowercased())
    }
    return value
  }

  /// A stable sort with a comparison that may throw.
  func sorted<Element>(
    _ elements: [Element], reverse: Bool = false,
    by less: (Element, Element) throws -> Bool
  ) throws -> [Element] {
    let ordered = try elements.enumerated().sorted { left, right in
      if try reverse ? less(right.element, left.element) : less(left.element, right.element) {
        return true
      }
      if try reverse ? less(left.element, right.element) : less(right.element, left.element) {
        return false
      }
      return left.offset < right.offset
    }
    return ordered.map(\.element)
  }

  // MARK: - Filters

  private func join(_ value: RuntimeValue, _ parameters: TemplateParameters) throws -> String {
    let separator = try parameters.text("d") ?? ""
    let parts = try elements(of: value).map {
      try text(try member(parameters["attribute"], of: $0))
    }
    return try join(parts, separator)
  }

  func join(_ parts: [String], _ separator: String) throws -> String {
    var result = ""
    for (index, part) in parts.enumerated() {
      try charge(bytes: part.utf8.count + separator.utf8.count)
      if result.utf8.count > limits.maxStringBytes { try charge(bytes: Int.max) }
      if index > 0 { result += separator }
      result += part
    }
    return result
  }

  private func sort(_ value: RuntimeValue, _ parameters: TemplateParameters) throws
    -> RuntimeValue
  {
    let keyed = try elements(of: value).map { (key: try sortKey($0, parameters), value: $0) }
    return try list(
      try sorted(keyed, reverse: parameters.isTrue("reverse")) { try less($0.key, $1.key) }
        .map(\.value))
  }

  private func sortDictionary(_ value: RuntimeValue, _ parameters: TemplateParameters) throws
    -> RuntimeValue
  {
    try require(value)
    guard case .dict(let dictionary) = value else {
      throw invalid("'dictsort' needs a dictionary, not a value of type \(value.typeName)")
    }
    let by = try parameters.string("by") ?? "key"
    guard by == "key" || by == "value" else {
      throw invalid("'dictsort' sorts by 'key' or 'value', not by '\(by)'")
    }
    let keyed = zip(dictionary.keys, dictionary.values).map { key, value in
      (key: folded(by == "key" ? key : value, parameters), name: key, value: value)
    }
    return try list(
      try sorted(keyed, reverse: parameters.isTrue("reverse")) { try less($0.key, $1.key) }
        .map { .tuple(try items([$0.name, $0.value])) })
  }

  private func unique(_ value: RuntimeValue, _ parameters: TemplateParameters) throws
    -> RuntimeValue
  {
    var seen: Set<RuntimeKey> = []
    return try generator(
      try elements(of: value).filter {
        seen.insert(try key(try sortKey($0, parameters))).inserted
      })
  }

  private func extreme(
    _ value: RuntimeValue, _ parameters: TemplateParameters, largest: Bool
  ) throws -> RuntimeValue {
    let values = try elements(of: value)
    guard var best = values.first else { return .undefined("the sequence is empty") }
    var bestKey = try sortKey(best, parameters)
    for value in values.dropFirst() {
      let key = try sortKey(value, parameters)
      if try largest ? less(bestKey, key) : less(key, bestKey) { (best, bestKey) = (value, key) }
    }
    return best
  }

  private func sum(_ value: RuntimeValue, _ parameters: TemplateParameters) throws
    -> RuntimeValue
  {
    var total = parameters["start"] ?? .int(0)
    if case .string = total { throw invalid("'sum' adds no strings; use 'join'") }
    for value in try elements(of: value) {
      total = try arithmetic(total, .add, try member(parameters["attribute"], of: value))
    }
    return total
  }

  /// `map`, `select`, `reject`, `selectattr` and `rejectattr`.
  func sequenceFilter(_ name: String, _ value: RuntimeValue, _ arguments: RuntimeArguments)
    throws -> RuntimeValue
  {
    // Jinja2 gives an empty sequence for everything that counts as false, even none.
    let values = value.isTrue ? try elements(of: value) : []
    var rest = arguments
    if name == "map" { return try generator(try map(values, arguments)) }
    var attribute: RuntimeValue?
    if name.hasSuffix("attr") {
      guard !rest.positional.isEmpty else {
        throw invalid("the filter '\(name)' needs the name of an attribute")
      }
      attribute = rest.positional.removeFirst()
    }
    var testName: String?
    if let first = rest.positional.first {
      guard case .string(let given) = first, TemplateTests.names.contains(given) else {
        throw unsupported("the filter '\(name)' with a test of that name")
      }
      testName = given
      rest.positional.removeFirst()
    }
    let keeps = name.hasPrefix("select")
    return try generator(
      try values.filter { value in
        let subject = try member(attribute, of: value)
        let holds = try testName.map { try test($0, subject, rest) } ?? subject.isTrue
        return holds == keeps
      })
  }

  private func map(_ values: [RuntimeValue], _ arguments: RuntimeArguments) throws
    -> [RuntimeValue]
  {
    if arguments.positional.isEmpty {
      let parameters = try TemplateParameters(
        arguments, ["attribute", "default"], required: 1, of: "the filter 'map'", self)
      return try values.map {
        try member(parameters["attribute"], of: $0, fallback: parameters["default"])
      }
    }
    var rest = arguments
    guard case .string(let name) = rest.positional.removeFirst(),
      TemplateFilters.names.contains(name)
    else { throw unsupported("the filter 'map' with a filter of that name") }
    return try values.map { value in
      try charge()
      return try filter(name, value, rest)
    }
  }
}

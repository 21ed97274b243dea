// SPDX-License-Identifier: Apache-2.0

/// The filters that Hone runs.
enum TemplateFilters {
  static let names: Set<String> = [
    "abs", "capitalize", "count", "d", "default", "dictsort", "first", "float", "indent", "int",
    "items", "join", "last", "length", "list", "lower", "map", "max", "min", "reject",
    "rejectattr", "replace", "reverse", "round", "safe", "select", "selectattr", "sort", "string",
    "sum", "title", "tojson", "trim", "unique", "upper",
  ]
}

extension TemplateInterpreter {
  func filter(_ name: String, _ value: RuntimeValue, _ arguments: RuntimeArguments) throws
    -> RuntimeValue
  {
    func parameters(_ names: [String] = [], required: Int = 0) throws -> TemplateParameters {
      try TemplateParameters(
        arguments, names, required: required, of: "the filter '\(name)'", self)
    }
    switch name {
    case "default", "d":
      return try filterDefault(value, try parameters(["default_value", "boolean"]))
    case "map", "select", "reject", "selectattr", "rejectattr":
      return try sequenceFilter(name, value, arguments)
    case "length", "count":
      _ = try parameters()
      return .int(try length(value))
    case "int": return try filterInt(value, try parameters(["default", "base"]))
    case "float": return try filterFloat(value, try parameters(["default"]))
    case "abs":
      _ = try parameters()
      return try absolute(value)
    case "round": return try filterRound(value, try parameters(["precision", "method"]))
    case "tojson":
      return .string(
        try filterJSON(
          value, try parameters(["ensure_ascii", "indent", "separators", "sort_keys"])))
    case "string", "safe", "upper", "lower", "capitalize", "title", "trim", "replace", "indent":
      return .string(try textFilter(name, value, parameters))
    default: return try collectionFilter(name, value, parameters)
    }
  }

  private func filterDefault(_ value: RuntimeValue, _ parameters: TemplateParameters) throws
    -> RuntimeValue
  {
    let fallback = parameters["default_value"] ?? .string("")
    if case .undefined = value { return fallback }
    return parameters.isTrue("boolean") && !value.isTrue ? fallback : value
  }

  func length(_ value: RuntimeValue) throws -> Int {
    switch value {
    case .undefined: return 0
    case .string(let text):
      try charge(1 + text.utf8.count / 16)
      return text.unicodeScalars.count
    case .list(let items), .tuple(let items): return items.values.count
    case .dict(let dictionary): return dictionary.keys.count
    case .range(let range): return range.count
    case .view(let view): return view.items.values.count
    case .loop(let loop): return loop.items.values.count
    default: throw invalid("a value of type \(value.typeName) has no length")
    }
  }

  // MARK: - Numbers

  private func filterInt(_ value: RuntimeValue, _ parameters: TemplateParameters) throws
    -> RuntimeValue
  {
    try require(value)
    let fallback = parameters["default"] ?? .int(0)
    let base = try parameters.int("base") ?? 10
    guard (2...36).contains(base) else { throw invalid("'int' takes a base from 2 to 36") }
    let float: Double
    switch value {
    case .string(let text):
      try charge(bytes: text.utf8.count)
      if let number = TemplateNumber.parseInt(text, base: base) { return .int(number) }
      guard let number = TemplateNumber.parseFloat(text) else { return fallback }
      float = number
    default:
      switch value.number {
      case .int(let number): return .int(number)
      case .float(let number): float = number
      case nil: return fallback
      }
    }
    guard float.isFinite else { return fallback }
    guard let number = Int(exactly: float.rounded(.towardZero)) else { throw overflow() }
    return .int(number)
  }

  private func filterFloat(_ value: RuntimeValue, _ parameters: TemplateParameters) throws
    -> RuntimeValue
  {
    try require(value)
    let fallback = parameters["default"] ?? .float(0)
    if case .string(let text) = value {
      return TemplateNumber.parseFloat(text).map(RuntimeValue.float) ?? fallback
    }
    return value.number.map { .float($0.double) } ?? fallback
  }

  private func absolute(_ value: RuntimeValue) throws -> RuntimeValue {
    try require(value)
    switch value.number {
    case .int(let number): return try sign(.int(number), negative: number < 0)
    case .float(let number): return .float(number.magnitude)
    case nil: throw invalid("a value of type \(value.typeName) has no absolute value")
    }
  }

  private func filterRound(_ value: RuntimeValue, _ parameters: TemplateParameters) throws
    -> RuntimeValue
  {
    try require(value)
    let places = try parameters.int("precision") ?? 0
    let method = try parameters.string("method") ?? "common"
    guard let number = value.number else {
      throw invalid("a value of type \(value.typeName) cannot be rounded")
    }
    guard (0...22).contains(places) else { throw unsupported("rounding to \(places) places") }
    switch method {
    case "common":
      if case .int(let whole) = number { return .int(whole) }
      return .float(TemplateNumber.round(number.double, places: places))
    case "ceil", "floor":
      var power = 1.0
      for _ in 0..<places { power *= 10 }
      let rule: FloatingPointRoundingRule = method == "ceil" ? .up : .down
      return .float((number.double * power).rounded(rule) / power)
    default: throw invalid("'round' knows the methods common, ceil and floor, not '\(method)'")
    }
  }

  // MARK: - Text

  private func filterJSON(_ value: RuntimeValue, _ parameters: TemplateParameters) throws
    -> String
  {
    var style = JSONStyle()
    style.asciiOnly = parameters.isTrue("ensure_ascii")
    style.sortsKeys = parameters.isTrue("sort_keys")
    if let indent = parameters["indent"] {
      switch indent {
      case .none: break
      case .string(let text): style.indent = text
      default: style.indent = try repeated(" ", try parameters.int("indent") ?? 0)
      }
      // Python leaves no space after the comma where a line ends.
      if style.indent != nil { style.itemSeparator = "," }
    }
    if let separators = parameters["separators"], separators.isTrue {
      let parts = try elements(of: separators)
      guard parts.count == 2, case .string(let item) = parts[0], case .string(let key) = parts[1]
      else { throw invalid("'separators' are two strings") }
      style.itemSeparator = item
      style.keySeparator = key
    }
    return try json(value, style)
  }

  private func textFilter(
    _ name: String, _ value: RuntimeValue,
    _ parameters: ([String], Int) throws -> TemplateParameters
  ) throws -> String {
    let text = try text(value)
    try charge(bytes: text.utf8.count)
    switch name {
    case "trim":
      let characters = try parameters(["chars"], 0).string("chars")
      return strip(text, characters, leading: true, trailing: true)
    case "replace":
      let given = try parameters(["old", "new", "count"], 2)
      return try replace(
        text, try given.text("old") ?? "", try given.text("new") ?? "",
        count: try given.int("count") ?? -1)
    case "indent":
      return try indent(text, try parameters(["width", "first", "blank"], 0))
    default: break
    }
    _ = try parameters([], 0)
    switch name {
    case "upper": return text.uppercased()
    case "lower": return text.lowercased()
    case "capitalize": return TemplateText.capitalize(text)
    case "title": return TemplateText.titleFilter(text)
    default: return text
    }
  }

  private func indent(_ text: String, _ parameters: TemplateParameters) throws -> String {
    let indention: String
    if case .string(let given)? = parameters["width"] {
      indention = given
    } else {
      indention = try repeated(" ", try parameters.int("width") ?? 4)
    }
    // A line feed is added first, so text that ends in one keeps an empty last line.
    var lines = TemplateText.lines(text + "\n")
    let (growth, overflows) = lines.count.multipliedReportingOverflow(by: indention.utf8.count)
    try charge(bytes: overflows ? Int.max : text.utf8.count + growth)
    let blank = parameters.isTrue("blank")
    for index in lines.indices.dropFirst() where blank || !lines[index].isEmpty {
      lines[index] = indention + lines[index]
    }
    return (parameters.isTrue("first") ? indention : "") + lines.joined(separator: "\n")
  }
}

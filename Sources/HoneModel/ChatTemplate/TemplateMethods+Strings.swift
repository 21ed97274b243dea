// SPDX-License-Identifier: Apache-2.0

/// Python's string methods.
extension TemplateInterpreter {
  func callString(_ name: String, _ text: String, _ arguments: RuntimeArguments) throws
    -> RuntimeValue
  {
    if TemplateMethods.refusedString.contains(name) {
      throw unsupported("the string method '\(name)'")
    }
    try charge(bytes: text.utf8.count)
    func parameters(_ names: [String], required: Int = 0) throws -> TemplateParameters {
      try TemplateParameters(
        arguments, names, required: required, of: "the method '\(name)'", self)
    }
    switch name {
    case "strip", "lstrip", "rstrip":
      return .string(
        strip(
          text, try parameters(["chars"]).string("chars"), leading: name != "rstrip",
          trailing: name != "lstrip"))
    case "split", "rsplit":
      let given = try parameters(["sep", "maxsplit"])
      return try split(
        text, try given.string("sep"), limit: try given.int("maxsplit") ?? -1,
        fromEnd: name == "rsplit")
    case "splitlines":
      guard arguments.positional.isEmpty, arguments.named.isEmpty else {
        throw unsupported("'splitlines' with an argument")
      }
      return try list(TemplateText.lines(text).map { .string($0) })
    case "startswith", "endswith":
      return .bool(try hasAffix(text, arguments, atStart: name == "startswith"))
    case "replace":
      let given = try parameters(["old", "new", "count"], required: 2)
      return .string(
        try replace(
          text, try string(given, "old"), try string(given, "new"),
          count: try given.int("count") ?? -1))
    case "join":
      guard let parts = try parameters(["iterable"], required: 1)["iterable"] else { break }
      return .string(try join(try elements(of: parts).map(requireString), text))
    case "removeprefix", "removesuffix":
      let affix = try string(try parameters([name], required: 1), name)
      let has =
        name == "removeprefix"
        ? text.utf8.starts(with: affix.utf8)
        : text.utf8.reversed().starts(with: affix.utf8.reversed())
      guard has else { return .string(text) }
      let scalars = text.unicodeScalars
      let count = affix.unicodeScalars.count
      return .string(
        name == "removeprefix"
          ? TemplateText.string(scalars.dropFirst(count))
          : TemplateText.string(scalars.dropLast(count)))
    case "find", "rfind", "index", "rindex", "count", "partition", "rpartition":
      return try search(name, text, try parameters(["sub", "start", "end"], required: 1))
    default: break
    }
    _ = try parameters([])
    return try simpleMethod(name, text)
  }

  private func simpleMethod(_ name: String, _ text: String) throws -> RuntimeValue {
    let scalars = text.unicodeScalars
    func all(_ holds: (Unicode.Scalar) -> Bool) -> RuntimeValue {
      .bool(!text.isEmpty && scalars.allSatisfy(holds))
    }
    switch name {
    case "upper": return .string(text.uppercased())
    case "lower", "casefold": return .string(text.lowercased())
    case "capitalize": return .string(TemplateText.capitalize(text))
    case "title": return .string(TemplateText.titleMethod(text))
    case "swapcase":
      return .string(
        scalars.map {
          $0.properties.generalCategory == .uppercaseLetter
            ? $0.properties.lowercaseMapping : $0.properties.uppercaseMapping
        }.joined())
    case "islower", "isupper": return .bool(isCase(text, upper: name == "isupper"))
    case "isspace": return all(TemplateText.isSpace)
    case "isdigit":
      return all {
        $0.properties.numericType == .decimal || $0.properties.numericType == .digit
      }
    case "isalpha": return all(isLetter)
    case "isalnum": return all { isLetter($0) || $0.properties.numericType != nil }
    default: throw unsupported("the string method '\(name)'")
    }
  }

  private func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      true
    default: false
    }
  }

  private func requireString(_ value: RuntimeValue) throws -> String {
    guard case .string(let text) = value else {
      throw invalid("a value of type \(value.typeName) stands where a string is needed")
    }
    return text
  }

  private func string(_ parameters: TemplateParameters, _ name: String) throws -> String {
    try requireString(parameters[name] ?? .none)
  }

  func strip(_ text: String, _ characters: String?, leading: Bool, trailing: Bool) -> String {
    guard let characters else {
      return TemplateText.strip(text, leading: leading, trailing: trailing)
    }
    let dropped = Set(characters.unicodeScalars)
    return TemplateText.strip(text, leading: leading, trailing: trailing) {
      dropped.contains($0)
    }
  }

  private func hasAffix(_ text: String, _ arguments: RuntimeArguments, atStart: Bool) throws
    -> Bool
  {
    guard arguments.named.isEmpty, arguments.positional.count == 1 else {
      throw unsupported("'startswith' and 'endswith' with other than one argument")
    }
    var affixes = [arguments.positional[0]]
    if case .tuple(let items) = arguments.positional[0] { affixes = items.values }
    for affix in try affixes.map(requireString) {
      try charge(1 + affix.utf8.count / 16)
      if atStart
        ? text.utf8.starts(with: affix.utf8)
        : text.utf8.reversed().starts(with: affix.utf8.reversed())
      {
        return true
      }
    }
    return false
  }

  // MARK: - Searching

  /// The offsets at which `needle` stands, without overlaps, at most `limit`.
  private func occurrences(_ needle: [Unicode.Scalar], in text: [Unicode.Scalar], limit: Int)
    -> [Int]
  {
    var found: [Int] = []
    var start = 0
    while found.count < limit, let index = TemplateText.find(needle, in: text, from: start) {
      found.append(index)
      start = index + max(1, needle.count)
    }
    return found
  }

  func replace(_ text: String, _ old: String, _ new: String, count: Int) throws -> String {
    try chargeSearch(text, old)
    let scalars = Array(text.unicodeScalars)
    let needle = Array(old.unicodeScalars)
    let found = occurrences(needle, in: scalars, limit: count < 0 ? Int.max : count)
    let (growth, overflows) = found.count.multipliedReportingOverflow(by: new.utf8.count)
    try charge(bytes: overflows ? Int.max : text.utf8.count + growth)
    var result = String.UnicodeScalarView()
    var position = 0
    for index in found {
      result.append(contentsOf: scalars[position..<index])
      result.append(contentsOf: new.unicodeScalars)
      position = index + needle.count
    }
    result.append(contentsOf: scalars[position...])
    return String(result)
  }

  private func split(_ text: String, _ separator: String?, limit: Int, fromEnd: Bool) throws
    -> RuntimeValue
  {
    let scalars = Array(text.unicodeScalars)
    let limit = limit < 0 ? Int.max : limit
    var parts: [ArraySlice<Unicode.Scalar>]
    if let separator {
      guard !separator.isEmpty else { throw invalid("a text cannot be split at an empty string") }
      try chargeSearch(text, separator)
      let needle = Array(separator.unicodeScalars)
      parts =
        fromEnd
        ? splitFromEnd(scalars, needle, limit: limit)
        : split(scalars, at: occurrences(needle, in: scalars, limit: limit), needle.count)
    } else if fromEnd, limit < Int.max {
      throw unsupported("'rsplit' at white space with a limit")
    } else {
      parts = splitAtSpace(scalars, limit: limit)
    }
    try charge(4 * parts.count)
    return try list(parts.map { .string(TemplateText.string($0)) })
  }

  private func split(_ text: [Unicode.Scalar], at offsets: [Int], _ width: Int)
    -> [ArraySlice<Unicode.Scalar>]
  {
    var parts: [ArraySlice<Unicode.Scalar>] = []
    var position = 0
    for offset in offsets {
      parts.append(text[position..<offset])
      position = offset + width
    }
    return parts + [text[position...]]
  }

  private func splitFromEnd(_ text: [Unicode.Scalar], _ needle: [Unicode.Scalar], limit: Int)
    -> [ArraySlice<Unicode.Scalar>]
  {
    let found = occurrences(Array(needle.reversed()), in: Array(text.reversed()), limit: limit)
    let offsets = found.reversed().map { text.count - $0 - needle.count }
    return split(text, at: offsets, needle.count)
  }

  private func splitAtSpace(_ text: [Unicode.Scalar], limit: Int) -> [ArraySlice<Unicode.Scalar>] {
    var parts: [ArraySlice<Unicode.Scalar>] = []
    var position = 0
    func skipSpace() {
      while position < text.count, TemplateText.isSpace(text[position]) { position += 1 }
    }
    skipSpace()
    while position < text.count {
      if parts.count == limit {
        parts.append(text[position...])
        break
      }
      let start = position
      while position < text.count, !TemplateText.isSpace(text[position]) { position += 1 }
      parts.append(text[start..<position])
      skipSpace()
    }
    return parts
  }

  private func search(_ name: String, _ text: String, _ parameters: TemplateParameters) throws
    -> RuntimeValue
  {
    let needle = try string(parameters, "sub")
    if parameters["start"] != nil { throw unsupported("'\(name)' with a start") }
    try chargeSearch(text, needle)
    let scalars = Array(text.unicodeScalars)
    let wanted = Array(needle.unicodeScalars)
    if name == "count" {
      return .int(occurrences(wanted, in: scalars, limit: Int.max).count)
    }
    let index =
      name.hasPrefix("r")
      ? TemplateText.find(Array(wanted.reversed()), in: Array(scalars.reversed()))
        .map { scalars.count - $0 - wanted.count }
      : TemplateText.find(wanted, in: scalars)
    if name.hasSuffix("partition") {
      if needle.isEmpty { throw invalid("a text cannot be split at an empty string") }
      guard let index else {
        let parts = name == "partition" ? [text, "", ""] : ["", "", text]
        return .tuple(try items(parts.map { .string($0) }))
      }
      let parts = [
        TemplateText.string(scalars[..<index]), needle,
        TemplateText.string(scalars[(index + wanted.count)...]),
      ]
      return .tuple(try items(parts.map { .string($0) }))
    }
    guard let index else {
      if name.hasSuffix("index") {
        throw invalid("the text looked for with '\(name)' is not there")
      }
      return .int(-1)
    }
    return .int(index)
  }
}

// SPDX-License-Identifier: Apache-2.0

/// Values as text: Python's `str`, `repr` and `json.dumps`.
extension TemplateInterpreter {
  /// What printing a value writes.
  func text(_ value: RuntimeValue) throws -> String {
    switch value {
    case .string(let text): return text
    case .undefined: return ""
    default:
      var result = ""
      try represent(value, into: &result)
      return result
    }
  }

  private func represent(_ value: RuntimeValue, into result: inout String) throws {
    try charge()
    switch value {
    case .undefined: result += "Undefined"
    case .none: result += "None"
    case .bool(let value): result += value ? "True" : "False"
    case .int(let value): result += String(value)
    case .float(let value): result += TemplateNumber.description(value)
    case .string(let text):
      try charge(bytes: result.utf8.count + text.utf8.count)
      result += quoted(text)
    case .list(let items): try represent(items, "[", "]", into: &result)
    case .tuple(let items):
      try represent(items, "(", items.values.count == 1 ? ",)" : ")", into: &result)
    case .dict(let dictionary): try represent(dictionary, into: &result)
    case .range(let range):
      result += "range(\(range.start), \(range.stop)\(range.step == 1 ? "" : ", \(range.step)"))"
    case .view(let view):
      try represent(view.items, "dict_\(view.kind.rawValue)([", "])", into: &result)
    default: throw unsupported("printing a value of type \(value.typeName)")
    }
  }

  private func represent(
    _ items: RuntimeItems, _ open: String, _ close: String, into result: inout String
  ) throws {
    result += open
    for (index, value) in items.values.enumerated() {
      if index > 0 { result += ", " }
      try represent(value, into: &result)
    }
    result += close
  }

  private func represent(_ dictionary: RuntimeDictionary, into result: inout String) throws {
    result += "{"
    for (index, key) in dictionary.keys.enumerated() {
      if index > 0 { result += ", " }
      try represent(key, into: &result)
      result += ": "
      try represent(dictionary.values[index], into: &result)
    }
    result += "}"
  }

  private func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars
    let quote: Unicode.Scalar = scalars.contains("'") && !scalars.contains("\"") ? "\"" : "'"
    var result = String.UnicodeScalarView([quote])
    for scalar in scalars {
      switch scalar {
      case quote, "\\": result.append(contentsOf: ["\\", scalar])
      case "\n": result.append(contentsOf: "\\n".unicodeScalars)
      case "\r": result.append(contentsOf: "\\r".unicodeScalars)
      case "\t": result.append(contentsOf: "\\t".unicodeScalars)
      default:
        if isPrintable(scalar) {
          result.append(scalar)
        } else {
          let value = scalar.value
          let (letter, width) = value < 0x100 ? ("x", 2) : value < 0x10000 ? ("u", 4) : ("U", 8)
          result.append(contentsOf: "\\\(letter)\(hex(value, width: width))".unicodeScalars)
        }
      }
    }
    result.append(quote)
    return String(result)
  }

  private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == " " { return true }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .spaceSeparator:
      return false
    default: return true
    }
  }

  private func hex(_ value: UInt32, width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  // MARK: - JSON

  struct JSONStyle {
    var indent: String?
    var itemSeparator = ", "
    var keySeparator = ": "
    var sortsKeys = false
    var asciiOnly = false
  }

  func json(_ value: RuntimeValue, _ style: JSONStyle) throws -> String {
    var result = ""
    try json(value, style, newline: style.indent == nil ? nil : "\n", into: &result)
    return result
  }

  private func json(
    _ value: RuntimeValue, _ style: JSONStyle, newline: String?, into result: inout String
  ) throws {
    // What has been written so far also bounds the growth by deep indentation.
    if result.utf8.count > limits.maxStringBytes { try charge(bytes: Int.max) }
    try charge(1 + (newline?.utf8.count ?? 0) / 16)
    try require(value)
    switch value {
    case .none: result += "null"
    case .bool(let value): result += value ? "true" : "false"
    case .int(let value): result += String(value)
    case .float(let value): result += jsonNumber(value)
    case .string(let text):
      try charge(bytes: result.utf8.count + text.utf8.count)
      result += jsonString(text, asciiOnly: style.asciiOnly)
    case .list(let items), .tuple(let items):
      try json(items.values, style, newline: newline, open: "[", close: "]", into: &result) {
        try json($0, style, newline: $1, into: &$2)
      }
    case .dict(let dictionary):
      var members = zip(dictionary.keys, dictionary.values).map { (key: $0, value: $1) }
      if style.sortsKeys { members = try sorted(members) { try less($0.key, $1.key) } }
      try json(members, style, newline: newline, open: "{", close: "}", into: &result) {
        $2 += jsonString(try jsonKey($0.key), asciiOnly: style.asciiOnly) + style.keySeparator
        try json($0.value, style, newline: $1, into: &$2)
      }
    default:
      throw invalid("a value of type \(value.typeName) cannot be written as JSON")
    }
  }

  private func json<Element>(
    _ elements: [Element], _ style: JSONStyle, newline: String?, open: String, close: String,
    into result: inout String, write: (Element, String?, inout String) throws -> Void
  ) throws {
    result += open
    let inner = newline.map { $0 + (style.indent ?? "") }
    for (index, element) in elements.enumerated() {
      if index > 0 { result += style.itemSeparator }
      if let inner { result += inner }
      try write(element, inner, &result)
    }
    if let newline, !elements.isEmpty { result += newline }
    result += close
  }

  private func jsonKey(_ key: RuntimeValue) throws -> String {
    switch key {
    case .string(let text): return text
    case .none: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .int(let value): return String(value)
    case .float(let value): return jsonNumber(value)
    default: throw invalid("a value of type \(key.typeName) cannot be a key in JSON")
    }
  }

  private func jsonNumber(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return TemplateNumber.description(value)
  }

  private func jsonString(_ text: String, asciiOnly: Bool) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{8}": result += "\\b"
      case "\u{C}": result += "\\f"
      default:
        if scalar.value < 0x20 || (asciiOnly && scalar.value > 0x7E) {
          for unit in String(Character(scalar)).utf16 {
            result += "\\u" + hex(UInt32(unit), width: 4)
          }
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}

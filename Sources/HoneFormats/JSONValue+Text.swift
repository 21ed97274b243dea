// SPDX-License-Identifier: Apache-2.0

extension JSONObject {
  /// Members in the order given; of equal keys the first counts.
  package init(members: [(String, JSONValue)]) {
    self.init()
    for (key, value) in members { _ = append(key, value) }
  }
}

extension JSONValue {
  /// An object with its members in the order given.
  package static func members(_ members: [(String, JSONValue)]) -> JSONValue {
    .object(JSONObject(members: members))
  }

  /// The value as a JSON text: two spaces for each level, members in their order, and arrays of
  /// plain values on one line.
  package var text: String {
    var result = ""
    write(to: &result, indent: "\n")
    return result
  }

  private func write(to text: inout String, indent: String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += "\(value)"
    // JSON has no other numbers, and neither has what the parser gives.
    case .number(let value): text += value.isFinite ? "\(value)" : "null"
    case .string(let value): text += jsonString(value)
    case .array(let values):
      let isPlain = values.allSatisfy { $0.arrayValue == nil && $0.objectValue == nil }
      let inner = isPlain ? " " : indent + "  "
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        if index > 0 || !isPlain { text += inner }
        value.write(to: &text, indent: inner)
      }
      text += isPlain ? "]" : indent + "]"
    case .object(let object):
      if object.count == 0 {
        text += "{}"
        return
      }
      text += "{"
      for (index, (key, value)) in zip(object.keys, object.values).enumerated() {
        text += (index > 0 ? "," : "") + indent + "  " + jsonString(key) + ": "
        value.write(to: &text, indent: indent + "  ")
      }
      text += indent + "}"
    }
  }
}

/// A JSON string with its quotes.
func jsonString(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case _ where scalar.value < 0x20:
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

// SPDX-License-Identifier: Apache-2.0

/// JSON that may stand inside a script element: no text in it can end the element or begin a
/// comment.
struct CompactJSON {
  private(set) var text = ""
  private var needsComma = false

  mutating func array(_ body: (inout CompactJSON) throws -> Void) rethrows {
    try nest("[", "]", body)
  }

  mutating func object(_ body: (inout CompactJSON) throws -> Void) rethrows {
    try nest("{", "}", body)
  }

  /// The name of the value that follows, inside an object.
  mutating func key(_ name: String) {
    string(name)
    text += ":"
    needsComma = false
  }

  mutating func string(_ value: String) {
    separate()
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\u{0}"..."\u{1F}", "<", ">", "&", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  mutating func number(_ value: Int) {
    separate()
    text += "\(value)"
  }

  /// Null where it is not a number.
  mutating func number(_ value: Double?) {
    separate()
    guard let value, value.isFinite else {
      text += "null"
      return
    }
    text += value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)"
  }

  private mutating func nest(
    _ open: String, _ close: String, _ body: (inout CompactJSON) throws -> Void
  ) rethrows {
    separate()
    text += open
    needsComma = false
    try body(&self)
    text += close
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { text += "," }
    needsComma = true
  }
}

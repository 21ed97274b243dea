// SPDX-License-Identifier: Apache-2.0
import Mustache

/// Escapes text for HTML, scalar by scalar.
///
/// The template library's own way goes by characters, and a quotation mark with a combining accent
/// is another character to it, but not to a browser.
package struct ScalarEscaping: MustacheContentType {
  package init() {}

  package func escapeText(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\0": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

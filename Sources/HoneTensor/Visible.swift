// SPDX-License-Identifier: Apache-2.0

extension String {
  /// An error's message, whose words may be a file's or a template's, made fit for a terminal.
  package var visibleInMessage: String { visible(keeping: ["\n"]) }

  /// The text with control characters made visible, so that what a model or a file says cannot
  /// steer a terminal.
  ///
  /// - Parameter keeping: Characters that stay, such as line ends.
  package func visible(keeping kept: Set<Unicode.Scalar> = []) -> String {
    var result = ""
    for scalar in unicodeScalars {
      switch scalar.properties.generalCategory {
      case _ where kept.contains(scalar): result.unicodeScalars.append(scalar)
      case .control, .lineSeparator, .paragraphSeparator:
        switch scalar {
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        default: result += "\\u{\(String(scalar.value, radix: 16))}"
        }
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

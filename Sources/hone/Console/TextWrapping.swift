// SPDX-License-Identifier: Apache-2.0

extension StringProtocol {
  /// The words on lines of at most so many columns; a longer word has a line of its own.
  ///
  /// - Parameters:
  ///   - indent: Spaces before the first line.
  ///   - hanging: Spaces before the others.
  func wrapped(width: Int = 80, indent: Int = 0, hanging: Int = 0) -> [String] {
    var lines: [String] = []
    var current = String(repeating: " ", count: indent)
    var isEmpty = true
    for word in split(separator: " ") {
      if !isEmpty, current.displayWidth + 1 + String(word).displayWidth > width {
        lines.append(current)
        current = String(repeating: " ", count: hanging) + word
      } else {
        current += (isEmpty ? "" : " ") + word
      }
      isEmpty = false
    }
    return lines + [current]
  }
}

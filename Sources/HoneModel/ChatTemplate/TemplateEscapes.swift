// SPDX-License-Identifier: Apache-2.0

/// Backslash escapes of template strings, as Python's `unicode-escape` reads them.
enum TemplateEscapes {
  /// Decodes the inside of a string; nil for `\N{…}`, an incomplete escape or a lone surrogate.
  static func decode(_ source: ArraySlice<Unicode.Scalar>) -> String? {
    var result = String.UnicodeScalarView()
    var index = source.startIndex
    while index < source.endIndex {
      let scalar = source[index]
      index += 1
      guard scalar == "\\" else {
        result.append(scalar)
        continue
      }
      guard index < source.endIndex else { return nil }
      let escape = source[index]
      index += 1
      switch escape {
      case "\n": break
      case "n": result.append("\n")
      case "t": result.append("\t")
      case "r": result.append("\r")
      case "a": result.append("\u{7}")
      case "b": result.append("\u{8}")
      case "f": result.append("\u{C}")
      case "v": result.append("\u{B}")
      case "\\", "'", "\"": result.append(escape)
      case "x", "u", "U":
        let count = escape == "x" ? 2 : escape == "u" ? 4 : 8
        guard index + count <= source.endIndex,
          let value = number(source[index..<(index + count)], radix: 16),
          let decoded = Unicode.Scalar(value)
        else { return nil }
        result.append(decoded)
        index += count
      case "0"..."7":
        var end = index
        while end < source.endIndex, end < index + 2, "0"..."7" ~= source[end] { end += 1 }
        guard let value = number(source[(index - 1)..<end], radix: 8),
          let decoded = Unicode.Scalar(value)
        else { return nil }
        result.append(decoded)
        index = end
      case "N": return nil
      default:
        result.append("\\")
        result.append(escape)
      }
    }
    return String(result)
  }

  private static func number(_ digits: ArraySlice<Unicode.Scalar>, radix: Int) -> UInt32? {
    guard digits.allSatisfy({ $0.properties.isASCIIHexDigit }) else { return nil }
    return UInt32(TemplateText.string(digits), radix: radix)
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// A text given as an argument.
enum TextArgument {
  /// The text, or `-` for standard input.
  static func read(_ argument: String) throws -> String {
    argument == "-" ? try StandardInput.readAll() : argument
  }

  /// The text, or `@` and a file that holds it.
  static func readTextOrFile(_ argument: String) throws -> String {
    guard argument.hasPrefix("@") else { return argument }
    let path = String(argument.dropFirst())
    guard let text = String(validating: try FileSystem.contents(path), as: UTF8.self) else {
      throw CommandError(.badData, "\(path): is not UTF-8 text; give a text file after @")
    }
    return text
  }
}

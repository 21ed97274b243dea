// SPDX-License-Identifier: Apache-2.0

/// A text given as an argument, or `-` for standard input.
enum TextArgument {
  static func read(_ argument: String) throws -> String {
    argument == "-" ? try StandardInput.readAll() : argument
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// A text in a file, or `-` for standard input.
enum TextFile {
  /// - Throws: ``FormatError`` if it cannot be read, ``CommandError`` if it is too long or is not
  ///   UTF-8.
  static func read(_ path: String) throws -> String {
    if path == "-" { return try StandardInput.readAll() }
    let file = try MappedFile(path: path)
    guard file.bytes.count <= StandardInput.limit else {
      throw CommandError(
        .badData,
        "\(path): is longer than \(StandardInput.limit >> 20) MiB; give a shorter text")
    }
    return try withExtendedLifetime(file) { try StandardInput.text(file.bytes, place: path) }
  }
}

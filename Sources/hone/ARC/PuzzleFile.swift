// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneFormats

/// Tells a puzzle's file from a text task's.
enum PuzzleFile {
  /// The puzzle of a file, `{"train": […], "test": […]}`.
  ///
  /// - Returns: nil for what is no such file, which others may read or refuse.
  /// - Throws: ``ARCError`` if it is one, and something is wrong with it.
  static func read(_ path: String) throws -> ARCTask? {
    guard !path.utf8.contains(0), (try? FileSystem.isDirectory(path)) == false,
      let bytes = try? FileSystem.contents(path),
      let object = try? JSONParser.parse(bytes, file: path).objectValue,
      object["train"] != nil, object["test"] != nil, object["demonstrations"] == nil
    else { return nil }
    return try ARCCollection(path: path).tasks.first
  }
}

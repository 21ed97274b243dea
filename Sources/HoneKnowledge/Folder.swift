// SPDX-License-Identifier: Apache-2.0
import HoneFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Folders that results are written into.
enum Folder {
  /// - Throws: ``FormatError`` if it cannot be made.
  static func make(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw FormatError(.unreadable, file: path, "cannot be made a folder: \(error)")
    }
  }
}

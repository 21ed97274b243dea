// SPDX-License-Identifier: Apache-2.0
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension FileSystem {
  /// Makes a folder for results, with those above it; one that is there stays.
  ///
  /// - Throws: ``FormatError`` (`unreadable`) if it cannot be made.
  package static func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw FormatError(.unreadable, file: path, "cannot be made a folder: \(error)")
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Questions about paths.
package enum FileSystem {
  /// Whether a folder stands at the path.
  ///
  /// - Throws: ``FormatError`` (`unreadable`) if nothing stands there.
  package static func isDirectory(_ path: String) throws -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw FormatError(
        .unreadable, file: path, "\(String(cString: strerror(errno))); check the path")
    }
    return status.st_mode & S_IFMT == S_IFDIR
  }

  /// A file's bytes, copied: for texts that are parsed once.
  ///
  /// - Throws: ``FormatError`` (`unreadable`).
  package static func contents(_ path: String) throws -> [UInt8] {
    let file = try MappedFile(path: path)
    return withExtendedLifetime(file) { Array(file.bytes) }
  }

  /// Whether anything stands at the path.
  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}

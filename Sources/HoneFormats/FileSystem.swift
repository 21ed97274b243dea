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

  /// Adds bytes to the end of a file, which is made if there is none.
  ///
  /// - Throws: ``FormatError`` (`unreadable`); some of the bytes may then be there.
  package static func append(_ bytes: some Sequence<UInt8>, to path: String) throws {
    guard !path.utf8.contains(0) else {
      throw FormatError(.unreadable, "a file name must not contain a zero byte: \(quoted(path))")
    }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw MappedFile.failure(path, "cannot be written", errno) }
    defer { close(descriptor) }
    try Array(bytes).withUnsafeBytes { try writeAll($0, to: descriptor, path: path) }
  }

  /// Writes all bytes to an open file, however many calls it takes.
  ///
  /// - Parameter path: For messages.
  static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let chunk = UnsafeRawBufferPointer(rebasing: rest)
      let written = write(descriptor, chunk.baseAddress, chunk.count)
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw MappedFile.failure(path, "cannot be written", errno) }
      rest = rest.dropFirst(written)
    }
  }

  /// Whether anything stands at the path.
  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}

// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that is written beside its final place and moved there when it is complete.
///
/// End with ``commit()`` or ``abandon()``.
package final class AtomicFile {
  private let path: String
  /// Where the bytes are until ``commit()``.
  package let temporaryPath: String
  private var descriptor: Int32?

  /// - Throws: ``FormatError`` (`unreadable`) if the folder cannot be written to.
  package init(path: String) throws {
    guard !path.utf8.contains(0) else {
      throw FormatError(.unreadable, "a file name must not contain a zero byte: \(quoted(path))")
    }
    self.path = path
    // In the same folder, hence on the same file system, so that the rename cannot fail half-way;
    // O_EXCL refuses to follow a link that someone placed there.
    temporaryPath = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
    let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw MappedFile.failure(path, "cannot be written", errno) }
    self.descriptor = descriptor
  }

  deinit { abandon() }

  /// Writes a whole file, or leaves the one that is there.
  package static func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
    let file = try AtomicFile(path: path)
    try Array(bytes).withUnsafeBytes { try file.write($0) }
    try file.commit()
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard let descriptor else { return }
    try FileSystem.writeAll(bytes, to: descriptor, path: path)
  }

  /// Moves the file, with all its bytes on the disk, to its final place.
  package func commit() throws {
    guard let descriptor else { return }
    guard fsync(descriptor) == 0 else {
      throw MappedFile.failure(path, "cannot be written", errno)
    }
    close(descriptor)
    self.descriptor = nil
    guard rename(temporaryPath, path) == 0 else {
      let number = errno
      unlink(temporaryPath)
      throw MappedFile.failure(path, "cannot be written", number)
    }
  }

  /// Removes what was written; does nothing after ``commit()``.
  package func abandon() {
    guard let descriptor else { return }
    close(descriptor)
    unlink(temporaryPath)
    self.descriptor = nil
  }
}

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
  private let temporaryPath: String
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

  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard let descriptor else { return }
    var rest = bytes[...]
    while !rest.isEmpty {
      let chunk = UnsafeRawBufferPointer(rebasing: rest)
      #if canImport(Glibc)
        let written = Glibc.write(descriptor, chunk.baseAddress, chunk.count)
      #elseif canImport(Musl)
        let written = Musl.write(descriptor, chunk.baseAddress, chunk.count)
      #else
        let written = Darwin.write(descriptor, chunk.baseAddress, chunk.count)
      #endif
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw MappedFile.failure(path, "cannot be written", errno) }
      rest = rest.dropFirst(written)
    }
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

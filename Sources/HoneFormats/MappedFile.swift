// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file mapped read-only into memory for as long as this object lives.
///
/// Do not shorten the file meanwhile: the system ends a process that reads pages which are gone.
/// Replacing it by a rename, as Hone itself writes files, is safe.
// @unchecked Sendable: both stored properties are constants, and the pages they describe are
// mapped without write permission and stay mapped until deinit, so any thread may read them.
package final class MappedFile: @unchecked Sendable {
  package let path: String
  /// The file's bytes; valid while this object lives.
  package let bytes: UnsafeRawBufferPointer

  /// Maps the file at `path`.
  ///
  /// - Throws: ``FormatError`` (`unreadable`) if it is missing, no regular file, or not permitted.
  package init(path: String) throws {
    self.path = path
    let (descriptor, count) = try Self.openRegularFile(path)
    defer { close(descriptor) }
    if count == 0 {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let address, address != MAP_FAILED else {
      throw Self.failure(path, "cannot be mapped into memory (\(count) bytes)", errno)
    }
    bytes = UnsafeRawBufferPointer(start: address, count: count)
  }

  deinit {
    if let start = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }

  /// Calls `body` with `count` bytes from `offset`.
  ///
  /// - Throws: ``FormatError`` (`malformed`) if they do not lie inside the file.
  package func withBytes<Result>(
    offset: Int, count: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    try withExtendedLifetime(self) { try body(slice(offset: offset, count: count)) }
  }

  /// `count` bytes from `offset`; valid while this object lives.
  func slice(offset: Int, count: Int) throws -> UnsafeRawBufferPointer {
    guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else {
      throw FormatError(
        .malformed, file: path,
        "\(count) bytes at byte \(offset) reach past its end (\(bytes.count) bytes); "
          + "the file is cut short or damaged: fetch it again")
    }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
  }

  /// Opens a regular file for reading.
  ///
  /// - Returns: The descriptor, which the caller closes, and the file's length in bytes.
  /// - Throws: ``FormatError`` (`unreadable`) if it is missing, no regular file, or not permitted.
  static func openRegularFile(_ path: String) throws -> (descriptor: Int32, byteCount: Int) {
    guard !path.utf8.contains(0) else {
      throw FormatError(.unreadable, "a file name must not contain a zero byte: \(quoted(path))")
    }
    // Without O_NONBLOCK, opening a named pipe would wait for its writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(path, "cannot be opened", errno) }
    do {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else {
        throw failure(path, "cannot be examined", errno)
      }
      switch status.st_mode & S_IFMT {
      case S_IFREG: break
      case S_IFDIR:
        throw FormatError(.unreadable, file: path, "is a folder; name a file in it")
      default:
        throw FormatError(.unreadable, file: path, "is no regular file; copy its bytes to one")
      }
      guard let count = Int(exactly: status.st_size), count >= 0 else {
        throw FormatError(.unreadable, file: path, "is larger than the address space")
      }
      return (descriptor, count)
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// What stands at `path`, links followed.
  enum Kind { case missing, file, folder, other }

  static func kind(of path: String) -> Kind {
    var status = stat()
    guard !path.utf8.contains(0), stat(path, &status) == 0 else { return .missing }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .other
    }
  }

  static func failure(_ path: String, _ what: String, _ number: Int32) -> FormatError {
    let reason =
      switch number {
      case ENOENT: "it does not exist; check the path"
      case EACCES, EPERM: "permission denied; check who may read and write it"
      case ENOTDIR: "a part of the path is no folder; check the path"
      case ENOSPC: "the disk is full"
      case EMFILE, ENFILE: "too many files are open"
      default: "system error \(number)"
      }
    return FormatError(.unreadable, file: path, "\(what): \(reason)")
  }
}

/// `text` in quotes for a message: shortened, and with control characters made visible, because it
/// may come from a hostile file and end in a terminal.
package func quoted(_ text: String) -> String {
  var result = "\""
  for (count, scalar) in text.unicodeScalars.enumerated() {
    if count == 120 {
      result += "…"
      break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator:
      result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A folder of files that is filled beside its final place and moved there when it is complete.
///
/// End with ``commit()`` or ``abandon()``. What stands at the final place already is never touched.
package final class AtomicFolder {
  private let path: String
  /// Where the files are until ``commit()``.
  package let temporaryPath: String
  private var names: [String] = []
  private var isOpen = true

  /// - Throws: ``FormatError`` (`unreadable`) if something stands at the path already, an empty
  ///   folder excepted, or the folder around it cannot be written to.
  package init(path: String) throws {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw FormatError(.unreadable, "\(quoted(path)): is no name for a folder")
    }
    var trimmed = path
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    self.path = trimmed
    temporaryPath = "\(trimmed).\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
    try Self.checkFree(trimmed)
    guard mkdir(temporaryPath, 0o755) == 0 else {
      isOpen = false
      throw MappedFile.failure(trimmed, "cannot be written", errno)
    }
  }

  deinit { abandon() }

  /// Refuses a place that is taken, for commands that want to know before they compute.
  package static func checkFree(_ path: String) throws {
    switch MappedFile.kind(of: path) {
    case .missing: return
    case .folder where isEmpty(path): return
    default:
      throw FormatError(
        .mismatch, file: path, "exists already; remove it or name a folder that does not exist")
    }
  }

  private static func isEmpty(_ path: String) -> Bool {
    guard let folder = opendir(path) else { return false }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        Array(bytes.prefix { $0 != 0 })
      }
      if name != [0x2E], name != [0x2E, 0x2E] { return false }
    }
    return true
  }

  /// The path to write the file of that name to.
  package func file(_ name: String) -> String {
    names.append(name)
    return temporaryPath + "/" + name
  }

  /// Writes a file.
  package func write(_ name: String, _ bytes: some Sequence<UInt8>) throws {
    try AtomicFile.write(bytes, to: file(name))
  }

  /// Runs `body`, then commits; removes what was written if it throws.
  package func committing<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      let result = try body()
      try commit()
      return result
    } catch {
      abandon()
      throw naming(error)
    }
  }

  /// An error that names the final place where it named the one that the caller knows nothing of.
  package func naming(_ error: any Error) -> any Error {
    guard let error = error as? FormatError, error.message.hasPrefix(temporaryPath) else {
      return error
    }
    return FormatError(error.code, path + error.message.dropFirst(temporaryPath.count))
  }

  /// Moves the folder to its final place.
  package func commit() throws {
    guard isOpen else { return }
    // Replaces an empty folder, and fails for anything else that came there meanwhile.
    guard rename(temporaryPath, path) == 0 else {
      let number = errno
      abandon()
      throw MappedFile.failure(path, "cannot be written", number)
    }
    isOpen = false
  }

  /// Removes what was written; does nothing after ``commit()``.
  package func abandon() {
    guard isOpen else { return }
    isOpen = false
    for name in names { unlink(temporaryPath + "/" + name) }
    rmdir(temporaryPath)
  }
}

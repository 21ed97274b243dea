// SPDX-License-Identifier: Apache-2.0
import HoneFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension FileSystem {
  /// The size of a regular file; nil if there is none.
  static func fileSize(_ path: String) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  /// Bytes of all files below a folder that changes meanwhile.
  static func totalSize(below folder: String) -> Int {
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    return paths.reduce(0) { $0 + (fileSize("\(folder)/\($1)") ?? 0) }
  }

  package static func createFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      // Foundation's error has the system's number somewhere inside; mkdir says it again.
      let number = mkdir(path, 0o777) == 0 ? 0 : errno
      throw notWritable(path, "cannot be created", number)
    }
  }

  /// Writes a file's or folder's data through to the disk.
  package static func synchronize(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw notWritable(path, "cannot be opened", errno) }
    defer { close(descriptor) }
    // Some file systems cannot do it for a folder, which is no loss.
    if fsync(descriptor) != 0, errno != EINVAL {
      throw notWritable(path, "cannot be written", errno)
    }
  }

  /// Replaces what stands at `target` in one step.
  package static func move(_ source: String, over target: String) throws {
    guard rename(source, target) == 0 else {
      throw notWritable(target, "cannot be put in place", errno)
    }
  }

  static func notWritable(_ path: String, _ what: String, _ number: Int32) -> StoreError {
    let reason = number == 0 ? "unknown reason" : String(cString: strerror(number))
    return StoreError(
      .notWritable,
      "\(path): \(what): \(reason); make room or set HONE_HOME to a folder that can be written")
  }
}

extension FileSystem {
  /// Waits for the lock that a file stands for, and takes it.
  ///
  /// - Parameter onWait: Called once if another process has it.
  /// - Returns: The descriptor that holds the lock until it is closed, or its process dies.
  static func lock(_ path: String, onWait: () -> Void) async throws -> Int32 {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw notWritable(path, "cannot be opened", errno) }
    do {
      var hasWaited = false
      while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        guard errno == EWOULDBLOCK || errno == EINTR else {
          throw notWritable(path, "cannot be locked", errno)
        }
        if !hasWaited { onWait() }
        hasWaited = true
        try await Task.sleep(for: .milliseconds(100))
      }
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
  }
}

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

extension ModelStore {
  /// Checks that models could be written to the folder, without writing anything.
  ///
  /// - Throws: ``StoreError`` naming what is in the way.
  package func checkWritable() throws {
    let place = nearestExisting
    var status = stat()
    guard stat(place, &status) == 0 else {
      throw FileSystem.notWritable(place, "cannot be found", errno)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw FileSystem.notWritable(place, "is in the way", ENOTDIR)
    }
    guard access(place, W_OK | X_OK) == 0 else {
      throw FileSystem.notWritable(place, "cannot be written", errno)
    }
  }

  /// Free bytes on the disk of the folder; nil where the system does not say.
  package var freeBytes: Int? {
    var status = statvfs()
    guard statvfs(nearestExisting, &status) == 0 else { return nil }
    let (bytes, overflow) = Int(clamping: status.f_bavail)
      .multipliedReportingOverflow(by: Int(clamping: status.f_frsize))
    return overflow ? nil : bytes
  }

  /// The folder of the models, or the one in which it would be created.
  private var nearestExisting: String {
    var path = modelsFolder
    while !FileSystem.exists(path) {
      guard let slash = path.lastIndex(of: "/") else { return "." }
      path = slash == path.startIndex ? "/" : String(path[..<slash])
    }
    return path
  }
}

/// The Python that fetches models.
package struct PythonStatus: Encodable, Sendable, Hashable {
  /// Such as `3.11.7`; nil if there is no Python that runs.
  package let version: String?
  /// Nil if that Python has no pip.
  package let pipVersion: String?

  /// Asks it, for a few seconds at most.
  ///
  /// - Throws: `CancellationError`.
  package static func current(executable: String = "python3") async throws -> PythonStatus {
    let python = Python(
      executable: executable, folder: FileManager.default.temporaryDirectory.path)
    // One line for each: a Python without pip still says its own version. The working folder is one
    // that everybody writes to, so nothing is imported from it.
    let script = """
      import sys
      sys.path[:] = [path for path in sys.path if path]
      print("python", sys.version.split()[0])
      import pip
      print("pip", pip.__version__)
      """
    let output = try await withThrowingTaskGroup(of: String?.self) { group in
      group.addTask {
        do {
          return try await python.run(["-c", script]).output
        } catch is StoreError {
          return nil
        }
      }
      group.addTask {
        try await Task.sleep(for: .seconds(10))
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
    try Task.checkCancellation()
    func version(_ name: String) -> String? {
      let line = (output ?? "").split(whereSeparator: \.isNewline)
        .first { $0.hasPrefix(name + " ") }
      return line.map { String($0.dropFirst(name.count + 1).prefix(40)) }
    }
    return PythonStatus(version: version("python"), pipVersion: version("pip"))
  }
}

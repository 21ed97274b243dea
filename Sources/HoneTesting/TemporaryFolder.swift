// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A folder that is removed with this object.
package final class TemporaryFolder: Sendable {
  package let path: String

  package init() throws {
    path = FileManager.default.temporaryDirectory.path + "/hone-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file.
  ///
  /// - Returns: Its path.
  @discardableResult
  package func write(_ name: String, _ content: some DataProtocol, executable: Bool = false) throws
    -> String
  {
    let path = "\(path)/\(name)"
    try Data(content).write(to: URL(fileURLWithPath: path))
    if executable {
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
    return path
  }

  @discardableResult
  package func write(_ name: String, _ content: String) throws -> String {
    try write(name, Array(content.utf8))
  }

  package func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: "\(path)/\(name)")
  }

  /// A shell script that stands in for Python.
  package func script(_ name: String, _ body: String) throws -> String {
    try write(name, Data("#!/bin/sh\n\(body)\n".utf8), executable: true)
  }

  /// The names of what is in it, and below it.
  package var names: [String] {
    ((try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []).sorted()
  }

  package func text(_ name: String) -> String? {
    (try? Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
      .map { String(decoding: $0, as: UTF8.self) }
  }
}

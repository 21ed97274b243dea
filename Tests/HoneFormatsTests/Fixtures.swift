// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The checked-in files of this suite and temporary ones.
enum Fixture {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/formats").path

  static func path(_ name: String) -> String { "\(folder)/\(name)" }

  static func bytes(_ name: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(filePath: path(name))))
  }

  static func floats(_ name: String) throws -> [Float] {
    try bytes(name).withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 4).map {
        Float(
          bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self))
        )
      }
    }
  }

  /// Calls `body` with the path of an empty folder that is removed afterwards.
  static func inTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "hone-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(filePath: path))
  }

  /// Calls `body` with the path of a copy of `bytes` and its length, for each length from one byte
  /// short down to nothing.
  static func withEachTruncation(
    of bytes: [UInt8], _ body: (_ path: String, _ count: Int) throws -> Void
  ) throws {
    try inTemporaryFolder { folder in
      let path = "\(folder)/cut"
      try write(bytes, to: path)
      let handle = try #require(FileHandle(forUpdatingAtPath: path))
      for count in (0..<bytes.count).reversed() {
        try handle.truncate(atOffset: UInt64(count))
        try body(path, count)
      }
    }
  }
}

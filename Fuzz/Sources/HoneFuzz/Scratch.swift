// SPDX-License-Identifier: Apache-2.0
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A folder for the files that inputs are read from.
struct Scratch: Sendable {
  private let root: String

  init(_ path: String) throws {
    root = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  func path(_ name: String) -> String { "\(root)/\(name)" }

  func folder(_ name: String) throws -> String {
    try FileManager.default.createDirectory(
      atPath: path(name), withIntermediateDirectories: true)
    return path(name)
  }

  func link(_ name: String, to target: String) throws {
    unlink(path(name))
    try FileManager.default.createSymbolicLink(
      atPath: path(name), withDestinationPath: target)
  }

  /// Writes a file, with zeros behind the bytes up to `size`.
  ///
  /// - Returns: Its path.
  func write(_ name: String, _ bytes: [UInt8], size: Int? = nil) throws -> String {
    let path = path(name)
    // Whatever is still mapped keeps its pages.
    unlink(path)
    let file = open(path, O_CREAT | O_EXCL | O_WRONLY, 0o600)
    guard file >= 0 else { throw CocoaError(.fileWriteUnknown) }
    defer { close(file) }
    guard bytes.isEmpty || writeBytes(file, bytes),
      ftruncate(file, off_t(max(size ?? 0, bytes.count))) == 0
    else { throw CocoaError(.fileWriteOutOfSpace) }
    return path
  }
}

/// The files of Tests/Fixtures.
enum Fixtures {
  /// The repository, from this source file's own place, Fuzz/Sources/HoneFuzz/Scratch.swift.
  static let repository = String(
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
      .joined(separator: "/"))

  static func path(_ name: String) -> String { "\(repository)/Tests/Fixtures/\(name)" }
}

/// The C function under another name than the method that calls it.
private func writeBytes(_ file: Int32, _ bytes: [UInt8]) -> Bool {
  write(file, bytes, bytes.count) == bytes.count
}

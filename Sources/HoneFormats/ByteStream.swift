// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file's bytes in chunks, for files that may be larger than memory.
///
/// Unlike a ``MappedFile`` it survives a file that someone shortens meanwhile.
final class ByteStream {
  let path: String
  /// The file's length when it was opened.
  let byteCount: Int
  /// Bytes delivered so far.
  private(set) var position = 0
  private let descriptor: Int32
  private var buffer: [UInt8]
  private var unread: Range<Int> = 0..<0

  /// - Throws: ``FormatError`` (`unreadable`).
  init(path: String, chunkBytes: Int = 1 << 18) throws {
    self.path = path
    (descriptor, byteCount) = try MappedFile.openRegularFile(path)
    buffer = Array(repeating: 0, count: max(16, chunkBytes))
  }

  deinit { close(descriptor) }

  /// Calls `body` with what is in memory, reading more if that is nothing; `body` returns how many
  /// of the bytes it has used.
  ///
  /// - Returns: false at the end of the file.
  func consume(_ body: (UnsafeBufferPointer<UInt8>) throws -> Int) throws -> Bool {
    if unread.isEmpty { try fill() }
    if unread.isEmpty { return false }
    let used = try buffer.withUnsafeBufferPointer {
      try body(UnsafeBufferPointer(rebasing: $0[unread]))
    }
    precondition((0...unread.count).contains(used))
    unread = unread.lowerBound + used..<unread.upperBound
    position += used
    return true
  }

  /// The next bytes without using them up; fewer than `count` at the end of the file.
  ///
  /// - Parameter count: At most 16, at the beginning of the file.
  func peek(_ count: Int) throws -> [UInt8] {
    if unread.isEmpty { try fill() }
    return Array(buffer[unread].prefix(count))
  }

  private func fill() throws {
    let count = try buffer.withUnsafeMutableBytes { bytes in
      while true {
        let count = read(descriptor, bytes.baseAddress, bytes.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw MappedFile.failure(path, "cannot be read", errno) }
        return count
      }
    }
    unread = 0..<count
  }
}

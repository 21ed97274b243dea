// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads standard input and notices when the task is cancelled meanwhile.
struct StandardInput {
  /// More than any model's context; without a limit `< /dev/zero` takes all memory.
  static let limit = 64 << 20
  private var buffer: [UInt8] = []
  private var hasEnded = false
  private var lineNumber = 0

  /// All of standard input, as it stands.
  ///
  /// - Throws: ``CommandError`` if it cannot be read, is too long or is not UTF-8.
  static func readAll() throws -> String {
    var input = StandardInput()
    while try input.fill() {}
    return try text(input.buffer[...], place: "standard input")
  }

  /// The next line without its end, or nil when there is none.
  mutating func readLine() throws -> String? {
    var searched = 0
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { buffer.removeFirst(end + 1) }
        return try line(buffer[..<end])
      }
      searched = buffer.count
      guard try fill() else { break }
    }
    if buffer.isEmpty { return nil }
    defer { buffer = [] }
    return try line(buffer[...])
  }

  private mutating func line(_ bytes: ArraySlice<UInt8>) throws -> String {
    lineNumber += 1
    let bytes = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
    return try Self.text(bytes, place: "standard input, line \(lineNumber)")
  }

  /// Reads what there is; false at the end.
  private mutating func fill() throws -> Bool {
    if hasEnded { return false }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      try Task.checkCancellation()
      // A blocked read would not see the cancellation.
      var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      let ready = poll(&request, 1, 100)
      if ready == 0 || (ready < 0 && errno == EINTR) { continue }
      let count = read(STDIN_FILENO, &chunk, chunk.count)
      if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
      guard count >= 0 else {
        throw CommandError(
          .noInput, "standard input cannot be read: \(String(cString: strerror(errno)))")
      }
      hasEnded = count == 0
      buffer.append(contentsOf: chunk.prefix(count))
      guard buffer.count <= Self.limit else {
        throw CommandError(
          .badData, "standard input is longer than \(Self.limit >> 20) MiB; give a shorter text")
      }
      return !hasEnded
    }
  }

  /// - Throws: ``CommandError`` if the bytes are not UTF-8.
  static func text(_ bytes: some Collection<UInt8>, place: String) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandError(
        .badData, "\(place): is not valid UTF-8 text; convert it, for example with iconv")
    }
    return text
  }
}

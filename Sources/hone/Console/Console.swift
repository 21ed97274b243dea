// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor
import Synchronization

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

/// The standard streams: results go to standard output, everything else to standard error.
package enum Console {
  /// What a terminal can do with the lines it is sent.
  package struct Capabilities: Sendable, Hashable {
    /// A terminal that can redraw a line.
    package var isLive: Bool
    package var hasColor: Bool
    package var isUnicode: Bool
    package var width: Int

    package init(isLive: Bool, hasColor: Bool, isUnicode: Bool, width: Int) {
      self.isLive = isLive
      self.hasColor = hasColor
      self.isUnicode = isUnicode
      self.width = width
    }
  }

  /// Standard error's.
  package static let errorCapabilities = capabilities(STDERR_FILENO)
  /// Standard output's.
  package static let outputCapabilities = capabilities(STDOUT_FILENO)

  static var isInputTerminal: Bool { isatty(STDIN_FILENO) == 1 }
  static var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  private static func capabilities(_ descriptor: Int32) -> Capabilities {
    let environment = ProcessInfo.processInfo.environment
    let isLive = isatty(descriptor) == 1 && environment["TERM"] ?? "dumb" != "dumb"
    // https://no-color.org: present and not empty.
    let hasColor = isLive && (environment["NO_COLOR"] ?? "").isEmpty
    let locale =
      ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }
      .first { !$0.isEmpty } ?? ""
    let isUnicode = ["utf-8", "utf8"].contains { locale.lowercased().contains($0) }
    var size = winsize()
    let width = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? Int(size.ws_col) : 0
    return Capabilities(
      isLive: isLive, hasColor: hasColor, isUnicode: isUnicode, width: width > 0 ? width : 80)
  }

  /// Takes the numbers of standard streams that the parent closed, so that no file opened later
  /// becomes one of them; reading and writing them keeps failing.
  static func reserveStreams() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is this one.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  // MARK: Writing

  /// Writes text to standard output, as it stands.
  ///
  /// - Throws: ``CommandError`` if the stream does not take it.
  package static func write(_ text: String) throws {
    let number = write(text, to: STDOUT_FILENO)
    guard number == 0 else {
      // Only where SIGPIPE did not end the process already.
      if number == EPIPE { exit(128 + SIGPIPE) }
      throw CommandError(
        .internal, "standard output cannot be written: \(String(cString: strerror(number)))")
    }
  }

  /// Prints a line on standard output.
  package static func print(_ line: String) throws { try write(line + "\n") }

  /// Prints one JSON object on a line of standard output.
  package static func printJSON(_ value: some Encodable) throws {
    try print(String(decoding: JSONEncoder.sorted.encode(value), as: UTF8.self))
  }

  /// Prints lines on standard error, around the progress bar if one is shown.
  package static func error(_ lines: String) {
    clearLiveLine()
    // Nothing can be done about a standard error that is closed.
    _ = write(lines + "\n", to: STDERR_FILENO)
  }

  /// Shows a prompt on standard error; the cursor stays behind it.
  static func prompt(_ text: String) { _ = write(text, to: STDERR_FILENO) }

  // MARK: The live line

  private static let hasLiveLine = Mutex(false)

  /// Replaces the line that the terminal's cursor is on; only for a live terminal.
  static func showLiveLine(_ line: String) {
    hasLiveLine.withLock { $0 = true }
    _ = write("\r\(line)\u{1B}[K", to: STDERR_FILENO)
  }

  /// Takes the live line off the terminal, if there is one.
  static func clearLiveLine() {
    let had = hasLiveLine.withLock { live in
      defer { live = false }
      return live
    }
    if had { _ = write("\r\u{1B}[K", to: STDERR_FILENO) }
  }

  /// - Returns: 0, or the system's error number.
  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = posixWrite(descriptor, UnsafeBufferPointer(rebasing: rest))
        if count < 0 {
          if errno == EINTR { continue }
          if errno == EAGAIN {
            // Someone made the stream non-blocking: wait until it takes more.
            var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            poll(&request, 1, -1)
            continue
          }
          return errno
        }
        rest = rest.dropFirst(count)
      }
      return 0
    }
  }
}

private func posixWrite(_ descriptor: Int32, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}

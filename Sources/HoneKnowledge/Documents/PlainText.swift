// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor

/// A text file's bytes as text.
enum PlainText {
  /// What keeps a file from being a text.
  struct Problem: Error {
    let message: String
  }

  /// Reads a UTF-8 file; a byte order mark is dropped and lines end as `\n`.
  ///
  /// - Parameter maxBytes: A longer file is a problem, not a reason to run out of memory.
  /// - Throws: ``Problem``, or ``FormatError`` if the file cannot be opened.
  static func read(_ path: String, maxBytes: Int) throws -> String {
    let file = try MappedFile(path: path)
    return try withExtendedLifetime(file) { try text(file.bytes, maxBytes: maxBytes) }
  }

  private static func text(_ bytes: UnsafeRawBufferPointer, maxBytes: Int) throws -> String {
    guard bytes.count <= maxBytes else {
      throw Problem(
        message: "has \(bytes.count) bytes, expected at most \(maxBytes); split it into several")
    }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw Problem(
        message: "byte 0: a mark of UTF-16, expected UTF-8; "
          + "convert it (iconv -f UTF-16 -t UTF-8)")
    }
    let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    guard let text = String(validating: content, as: UTF8.self) else {
      let offset = firstBadByte(bytes)
      throw Problem(
        message: "byte \(offset): \(hexadecimal(bytes[offset])) is no UTF-8; convert the file if "
          + "it is a text (iconv -f WINDOWS-1252 -t UTF-8)")
    }
    if let zero = bytes.firstIndex(of: 0) {
      throw Problem(message: "byte \(zero): a zero byte, expected text in UTF-8; convert the file")
    }
    return normalizingLines(text)
  }

  /// `\r\n` and `\r` become `\n`.
  static func normalizingLines(_ text: String) -> String {
    guard text.utf8.contains(0x0D) else { return text }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var isAfterReturn = false
    for byte in text.utf8 {
      if byte == 0x0D {
        bytes.append(0x0A)
      } else if byte != 0x0A || !isAfterReturn {
        bytes.append(byte)
      }
      isAfterReturn = byte == 0x0D
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The place of the first byte that breaks UTF-8, from 0, in bytes of which one does.
  private static func firstBadByte(_ bytes: UnsafeRawBufferPointer) -> Int {
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
      switch parser.parseScalar(from: &iterator) {
      case .valid(let scalar): offset += scalar.count
      case .error: return offset
      case .emptyInput: return max(0, bytes.count - 1)
      }
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }
}

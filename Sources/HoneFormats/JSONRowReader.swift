// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The rows of a JSONL file, or the elements of a JSON array, one after another.
///
/// Only one row is in memory at a time. A row that cannot be read is reported in its place, and
/// reading goes on behind it.
package final class JSONRowReader {
  /// How the file separates its rows.
  package enum Layout: Sendable, Hashable {
    /// A JSON value on each line.
    case lines
    /// One array of values.
    case array
  }

  /// A row, or what is wrong where one should be.
  package struct Row: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
      case value(JSONValue)
      case problem(String)
    }
    /// The line it starts on, from 1.
    package let line: Int
    package let content: Content
  }

  package let path: String
  package let layout: Layout
  /// Lines without anything on them (between rows, in an array none are counted).
  package private(set) var blankLines = 0
  private let stream: ByteStream
  private let maxRowBytes: Int
  private var line = 1
  private var row: [UInt8] = []
  private var place = ArrayPlace.beforeFirst

  private enum ArrayPlace { case beforeFirst, beforeElement, inElement, ended }

  /// - Parameters:
  ///   - path: The file.
  ///   - maxRowBytes: A longer row is a problem, not a reason to run out of memory.
  /// - Throws: ``FormatError`` if the file cannot be read or is no JSON text by its first bytes.
  package init(path: String, maxRowBytes: Int = 64 << 20, chunkBytes: Int = 1 << 18) throws {
    self.path = path
    self.maxRowBytes = maxRowBytes
    stream = try ByteStream(path: path, chunkBytes: chunkBytes)
    let head = try stream.peek(4)
    try Self.checkEncoding(head, path)
    if head.starts(with: [0xEF, 0xBB, 0xBF]) { _ = try stream.consume { _ in 3 } }
    var first: UInt8?
    var lines = 0
    while first == nil {
      let more = try stream.consume { bytes in
        for (offset, byte) in bytes.enumerated() {
          if !isWhitespace(byte) {
            first = byte
            // The bracket of an array is used up; a row is left to be read.
            return byte == UInt8(ascii: "[") ? offset + 1 : offset
          }
          if byte == UInt8(ascii: "\n") { lines += 1 }
        }
        return bytes.count
      }
      if !more { break }
    }
    layout = first == UInt8(ascii: "[") ? .array : .lines
    line += lines
    if layout == .lines { blankLines = lines }
  }

  /// How much of the file has been read, 0 … 1.
  package var fraction: Double {
    stream.byteCount == 0 ? 1 : min(1, Double(stream.position) / Double(stream.byteCount))
  }

  /// The next row; nil at the end.
  ///
  /// - Throws: ``FormatError`` (`unreadable`) if the disk fails.
  package func next() throws -> Row? {
    switch layout {
    case .lines: try nextLine()
    case .array: try nextElement()
    }
  }

  // MARK: Lines

  private func nextLine() throws -> Row? {
    while true {
      row.removeAll(keepingCapacity: true)
      var length = 0
      var isComplete = false
      while !isComplete {
        let more = try stream.consume { bytes in
          let end = lineEnd(in: bytes)
          isComplete = end != nil
          append(bytes[..<(end ?? bytes.count)], &length)
          return end.map { $0 + 1 } ?? bytes.count
        }
        if !more {
          if length == 0 { return nil }
          break
        }
      }
      let start = line
      if isComplete { line += 1 }
      if length <= maxRowBytes, row.allSatisfy(isWhitespace) {
        blankLines += 1
        continue
      }
      return parsed(length: length, line: start)
    }
  }

  private func append(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, _ length: inout Int) {
    length += bytes.count
    // One byte too many tells that the row is too long; the rest need not be kept.
    row.append(contentsOf: bytes.prefix(max(0, maxRowBytes + 1 - row.count)))
  }

  private func parsed(length: Int, line: Int) -> Row {
    guard length <= maxRowBytes else {
      return Row(
        line: line,
        content: .problem(
          "the row has \(length) bytes, expected at most \(maxRowBytes); split it into shorter rows"
        ))
    }
    do {
      return Row(line: line, content: .value(try JSONParser.parse(row, file: path, line: line)))
    } catch {
      var message = (error as? FormatError)?.message ?? "\(error)"
      // The line stands beside the problem, unless it is another one.
      for prefix in ["\(path): ", "line \(line), "] where message.hasPrefix(prefix) {
        message.removeFirst(prefix.count)
      }
      return Row(line: line, content: .problem(message))
    }
  }

  // MARK: Array

  private func nextElement() throws -> Row? {
    if place == .ended { return try textBehindArray() }
    row.removeAll(keepingCapacity: true)
    var scan = ElementScan(line: line)
    while scan.end == nil {
      let more = try stream.consume { bytes in
        let used = scan.advance(over: bytes)
        let isLast = scan.end != nil
        append(bytes[scan.skipped..<(isLast ? used - 1 : used)], &scan.length)
        return used
      }
      if !more { break }
    }
    line = scan.line
    let isEmpty = scan.start == nil
    guard let end = scan.end else {
      place = .ended
      return Row(
        line: scan.start ?? line,
        content: .problem(
          isEmpty
            ? "the file ends inside its array, expected \"]\"; it may be cut short"
            : "the file ends inside the row that starts here; it may be cut short, or a bracket or "
              + "quotation mark is missing"))
    }
    let isFirst = place == .beforeFirst
    place = end == UInt8(ascii: "]") ? .ended : .beforeElement
    if let start = scan.start { return parsed(length: scan.length, line: start) }
    if isFirst, place == .ended { return try textBehindArray() }
    return Row(
      line: line,
      content: .problem(
        place == .ended
          ? "a comma stands before the array's end; remove it"
          : "a row is missing before the comma; remove the comma"))
  }

  /// A problem if there is text behind the array.
  private func textBehindArray() throws -> Row? {
    var found = false
    var lines = 0
    while !found {
      let more = try stream.consume { bytes in
        for byte in bytes {
          if byte == UInt8(ascii: "\n") { lines += 1 }
          if !isWhitespace(byte) {
            found = true
            break
          }
        }
        return bytes.count
      }
      if !more { break }
    }
    line += lines
    guard found else { return nil }
    // What follows is not looked at.
    while try stream.consume({ $0.count }) {}
    return Row(
      line: line,
      content: .problem("text behind the array's end; a file is one array or one row a line"))
  }

  // MARK: Encoding

  private static func checkEncoding(_ head: [UInt8], _ path: String) throws {
    let kinds: [([UInt8], String)] = [
      ([0xFF, 0xFE], "UTF-16 text; save it as UTF-8"),
      ([0xFE, 0xFF], "UTF-16 text; save it as UTF-8"),
      ([0x1F, 0x8B], "compressed with gzip; unpack it first (gunzip)"),
      ([0x28, 0xB5, 0x2F, 0xFD], "compressed with zstd; unpack it first (unzstd)"),
      ([0xFD, 0x37, 0x7A, 0x58], "compressed with xz; unpack it first (unxz)"),
      (Array("BZh".utf8), "compressed with bzip2; unpack it first (bunzip2)"),
      (Array("PK".utf8) + [3, 4], "a zip archive; unpack it first (unzip)"),
      (Array("PAR1".utf8), "a Parquet file; convert it to JSONL first"),
      (Array("ARRO".utf8), "an Arrow file; convert it to JSONL first"),
    ]
    for (magic, what) in kinds where head.starts(with: magic) {
      throw FormatError(.unsupported, file: path, "is \(what), expected JSON rows in UTF-8")
    }
  }
}

private func isWhitespace(_ byte: UInt8) -> Bool {
  byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
}

private func lineEnd(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
  guard let base = bytes.baseAddress, let end = memchr(base, 0x0A, bytes.count) else { return nil }
  return UnsafeRawPointer(end) - UnsafeRawPointer(base)
}

/// Finds the end of an array's element without reading its meaning.
private struct ElementScan {
  /// The line that the scan is on.
  var line: Int
  /// The line that the element starts on; nil before it starts.
  var start: Int?
  /// The comma or bracket that ended it.
  var end: UInt8?
  /// Bytes before the element in the chunk advanced over last.
  var skipped = 0
  /// Bytes of the element.
  var length = 0
  private var depth = 0
  private var inString = false
  private var isEscaped = false

  init(line: Int) { self.line = line }

  /// - Returns: How many bytes were looked at, including the one that ended the element.
  mutating func advance(over bytes: UnsafeBufferPointer<UInt8>) -> Int {
    skipped = 0
    for (offset, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "\n") { line += 1 }
      if inString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          inString = false
        }
        continue
      }
      if start == nil {
        if isWhitespace(byte) {
          skipped = offset + 1
          continue
        }
        if byte != UInt8(ascii: ","), byte != UInt8(ascii: "]") {
          start = line
          skipped = offset
        }
      }
      switch byte {
      case UInt8(ascii: "\""): inString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}") where depth > 0: depth -= 1
      case UInt8(ascii: "]") where depth > 0: depth -= 1
      case UInt8(ascii: ","), UInt8(ascii: "]"):
        guard depth == 0 else { continue }
        end = byte
        if start == nil { skipped = offset }
        return offset + 1
      default: break
      }
    }
    return bytes.count
  }
}

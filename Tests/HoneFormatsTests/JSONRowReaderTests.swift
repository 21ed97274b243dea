// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneFormats

@Suite struct JSONRowReaderTests {
  private func rows(
    _ text: some Sequence<UInt8>, maxRowBytes: Int = 1 << 20, chunkBytes: Int = 1 << 18
  ) throws -> (rows: [JSONRowReader.Row], layout: JSONRowReader.Layout, blankLines: Int) {
    try Fixture.inTemporaryFolder { folder in
      let path = "\(folder)/rows.jsonl"
      try Fixture.write(Array(text), to: path)
      let reader = try JSONRowReader(path: path, maxRowBytes: maxRowBytes, chunkBytes: chunkBytes)
      var rows: [JSONRowReader.Row] = []
      while let row = try reader.next() { rows.append(row) }
      #expect(reader.fraction == 1)
      #expect(try reader.next() == nil)
      return (rows, reader.layout, reader.blankLines)
    }
  }

  private func values(_ rows: [JSONRowReader.Row]) -> [Int?] {
    rows.map { if case .value(let value) = $0.content { value.intValue } else { nil } }
  }

  private func problem(_ row: JSONRowReader.Row?) -> String? {
    if case .problem(let message)? = row?.content { message } else { nil }
  }

  @Test(arguments: [16, 17, 64, 1 << 18])
  func `Lines and their numbers survive any chunk size`(chunkBytes: Int) throws {
    let long = String(repeating: " ", count: 50)
    let (rows, layout, blank) = try rows(
      "\u{FEFF}\n  \n1\r\n\(long)2\(long)\n\n3\n\t\n4".utf8, chunkBytes: chunkBytes)
    #expect(layout == .lines)
    #expect(values(rows) == [1, 2, 3, 4])
    #expect(rows.map(\.line) == [3, 4, 6, 8])
    #expect(blank == 4)
  }

  @Test(arguments: [16, 17, 64, 1 << 18])
  func `An array gives its elements, whatever stands in their strings`(chunkBytes: Int) throws {
    let text = #"""
      [ {"a": "],[{\" \\"},
        [1, [2]], "},\\",
        5
        ,
        {"b":
          {}}]
      """#
    let (rows, layout, _) = try rows(text.utf8, chunkBytes: chunkBytes)
    #expect(layout == .array)
    #expect(rows.map(\.line) == [1, 2, 2, 3, 5])
    let expected = try #require(
      try JSONParser.parse(Array(text.utf8), file: "whole").arrayValue)
    #expect(rows.map(\.content) == expected.map { .value($0) })
  }

  @Test(arguments: ["", "\n", "[]", " [ ]\n", "\u{FEFF}"])
  func `A file without rows has none`(text: String) throws {
    #expect(try rows(text.utf8).rows.isEmpty)
  }

  @Test func `A bad line is reported in its place and reading goes on`() throws {
    let (rows, _, _) = try rows("1\n{\"a\": }\n3\n".utf8)
    #expect(values(rows) == [1, nil, 3])
    #expect(problem(rows[1]) == "column 7: a JSON value must stand here")
    #expect(rows[1].line == 2)
  }

  @Test func `Invalid UTF-8 is named with its column`() throws {
    let (rows, _, _) = try rows(Array("\"ok\"\n\"a".utf8) + [0xC3, 0x28] + Array("\"\n".utf8))
    #expect(problem(rows.last) == "column 2: the string here is not valid UTF-8")
  }

  @Test(arguments: ["\n", ",\n"])
  func `A row that is too long is reported without being kept`(separator: String) throws {
    let long = "\"" + String(repeating: "x", count: 5000) + "\""
    let text = ["1", long, "3"].joined(separator: separator)
    let (rows, _, _) = try rows(
      (separator == "\n" ? text : "[\(text)]").utf8, maxRowBytes: 100, chunkBytes: 64)
    #expect(values(rows) == [1, nil, 3])
    #expect(try #require(problem(rows[1])).contains("expected at most 100"))
    #expect(rows.map(\.line) == [1, 2, 3])
  }

  @Test(arguments: [
    ("[1, 2", "the file ends inside the row that starts here"),
    ("[1,\n", "the file ends inside its array"), ("[1,]", "a comma stands before the array's end"),
    ("[,1]", "a row is missing before the comma"), ("[1, ,2]", "a row is missing"),
    ("[{\"a\": \"x]", "the file ends inside the row"), ("[1]\n{}", "text behind the array's end"),
    ("[[1}]", "a JSON value"), ("[}]", "a JSON value must stand here"),
    ("[1 2]", "unexpected text after the JSON value"), ("[", "the file ends inside its array"),
  ])
  func `A broken array says what is wrong`(text: String, says: String) throws {
    let (rows, _, _) = try rows(text.utf8)
    let problems = rows.compactMap { problem($0) }
    #expect(problems.contains { $0.contains(says) } || says == "a JSON value" && !problems.isEmpty)
  }

  @Test(
    arguments: [
      ([0x1F, 0x8B, 8, 0], "gunzip"), ([0xFF, 0xFE, 0x7B, 0], "UTF-16"),
      ([0x28, 0xB5, 0x2F, 0xFD], "zstd"), (Array("PAR1".utf8), "Parquet"),
      ([0x50, 0x4B, 3, 4], "unzip"),
    ] as [([UInt8], String)])
  func `A file of another kind is told by its first bytes`(bytes: [UInt8], says: String) throws {
    let error = try #require(throws: FormatError.self) { try rows(bytes) }
    #expect(error.code == .unsupported)
    #expect(error.message.contains(says))
  }

  @Test func `A missing file and a folder are told apart`() throws {
    #expect(throws: FormatError.self) { try JSONRowReader(path: "/nonexistent/rows.jsonl") }
    try Fixture.inTemporaryFolder { folder in
      let error = try #require(throws: FormatError.self) { try JSONRowReader(path: folder) }
      #expect(error.message.contains("is a folder"))
    }
  }

  @Test(arguments: 0..<200)
  func `No mutation of a file stops the reader or loses a row's line`(seed: Int) throws {
    var generator = Mutations(state: UInt64(seed))
    let array = #"[{"text": "a\"b"}, {"text": "ü"},\#n {"text": [1, 2, {}]}]\#n"#
    let lines = #"{"text": "a\"b"}\#n\#n{"text": "ü"}\#n{"text": [1, 2, {}]}\#n"#
    let bytes = generator.mutated(Array((seed % 2 == 0 ? array : lines).utf8))
    do {
      let (rows, _, _) = try rows(bytes, maxRowBytes: 40, chunkBytes: 16)
      #expect(rows.map(\.line) == rows.map(\.line).sorted())
      let newlines = bytes.count { $0 == 0x0A }
      #expect(rows.allSatisfy { (1...newlines + 1).contains($0.line) })
    } catch is FormatError {}
  }
}

/// Seeded damage: bytes replaced, removed, doubled, cut off.
private struct Mutations {
  var state: UInt64

  private mutating func next(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(bound))
  }

  mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    let interesting = Array("[]{},:\"\\\n \r\0".utf8) + [0xFF, 0xC3, 0x80, 0xEF]
    for _ in 0...next(6) where !bytes.isEmpty {
      let place = next(bytes.count)
      switch next(5) {
      case 0: bytes[place] = interesting[next(interesting.count)]
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(interesting[next(interesting.count)], at: place)
      case 3: bytes.insert(contentsOf: bytes[place...], at: place)
      default: bytes.removeSubrange(place...)
      }
    }
    return bytes
  }
}

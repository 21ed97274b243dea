// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import Testing

@Suite struct GGUFWriterTests {
  /// Writes, and opens what was written.
  private func written(_ writer: GGUFWriter, in folder: String) throws -> GGUFFile {
    let file = try AtomicFile(path: folder + "/written.gguf")
    try writer.write(to: file)
    try file.commit()
    return try GGUFFile(path: folder + "/written.gguf")
  }

  @Test(arguments: ["metadata.gguf", "types.gguf"])
  func `A file of the reference library is copied with all it holds`(name: String) throws {
    let source = try GGUFFile(path: Fixture.path(name))
    var writer = GGUFWriter(alignment: source.alignment)
    for key in source.keys { writer.set(key, stored: try #require(source.storedValue(key))) }
    for tensor in source.tensors {
      try writer.add(tensor.name, shape: tensor.shape.reversed(), dtype: tensor.dtype) {
        Array(try source.rawBytes(of: tensor))
      }
    }
    try Fixture.inTemporaryFolder { folder in
      let copy = try written(writer, in: folder)
      #expect(copy.version == 3)
      #expect(copy.keys == source.keys)
      #expect(copy.metadata == source.metadata)
      #expect(copy.tensorNames == source.tensorNames)
      for (one, other) in zip(source.tensors, copy.tensors) {
        #expect(one.shape == other.shape && one.dtype == other.dtype)
        #expect(try Array(source.rawBytes(of: one)) == Array(copy.rawBytes(of: other)))
      }
    }
  }

  @Test func `Values of every kind read back`() throws {
    let values: [(String, GGUFValue)] = [
      ("u8", .uint8(7)), ("i8", .int8(-7)), ("u16", .uint16(700)), ("i16", .int16(-700)),
      ("u32", .uint32(.max)), ("i32", .int32(.min)), ("u64", .uint64(.max)), ("i64", .int64(.min)),
      ("f32", .float32(0.1)), ("f64", .float64(0.1)), ("yes", .bool(true)),
      ("text", .string("naïve 🙂")), ("ints", .array(.int32([1, -2]))),
      ("longs", .array(.int([1 << 40, -1]))), ("floats", .array(.float32([0.5]))),
      ("doubles", .array(.float64([0.1]))), ("flags", .array(.bool([true, false]))),
      ("texts", .array(.string(["", "a"]))),
    ]
    var writer = GGUFWriter()
    for (key, value) in values { writer.set(key, value) }
    writer.set("u8", .uint8(8))
    try Fixture.inTemporaryFolder { folder in
      let file = try written(writer, in: folder)
      #expect(file.keys == values.map(\.0))
      for (key, value) in values.dropFirst() { #expect(file.metadata[key] == value, "\(key)") }
      #expect(file.metadata["u8"] == .uint8(8))
    }
  }

  @Test func `What GGUF cannot hold is refused`() throws {
    var writer = GGUFWriter()
    func add(_ name: String, _ shape: [Int], _ type: StoredType) throws {
      try writer.add(name, shape: shape, dtype: type) { [] }
    }
    #expect(throws: FormatError.self) { try add("rows", [2, 33], .q8v0) }
    #expect(throws: FormatError.self) { try add("dimensions", [1, 1, 1, 1, 1], .float32) }
    #expect(throws: FormatError.self) { try add("negative", [-1], .float32) }
    #expect(throws: FormatError.self) {
      try add(String(repeating: "n", count: 64), [1], .float32)
    }
    try add("short", [1], .float32)
    #expect(throws: FormatError.self) { try add("short", [1], .float32) }
    // Its bytes are missing.
    try Fixture.inTemporaryFolder { folder in
      let file = try AtomicFile(path: folder + "/x")
      #expect(throws: FormatError.self) { try writer.write(to: file) }
      file.abandon()
    }
  }

  @Test func `JSON values are written as texts that mean the same`() throws {
    let text = """
      {"a": [1, -2.5, "x\\n\\"\\u0001é", null, true], "b": {}, "c": [[], [{"d": 1e300}]], "e": []}
      """
    let value = try JSONParser.parse(text.utf8, file: "text")
    #expect(try JSONParser.parse(value.text.utf8, file: "written") == value)
    #expect(value.text.hasPrefix("{\n  \"a\": [1, -2.5, "))
  }
}

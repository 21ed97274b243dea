// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import Testing

@Suite struct GGUFHostileTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let message: String
    let bytes: [UInt8]

    init(_ name: String, _ message: String, _ file: GGUFBytes) {
      (testDescription, self.message, bytes) = (name, message, file.bytes)
    }
  }

  static let huge = UInt64(1) << 63
  static let ones = [UInt8](repeating: 0xFF, count: 8)

  static let headers = [
    Case("wrong magic", "does not begin with the magic", GGUFBytes(magic: "GGML")),
    Case("version 1", "is GGUF version 1, at byte 4", GGUFBytes(version: 1)),
    Case("version 99", "is GGUF version 99, at byte 4", GGUFBytes(version: 99)),
    Case("big-endian", "is a big-endian GGUF file", GGUFBytes(version: 0x0300_0000)),
    Case(
      "2^63 tensors", "the tensor count, at byte 8, is 9223372036854775808",
      GGUFBytes(tensors: huge)),
    Case(
      "2^63 keys", "the metadata count, at byte 16, is 9223372036854775808",
      GGUFBytes(keys: huge)),
    Case("2^64 - 1 tensors", "is 18446744073709551615", GGUFBytes(tensors: .max)),
    Case("one tensor too many", "the tensor count, at byte 8, is 1", GGUFBytes(tensors: 1)),
  ]

  static let metadata: [Case] = {
    var twice = GGUFBytes(keys: 2)
    for _ in 0..<2 {
      twice.append(key: "k", type: 0)
      twice.append(UInt8(1))
    }
    var longKey = GGUFBytes(keys: 1)
    longKey.append(UInt64.max)
    longKey.bytes += [UInt8](repeating: 0, count: 32)
    func array(_ type: UInt32, _ count: UInt64, _ elements: [UInt8] = []) -> [UInt8] {
      var value = GGUFBytes()
      value.bytes = []
      value.append(type)
      value.append(count)
      return value.bytes + elements
    }
    return [
      Case("duplicate key", "key \"k\", at byte 38, stands twice", twice),
      Case(
        "key length of 2^64 - 1", "metadata key 0, at byte 32, needs 18446744073709551615",
        longKey),
      Case(
        "string length of 2^64 - 1", "the value of key \"k\", at byte 45, needs 184467440",
        .key("k", type: 8, value: ones)),
      Case(
        "invalid UTF-8", "the value of key \"k\", at byte 37, is not valid UTF-8",
        .key("k", type: 8, value: [1, 0, 0, 0, 0, 0, 0, 0, 0xC3])),
      Case("boolean of 2", "is 2; a boolean is 0 or 1", .key("k", type: 7, value: [2])),
      Case("type 13", "is type 13; known types are 0 to 12", .key("k", type: 13, value: [0])),
      Case(
        "array of 2^64 - 1 strings", "the element count of key \"k\", at byte 41, is 1844674",
        .key("k", type: 9, value: array(8, .max))),
      Case(
        "array of 2^62 uint32", "cannot hold that many",
        .key("k", type: 9, value: array(4, 1 << 62))),
      Case("array element type 99", "is type 99", .key("k", type: 9, value: array(99, 0))),
      Case("nested array", "is an array of arrays", .key("k", type: 9, value: array(9, 0))),
      Case(
        "array element past Int", "holds 18446744073709551615",
        .key("k", type: 9, value: array(10, 1, ones))),
      Case(
        "array with a broken string", "element 0 of key \"k\", at byte 49, is not valid UTF-8",
        .key("k", type: 9, value: array(8, 1, [1, 0, 0, 0, 0, 0, 0, 0, 0xFF]))),
      Case(
        "array with a long string", "element 0 of key \"k\", at byte 57, needs",
        .key("k", type: 9, value: array(8, 1, ones))),
      Case(
        "alignment 0", "must be a power of two",
        .key("general.alignment", type: 4, value: [0, 0, 0, 0])),
      Case(
        "alignment 24", "must be a power of two",
        .key("general.alignment", type: 4, value: [24, 0, 0, 0])),
      Case(
        "alignment 2^31", "must be a power of two",
        .key("general.alignment", type: 4, value: [0, 0, 0, 0x80])),
      Case(
        "alignment in words", "must be a power of two",
        .key("general.alignment", type: 8, value: [0, 0, 0, 0, 0, 0, 0, 0])),
      Case(
        "control characters in a key", "\"a\\u{1b}[2J\"",
        .key("a\u{1B}[2J", type: 13, value: [0])),
    ]
  }()

  static let tensors: [Case] = {
    var twice = GGUFBytes(tensors: 2)
    twice.append(tensor: "w")
    twice.append(tensor: "w")
    twice.pad(data: 64)
    var endless = GGUFBytes(tensors: 1)
    endless.append("w")
    endless.append(UInt32.max)
    endless.pad(data: 64)
    var many = GGUFBytes(tensors: 7)
    for index in 0..<7 { many.append(tensor: "w\(index)", type: 17) }
    return [
      Case("duplicate tensor", "tensor \"w\", at byte 57, stands twice", twice),
      Case("five dimensions", "states 5 dimensions", .tensor(shape: [1, 1, 1, 1, 1])),
      Case("2^32 - 1 dimensions", "states 4294967295 dimensions", endless),
      Case(
        "shape product overflow", "more values than can be addressed",
        .tensor(shape: [1 << 32, 1 << 32])),
      Case("dimension of 2^63", "more values than can be addressed", .tensor(shape: [huge])),
      Case("byte count overflow", "tensor \"blk.0.w\"", .tensor(shape: [1 << 62])),
      Case(
        "offset past the end", "states 8 bytes at data offset 64, and the file has 64",
        .tensor(offset: 64)),
      Case(
        "offset of 2^64 - 32", "data offset 18446744073709551584",
        .tensor(offset: .max - 31)),
      Case("offset of 2^63 - 32", "data offset 9223372036854775776", .tensor(offset: huge - 32)),
      Case("unaligned offset", "no multiple of the file's alignment 32", .tensor(offset: 4)),
      Case(
        "data cut short", "states 8 bytes at data offset 0, and the file has 7",
        .tensor(data: 7)),
      Case("IQ2_XS", "tensor \"blk.0.w\", at byte 24: IQ2_XS (type id 17)", .tensor(type: 17)),
      Case("unknown type", "the unknown type id 4294967295", .tensor(type: .max)),
      Case("advice on types", "convert the model to one of F32, F16, Q4_0", .tensor(type: 10)),
      Case("many unsupported", "7 of 7 tensors have a type", many),
      Case("many unsupported, shortened", "and 2 more", many),
      Case(
        "half a block in a row", "rows of 48 values, which Q4_1 cannot store",
        .tensor(shape: [48, 2], type: 3)),
      Case("a K block in a short row", "whole blocks of 256", .tensor(shape: [128, 2], type: 12)),
    ]
  }()

  @Test(arguments: headers + metadata + tensors)
  func `a hostile file is refused with its place`(hostile: Case) throws {
    try Fixture.inTemporaryFolder { folder in
      let path = "\(folder)/t.gguf"
      try Fixture.write(hostile.bytes, to: path)
      let error = #expect(throws: FormatError.self) { try GGUFFile(path: path) }
      #expect(error?.message.contains(hostile.message) == true, "\(error?.message ?? "")")
      #expect(error?.message.hasPrefix(path) == true)
    }
  }

  @Test(arguments: ["metadata.gguf", "types.gguf"])
  func `a file cut at any byte is refused`(name: String) throws {
    let bytes = try Fixture.bytes(name)
    let file = try GGUFFile(path: Fixture.path(name))
    // What follows the last tensor only fills its alignment.
    let end = try #require(file.tensors.map { $0.offset + $0.byteCount }.max())
    try Fixture.withEachTruncation(of: Array(bytes[..<end])) { path, count in
      #expect(throws: FormatError.self, "\(count)") { try GGUFFile(path: path) }
    }
  }

  @Test func `a version 2 file, an empty tensor and overlapping tensors are read`() throws {
    var bytes = GGUFBytes(version: 2, tensors: 3)
    bytes.append(tensor: "a", shape: [2, 1])
    bytes.append(tensor: "b", shape: [2])
    bytes.append(tensor: "c", shape: [0, 4])
    bytes.pad(data: 8)
    let file = try bytes.open()
    #expect(file.version == 2)
    #expect(try file.tensor(named: "a")?.shape == [1, 2])
    #expect(try file.tensor(named: "b")?.floats() == [0, 0])
    #expect(try file.tensor(named: "c")?.floats() == [])
  }

  @Test func `a file without tensors needs no data`() throws {
    #expect(try GGUFBytes().open().tensors.isEmpty)
  }
}

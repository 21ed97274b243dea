// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneFormats
import Testing

@Suite struct SafetensorsTests {
  /// A file with that header and `data` bytes behind it.
  static func bytes(_ header: String, data: Int = 0) -> [UInt8] {
    var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
    bytes += Array(header.utf8)
    return bytes + [UInt8](repeating: 0, count: data)
  }

  @Test func `a file of the reference library is read`() throws {
    let file = try SafetensorsFile(path: Fixture.path("small.safetensors"))
    let values: [Float] = [-0.25, -0.125, 0, 0.125, 0.25, 0.375]
    #expect(Set(file.tensorNames) == ["single", "f32", "f16", "i64", "empty"])
    #expect(file.metadata == ["format": "np", "note": "a \"quoted\" é"])
    #expect(try file.tensor(named: "f32")?.floats() == values)
    #expect(try file.tensor(named: "f32")?.shape == [2, 3])
    #expect(try file.tensor(named: "f16")?.floats() == values)
    #expect(try file.tensor(named: "f16")?.dtype == .float16)
    #expect(try file.tensor(named: "single")?.floats() == [7.5])
    #expect(try file.tensor(named: "single")?.shape == [])
    #expect(try file.tensor(named: "empty")?.floats() == [])
    #expect(try file.tensor(named: "absent") == nil)
    let short = try SafetensorsFile(path: Fixture.path("bf16.safetensors"))
    #expect(try short.tensor(named: "bf16")?.floats() == values)
  }

  @Test func `a type that Hone does not read is refused only when asked for`() throws {
    let file = try SafetensorsFile(path: Fixture.path("small.safetensors"))
    let error = #expect(throws: FormatError.self) { try file.tensor(named: "i64") }
    #expect(error?.code == .unsupported)
    #expect(error?.message.contains("tensor \"i64\" has the type \"I64\"") == true)
  }

  @Test(arguments: ["small.safetensors", "bf16.safetensors"])
  func `a file cut at any byte is refused, and one with a byte more`(name: String) throws {
    let bytes = try Fixture.bytes(name)
    try Fixture.withEachTruncation(of: bytes) { path, count in
      #expect(throws: FormatError.self, "\(count)") { try SafetensorsFile(path: path) }
    }
    try Fixture.inTemporaryFolder { folder in
      let path = "\(folder)/t.safetensors"
      try Fixture.write(bytes + [0], to: path)
      #expect(throws: FormatError.self) { try SafetensorsFile(path: path) }
    }
  }

  @Test(arguments: [
    (#"[]"#, 0, "must begin with \"{\""), (#"{"a":1}"#, 0, "its entry is a number"),
    (#"{"a":{"shape":[],"data_offsets":[0,4]}}"#, 4, "\"dtype\" must be a string"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "\"shape\" must be"),
    (#"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, 4, "\"shape\" must be"),
    (
      #"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, 0, "\"shape\""
    ),
    (#"{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}"#, 0, "not take"),
    (#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, "\"data_offsets\" must be"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "\"data_offsets\" must be"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, 8, "\"data_offsets\" must be"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#, 4, "reach past the 4 bytes"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}}"#, 4, "reach past"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "does not take the 4 bytes"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":0}}"#, 4, "unknown key \"x\""),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "nor leave gaps"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8, "tensors end at 4"),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
        + #""b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#, 6, "neither overlap"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"#
        + #""a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#, 0, "stands twice"
    ),
    (#"{"__metadata__":{"a":1}}"#, 0, "__metadata__ key \"a\" is a number"),
    (#"{"__metadata__":[]}"#, 0, "__metadata__ is an array"), ("{", 0, "the JSON header"),
  ])
  func `a hostile header is refused`(header: String, data: Int, message: String) throws {
    try Fixture.inTemporaryFolder { folder in
      let path = "\(folder)/t.safetensors"
      try Fixture.write(Self.bytes(header, data: data), to: path)
      let error = #expect(throws: FormatError.self) { try SafetensorsFile(path: path) }
      #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
      #expect(error?.message.hasPrefix(path) == true)
    }
  }

  @Test(arguments: [UInt64.max, 1 << 63, 17])
  func `a header length that the file cannot hold is refused`(length: UInt64) throws {
    try Fixture.inTemporaryFolder { folder in
      let path = "\(folder)/t.safetensors"
      let bytes = withUnsafeBytes(of: length.littleEndian) { Array($0) }
      try Fixture.write(bytes + [UInt8](repeating: 0x20, count: 16), to: path)
      let error = #expect(throws: FormatError.self) { try SafetensorsFile(path: path) }
      #expect(error?.message.contains("a header of \(length) bytes; at most 16") == true)
    }
  }

  @Test func `what the writer writes, the reader gives back`() throws {
    var writer = SafetensorsWriter()
    let values: [Float] = [
      0, -0.0, .infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -1.5,
    ]
    try writer.add("z", shape: [2, 3], values)
    try writer.add("é \"\\\u{1}", shape: [], [3])
    try writer.add("empty", shape: [0, 5], [])
    writer.metadata = ["format": "pt", "text": "line\nbreak"]
    try Fixture.inTemporaryFolder { folder in
      let path = "\(folder)/t.safetensors"
      for _ in 0..<2 { try writer.write(to: path) }
      let file = try SafetensorsFile(path: path)
      #expect(file.tensorNames.sorted() == ["empty", "z", "é \"\\\u{1}"])
      #expect(file.metadata == writer.metadata)
      #expect(
        try file.tensor(named: "z")?.floats().map(\.bitPattern) == values.map(\.bitPattern))
      #expect(try file.tensor(named: "z")?.shape == [2, 3])
      #expect(try file.tensor(named: "é \"\\\u{1}")?.floats() == [3])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["t.safetensors"])
    }
  }

  @Test func `the writer refuses what cannot be read back, and leaves nothing behind`() throws {
    var writer = SafetensorsWriter()
    try writer.add("a", shape: [1], [1])
    #expect(throws: FormatError.self) { try writer.add("a", shape: [1], [1]) }
    #expect(throws: FormatError.self) { try writer.add("__metadata__", shape: [1], [1]) }
    #expect(throws: FormatError.self) { try writer.add("b", shape: [2], [1]) }
    #expect(throws: FormatError.self) { try writer.add("b", shape: [-1, -1], [1]) }
    try Fixture.inTemporaryFolder { folder in
      let none = #expect(throws: FormatError.self) { try writer.write(to: "\(folder)/no/t") }
      #expect(none?.code == .unreadable)
      try FileManager.default.createDirectory(
        atPath: "\(folder)/taken/x", withIntermediateDirectories: true)
      #expect(throws: FormatError.self) { try writer.write(to: "\(folder)/taken") }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["taken"])
    }
  }
}

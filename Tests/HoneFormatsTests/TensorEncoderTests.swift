// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import Testing

@Suite struct TensorEncoderTests {
  private static let types = TensorEncoder.writableTypes.filter { $0 != .float32 }

  @Test(arguments: types)
  func `Every number format is written as the reference writes it, bit for bit`(type: StoredType)
    throws
  {
    let file = try GGUFFile(path: Fixture.path("quantised.gguf"))
    let values = try #require(try file.tensor(named: "values")).floats()
    let expected = try #require(file.info(named: type.name))
    #expect(expected.dtype == type)
    let encoded = try TensorEncoder.encode(values, as: type)
    #expect(encoded == Array(try file.rawBytes(of: expected)))
  }

  @Test(arguments: [StoredType.float16, .bfloat16])
  func `Every 16-bit number comes back as itself`(type: StoredType) throws {
    try Fixture.inTemporaryFolder { folder in
      let patterns = (UInt16.min...UInt16.max).map { $0 }
      var writer = SafetensorsWriter()
      try writer.add("all", shape: [patterns.count], dtype: type) {
        patterns.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
      }
      try writer.write(to: folder + "/all")
      let values = try #require(
        try SafetensorsFile(path: folder + "/all").tensor(named: "all")
      ).floats()
      let limit: Float = type == .float16 ? 65504 : .greatestFiniteMagnitude
      for (pattern, value) in zip(patterns, values) where abs(value) <= limit {
        let bytes = try TensorEncoder.encode([value], as: type)
        #expect(UInt16(bytes[0]) | UInt16(bytes[1]) << 8 == pattern)
      }
    }
  }

  @Test(arguments: types)
  func `What a format cannot store is refused`(type: StoredType) {
    for value in [Float.nan, .infinity, -.infinity] {
      #expect(throws: FormatError.self) {
        try TensorEncoder.encode(Array(repeating: value, count: 32), as: type)
      }
    }
    if type != .bfloat16 {
      #expect(throws: FormatError.self) {
        try TensorEncoder.encode(Array(repeating: 70000, count: 32), as: type)
      }
    }
    if type.isQuantized {
      #expect(throws: FormatError.self) { try TensorEncoder.encode([1, 2, 3], as: type) }
    }
  }

  @Test func `A format that Hone only reads is refused`() {
    #expect(throws: FormatError.self) {
      try TensorEncoder.encode(Array(repeating: 1, count: 256), as: .q4K)
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import Testing

@Suite struct GGUFFileTests {
  @Test func `every number format gives the reference's values, bit for bit`() throws {
    let file = try GGUFFile(path: Fixture.path("types.gguf"))
    let goldens = try Fixture.floats("types.f32")
    #expect(Set(file.tensors.map(\.dtype)) == Set(StoredType.allCases))
    var start = 0
    for tensor in file.tensors {
      let stored = try #require(try file.tensor(named: tensor.name))
      #expect(stored.dtype.name == tensor.name)
      #expect(stored.shape == [2, tensor.shape[0]])
      let golden = goldens[start..<start + tensor.count]
      #expect(try stored.floats().map(\.bitPattern) == golden.map(\.bitPattern), "\(tensor.name)")
      start += tensor.count
    }
    #expect(start == goldens.count)
  }

  @Test func `metadata of every type is read`() throws {
    let file = try GGUFFile(path: Fixture.path("metadata.gguf"))
    #expect(file.version == 3)
    #expect(file.alignment == 64)
    #expect(file.keys.contains("general.architecture"))
    #expect(file.keys.count == file.metadata.count)
    #expect(try file.string("general.architecture") == "test")
    #expect(try file.int("a.uint8") == 255)
    #expect(try file.int("a.int8") == -128)
    #expect(try file.int("a.uint16") == 65535)
    #expect(try file.int("a.int16") == -32768)
    #expect(try file.int("a.uint32") == 4_294_967_295)
    #expect(try file.int("a.int32") == -2_147_483_648)
    #expect(file.metadata["a.uint64"] == .uint64(.max))
    #expect(try file.int("a.int64") == .min)
    #expect(try file.float("a.float32") == 0.5)
    #expect(try file.float("a.float64") == 0.1)
    #expect(try file.float("a.uint8") == 255)
    #expect(try file.bool("a.bool"))
    #expect(try file.string("a.string") == "grüße 👋")
    #expect(
      try file.strings("a.strings") == ["", "a", "Ġhello", "a string beyond fifteen bytes"])
    #expect(try file.ints("a.ints") == [-1, 0, 2_147_483_647])
    #expect(try file.floats("a.floats") == [0, -1.5])
    #expect(file.metadata["a.bools"] == .array(.bool([true, false])))
    #expect(try file.stringIfPresent("absent") == nil)
  }

  @Test func `a key that is absent or of another type is named with what was expected`() throws {
    let file = try GGUFFile(path: Fixture.path("metadata.gguf"))
    let cases: [(String, () throws -> Any?)] = [
      ("\"absent\" is missing; expected a string", { try file.string("absent") }),
      ("\"a.bool\" is a boolean; expected a string", { try file.stringIfPresent("a.bool") }),
      ("\"a.string\" is a string; expected an integer", { try file.int("a.string") }),
      ("\"a.uint64\" is an integer; expected an integer up to", { try file.int("a.uint64") }),
      ("\"a.string\" is a string; expected a number", { try file.float("a.string") }),
      ("\"a.uint8\" is an integer; expected a boolean", { try file.bool("a.uint8") }),
      (
        "\"a.ints\" is an array of integers; expected an array of strings",
        { try file.strings("a.ints") }
      ),
      ("expected an array of integers", { try file.ints("a.floats") }),
      ("expected an array of floating-point numbers", { try file.floats("a.bools") }),
    ]
    for (message, access) in cases {
      let error = #expect(throws: FormatError.self) { _ = try access() }
      #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
      #expect(error?.message.hasPrefix(file.path) == true)
    }
  }

  @Test func `shapes run innermost first in GGUF and outermost first as a tensor source`() throws {
    let file = try GGUFFile(path: Fixture.path("metadata.gguf"))
    let cube = try #require(file.info(named: "cube"))
    #expect(cube.shape == [4, 3, 2])
    #expect(try file.tensor(named: "cube")?.shape == [2, 3, 4])
    #expect(try file.tensor(named: "cube")?.floats() == (0..<24).map { Float($0) })
    #expect(file.tensorNames == ["cube", "row"])
    #expect(try file.tensor(named: "absent") == nil)
    #expect(try file.rawBytes(of: cube).count == 96)
    var short = [Float](repeating: 0, count: 23)
    let error = #expect(throws: FormatError.self) {
      try short.withUnsafeMutableBufferPointer { try file.readFloat32(cube, into: $0) }
    }
    #expect(error?.code == .mismatch)
    let other = try GGUFFile(path: Fixture.path("types.gguf"))
    #expect(throws: FormatError.self) { try other.rawBytes(of: cube) }
  }

  @Test func `a tensor outlives the file object it came from`() throws {
    var file: GGUFFile? = try GGUFFile(path: Fixture.path("metadata.gguf"))
    let row = try file?.tensor(named: "row")
    file = nil
    #expect(try row?.floats().last == 15)
  }
}

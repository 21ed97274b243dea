// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneFormats
import Testing

@Suite struct SafetensorsModelTests {
  @Test(arguments: ["sharded", "sharded/", "sharded/model.safetensors.index.json"])
  func `a sharded model is read through its index`(name: String) throws {
    let model = try SafetensorsModel(path: Fixture.path(name))
    #expect(model.tensorNames == ["a", "b", "c"])
    #expect(model.files.count == 2)
    #expect(model.unlistedTensorNames == [])
    #expect(try model.tensor(named: "b")?.floats() == [0.25, 0.125, -0.0, -0.125, -0.25, -0.375])
    #expect(try model.tensor(named: "c")?.shape == [1, 3])
    #expect(try model.tensor(named: "d") == nil)
  }

  @Test func `a single file is read by its name or its folder`() throws {
    let path = Fixture.path("small.safetensors")
    #expect(try SafetensorsModel(path: path).tensor(named: "single")?.floats() == [7.5])
    try Fixture.inTemporaryFolder { folder in
      try FileManager.default.copyItem(atPath: path, toPath: "\(folder)/model.safetensors")
      #expect(try SafetensorsModel(path: folder).tensorNames.count == 5)
    }
  }

  @Test func `a folder without a model and a missing path are refused`() throws {
    try Fixture.inTemporaryFolder { folder in
      let empty = #expect(throws: FormatError.self) { try SafetensorsModel(path: folder) }
      #expect(empty?.message.contains("holds neither model.safetensors nor") == true)
      let none = #expect(throws: FormatError.self) { try SafetensorsModel(path: folder + "/no") }
      #expect(none?.message.contains("does not exist") == true)
    }
  }

  @Test(arguments: [
    (#"{"weight_map":{"a":"../s.safetensors"}}"#, "\"a\": \"../s.safetensors\" is no plain"),
    (#"{"weight_map":{"a":"/etc/passwd"}}"#, "is no plain file name"),
    (#"{"weight_map":{"a":"x\\y"}}"#, "is no plain file name"),
    (#"{"weight_map":{"a":".."}}"#, "is no plain file name"),
    (#"{"weight_map":{"a":""}}"#, "is no plain file name"),
    (#"{"weight_map":{"a":"x\u0000"}}"#, "is no plain file name"),
    (#"{"weight_map":{"a":7}}"#, "a number is no plain file name"),
    (#"{"weight_map":{"a":"none.safetensors"}}"#, "none.safetensors: cannot be opened"),
    (#"{"weight_map":{"x":"s.safetensors"}}"#, "\"x\" is not in s.safetensors"),
    (#"{"weight_map":[]}"#, "\"weight_map\" must be an object"), ("", "the file ends where"),
  ])
  func `a hostile index is refused`(index: String, message: String) throws {
    try Fixture.inTemporaryFolder { folder in
      try Fixture.write(Array(index.utf8), to: "\(folder)/model.safetensors.index.json")
      try FileManager.default.copyItem(
        atPath: Fixture.path("bf16.safetensors"), toPath: "\(folder)/s.safetensors")
      let error = #expect(throws: FormatError.self) { try SafetensorsModel(path: folder) }
      #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
  }

  @Test func `tensors that the index leaves out are reported`() throws {
    try Fixture.inTemporaryFolder { folder in
      let index = #"{"weight_map":{"f32":"s.safetensors"}}"#
      try Fixture.write(Array(index.utf8), to: "\(folder)/model.safetensors.index.json")
      try FileManager.default.copyItem(
        atPath: Fixture.path("small.safetensors"), toPath: "\(folder)/s.safetensors")
      let model = try SafetensorsModel(path: folder)
      #expect(Set(model.unlistedTensorNames) == ["single", "f16", "i64", "empty"])
      #expect(try model.tensor(named: "f16") == nil)
    }
  }
}

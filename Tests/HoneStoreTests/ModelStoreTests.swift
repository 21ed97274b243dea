// SPDX-License-Identifier: Apache-2.0
import HoneStore
import HoneTesting
import Testing

@Suite struct ModelStoreTests {
  @Test func `The folder is HONE_HOME, then XDG_CACHE_HOME, then the home's cache`() throws {
    let all = ["HONE_HOME": "/a", "XDG_CACHE_HOME": "/b", "HOME": "/c"]
    #expect(try ModelStore.defaultFolder(environment: all) == "/a")
    #expect(
      try ModelStore.defaultFolder(environment: all.merging(["HONE_HOME": ""]) { $1 }) == "/b/hone")
    #expect(
      try ModelStore.defaultFolder(environment: ["XDG_CACHE_HOME": "relative", "HOME": "/c"])
        == "/c/.cache/hone")
    #expect(throws: StoreError.self) { try ModelStore.defaultFolder(environment: [:]) }
  }

  @Test func `A model is a name of the catalogue, a file or a folder`() throws {
    let home = try TemporaryFolder()
    let store = ModelStore(at: home.path)
    let file = try home.write("model.gguf", Array("x".utf8))
    #expect(try store.resolve(file) == file)
    #expect(try store.resolve(home.path) == home.path)
  }

  @Test(arguments: [
    (ModelCatalog.defaultName, StoreError.Code.notPulled, "hone models pull smollm2-135m"),
    ("no-such-model", .unknownModel, "known: smollm2-135m"),
    ("no/such/file", .unknownModel, "no such file or folder"),
    ("missing.gguf", .unknownModel, "no such file or folder"),
  ])
  func `A model that is not there is said, with what to do`(
    model: String, code: StoreError.Code, says: String
  ) throws {
    let home = try TemporaryFolder()
    let error = try #require(
      #expect(throws: StoreError.self) { try ModelStore(at: home.path).resolve(model) })
    #expect(error.code == code)
    #expect(error.kind == .noInput)
    #expect(error.message.contains(says))
  }

  @Test func `A digest is SHA-256 in hexadecimal`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("abc", Array("abc".utf8))
    // FIPS 180-4's example.
    #expect(
      try FileDigest.sha256(path: file)
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneStore
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
}

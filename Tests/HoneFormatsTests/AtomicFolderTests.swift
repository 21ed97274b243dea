// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTesting
import Testing

@Suite struct AtomicFolderTests {
  @Test func `What fails leaves nothing behind, and its message names the final place`() throws {
    let place = try TemporaryFolder()
    let path = place.path + "/out"
    let folder = try AtomicFolder(path: path)
    let error = #expect(throws: FormatError.self) {
      try folder.committing {
        try folder.write("one", "1".utf8)
        try folder.write("missing/two", "2".utf8)
      }
    }
    #expect(error?.message.hasPrefix(path + "/missing/two: cannot be written") == true)
    #expect(error?.code == .unreadable)
    #expect(place.names == [])
  }
}

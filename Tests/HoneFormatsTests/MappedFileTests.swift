// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneFormats
import Testing

@Suite struct MappedFileTests {
  @Test func `bytes are those of the file, and a range outside it is refused`() throws {
    try Fixture.inTemporaryFolder { folder in
      try Fixture.write([1, 2, 3], to: "\(folder)/f")
      let file = try MappedFile(path: "\(folder)/f")
      #expect(Array(file.bytes) == [1, 2, 3])
      #expect(try file.withBytes(offset: 1, count: 2) { Array($0) } == [2, 3])
      #expect(try file.withBytes(offset: 3, count: 0) { $0.count } == 0)
      for (offset, count) in [(2, 2), (-1, 1), (0, -1), (4, 0), (.max, .max), (1, .max)] {
        let error = #expect(throws: FormatError.self) {
          try file.withBytes(offset: offset, count: count) { $0.count }
        }
        #expect(error?.message.contains("reach past its end (3 bytes)") == true)
      }
    }
  }

  @Test func `an empty file maps to no bytes`() throws {
    try Fixture.inTemporaryFolder { folder in
      try Fixture.write([], to: "\(folder)/f")
      #expect(try MappedFile(path: "\(folder)/f").bytes.isEmpty)
    }
  }

  @Test func `a path that leads to no file says why`() throws {
    try Fixture.inTemporaryFolder { folder in
      try Fixture.write([], to: "\(folder)/f")
      let cases = [
        ("\(folder)/none", "does not exist"), (folder, "is a folder"), ("", "does not exist"),
        ("\(folder)/f/g", "no folder"), ("/dev/null", "no regular file"), ("a\0b", "zero byte"),
      ]
      for (path, message) in cases {
        let error = #expect(throws: FormatError.self) { try MappedFile(path: path) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.code == .unreadable)
      }
    }
  }
}

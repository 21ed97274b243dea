// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneFormats
import Testing

/// Files with random bytes changed: opened or refused, never a trap.
@Suite struct DamagedFileTests {
  /// xorshift64*, so that a failure can be repeated.
  struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return state &* 0x2545_F491_4F6C_DD1D
    }
  }

  static func open(_ path: String) throws -> any TensorSource {
    path.hasSuffix(".gguf") ? try GGUFFile(path: path) : try SafetensorsFile(path: path)
  }

  @Test(arguments: ["metadata.gguf", "types.gguf", "small.safetensors", "bf16.safetensors"])
  func `a file with random damage is read or refused`(name: String) throws {
    let intact = try Fixture.bytes(name)
    var generator = Generator(state: 0x9E37_79B9_7F4A_7C15)
    var refused = 0
    try Fixture.inTemporaryFolder { folder in
      let path = "\(folder)/\(name)"
      try Fixture.write(intact, to: path)
      // Overwritten in place: some file systems flush a file that is emptied and written again.
      let handle = try #require(FileHandle(forUpdatingAtPath: path))
      for _ in 0..<1500 {
        var bytes = intact
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          // The head is where damage matters.
          let index = Int.random(in: 0..<min(bytes.count, 900), using: &generator)
          bytes[index] =
            Bool.random(using: &generator)
            ? bytes[index] ^ 1 << UInt8.random(in: 0..<8, using: &generator)
            : [0, 0x7F, 0x80, 0xFF, .random(in: 0 ... .max, using: &generator)]
              .randomElement(using: &generator) ?? 0
        }
        try handle.seek(toOffset: 0)
        try handle.write(contentsOf: bytes)
        do {
          let source = try Self.open(path)
          // Asking may be refused too, for a type that is not read.
          for name in source.tensorNames {
            _ = try? source.tensor(named: name)?.floats()
          }
        } catch let error as FormatError {
          refused += 1
          #expect(error.message.hasPrefix(path))
        }
      }
    }
    #expect(refused > 100)
    #expect(refused < 1500)
  }
}

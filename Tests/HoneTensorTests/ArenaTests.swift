// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import Testing

@Suite struct ArenaTests {
  @Test func `tensors do not overlap and are aligned`() {
    let arena = Arena(chunkCount: 1 << 10)
    let tensors = [(1, 1), (3, 5), (0, 7), (17, 31), (40, 40), (2, 8), (30, 33), (1, 1024)]
      .map { arena.tensor(rows: $0.0, columns: $0.1) }
    for (value, tensor) in tensors.enumerated() { tensor.fill(Float(value)) }
    for (value, tensor) in tensors.enumerated() {
      #expect(tensor.toArray().allSatisfy { $0 == Float(value) })
      #expect(tensor.offset % 16 == 0)
      tensor.withElements { #expect(UInt(bitPattern: $0.baseAddress) % 64 == 0) }
    }
  }

  @Test func `a second step of the same sizes allocates nothing`() {
    let arena = Arena(chunkCount: 256)
    func step() {
      for size in [10, 300, 7, 200, 100, 256, 1] { arena.tensor(rows: size, columns: 1).fill(1) }
    }
    #expect(arena.allocatedBytes == 0)
    step()
    let bytes = arena.allocatedBytes
    #expect(bytes >= 4 * 874)
    for _ in 0..<5 {
      arena.reset()
      step()
      #expect(arena.allocatedBytes == bytes)
    }
  }

  @Test func `release gives back only what came after the mark`() {
    let arena = Arena(chunkCount: 64)
    let kept = arena.tensor(rows: 1, columns: 20)
    kept.fill(1)
    let mark = arena.mark
    let first = arena.tensor(rows: 1, columns: 32)
    _ = arena.tensor(rows: 5, columns: 40)
    let bytes = arena.allocatedBytes
    arena.release(to: mark)
    let again = arena.tensor(rows: 1, columns: 32)
    #expect(again.buffer === first.buffer && again.offset == first.offset)
    again.fill(2)
    arena.tensor(rows: 5, columns: 40).fill(3)
    #expect(arena.allocatedBytes == bytes)
    #expect(kept.toArray().allSatisfy { $0 == 1 })
  }

  @Test func `tensors outlive their arena`() {
    var arena: Arena? = Arena(chunkCount: 64)
    let tensor = arena?.tensor(rows: 2, columns: 3)
    arena = nil
    tensor?.fill(4)
    #expect(tensor?.toArray() == [4, 4, 4, 4, 4, 4])
  }
}

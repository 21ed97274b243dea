// SPDX-License-Identifier: Apache-2.0

/// Float32 memory, 64-byte aligned and filled with small numbers when it is first asked for.
///
/// `@unchecked Sendable`: benchmarks run one at a time.
final class Values: @unchecked Sendable {
  let count: Int
  private(set) lazy var pointer: UnsafeMutablePointer<Float> = {
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(64, count * MemoryLayout<Float>.stride), alignment: 64)
    let floats = raw.bindMemory(to: Float.self, capacity: count)
    for index in 0..<count {
      // Varied, but the same in each run.
      floats[index] = Float((index &* 2_654_435_761) >> 7 & 0xFF) / 256 - 0.5
    }
    return floats
  }()

  init(_ count: Int) { self.count = count }

  deinit { pointer.deallocate() }
}

// SPDX-License-Identifier: Apache-2.0
import CHoneKernels
import HoneTensor
import HoneTesting
import Testing

/// Stored blocks of 4, 5 and 8 bits in quantised products: no value may change on the way.
@Suite struct StoredBlocksTests {
  private final class Bytes {
    let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
  }

  /// Random blocks with scales and minima of moderate size.
  private func blocks(_ dtype: hone_dtype, rows: Int, columns: Int) throws -> BlockRows {
    let type = Int32(dtype.rawValue)
    let size = hone_block_bytes(type)
    var random = RandomSource(seed: UInt64(dtype.rawValue))
    var bytes = (0..<rows * columns / 32 * size).map { _ in UInt8(random.index(below: 256)) }
    let halves = dtype == HONE_Q4_1 || dtype == HONE_Q5_1 ? 2 : 1
    for block in stride(from: 0, to: bytes.count, by: size) {
      for half in 0..<halves {
        // Half precision of either sign, exponent -6 … -3.
        bytes[block + 2 * half + 1] =
          UInt8(random.index(below: 2)) << 7 | UInt8(9 + random.index(below: 4)) << 2 | 1
      }
    }
    let owner = Bytes(bytes)
    return try owner.bytes.withUnsafeBytes { raw in
      // The array's storage lives and stays where it is as long as its owner.
      try #require(
        BlockRows(bytes: raw, dtype: type, rows: rows, columns: columns, owner: owner))
    }
  }

  @Test(
    arguments: Kernels.available, [HONE_Q4_0, HONE_Q4_1, HONE_Q5_0, HONE_Q5_1, HONE_Q8_0])
  func `unit vectors pick the stored values`(kernels: Kernels, dtype: hone_dtype) throws {
    let device = CPUDevice(kernels: kernels, threads: 2)
    let (rows, columns) = (41, 96)
    let stored = try blocks(dtype, rows: rows, columns: columns)
    let order = Array((0..<rows).reversed())
    let exact = device.unpack(stored, order: order)
    let weight = device.quantize(stored, order: order)
    let x = Tensor(rows: columns, columns: columns)
    for index in 0..<columns { x[index, index] = 127 }
    let out = Tensor(rows: columns, columns: rows)
    device.linear(into: out, x, weight)
    for output in 0..<rows {
      for input in 0..<columns {
        let wanted = 127 * exact[output, input]
        // The minima are applied to a sum of bytes: one rounding of a product of their size.
        #expect(abs(out[input, output] - wanted) <= 2e-5 * max(1, abs(wanted)))
      }
    }
    // One row goes its own way in some tiles.
    let one = Tensor(rows: 1, columns: rows)
    device.linear(into: one, x.rows(70..<71), weight)
    expectEqualBits(one.toArray(), out.rows(70..<71).toArray())
  }

  @Test func `a packed block takes little more than a stored one`() throws {
    let device = CPUDevice(kernels: try Kernels.chosen(), threads: 1)
    for (dtype, bytes) in [(HONE_Q4_1, 0.625), (HONE_Q5_1, 0.75), (HONE_Q8_0, 1.125)] {
      let weight = device.quantize(try blocks(dtype, rows: 64, columns: 128))
      #expect(Double(weight.byteCount) == bytes * 64 * 128)
    }
  }
}

extension hone_dtype: @retroactive CustomTestStringConvertible {
  public var testDescription: String { "type \(rawValue)" }
}

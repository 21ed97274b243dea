// SPDX-License-Identifier: Apache-2.0
import CHoneKernels
import HoneTensor
import HoneTesting
import Testing

@Suite struct LinearTests {
  /// Bytes that a block-format weight refers to.
  final class Bytes {
    let buffer: UnsafeMutableRawBufferPointer
    init(_ bytes: [UInt8]) {
      buffer = .allocate(byteCount: max(1, bytes.count), alignment: 64)
      buffer.copyBytes(from: bytes)
    }
    deinit { buffer.deallocate() }
  }

  /// Halves of a plain size, as bits and as numbers.
  static let halves: [(bits: UInt16, value: Double)] = [
    (0x2C00, 0.0625), (0x2E00, 0.09375), (0xA800, -0.03125), (0x3000, 0.125),
  ]

  /// Random blocks of Q8_0 or Q4_1 with their numbers, unpacked after the GGUF layout.
  static func blocks(_ dtype: hone_dtype, count: Int, _ random: inout RandomSource) -> (
    bytes: [UInt8], values: [Double]
  ) {
    var bytes: [UInt8] = []
    var values: [Double] = []
    func append(_ half: UInt16) { bytes += [UInt8(half & 255), UInt8(half >> 8)] }
    for _ in 0..<count {
      let d = halves[random.index(below: 4)]
      let m = halves[random.index(below: 4)]
      append(d.bits)
      if dtype == HONE_Q8_0 {
        let codes = (0..<32).map { _ in Int8(random.index(below: 256) - 128) }
        bytes += codes.map { UInt8(bitPattern: $0) }
        values += codes.map { d.value * Double($0) }
      } else {
        append(m.bits)
        let codes = (0..<16).map { _ in UInt8(random.index(below: 256)) }
        bytes += codes
        values += codes.map { d.value * Double($0 & 15) + m.value }
        values += codes.map { d.value * Double($0 >> 4) + m.value }
      }
    }
    return (bytes, values)
  }

  /// The four forms under test, `[rows, columns]`, with their exact numbers.
  static func weights(_ rows: Int, _ columns: Int, _ random: inout RandomSource) throws -> [(
    String, WeightMatrix, [Double]
  )] {
    let dense = random.tensor(rows, columns)
    let view = random.view(rows, columns)
    var result = [
      ("float32", WeightMatrix(dense), dense.toDoubles()),
      ("strided", WeightMatrix(view), view.toDoubles()),
    ]
    guard columns % 32 == 0 else { return result }
    for (name, dtype) in [("Q8_0", HONE_Q8_0), ("Q4_1", HONE_Q4_1)] {
      let (bytes, values) = blocks(dtype, count: rows * columns / 32, &random)
      let owner = Bytes(bytes)
      let blockRows = try #require(
        BlockRows(
          bytes: UnsafeRawBufferPointer(owner.buffer), dtype: Int32(dtype.rawValue), rows: rows,
          columns: columns, owner: owner))
      result.append((name, WeightMatrix(blockRows), values))
    }
    return result
  }

  static func bounds(_ a: [Double], _ b: [Double], m: Int, n: Int, k: Int) -> [Double] {
    Reference.product(a.map(abs), b.map(abs), m: m, n: n, k: k).map {
      $0 * Double(k + 8) * 0x1p-24
    }
  }

  @Test(arguments: DeviceChoice.all)
  func `forward and backward agree with the reference in every form`(choice: DeviceChoice) throws {
    let device = choice.device
    var random = RandomSource(seed: 5)
    let sizes = [(1, 1), (17, 3), (8, 32), (33, 31), (9, 1023), (127, 64), (300, 288), (1, 33)]
    for (n, k) in sizes {
      for (form, weight, values) in try Self.weights(n, k, &random) {
        let turned = Reference.transposed(values, rows: n, columns: k)
        for t in [1, 2, 3, 4, 5, 17] {
          let what = "\(form) T \(t) N \(n) K \(k)"
          let x = random.view(t, k)
          let out = random.view(t, n)
          device.linear(into: out, x, weight)
          expectClose(
            out.toArray(), Reference.product(x.toDoubles(), turned, m: t, n: n, k: k),
            bounds: Self.bounds(x.toDoubles(), turned, m: t, n: n, k: k), what)
          expectOnlyViewWritten(out, what)

          let dy = random.view(t, n)
          let dx = random.view(t, k)
          let before = dx.toDoubles()
          device.linearBackward(into: dx, dy, weight, accumulate: true)
          let gradient = Reference.product(dy.toDoubles(), values, m: t, n: k, k: n)
          let bounds = Self.bounds(dy.toDoubles(), values, m: t, n: k, k: n).map { $0 + 1e-6 }
          expectClose(dx.toArray(), zip(before, gradient).map(+), bounds: bounds, what)
          device.linearBackward(into: dx, dy, weight)
          expectClose(dx.toArray(), gradient, bounds: bounds, what)
          expectOnlyViewWritten(dx, what)
        }
      }
    }
  }

  @Test(arguments: Kernels.available)
  func `the gradient is that of the reference`(kernels: Kernels) throws {
    let device = CPUDevice(kernels: kernels, threads: 2)
    var random = RandomSource(seed: 6)
    let (t, n, k) = (3, 5, 32)
    for (form, weight, values) in try Self.weights(n, k, &random) {
      let turned = Reference.transposed(values, rows: n, columns: k)
      let (x, dy, dx) = (random.tensor(t, k), random.tensor(t, n), Tensor(rows: t, columns: k))
      device.linearBackward(into: dx, dy, weight)
      gradientCheck(dx.toArray(), upstream: dy.toArray(), at: x.toArray(), form) { x in
        Reference.product(x, turned, m: t, n: n, k: k)
      }
    }
  }

  @Test(arguments: Kernels.available)
  func `the number of threads and, for few rows, of rows changes no bit`(kernels: Kernels) throws {
    var random = RandomSource(seed: 7)
    let (n, k) = (700, 288)
    let forms = try Self.weights(n, k, &random)
    let x = random.tensor(9, k)
    for (form, weight, _) in forms {
      for t in [1, 3, 4, 5, 9] {
        let results = [1, 2, 3, 5].map { threads in
          let out = Tensor(rows: t, columns: n)
          CPUDevice(kernels: kernels, threads: threads).linear(into: out, x.rows(0..<t), weight)
          return out.toArray()
        }
        for result in results[1...] { expectEqualBits(result, results[0], "\(form) T \(t)") }
        if t <= 4 {
          let one = Tensor(rows: 1, columns: n)
          CPUDevice(kernels: kernels, threads: 1).linear(into: one, x.rows(0..<1), weight)
          expectEqualBits(Array(results[0][..<n]), one.toArray(), "\(form) T \(t)")
        }
      }
    }
  }

  @Test func `a checksum tells written weights from untouched ones`() throws {
    var random = RandomSource(seed: 8)
    let dense = random.view(3, 32)
    let before = WeightMatrix(dense).checksum
    #expect(WeightMatrix(dense).checksum == before)
    dense[2, 31] += 1
    #expect(WeightMatrix(dense).checksum != before)

    let owner = Bytes(Self.blocks(HONE_Q8_0, count: 3, &random).bytes)
    let rows = try #require(
      BlockRows(
        bytes: UnsafeRawBufferPointer(owner.buffer), dtype: Int32(HONE_Q8_0.rawValue), rows: 3,
        columns: 32, owner: owner))
    let checksum = WeightMatrix(rows).checksum
    owner.buffer[101] ^= 1
    #expect(WeightMatrix(rows).checksum != checksum)
  }

  @Test func `blocks that do not fit their bytes are refused`() {
    let owner = Bytes([UInt8](repeating: 0, count: 34 * 4))
    let bytes = UnsafeRawBufferPointer(owner.buffer)
    let q8 = Int32(HONE_Q8_0.rawValue)
    func make(_ dtype: Int32, _ rows: Int, _ columns: Int) -> BlockRows? {
      BlockRows(bytes: bytes, dtype: dtype, rows: rows, columns: columns, owner: owner)
    }
    #expect(make(q8, 2, 64) != nil)
    #expect(make(q8, 5, 32) == nil)
    #expect(make(q8, 2, 63) == nil)
    #expect(make(99, 1, 32) == nil)
    #expect(make(-1, 1, 32) == nil)
    #expect(make(q8, -1, 32) == nil)
    #expect(make(q8, 1, -32) == nil)
    #expect(make(q8, .max, 32) == nil)
    #expect(make(q8, 1, .max / 32 * 32) == nil)
  }
}

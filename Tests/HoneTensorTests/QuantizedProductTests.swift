// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import HoneTesting
import Testing

@Suite struct QuantizedProductTests {
  private static let shapes = [
    (1, 1, 1), (2, 3, 33), (5, 17, 31), (7, 16, 64), (13, 40, 95), (31, 100, 127), (6, 192, 576),
    (197, 33, 160),
  ]

  private func inputs(
    _ shape: (Int, Int, Int), _ device: CPUDevice
  ) -> (x: Tensor, w: Tensor, dy: Tensor) {
    var random = RandomSource(seed: UInt64(shape.0 * 1000 + shape.1))
    let (t, n, k) = shape
    func tensor(_ rows: Int, _ columns: Int) -> Tensor {
      Tensor(
        (0..<rows * columns).map { _ in Float(random.normal()) }, rows: rows, columns: columns)
    }
    return (tensor(t, k), tensor(n, k), tensor(t, n))
  }

  /// The error's norm over the result's.
  private func relativeError(_ actual: Tensor, _ expected: Tensor) -> Double {
    let (a, b) = (actual.toArray(), expected.toArray())
    let error = zip(a, b).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    return (error / b.reduce(1e-30) { $0 + Double($1 * $1) }).squareRoot()
  }

  @Test(arguments: Kernels.available, shapes)
  func `the product is within a hundredth of float32's`(
    kernels: Kernels, shape: (Int, Int, Int)
  ) {
    let device = CPUDevice(kernels: kernels, threads: 2)
    let (x, w, _) = inputs(shape, device)
    let exact = Tensor(rows: shape.0, columns: shape.1)
    device.matrixProduct(into: exact, x, w, transposeB: true)
    let out = Tensor(rows: shape.0, columns: shape.1)
    device.linear(into: out, x, device.quantize(w))
    #expect(relativeError(out, exact) < 0.012)
  }

  @Test(arguments: Kernels.available, shapes)
  func `the backward is within a hundredth of float32's, and adds`(
    kernels: Kernels, shape: (Int, Int, Int)
  ) {
    let device = CPUDevice(kernels: kernels, threads: 2)
    let (x, w, dy) = inputs(shape, device)
    let exact = x.copied()
    device.matrixProduct(into: exact, dy, w, accumulate: true)
    let dx = x.copied()
    device.linearBackward(into: dx, dy, device.quantize(w), accumulate: true)
    #expect(relativeError(dx, exact) < 0.012)
    device.matrixProduct(into: exact, dy, w)
    device.linearBackward(into: dx, dy, device.quantize(w))
    #expect(relativeError(dx, exact) < 0.012)
  }

  @Test(arguments: Kernels.available, shapes)
  func `every path agrees with plain C`(kernels: Kernels, shape: (Int, Int, Int)) throws {
    let device = CPUDevice(kernels: kernels, threads: 1)
    let reference = CPUDevice(kernels: try #require(Kernels.available.last), threads: 1)
    let (x, w, _) = inputs(shape, device)
    let (out, expected) = (
      Tensor(rows: shape.0, columns: shape.1), Tensor(rows: shape.0, columns: shape.1)
    )
    device.linear(into: out, x, device.quantize(w))
    reference.linear(into: expected, x, reference.quantize(w))
    // A level that lies on the edge between two may be rounded either way.
    #expect(relativeError(out, expected) < 2e-3)
  }

  @Test(arguments: Kernels.available) func `threads change no bit`(kernels: Kernels) {
    let results = [1, 2, 3].map { threads in
      let device = CPUDevice(kernels: kernels, threads: threads)
      let (x, w, dy) = inputs((37, 200, 96), device)
      let weight = device.quantize(w)
      let out = Tensor(rows: 37, columns: 200)
      device.linear(into: out, x, weight)
      let dx = Tensor(rows: 37, columns: 96)
      device.linearBackward(into: dx, dy, weight)
      return out.toArray() + dx.toArray()
    }
    expectEqualBits(results[1], results[0])
    expectEqualBits(results[2], results[0])
  }

  @Test(arguments: Kernels.available)
  func `a block of sixteen levels keeps its values, and rows come back as they were`(
    kernels: Kernels
  ) {
    let device = CPUDevice(kernels: kernels, threads: 1)
    var random = RandomSource(seed: 3)
    // Levels 0 … 15 of a 4-bit block, both ends present.
    let values = (0..<4 * 64).map { index in
      let level = index % 32 == 0 ? 0 : index % 32 == 1 ? 15 : random.index(below: 16)
      return Float(level) * 0.125 - 1
    }
    let w = Tensor(values, rows: 4, columns: 64)
    let weight = device.quantize(w)
    let row = Tensor(rows: 1, columns: 64)
    weight.copyRow(2, to: row, at: 0)
    #expect(row.toArray() == Array(values[128..<192]))
    // Unit vectors pick single weights; 127 steps of 1/127 is exactly 1.
    let x = Tensor(rows: 64, columns: 64)
    for index in 0..<64 { x[index, index] = 1 }
    let out = Tensor(rows: 64, columns: 4)
    device.linear(into: out, x, weight)
    for output in 0..<4 {
      for input in 0..<64 {
        #expect(abs(out[input, output] - w[output, input]) < 1e-5)
      }
    }
  }

  @Test(arguments: Kernels.available) func `zeros and equal values are no trouble`(kernels: Kernels)
  {
    let device = CPUDevice(kernels: kernels, threads: 1)
    let w = Tensor(rows: 20, columns: 70)
    w.fill(0.5)
    let x = Tensor(rows: 3, columns: 70)
    let out = Tensor(rows: 3, columns: 20)
    device.linear(into: out, x, device.quantize(w))
    #expect(out.toArray().allSatisfy { $0 == 0 })
    x.fill(2)
    device.linear(into: out, x, device.quantize(w))
    #expect(out.toArray().allSatisfy { abs($0 - 70) < 1e-3 })
  }
}

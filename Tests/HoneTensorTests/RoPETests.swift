// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import HoneTesting
import Testing

@Suite struct RoPETests {
  static func frequencies(_ headDim: Int) -> [Double] {
    (0..<headDim / 2).map { power(10_000, -2 * Double($0) / Double(headDim)) }
  }

  @Test(arguments: DeviceChoice.all, [2, 6, 16, 30, 32, 34, 64, 66, 128])
  func `the rotation and its inverse agree with the reference`(choice: DeviceChoice, e: Int) {
    let device = choice.device
    var random = RandomSource(seed: 20)
    let frequencies = Self.frequencies(e)
    let table = RoPETable(inverseFrequencies: frequencies, positions: 2100)
    for (t, heads) in [(1, 1), (3, 3), (19, 2), (40, 9)] {
      let positions = (0..<t).map { _ in Int32(random.index(below: 2100)) }
      let x = random.view(t, heads * e)
      let before = x.toDoubles()
      device.rope(x, headDim: e, positions: positions, table: table)
      let expected = Reference.rope(
        before, positions: positions, heads: heads, inverseFrequencies: frequencies)
      expectClose(x.toArray(), expected, "T \(t) heads \(heads)")
      device.rope(x, headDim: e, positions: positions, table: table, backward: true)
      expectClose(x.toArray(), before, "T \(t) heads \(heads), undone")
      expectOnlyViewWritten(x)
    }
  }

  @Test(arguments: Kernels.available, [2, 6, 34])
  func `the gradient is that of the reference`(kernels: Kernels, e: Int) {
    let device = CPUDevice(kernels: kernels, threads: 2)
    var random = RandomSource(seed: 21)
    let frequencies = Self.frequencies(e)
    let table = RoPETable(inverseFrequencies: frequencies, positions: 50, scale: 1.25)
    let positions: [Int32] = [0, 49, 7]
    let (x, dy) = (random.tensor(3, 2 * e), random.tensor(3, 2 * e))
    let dx = dy.copied()
    device.rope(dx, headDim: e, positions: positions, table: table, backward: true)
    gradientCheck(dx.toArray(), upstream: dy.toArray(), at: x.toArray()) { x in
      Reference.rope(x, positions: positions, heads: 2, inverseFrequencies: frequencies)
        .map { $0 * 1.25 }
    }
  }

  @Test(arguments: Kernels.available)
  func `position 0 changes nothing and threads change no bit`(kernels: Kernels) {
    var random = RandomSource(seed: 22)
    let x = random.tensor(50, 3 * 34)
    let table = RoPETable(inverseFrequencies: Self.frequencies(34), positions: 64)
    let turned = [1, 2, 3, 5].map { threads in
      let y = x.copied()
      CPUDevice(kernels: kernels, threads: threads).rope(
        y, headDim: 34, positions: Array(0..<50), table: table)
      return y.toArray()
    }
    for result in turned[1...] { expectEqualBits(result, turned[0]) }
    expectEqualBits(Array(turned[0][..<102]), x.rows(0..<1).toArray())
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import HoneTesting
import Testing

/// What keeps quantised products exact where a few values outweigh the rest.
@Suite struct OutlierInputsTests {
  /// The norm of the error over the norm.
  private func error(_ actual: Tensor, _ expected: Tensor) -> Double {
    var (difference, norm) = (0.0, 0.0)
    for (a, b) in zip(actual.toArray(), expected.toArray()) {
      difference += Double(a - b) * Double(a - b)
      norm += Double(b) * Double(b)
    }
    return (difference / norm).squareRoot()
  }

  @Test(arguments: Kernels.available)
  func `inputs kept in float32 no longer coarsen their blocks`(kernels: Kernels) {
    var random = RandomSource(seed: 5)
    let device = CPUDevice(kernels: kernels, threads: 2)
    let x = random.view(37, 100)
    let outliers = [3, 70]
    for row in 0..<x.rows { for input in outliers { x[row, input] *= 200 } }
    let weight = random.view(45, 100)
    // The outliers' part is computed exactly either way, so that only the rest is compared.
    let rest = x.copied()
    for row in 0..<x.rows { for input in outliers { rest[row, input] = 0 } }
    let expected = Tensor(rows: 37, columns: 45)
    device.matrixProduct(into: expected, rest, weight, transposeB: true)
    let exactPart = Tensor(rows: 37, columns: 45)
    device.matrixProduct(into: exactPart, x, weight, transposeB: true)
    device.add(into: exactPart, expected, alpha: -1)

    func errorOfRest(_ weight: WeightMatrix) -> Double {
      let out = Tensor(rows: 37, columns: 45)
      device.linear(into: out, x, weight)
      device.add(into: out, exactPart, alpha: -1)
      return error(out, expected)
    }
    let before = x.toArray()
    let quantized = device.quantize(weight)
    let coarse = errorOfRest(quantized)
    device.separate(inputs: outliers, of: [quantized])
    let fine = errorOfRest(quantized)
    #expect(fine < 0.02, "\(fine), without separation \(coarse)")
    #expect(coarse > 5 * fine)
    expectEqualBits(x.toArray(), before)
    device.separate(inputs: [], of: [quantized])
    #expect(errorOfRest(quantized) == coarse)
  }

  @Test(arguments: Kernels.available, [1, 63, 64, 65, 1000])
  func `rounding that is carried on keeps the sums`(kernels: Kernels, count: Int) {
    var random = RandomSource(seed: UInt64(count))
    let device = CPUDevice(kernels: kernels, threads: 1)
    // A large entry now and then, and many that alone would round to zero beside it.
    let x = Tensor(
      (0..<count).map { $0 % 50 == 7 ? -1 : Float(random.normal()) * 1e-3 + 2e-3 }, rows: 1,
      columns: count)
    let wanted = x.toArray()
    device.carryRounding(x, row: 0)
    let kept = x.toArray()
    var lastSteps: Float = 0
    for start in stride(from: 0, to: count, by: 64) {
      let block = kept[start..<min(count, start + 64)]
      let step = (block.map(abs).max() ?? 0) / 127
      // Every entry is a whole number of steps, so quantising the block changes nothing.
      for value in block where step > 0 {
        #expect(abs(value / step - (value / step).rounded()) < 1e-3)
      }
      if start + 128 >= count { lastSteps = max(lastSteps, step) }
    }
    for lane in 0..<min(64, count) {
      let sums = [wanted, kept].map { values in
        stride(from: lane, to: count, by: 64).reduce(Float(0)) { $0 + values[$1] }
      }
      #expect(abs(sums[0] - sums[1]) <= lastSteps * 0.51 + 1e-5)
    }
  }

  @Test(arguments: Kernels.available)
  func `nothing stays nothing and what is broken stays broken`(kernels: Kernels) {
    let device = CPUDevice(kernels: kernels, threads: 1)
    for value: Float in [0, .leastNonzeroMagnitude, 1e-38, -1e-31] {
      let x = Tensor([Float](repeating: value, count: 130), rows: 1, columns: 130)
      device.carryRounding(x, row: 0)
      #expect(x.toArray().allSatisfy { abs($0) <= 1e-29 })
    }
    let x = Tensor([1, .nan, 1], rows: 1, columns: 3)
    device.carryRounding(x, row: 0)
    #expect(x.toArray().contains { $0.isNaN })
  }

  @Test(arguments: Kernels.available)
  func `small probabilities count in the gradient through a quantised head`(kernels: Kernels) {
    var random = RandomSource(seed: 9)
    let device = CPUDevice(kernels: kernels, threads: 2)
    let (vocabulary, width, rows) = (2048, 32, 8)
    // All rows of the head lean one way, so what many small probabilities say adds up.
    let head = Tensor(
      (0..<vocabulary * width).map { _ in 1 + 0.3 * Float(random.normal()) }, rows: vocabulary,
      columns: width)
    let logits = Tensor(
      (0..<rows * vocabulary).map { _ in Float(random.normal()) }, rows: rows, columns: vocabulary)
    let targets = (0..<rows).map { Int32($0 * 100) }
    // The target has half of the probability.
    for (row, target) in targets.enumerated() { logits[row, Int(target)] = 8.1 }
    func gradient(_ weight: WeightMatrix) -> Tensor {
      let dx = Tensor(rows: rows, columns: width)
      _ = device.crossEntropyBackward(
        into: dx, logits.copied(), targets: targets, weight: 1, head: weight)
      return dx
    }
    let error = error(gradient(device.quantize(head)), gradient(WeightMatrix(head)))
    #expect(error < 0.05)
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import HoneTesting
import Testing

@Suite struct RMSNormTests {
  @Test(arguments: DeviceChoice.all)
  func `forward and backward agree with the reference`(choice: DeviceChoice) {
    let device = choice.device
    var random = RandomSource(seed: 10)
    for d in awkwardLengths {
      for t in [1, 2, 9, 40] {
        let (x, weight) = (random.tensor(t, d, bound: 3), random.tensor(1, d))
        let (out, rstd) = (Tensor(rows: t, columns: d), Tensor(rows: t, columns: 1))
        device.rmsNorm(into: out, rstd: rstd, x, weight: weight, eps: 1e-5)
        let eps = Double(Float(1e-5))
        let inputs = x.toDoubles()
        let gains = weight.toDoubles()
        expectClose(
          out.toArray(), Reference.rmsNorm(inputs, weight: gains, eps: eps), "T \(t) D \(d)")
        let reciprocals = Reference.reciprocalRMS(inputs, columns: d, eps: eps)
        expectClose(rstd.toArray(), reciprocals, "T \(t) D \(d)")

        let (dy, dx) = (random.tensor(t, d), random.tensor(t, d))
        let before = dx.toDoubles()
        device.rmsNormBackward(into: dx, dy, x: x, weight: weight, rstd: rstd)
        let upstream = dy.toDoubles()
        let expected = inputs.indices.map { i in
          let row = i / d
          let mean = (row * d..<(row + 1) * d).reduce(0.0) {
            $0 + upstream[$1] * gains[$1 % d] * inputs[$1]
          }
          let s = reciprocals[row]
          return before[i] + s * (upstream[i] * gains[i % d] - inputs[i] * mean * s * s / Double(d))
        }
        // For one column the terms cancel: 1 - x² / (x² + eps), so the bound follows their size.
        let size = reciprocals.max() ?? 0
        expectClose(dx.toArray(), expected, absolute: 4e-6 * (1 + size), "T \(t) D \(d)")
      }
    }
  }

  @Test(arguments: Kernels.available, [1, 2, 7, 17, 33])
  func `the gradient is that of the reference`(kernels: Kernels, d: Int) {
    let device = CPUDevice(kernels: kernels, threads: 2)
    var random = RandomSource(seed: 11)
    let t = 3
    let (x, weight, dy) = (random.tensor(t, d), random.tensor(1, d), random.tensor(t, d))
    let (out, dx) = (Tensor(rows: t, columns: d), Tensor(rows: t, columns: d))
    let rstd = Tensor(rows: t, columns: 1)
    // A large eps keeps rows of one element from being constant.
    device.rmsNorm(into: out, rstd: rstd, x, weight: weight, eps: 0.125)
    device.rmsNormBackward(into: dx, dy, x: x, weight: weight, rstd: rstd)
    gradientCheck(dx.toArray(), upstream: dy.toArray(), at: x.toArray()) { x in
      Reference.rmsNorm(x, weight: weight.toDoubles(), eps: 0.125)
    }
  }

  @Test(arguments: Kernels.available, [1, 3])
  func `heads are normalised one by one, with their gradient`(kernels: Kernels, heads: Int) {
    let device = CPUDevice(kernels: kernels, threads: 2)
    var random = RandomSource(seed: 12)
    for (t, e) in [(1, 2), (7, 17), (40, 32)] {
      let (x, dy) = (random.view(t, heads * e), random.view(t, heads * e))
      let (out, dx) = (random.view(t, heads * e), random.view(t, heads * e))
      let (rstd, weight) = (random.view(t, heads), random.tensor(1, e))
      device.rmsNormHeads(into: out, rstd: rstd, x, weight: weight, eps: 0.125)
      let gains = weight.toDoubles()
      expectClose(
        out.toArray(), Reference.rmsNorm(x.toDoubles(), weight: gains, eps: 0.125), "E \(e)")
      device.rmsNormHeadsBackward(0..<t, into: dx, dy, x: x, weight: weight, rstd: rstd)
      for view in [out, dx, rstd] { expectOnlyViewWritten(view) }
      if t > 7 { continue }
      gradientCheck(dx.toArray(), upstream: dy.toArray(), at: x.toArray()) { x in
        Reference.rmsNorm(x, weight: gains, eps: 0.125)
      }
    }
  }

  @Test(arguments: Kernels.available)
  func `rows of zeros, of tiny and of huge numbers stay finite`(kernels: Kernels) {
    let device = CPUDevice(kernels: kernels, threads: 1)
    for value: Float in [0, 1e-30, -1e-12, 1e15] {
      let x = Tensor([Float](repeating: value, count: 19), rows: 1, columns: 19)
      let weight = Tensor([Float](repeating: 1, count: 19), rows: 1, columns: 19)
      let (out, rstd) = (Tensor(rows: 1, columns: 19), Tensor(rows: 1, columns: 1))
      device.rmsNorm(into: out, rstd: rstd, x, weight: weight, eps: 1e-5)
      let expected = Reference.rmsNorm(x.toDoubles(), weight: weight.toDoubles(), eps: 1e-5)
      expectClose(out.toArray(), expected, absolute: 1e-30, "\(value)")
    }
  }

  @Test(arguments: Kernels.available)
  func `the number of threads changes no bit`(kernels: Kernels) {
    let results = [1, 2, 3, 5].map { threads in
      let device = CPUDevice(kernels: kernels, threads: threads)
      var random = RandomSource(seed: 12)
      let (x, weight, dy) = (random.tensor(61, 131), random.tensor(1, 131), random.tensor(61, 131))
      let (out, rstd) = (Tensor(rows: 61, columns: 131), Tensor(rows: 61, columns: 1))
      let dx = random.tensor(61, 131)
      device.rmsNorm(into: out, rstd: rstd, x, weight: weight, eps: 1e-5)
      device.rmsNormBackward(into: dx, dy, x: x, weight: weight, rstd: rstd)
      return out.toArray() + rstd.toArray() + dx.toArray()
    }
    for result in results[1...] { expectEqualBits(result, results[0]) }
  }
}

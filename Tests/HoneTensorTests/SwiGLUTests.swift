// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import HoneTesting
import Testing

@Suite struct SwiGLUTests {
  static func gradients(gate: [Double], up: [Double], dOut: [Double]) -> (
    gate: [Double], up: [Double]
  ) {
    let sigmoids = gate.map { 1 / (1 + exponential(-$0)) }
    let dGate = gate.indices.map {
      dOut[$0] * up[$0] * sigmoids[$0] * (1 + gate[$0] * (1 - sigmoids[$0]))
    }
    return (dGate, gate.indices.map { dOut[$0] * gate[$0] * sigmoids[$0] })
  }

  @Test(arguments: DeviceChoice.all)
  func `forward and backward agree with the reference`(choice: DeviceChoice) {
    let device = choice.device
    var random = RandomSource(seed: 30)
    for f in awkwardLengths {
      for t in [1, 3, 29] {
        let (gate, up) = (random.tensor(t, f, bound: 20), random.tensor(t, f))
        let (out, dOut) = (Tensor(rows: t, columns: f), random.tensor(t, f))
        device.swiglu(into: out, gate: gate, up: up)
        expectClose(
          out.toArray(), Reference.swiglu(gate: gate.toDoubles(), up: up.toDoubles()),
          "T \(t) F \(f)")
        let expected = Self.gradients(
          gate: gate.toDoubles(), up: up.toDoubles(), dOut: dOut.toDoubles())
        // In place, as the model calls it.
        device.swigluBackward(dGate: gate, dUp: up, dOut, gate: gate, up: up)
        expectClose(gate.toArray(), expected.gate, "T \(t) F \(f)")
        expectClose(up.toArray(), expected.up, "T \(t) F \(f)")
      }
    }
  }

  @Test(arguments: Kernels.available)
  func `both gradients are those of the reference`(kernels: Kernels) {
    let device = CPUDevice(kernels: kernels, threads: 2)
    var random = RandomSource(seed: 31)
    let (gate, up) = (random.tensor(3, 17, bound: 4), random.tensor(3, 17))
    let (dOut, dGate, dUp) = (random.tensor(3, 17), random.tensor(3, 17), random.tensor(3, 17))
    device.swigluBackward(dGate: dGate, dUp: dUp, dOut, gate: gate, up: up)
    gradientCheck(dGate.toArray(), upstream: dOut.toArray(), at: gate.toArray(), "gate") { gate in
      Reference.swiglu(gate: gate, up: up.toDoubles())
    }
    gradientCheck(dUp.toArray(), upstream: dOut.toArray(), at: up.toArray(), "up") { up in
      Reference.swiglu(gate: gate.toDoubles(), up: up)
    }
  }

  @Test(arguments: Kernels.available)
  func `saturated gates neither overflow nor vanish wrongly`(kernels: Kernels) {
    let device = CPUDevice(kernels: kernels, threads: 1)
    let gates: [Float] = [
      0, -0.0, 1e-30, -1e-30, 88, -88, 89, -89, 127, -127, 1e4, -1e4, 1e20, -1e20, 40, -40, 5,
    ]
    let gate = Tensor(gates, rows: 1, columns: gates.count)
    let ones = Tensor([Float](repeating: 1, count: gates.count), rows: 1, columns: gates.count)
    let (out, dGate, dUp) = (gate.copied(), gate.copied(), gate.copied())
    device.swiglu(into: out, gate: gate, up: ones)
    device.swigluBackward(dGate: dGate, dUp: dUp, ones, gate: gate, up: ones)
    let wide = gates.map(Double.init)
    let expected = Self.gradients(
      gate: wide, up: ones.toDoubles(), dOut: ones.toDoubles())
    expectClose(out.toArray(), expected.up, "out")
    expectClose(dUp.toArray(), expected.up, "up")
    expectClose(dGate.toArray(), expected.gate, "gate")
  }

  @Test(arguments: DeviceChoice.all)
  func `gates through gelu agree with the reference, their gradients with differences`(
    choice: DeviceChoice
  ) {
    let device = choice.device
    var random = RandomSource(seed: 33)
    for (t, f) in [(1, 1), (3, 17), (40, 33)] {
      let (gate, up) = (random.tensor(t, f, bound: 3), random.tensor(t, f))
      let (out, dOut) = (Tensor(rows: t, columns: f), random.tensor(t, f))
      let (gates, ups) = (gate.toDoubles(), up.toDoubles())
      device.swiglu(into: out, gate: gate, up: up, activation: .geluTanh)
      expectClose(out.toArray(), Reference.geglu(gate: gates, up: ups), "T \(t) F \(f)")
      let at = (gate.toArray(), up.toArray())
      device.swigluBackward(
        dGate: gate, dUp: up, dOut, gate: gate, up: up, activation: .geluTanh)
      if t > 3 { continue }
      gradientCheck(gate.toArray(), upstream: dOut.toArray(), at: at.0, "gate") {
        Reference.geglu(gate: $0, up: ups)
      }
      gradientCheck(up.toArray(), upstream: dOut.toArray(), at: at.1, "up") {
        Reference.geglu(gate: gates, up: $0)
      }
    }
  }

  @Test(arguments: Kernels.available)
  func `gelu of great numbers is the identity or nothing`(kernels: Kernels) {
    let device = CPUDevice(kernels: kernels, threads: 1)
    let gates: [Float] = [0, 1e-30, 12, 40, 1e4, 1e20, -1e-30, -12, -40, -1e4, -1e20]
    let gate = Tensor(gates, rows: 1, columns: gates.count)
    let ones = Tensor([Float](repeating: 1, count: gates.count), rows: 1, columns: gates.count)
    let (out, dGate, dUp) = (gate.copied(), gate.copied(), gate.copied())
    device.swiglu(into: out, gate: gate, up: ones, activation: .geluTanh)
    device.swigluBackward(
      dGate: dGate, dUp: dUp, ones, gate: gate, up: ones, activation: .geluTanh)
    let expected = gates.map { Double(max(0, $0)) }
    expectClose(out.toArray(), expected, "out")
    expectClose(dUp.toArray(), expected, "up")
    expectClose(dGate.toArray(), [0.5, 0.5, 1, 1, 1, 1, 0.5, 0, 0, 0, 0], "gate")
  }

  @Test(arguments: Kernels.available)
  func `logits are bounded as the reference bounds them`(kernels: Kernels) {
    let device = CPUDevice(kernels: kernels, threads: 2)
    var random = RandomSource(seed: 34)
    for n in [1, 7, 16, 33] {
      let x = random.view(9, n, bound: 100)
      x[0, 0] = 1e30
      x[8, n - 1] = -1e30
      let expected = x.toDoubles().map { Reference.softcap($0, 30) }
      device.softCap(x, cap: 30)
      expectClose(x.toArray(), expected, absolute: 1e-5, "N \(n)")
      expectOnlyViewWritten(x)
    }
  }

  @Test(arguments: Kernels.available)
  func `the number of threads changes no bit`(kernels: Kernels) {
    let results = [1, 2, 3, 5].map { threads in
      let device = CPUDevice(kernels: kernels, threads: threads)
      var random = RandomSource(seed: 32)
      let (gate, up, dOut) = (random.tensor(61, 67), random.tensor(61, 67), random.tensor(61, 67))
      let out = Tensor(rows: 61, columns: 67)
      device.swiglu(into: out, gate: gate, up: up)
      device.swigluBackward(dGate: gate, dUp: up, dOut, gate: gate, up: up)
      return out.toArray() + gate.toArray() + up.toArray()
    }
    for result in results[1...] { expectEqualBits(result, results[0]) }
  }
}

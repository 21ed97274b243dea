// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import HoneTesting
import Testing

@Suite struct ElementwiseTests {
  @Test(arguments: DeviceChoice.all)
  func `sums, scales and biases agree with the reference`(choice: DeviceChoice) {
    let device = choice.device
    var random = RandomSource(seed: 60)
    for n in awkwardLengths {
      for t in [1, 2, 27] {
        for isStrided in [false, true] {
          let y = isStrided ? random.view(t, n) : random.tensor(t, n)
          let x = isStrided ? random.view(t, n) : random.tensor(t, n)
          let bias = random.tensor(1, n)
          let alpha: Float = -0.75
          let what = "T \(t) N \(n) strided \(isStrided)"
          var expected = zip(y.toDoubles(), x.toDoubles()).map { $0 + Double(alpha) * $1 }
          device.add(into: y, x, alpha: alpha)
          expectClose(y.toArray(), expected, what)

          expected = expected.indices.map { expected[$0] + Double(bias[0, $0 % n]) }
          device.addBias(into: y, bias)
          expectClose(y.toArray(), expected, what)

          device.scale(y, by: alpha)
          expectClose(y.toArray(), expected.map { $0 * Double(alpha) }, what)
          if isStrided { expectOnlyViewWritten(y, what) }

          let squares = x.toDoubles().reduce(0) { $0 + $1 * $1 }
          #expect(abs(device.sumOfSquares(x) - squares) <= 1e-5 * squares, "\(what)")
        }
      }
    }
  }

  @Test(arguments: DeviceChoice.all)
  func `the greatest element is found, the first of equals`(choice: DeviceChoice) {
    let device = choice.device
    var random = RandomSource(seed: 61)
    for n in awkwardLengths {
      let x = random.view(9, n)
      let expected = (0..<9).map { _ in Int32(random.index(below: n)) }
      for (row, place) in expected.enumerated() {
        x[row, Int(place)] = 2
        if row % 2 == 0 { x[row, n - 1] = 2 }
      }
      #expect(device.argmax(x) == expected, "N \(n)")
    }
    let equal = Tensor([Float](repeating: -1e30, count: 8), rows: 2, columns: 4)
    #expect(device.argmax(equal) == [0, 0])
  }

  @Test(arguments: DeviceChoice.all)
  func `embedding copies the rows, in whatever form they are stored`(choice: DeviceChoice) throws {
    let device = choice.device
    var random = RandomSource(seed: 62)
    for (form, weight, values) in try LinearTests.weights(33, 64, &random) {
      let ids = (0..<40).map { _ in Int32(random.index(below: 33)) } + [0, 32, 32]
      let out = random.view(ids.count, 64)
      device.embedding(into: out, ids: ids, table: weight)
      let expected = ids.flatMap { values[Int($0) * 64..<Int($0) * 64 + 64] }
      expectClose(out.toArray(), expected, absolute: 0, relative: 1e-7, form)
      expectOnlyViewWritten(out, form)
    }
  }

  @Test(arguments: Kernels.available)
  func `the number of threads changes no bit`(kernels: Kernels) {
    let results = [1, 2, 3, 5].map { threads in
      let device = CPUDevice(kernels: kernels, threads: threads)
      var random = RandomSource(seed: 63)
      let (y, x) = (random.tensor(53, 37), random.tensor(53, 37))
      device.add(into: y, x, alpha: 0.3)
      return y.toArray() + [Float(device.sumOfSquares(y))]
    }
    for result in results[1...] { expectEqualBits(result, results[0]) }
  }
}

// SPDX-License-Identifier: Apache-2.0
import CHoneKernels
import HoneTensor
import HoneTesting
import Testing

@Suite struct SoftmaxKernelTests {
  struct Table: @unchecked Sendable, CustomTestStringConvertible {
    let kernels: hone_kernels
    var testDescription: String { String(cString: kernels.name) }
    static let available = [HONE_AVX512, HONE_AVX2, HONE_NEON, HONE_GENERIC].compactMap { isa in
      hone_kernels_for(isa).map { Table(kernels: $0.pointee) }
    }
  }

  /// The exponential, alone: softmax_recompute with a scale of 1 and a log-sum-exp of 0.
  @Test(arguments: Table.available)
  func `the exponential is within 2 ulp over its range and clamped beyond`(table: Table) {
    var random = RandomSource(seed: 90)
    let inputs =
      stride(from: Float(-87.25), to: 88.25, by: 0.00390625).map { $0 }
      + (0..<40_000).map { _ in Float(random.uniform() * 175.5 - 87.25) }
      + [0, -0.0, 1e-30, -1e-30, 0x1p-24, -0x1p-24]
    var outputs = [Float](repeating: 0, count: inputs.count)
    table.kernels.softmax_recompute(inputs.count, 1, 0, &outputs, inputs)
    let exact = inputs.map { exponential(Double($0)) }
    expectClose(outputs, exact, bounds: exact.map { 2 * Double(Float($0).ulp) })

    let beyond: [Float] = [-88, -104, -1e4, -3e38, -.infinity]
    outputs = [Float](repeating: 1, count: beyond.count)
    table.kernels.softmax_recompute(beyond.count, 1, 0, &outputs, beyond)
    #expect(outputs.allSatisfy { $0 >= 0 && $0 < 1.3e-38 }, "\(outputs)")
  }

  @Test(arguments: Table.available, awkwardLengths)
  func `softmax and its gradient agree with the reference`(table: Table, n: Int) {
    var random = RandomSource(seed: 91)
    for (bound, scale) in [(Float(1), Float(1)), (50, 0.125), (1e4, 1), (1e4, 0.01), (0, 1)] {
      let x = random.floats(n, bound: bound)
      let exact = x.map { Double($0) * Double(scale) }
      let total = Reference.logSumExp(exact)
      let what = "± \(bound) · \(scale)"
      // Scores of size s have an absolute rounding error of some s · 2⁻²³.
      let absolute = 2e-6 + Double(bound * scale) * 0x1p-22

      var p = x
      let sum = table.kernels.softmax(n, scale, &p)
      expectClose([sum], [total], absolute: absolute, what)
      expectClose(p, Reference.softmax(exact), absolute: absolute, what)
      let size = p.reduce(0.0) { $0 + Double($1) }
      #expect(abs(size - 1) < 1e-5, "\(what)")

      var again = [Float](repeating: .nan, count: n)
      table.kernels.softmax_recompute(n, scale, sum, &again, x)
      expectClose(again, p.map(Double.init), absolute: 2 * absolute, what)

      if scale == 1 {
        expectClose([table.kernels.log_sum_exp(n, x)], [total], absolute: absolute, what)
      }

      let upstream = random.floats(n)
      let delta = zip(p, upstream).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      var gradient = upstream
      table.kernels.softmax_backward(n, scale, Float(delta), &gradient, p)
      if n <= 33 && bound <= 50 {
        gradientCheck(gradient, upstream: upstream, at: x, what) { x in
          Reference.softmax(x.map { $0 * Double(scale) })
        }
      }
    }
  }

  @Test(arguments: Table.available, awkwardLengths)
  func `the dot product agrees with the reference`(table: Table, n: Int) {
    var random = RandomSource(seed: 92)
    let (x, y) = (random.floats(n), random.floats(n))
    let terms = zip(x, y).map { Double($0) * Double($1) }
    expectClose(
      [table.kernels.dot(n, x, y)], [terms.reduce(0, +)],
      bounds: [terms.reduce(0) { $0 + abs($1) } * Double(n + 2) * 0x1p-24])
  }
}

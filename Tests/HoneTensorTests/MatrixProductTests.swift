// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import HoneTesting
import Testing

@Suite struct MatrixProductTests {
  /// Around the tiles (rows 4, 6, 10, 14; columns 8, 16, 32) and the blocks (168, 512, 384).
  static let sizes: [(m: Int, n: Int, k: Int)] =
    [1, 3, 8, 15, 33].flatMap { m in
      [1, 7, 16, 17, 31, 33].flatMap { n in [1, 2, 17, 33].map { k in (m, n, k) } }
    } + [
      (127, 33, 1023), (2, 1023, 127), (1023, 1, 7), (170, 40, 20), (5, 520, 400), (31, 127, 769),
      (14, 32, 384), (6, 16, 385), (0, 5, 3), (5, 0, 3), (5, 3, 0),
    ]

  struct Operand {
    let tensor: Tensor
    var values: [Double]

    /// A view `[rows, columns]`, or, transposed, one that stores `[columns, rows]`.
    init(_ rows: Int, _ columns: Int, transposed: Bool, _ random: inout RandomSource) {
      tensor = transposed ? random.view(columns, rows) : random.view(rows, columns)
      let stored = tensor.toDoubles()
      values =
        transposed ? Reference.transposed(stored, rows: columns, columns: rows) : stored
    }
  }

  /// To 8 significant bits, ties to even.
  static func bfloat16(_ value: Double) -> Double {
    let bits = Float(value).bitPattern
    return Double(Float(bitPattern: (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF_0000))
  }

  /// The exact product and what float32 sums of its terms may be off: a rounding (2⁻²⁴) for each
  /// term and a few for alpha, the blocks and the accumulation.
  static func expected(
    _ a: Operand, _ b: Operand, onto c: [Double], m: Int, n: Int, k: Int, alpha: Double
  ) -> (values: [Double], bounds: [Double]) {
    let product = Reference.product(a.values, b.values, m: m, n: n, k: k)
    let sizes = Reference.product(a.values.map(abs), b.values.map(abs), m: m, n: n, k: k)
    let values = zip(product, c).map { alpha * $0 + $1 }
    let bounds = zip(sizes, c).map { (abs(alpha) * $0 + abs($1)) * Double(k + 8) * 0x1p-24 }
    return (values, bounds)
  }

  @Test(arguments: DeviceChoice.all)
  func `strided products agree with the reference in every transposition`(choice: DeviceChoice) {
    expectProducts(on: choice.device, .float32)
  }

  @Test(arguments: DeviceChoice.all.filter { $0.kernels.hasBFloat16 })
  func `products in bfloat16 round the factors and nothing else`(choice: DeviceChoice) {
    expectProducts(on: choice.device, .bfloat16)
  }

  private func expectProducts(on device: CPUDevice, _ precision: ProductPrecision) {
    var random = RandomSource(seed: 1)
    for (m, n, k) in Self.sizes {
      for (transposeA, transposeB) in [(false, false), (false, true), (true, false), (true, true)] {
        var a = Operand(m, k, transposed: transposeA, &random)
        var b = Operand(k, n, transposed: transposeB, &random)
        if precision == .bfloat16 {
          a.values = a.values.map(Self.bfloat16)
          b.values = b.values.map(Self.bfloat16)
        }
        for (alpha, accumulate) in [(Float(1), false), (-0.5, true), (1, true), (3, false)] {
          let out = random.view(m, n)
          let before = out.toDoubles().map { accumulate ? $0 : 0 }
          // What is not accumulated onto must not be read.
          if !accumulate { out.fill(.nan) }
          device.matrixProduct(
            into: out, a.tensor, transposeA: transposeA, b.tensor, transposeB: transposeB,
            alpha: alpha, accumulate: accumulate, precision: precision)
          let (values, bounds) = Self.expected(
            a, b, onto: before, m: m, n: n, k: k, alpha: Double(alpha))
          let what = "m \(m) n \(n) k \(k) A\(transposeA) B\(transposeB) \(alpha) \(accumulate)"
          expectClose(out.toArray(), values, bounds: bounds, what)
          expectOnlyViewWritten(out, what)
        }
      }
    }
  }

  @Test(arguments: Kernels.available.filter(\.hasBFloat16))
  func `what is no number stays none in bfloat16`(kernels: Kernels) {
    let device = CPUDevice(kernels: kernels, threads: 1)
    for (value, expected) in [
      (Float.nan, Float.nan), (.infinity, .infinity), (-.infinity, -.infinity),
      (.greatestFiniteMagnitude, .infinity),
    ] {
      let a = Tensor(rows: 3, columns: 40)
      a.fill(1)
      a[1, 33] = value
      let b = Tensor(rows: 40, columns: 2)
      b.fill(1)
      let out = Tensor(rows: 3, columns: 2)
      device.matrixProduct(into: out, a, b, precision: .bfloat16)
      let row = out.rows(1..<2).toArray()
      #expect(row.allSatisfy { $0 == expected || $0.isNaN && expected.isNaN }, "\(value): \(row)")
      #expect(out.rows(0..<1).toArray() == [40, 40])
      #expect(out.rows(2..<3).toArray() == [40, 40])
    }
  }

  @Test(arguments: Kernels.available)
  func `the number of threads changes no bit`(kernels: Kernels) {
    let precisions = kernels.precisions
    let sizes = [(7, 1023, 65), (1023, 7, 65), (100, 100, 400), (15, 576, 192), (300, 9, 576)]
    for (m, n, k) in sizes {
      for (transposeA, transposeB) in [(false, false), (false, true), (true, false), (true, true)] {
        for precision in precisions {
          let products = [1, 2, 3, 5].map { threads in
            var random = RandomSource(seed: 2)
            let a = random.view(transposeA ? k : m, transposeA ? m : k)
            let b = random.view(transposeB ? n : k, transposeB ? k : n)
            let out = random.view(m, n)
            CPUDevice(kernels: kernels, threads: threads).matrixProduct(
              into: out, a, transposeA: transposeA, b, transposeB: transposeB, alpha: 0.3,
              accumulate: true, precision: precision)
            return out.toArray()
          }
          for product in products[1...] {
            expectEqualBits(product, products[0], "m \(m) n \(n) k \(k) \(precision)")
          }
        }
      }
    }
  }

  @Test(arguments: DeviceChoice.all)
  func `a row's result does not depend on the rows beside it`(choice: DeviceChoice) {
    let device = choice.device
    var random = RandomSource(seed: 3)
    let (m, n, k) = (45, 70, 401)
    let a = random.tensor(m, k)
    let b = random.tensor(n, k)
    for precision in choice.kernels.precisions {
      let whole = Tensor(rows: m, columns: n)
      device.matrixProduct(into: whole, a, b, transposeB: true, precision: precision)
      for count in [1, 2, 5, 6, 13, 14, 15, 44] {
        let part = Tensor(rows: count, columns: n)
        device.matrixProduct(
          into: part, a.rows(m - count..<m), b, transposeB: true, precision: precision)
        expectEqualBits(
          part.toArray(), whole.rows(m - count..<m).toArray(), "\(count) rows, \(precision)")
      }
    }
  }

  @Test(arguments: Kernels.available)
  func `both gradients of a product are products`(kernels: Kernels) {
    let device = CPUDevice(kernels: kernels, threads: 2)
    var random = RandomSource(seed: 4)
    let (m, n, k) = (5, 9, 7)
    let (a, b, dOut) = (random.tensor(m, k), random.tensor(k, n), random.tensor(m, n))
    let (dA, dB) = (Tensor(rows: m, columns: k), Tensor(rows: k, columns: n))
    device.matrixProduct(into: dA, dOut, b, transposeB: true, alpha: 2)
    device.matrixProduct(into: dB, a, transposeA: true, dOut, alpha: 2)
    gradientCheck(dA.toArray(), upstream: dOut.toArray(), at: a.toArray(), "a") { a in
      Reference.product(a, b.toDoubles(), m: m, n: n, k: k).map { 2 * $0 }
    }
    gradientCheck(dB.toArray(), upstream: dOut.toArray(), at: b.toArray(), "b") { b in
      Reference.product(a.toDoubles(), b, m: m, n: n, k: k).map { 2 * $0 }
    }
  }
}

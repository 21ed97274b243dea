// SPDX-License-Identifier: Apache-2.0
import Benchmark
import CHoneKernels

/// The products of a training's backward that weights have no part in, at 912 tokens: a tile of 56
/// rows of attention, and 48 rows of an adapter of rank 32; in float32 and, where the kernels have
/// it, in bfloat16.
func registerTrainingProducts(_ kernels: ChosenKernels) {
  let (tokens, tile, headDim, rank, panel, width) = (912, 56, 64, 32, 48, 576)
  let shapes = [
    Shape(name: "scores", m: tile, n: tokens, k: headDim, turnsB: true),
    Shape(name: "query-gradient", m: tile, n: headDim, k: tokens),
    Shape(name: "key-gradient", m: tokens, n: headDim, k: tile, turnsA: true, adds: true),
    Shape(name: "adapter-gradient", m: rank, n: width, k: panel, turnsA: true, adds: true),
  ]
  for shape in shapes {
    register("float32", shape) { a, b, c, scratch in
      hone_gemm(
        kernels.table, shape.m, shape.n, shape.k, 1, shape.adds ? 1 : 0, c, shape.n, a,
        shape.rowStride, shape.columnStride, b, shape.strideB, shape.turnsB ? 1 : 0, scratch)
    }
    guard let bfloat16 = Pairs(kernels) else { continue }
    register("bfloat16", shape) { a, b, c, scratch in
      hone_bf16_gemm(
        bfloat16.table, shape.m, shape.n, shape.k, 1, shape.adds ? 1 : 0, c, shape.n, a,
        shape.rowStride, shape.columnStride, b, shape.strideB, shape.turnsB ? 1 : 0, scratch)
    }
  }
}

/// `c[m, n] (+)= a · b`; a turned is stored `[k, m]`, b turned `[n, k]`.
private struct Shape {
  let name: String
  let m: Int
  let n: Int
  let k: Int
  var turnsA = false
  var turnsB = false
  var adds = false
  var rowStride: Int { turnsA ? 1 : k }
  var columnStride: Int { turnsA ? m : 1 }
  var strideB: Int { turnsB ? k : n }
}

/// Kernels of products in bfloat16.
///
/// `@unchecked Sendable`: points to a constant table.
private struct Pairs: @unchecked Sendable {
  let table: UnsafePointer<hone_bf16_kernels>

  init?(_ kernels: ChosenKernels) {
    guard let table = hone_bf16_for(kernels.table) else { return nil }
    self.table = table
  }
}

private typealias Product =
  @Sendable (
    _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>,
    _ c: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
  ) -> Void

private func register(_ precision: String, _ shape: Shape, _ product: @escaping Product) {
  let (a, b) = (Values(shape.m * shape.k), Values(shape.k * shape.n))
  let c = Values(shape.m * shape.n)
  let scratch = Values(max(hone_gemm_scratch(), hone_bf16_scratch()))
  let operations = 2 * shape.m * shape.n * shape.k
  Benchmark("training-\(precision)-\(shape.name)", configuration: .product) { benchmark in
    benchmark.measure(operations: operations) {
      product(a.pointer, b.pointer, c.pointer, scratch.pointer)
    }
  } setup: {
    for values in [a, b, c, scratch] { blackHole(values.pointer) }
  }
}

// SPDX-License-Identifier: Apache-2.0
import CHoneKernels

/// What the factors of a product are rounded to; its sums are float32.
package enum ProductPrecision: Sendable, Hashable {
  case float32
  /// 8 significant bits, where two float32 factors have 24.
  case bfloat16
}

extension CPUDevice {
  /// One task's `c[m, n] (+)= alpha · a · op(b)`, on one thread; see `hone_gemm`.
  ///
  /// - Parameters:
  ///   - rowStride: Between rows of `a`, as `columnStride` between its columns; one of them is 1.
  ///   - transposed: `b` is stored `[n, k]`.
  func blockProduct(
    _ precision: ProductPrecision, _ m: Int, _ n: Int, _ k: Int, alpha: Float = 1,
    into c: UnsafeMutablePointer<Float>, _ ldc: Int, _ a: UnsafePointer<Float>, rowStride: Int,
    columnStride: Int, _ b: UnsafePointer<Float>, _ ldb: Int, transposed: Bool, accumulate: Bool,
    worker: Int
  ) {
    switch precision {
    case .float32:
      hone_gemm(
        kernels.table, m, n, k, alpha, accumulate ? 1 : 0, c, ldc, a, rowStride, columnStride, b,
        ldb, transposed ? 1 : 0, productScratch(worker))
    case .bfloat16:
      hone_bf16_gemm(
        kernels.bfloat16, m, n, k, alpha, accumulate ? 1 : 0, c, ldc, a, rowStride, columnStride,
        b, ldb, transposed ? 1 : 0, productScratch(worker))
    }
  }
}

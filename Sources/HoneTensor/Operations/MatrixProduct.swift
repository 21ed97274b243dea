// SPDX-License-Identifier: Apache-2.0
import CHoneKernels

extension CPUDevice {
  /// `out[M, N] (+)= alpha · op(a)[M, K] · op(b)[K, N]`, accumulated in float32.
  ///
  /// - Parameters:
  ///   - transposeA: `a` is stored `[K, M]`.
  ///   - transposeB: `b` is stored `[N, K]`.
  ///   - precision: ``ProductPrecision/bfloat16`` only where ``Kernels/hasBFloat16``.
  package func matrixProduct(
    into out: Tensor, _ a: Tensor, transposeA: Bool = false, _ b: Tensor, transposeB: Bool = false,
    alpha: Float = 1, accumulate: Bool = false, precision: ProductPrecision = .float32
  ) {
    let m = out.rows
    let n = out.columns
    let k = transposeA ? a.rows : a.columns
    precondition((transposeA ? a.columns : a.rows) == m)
    precondition((transposeB ? b.rows : b.columns) == n && (transposeB ? b.columns : b.rows) == k)
    if m == 0 || n == 0 { return }
    let rowStride = transposeA ? 1 : a.stride
    let columnStride = transposeA ? a.stride : 1
    let (tileRows, tileColumns) = (kernels.entry.tile_rows, kernels.entry.tile_columns)

    // Each task is a block of the output. Columns are split first: every task packs its own part
    // of b, so splitting rows repeats that work.
    func run(rows: Range<Int>, columns: Range<Int>, worker: Int) {
      blockProduct(
        precision, rows.count, columns.count, k, alpha: alpha,
        into: out.pointer + rows.lowerBound * out.stride + columns.lowerBound, out.stride,
        a.pointer + rows.lowerBound * rowStride, rowStride: rowStride, columnStride: columnStride,
        b.pointer + columns.lowerBound * (transposeB ? b.stride : 1), b.stride,
        transposed: transposeB, accumulate: accumulate, worker: worker)
    }
    let work = m * n * k
    let panels = (n + tileColumns - 1) / tileColumns
    if pool.threads == 1 || work < 1 << 16 {
      run(rows: 0..<m, columns: 0..<n, worker: 0)
    } else if panels >= pool.threads * 2 {
      let block = max(1, panels / (pool.threads * 3)) * tileColumns
      pool.run((n + block - 1) / block) { task, worker in
        run(rows: 0..<m, columns: task * block..<min(n, (task + 1) * block), worker: worker)
      }
    } else {
      let tiles = (m + tileRows - 1) / tileRows
      let block = max(1, tiles / (pool.threads * 3)) * tileRows
      pool.run((m + block - 1) / block) { task, worker in
        run(rows: task * block..<min(m, (task + 1) * block), columns: 0..<n, worker: worker)
      }
    }
  }
}

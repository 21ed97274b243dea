// SPDX-License-Identifier: Apache-2.0

extension CPUDevice {
  /// The gradient of a trained weight: `dW[N, K] += dOut[T, N]ᵀ · x[T, K]`.
  package func addWeightGradient(into dW: Tensor, _ dOut: Tensor, x: Tensor) {
    matrixProduct(into: dW, dOut, transposeA: true, x, accumulate: true)
  }

  /// Sums over rows: `out[1, N] += Σ_t a[t] ⊙ b[t] · factors[t]`, the gradient of a bias (`a` alone)
  /// or of a norm's gain.
  ///
  /// - Parameters:
  ///   - a: `[T, N]`.
  ///   - b: `[T, N]`, or nil for ones.
  ///   - factors: `[T, 1]`, or nil for ones.
  package func addColumnSums(
    into out: Tensor, _ a: Tensor, times b: Tensor? = nil, factors: Tensor? = nil
  ) {
    precondition(out.rows == 1 && out.columns == a.columns)
    precondition(b.map { $0.rows == a.rows && $0.columns == a.columns } ?? true)
    precondition(factors.map { $0.rows == a.rows && $0.columns == 1 } ?? true)
    let block = 64
    pool.run((a.columns + block - 1) / block) { task, _ in
      let columns = task * block..<min(a.columns, (task + 1) * block)
      let sums = out.pointer + columns.lowerBound
      for row in 0..<a.rows {
        let left = a.pointer + row * a.stride + columns.lowerBound
        let factor = factors.map { $0.pointer[row * $0.stride] } ?? 1
        if let b {
          let right = b.pointer + row * b.stride + columns.lowerBound
          for column in 0..<columns.count { sums[column] += left[column] * right[column] * factor }
        } else {
          for column in 0..<columns.count { sums[column] += left[column] * factor }
        }
      }
    }
  }

  /// Backward of ``embedding(into:ids:table:)``: `dTable[ids[t]] += scale · dOut[t]`.
  ///
  /// - Parameter dTable: `[V, D]`.
  package func addEmbeddingGradient(
    into dTable: Tensor, _ dOut: Tensor, ids: [Int32], scale: Float = 1
  ) {
    precondition(dOut.rows == ids.count && dOut.columns == dTable.columns)
    precondition(ids.allSatisfy { $0 >= 0 && Int($0) < dTable.rows })
    // A token may stand in several rows, so threads share the columns, not the rows.
    let block = 64
    pool.run((dTable.columns + block - 1) / block) { task, _ in
      let start = task * block
      let count = min(dTable.columns, start + block) - start
      for (row, id) in ids.enumerated() {
        kernels.entry.add_scaled(
          count, scale, dTable.pointer + Int(id) * dTable.stride + start,
          dOut.pointer + row * dOut.stride + start)
      }
    }
  }

  /// Each column of `x[T, N]` times its factor: `out = x ⊙ factors[1, N]`, for some rows.
  package func scaleColumns(
    _ rows: Range<Int>, into out: Tensor, _ x: Tensor, by factors: Tensor
  ) {
    precondition(factors.rows == 1 && factors.columns == x.columns && out.columns == x.columns)
    precondition(rows.lowerBound >= 0 && rows.upperBound <= min(x.rows, out.rows))
    for row in rows {
      let (target, source) = (out.pointer + row * out.stride, x.pointer + row * x.stride)
      for column in 0..<x.columns { target[column] = source[column] * factors.pointer[column] }
    }
  }

  package func scaleColumns(into out: Tensor, _ x: Tensor, by factors: Tensor) {
    forEachRowBlock(x.rows) { scaleColumns($0, into: out, x, by: factors) }
  }
}

// SPDX-License-Identifier: Apache-2.0

extension CPUDevice {
  /// `y += alpha · x`, of one shape. The backward of a residual addition is the same operation.
  package func add(into y: Tensor, _ x: Tensor, alpha: Float = 1) {
    precondition(y.rows == x.rows && y.columns == x.columns)
    forEachRowBlock(y.rows) { range in
      if y.isContiguous && x.isContiguous {
        let offset = range.lowerBound * y.columns
        kernels.entry.add_scaled(
          range.count * y.columns, alpha, y.pointer + offset, x.pointer + offset)
      } else {
        for row in range {
          kernels.entry.add_scaled(
            y.columns, alpha, y.pointer + row * y.stride, x.pointer + row * x.stride)
        }
      }
    }
  }

  /// Adds a `[1, N]` row to each row of `y[T, N]`.
  package func addBias(into y: Tensor, _ bias: Tensor) {
    precondition(bias.rows == 1 && bias.columns == y.columns)
    for row in 0..<y.rows {
      kernels.entry.add_scaled(y.columns, 1, y.pointer + row * y.stride, bias.pointer)
    }
  }

  /// `x *= alpha`.
  package func scale(_ x: Tensor, by alpha: Float) {
    for row in 0..<x.rows {
      let pointer = x.pointer + row * x.stride
      for column in 0..<x.columns { pointer[column] *= alpha }
    }
  }

  /// The sum of squares, rows summed in order in double precision.
  package func sumOfSquares(_ x: Tensor) -> Double {
    (0..<x.rows).reduce(0.0) { sum, row in
      let pointer = x.pointer + row * x.stride
      return sum + Double(kernels.entry.dot(x.columns, pointer, pointer))
    }
  }

  /// Rows of the embedding table: `out[t] = table[ids[t]]`.
  package func embedding(into out: Tensor, ids: [Int32], table: WeightMatrix) {
    precondition(out.rows == ids.count && out.columns == table.columns)
    precondition(ids.allSatisfy { $0 >= 0 && Int($0) < table.rows })
    forEachRowBlock(ids.count) { range in
      for row in range { table.copyRow(Int(ids[row]), to: out, at: row) }
    }
  }

  /// The index of each row's greatest element, the first of equals.
  package func argmax(_ x: Tensor) -> [Int32] {
    (0..<x.rows).map { row in
      let pointer = x.pointer + row * x.stride
      var best = 0
      for column in 1..<max(1, x.columns) where pointer[column] > pointer[best] { best = column }
      return Int32(best)
    }
  }
}

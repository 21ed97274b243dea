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
    forEachRowBlock(y.rows) { rows in
      for row in rows {
        kernels.entry.add_scaled(y.columns, 1, y.pointer + row * y.stride, bias.pointer)
      }
    }
  }

  /// `x = cap · tanh(x / cap)`.
  package func softCap(_ x: Tensor, cap: Float) {
    forEachRowBlock(x.rows, minimum: 1) { rows in
      for row in rows { kernels.entry.soft_cap(x.columns, 1, cap, x.pointer + row * x.stride) }
    }
  }

  /// `x *= alpha`.
  package func scale(_ x: Tensor, by alpha: Float) {
    func scale(_ rows: Range<Int>) {
      for row in rows {
        let pointer = x.pointer + row * x.stride
        for column in 0..<x.columns { pointer[column] *= alpha }
      }
    }
    x.count < Self.smallCount ? scale(0..<x.rows) : forEachRowBlock(x.rows) { scale($0) }
  }

  /// The sum of squares, rows summed in order in double precision.
  package func sumOfSquares(_ x: Tensor) -> Double {
    func sum(_ row: Int) -> Double {
      let pointer = x.pointer + row * x.stride
      return Double(kernels.entry.dot(x.columns, pointer, pointer))
    }
    if x.count < Self.smallCount { return (0..<x.rows).reduce(0.0) { $0 + sum($1) } }
    let sums = [Double](unsafeUninitializedCapacity: x.rows) { result, count in
      // Ranges of rows are disjoint, so each element is written once.
      nonisolated(unsafe) let result = result
      forEachRowBlock(x.rows) { rows in
        for row in rows { result.initializeElement(at: row, to: sum(row)) }
      }
      count = x.rows
    }
    return sums.reduce(0, +)
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
    precondition(x.columns > 0)
    return [Int32](unsafeUninitializedCapacity: x.rows) { result, count in
      // Ranges of rows are disjoint, so each element is written once.
      nonisolated(unsafe) let result = result
      forEachRowBlock(x.rows, minimum: 1) { rows in
        for row in rows {
          result.initializeElement(
            at: row, to: Int32(kernels.entry.argmax(x.columns, x.pointer + row * x.stride)))
        }
      }
      count = x.rows
    }
  }
}

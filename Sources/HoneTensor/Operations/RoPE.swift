// SPDX-License-Identifier: Apache-2.0

/// Cosines and sines of the rotary position embedding, `[position, E/2]`.
package struct RoPETable: Sendable {
  package let cosine: Tensor
  package let sine: Tensor
  package var positions: Int { cosine.rows }

  /// - Parameters:
  ///   - inverseFrequencies: E/2 angles by which one position turns each pair.
  ///   - positions: Rows of the table.
  ///   - scale: The factor of all entries, so that rotated vectors grow by it.
  package init(inverseFrequencies: [Double], positions: Int, scale: Double = 1) {
    cosine = Tensor(rows: positions, columns: inverseFrequencies.count)
    sine = Tensor(rows: positions, columns: inverseFrequencies.count)
    for position in 0..<positions {
      for (pair, frequency) in inverseFrequencies.enumerated() {
        // The reference computes the angle in float32; at position 1,000 that already differs in
        // the 4th digit of the sine, so it is done the same way here.
        let angle = Double(Float(position) * Float(frequency))
        cosine[position, pair] = Float(HoneTensor.cosine(angle) * scale)
        sine[position, pair] = Float(HoneTensor.sine(angle) * scale)
      }
    }
  }
}

extension CPUDevice {
  /// Rotary position embedding, in place, over pairs (i, i + E/2) of each head.
  ///
  /// - Parameters:
  ///   - x: `[T, heads · E]`.
  ///   - positions: The position of each row, below the table's.
  ///   - backward: Turns back, which is the gradient: the rotation is orthogonal up to the
  ///     table's scale.
  /// - SeeAlso: Su et al. 2021, arXiv 2104.09864, eq. 34.
  package func rope(
    _ x: Tensor, headDim: Int, positions: [Int32], table: RoPETable, backward: Bool = false
  ) {
    forEachRowBlock(x.rows) {
      rope($0, x, headDim: headDim, positions: positions, table: table, backward: backward)
    }
  }

  /// The same for a range of the rows, on one thread.
  package func rope(
    _ rows: Range<Int>, _ x: Tensor, headDim: Int, positions: [Int32], table: RoPETable,
    backward: Bool = false
  ) {
    precondition(x.columns % headDim == 0 && positions.count == x.rows)
    precondition(table.cosine.columns == headDim / 2)
    precondition(positions[rows].allSatisfy { $0 >= 0 && $0 < table.positions })
    positions[rows].withUnsafeBufferPointer { positions in
      guard let base = positions.baseAddress else { return }
      kernels.entry.rope(
        rows.count, x.columns / headDim, headDim, backward ? -1 : 1,
        x.pointer + rows.lowerBound * x.stride, x.stride, table.cosine.pointer,
        table.sine.pointer, base)
    }
  }
}

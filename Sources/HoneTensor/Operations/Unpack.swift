// SPDX-License-Identifier: Apache-2.0

extension CPUDevice {
  /// Float32 rows of a block format.
  ///
  /// - Parameter order: The stored row of each result row; nil for the rows as they stand.
  package func unpack(_ blocks: BlockRows, order: [Int]? = nil) -> Tensor {
    precondition(order.map { $0.count == blocks.rows } ?? true)
    let result = Tensor(rows: blocks.rows, columns: blocks.columns)
    forEachRowBlock(blocks.rows) { range in
      guard let order else {
        blocks.unpack(range, to: result.pointer + range.lowerBound * result.stride)
        return
      }
      for row in range {
        blocks.unpack(order[row]..<order[row] + 1, to: result.pointer + row * result.stride)
      }
    }
    return result
  }

  /// Whether every element is a finite number.
  package func isFinite(_ tensor: Tensor) -> Bool {
    allBlocks(tensor.rows) { tensor.rows($0).isFinite }
  }

  /// Whether every unpacked element is a finite number.
  package func isFinite(_ blocks: BlockRows) -> Bool {
    allBlocks(blocks.rows) { range in
      let row = Tensor(rows: 1, columns: blocks.columns)
      return range.allSatisfy {
        blocks.unpack($0..<$0 + 1, to: row.pointer)
        return row.isFinite
      }
    }
  }

  private func allBlocks(_ rows: Int, _ test: (Range<Int>) -> Bool) -> Bool {
    let verdicts = Tensor(rows: rows, columns: 1)
    forEachRowBlock(rows) { range in
      if !test(range) { verdicts.pointer[range.lowerBound] = 1 }
    }
    return !verdicts.toArray().contains(1)
  }
}

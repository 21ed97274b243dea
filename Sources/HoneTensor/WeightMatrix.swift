// SPDX-License-Identifier: Apache-2.0
import CHoneKernels

/// A frozen weight `[N, K]` (outputs by inputs), in whatever form it is stored.
///
/// The model's code sees only this type and ``CPUDevice/linear(into:_:_:)`` and its backward, so a
/// form with its own kernels changes nothing above.
package struct WeightMatrix: Sendable {
  enum Storage: Sendable {
    case float32(Tensor)
    /// Rows of a block format, unpacked where they are used.
    case blocks(BlockRows)
    /// 8-bit blocks, multiplied in integers.
    case int8(QuantizedWeight)
  }

  let storage: Storage
  /// Outputs.
  package let rows: Int
  /// Inputs.
  package let columns: Int

  package init(_ tensor: Tensor) {
    storage = .float32(tensor)
    rows = tensor.rows
    columns = tensor.columns
  }

  package init(_ blocks: BlockRows) {
    storage = .blocks(blocks)
    rows = blocks.rows
    columns = blocks.columns
  }

  init(_ weight: QuantizedWeight) {
    storage = .int8(weight)
    rows = weight.forward.rows
    columns = weight.forward.columns
  }

  /// The weight if its products are quantised.
  var quantized: QuantizedWeight? {
    if case .int8(let weight) = storage { weight } else { nil }
  }

  package var isQuantized: Bool { quantized != nil }

  /// Writes one row, as float32, to a row of `out`.
  package func copyRow(_ row: Int, to out: Tensor, at outRow: Int) {
    precondition(row >= 0 && row < rows && out.columns == columns && outRow < out.rows)
    let target = out.pointer + outRow * out.stride
    switch storage {
    case .float32(let tensor):
      target.update(from: tensor.pointer + row * tensor.stride, count: columns)
    case .blocks(let blocks):
      blocks.unpack(row..<row + 1, to: target)
    case .int8(let weight):
      weight.unpack(row..<row + 1, to: target)
    }
  }

  /// Bytes of memory that reading all of it touches.
  package var byteCount: Int {
    switch storage {
    case .float32(let tensor): tensor.count * MemoryLayout<Float>.stride
    case .blocks(let blocks): blocks.rows * blocks.rowBytes
    case .int8(let weight): weight.forward.byteCount
    }
  }

  /// Bytes of memory that it takes with what its backward needs.
  package var trainingByteCount: Int {
    // A quantised weight has a transposed copy: a byte a value and a scale for each 64.
    byteCount + (isQuantized ? rows * columns / 16 * 17 : 0)
  }

  /// An FNV-1a hash over the stored bits: equal before and after means never written.
  package var checksum: UInt64 {
    switch storage {
    case .float32(let tensor):
      var checksum = Checksum()
      for row in 0..<rows {
        for column in 0..<columns {
          checksum.combine(UInt64(tensor.pointer[row * tensor.stride + column].bitPattern))
        }
      }
      return checksum.value
    case .blocks(let blocks): return blocks.checksum
    case .int8(let weight): return weight.checksum
    }
  }
}

/// Rows `[N, K]` in a block format, in memory that `owner` keeps alive.
///
/// `@unchecked Sendable`: the bytes are never written.
package struct BlockRows: @unchecked Sendable {
  let bytes: UnsafeRawPointer
  let dtype: Int32
  package let rows: Int
  package let columns: Int
  let rowBytes: Int
  private let owner: AnyObject

  /// - Returns: nil if the format is unknown, a row is no whole number of blocks, a size is
  ///   negative, or the bytes are too few.
  package init?(
    bytes: UnsafeRawBufferPointer, dtype: Int32, rows: Int, columns: Int, owner: AnyObject
  ) {
    let values = hone_block_values(dtype)
    guard rows >= 0, columns >= 0, values > 0, columns % values == 0,
      let base = bytes.baseAddress
    else { return nil }
    let (rowBytes, over) = (columns / values).multipliedReportingOverflow(
      by: hone_block_bytes(dtype))
    let (total, alsoOver) = rowBytes.multipliedReportingOverflow(by: rows)
    guard !over, !alsoOver, total <= bytes.count else { return nil }
    self.bytes = base
    self.dtype = dtype
    self.rows = rows
    self.columns = columns
    self.rowBytes = rowBytes
    self.owner = owner
  }

  func unpack(_ range: Range<Int>, to out: UnsafeMutablePointer<Float>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows)
    // The format was checked in init, so the only failure, an unknown one, cannot occur.
    _ = hone_dequantize(
      dtype, range.count * columns, out, bytes + range.lowerBound * rowBytes)
  }

  var checksum: UInt64 {
    var checksum = Checksum()
    checksum.combine(UnsafeRawBufferPointer(start: bytes, count: rows * rowBytes))
    return checksum.value
  }
}

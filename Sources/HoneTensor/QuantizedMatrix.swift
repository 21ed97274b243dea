// SPDX-License-Identifier: Apache-2.0
import CHoneKernels

/// A matrix `[N, K]` in blocks of 4, 5 or 8 bits along K, packed for the product x · Wᵀ.
///
/// Stored blocks of 32 keep their values and their size (0.62 bytes a weight in 4 bits, 0.75 in 5,
/// 1.12 in 8); other weights get 8 bits with a scale and a minimum for every 32 (1.25 bytes), off
/// by at most a 510th of their block's range. The layouts stand in hone_kernels.h.
package struct QuantizedMatrix: Sendable {
  package let rows: Int
  package let columns: Int
  let packing: hone_packing
  // Bytes, in a float buffer for its alignment.
  private let buffer: TensorBuffer

  fileprivate init(rows: Int, columns: Int, packing: hone_packing) {
    self.rows = rows
    self.columns = columns
    self.packing = packing
    let bytes = hone_packed_bytes(Int32(packing.rawValue), rows, columns)
    buffer = TensorBuffer(count: bytes / MemoryLayout<Float>.stride)
  }

  /// The packed bytes, `byteCount` of them, as long as this value lives.
  var pointer: UnsafeMutablePointer<UInt8> {
    // The buffer holds byteCount / 4 floats; bytes may alias any type.
    UnsafeMutableRawPointer(buffer.pointer).assumingMemoryBound(to: UInt8.self)
  }

  package var byteCount: Int { buffer.count * MemoryLayout<Float>.stride }
}

/// A frozen weight for quantised products, with what it was made from.
///
/// `@unchecked Sendable`: everything but `backward` and `outliers` is constant, and those are filled
/// once, by the device of the model that owns the weight and excludes other users.
package final class QuantizedWeight: @unchecked Sendable {
  /// Where float32 rows come from: the embedding table and the transposed copy need them.
  enum Source {
    case float32(Tensor)
    /// Stored rows, in another order if there is one.
    case blocks(BlockRows, order: [Int]?)
  }

  let source: Source
  let forward: QuantizedMatrix
  /// Wᵀ `[K, N]` in 8-bit blocks of 64 along N, for gradients; made when the first is asked for.
  fileprivate(set) var backward: QuantizedMatrix?
  /// Inputs that stay in float32, nil for none.
  var outliers: OutlierInputs?

  fileprivate init(source: Source, forward: QuantizedMatrix) {
    self.source = source
    self.forward = forward
  }

  func unpack(_ range: Range<Int>, to out: UnsafeMutablePointer<Float>) {
    switch source {
    case .float32(let tensor):
      for (index, row) in range.enumerated() {
        (out + index * tensor.columns).update(
          from: tensor.pointer + row * tensor.stride, count: tensor.columns)
      }
    case .blocks(let blocks, let order):
      guard let order else { return blocks.unpack(range, to: out) }
      for (index, row) in range.enumerated() {
        blocks.unpack(order[row]..<order[row] + 1, to: out + index * blocks.columns)
      }
    }
  }

  var checksum: UInt64 {
    var checksum = Checksum()
    checksum.combine(UnsafeRawBufferPointer(start: forward.pointer, count: forward.byteCount))
    return checksum.value
  }
}

extension CPUDevice {
  /// Quantises stored rows; those in blocks of 32 keep their values.
  package func quantize(_ blocks: BlockRows, order: [Int]? = nil) -> WeightMatrix {
    precondition(order.map { $0.count == blocks.rows } ?? true)
    let source = QuantizedWeight.Source.blocks(blocks, order: order)
    let packing = hone_packing_for(blocks.dtype)
    guard packing >= 0 else {
      return quantize(source, rows: blocks.rows, columns: blocks.columns)
    }
    let (rows, columns) = (blocks.rows, blocks.columns)
    let matrix = QuantizedMatrix(
      rows: rows, columns: columns, packing: hone_packing(UInt32(packing)))
    // Called by hone_pack_stored with what is given to it below.
    let row: @convention(c) (UnsafeRawPointer?, Int) -> UnsafeRawPointer? = { context, output in
      context?.assumingMemoryBound(to: StoredRows.self).pointee.row(output)
    }
    withUnsafePointer(to: StoredRows(blocks: blocks, order: order)) { stored in
      forEachPanel(rows) { first, count in
        hone_pack_stored(
          blocks.dtype, rows, columns, first, count, matrix.pointer, row, stored)
      }
    }
    return WeightMatrix(QuantizedWeight(source: source, forward: matrix))
  }

  private struct StoredRows {
    let blocks: BlockRows
    let order: [Int]?
    func row(_ output: Int) -> UnsafeRawPointer {
      blocks.bytes + (order?[output] ?? output) * blocks.rowBytes
    }
  }

  /// Quantises a float32 matrix, which is kept.
  package func quantize(_ tensor: Tensor) -> WeightMatrix {
    quantize(.float32(tensor), rows: tensor.rows, columns: tensor.columns)
  }

  private func quantize(
    _ source: QuantizedWeight.Source, rows: Int, columns: Int
  ) -> WeightMatrix {
    let weight = QuantizedWeight(
      source: source, forward: QuantizedMatrix(rows: rows, columns: columns, packing: HONE_BYTES))
    let panel = HONE_PANEL
    reserveScratch(panel * columns)
    pool.run((rows + panel - 1) / panel) { task, worker in
      let range = task * panel..<min(rows, (task + 1) * panel)
      weight.unpack(range, to: extraScratch(worker))
      kernels.entry.int8_pack(
        HONE_BYTES, rows, columns, range.lowerBound, range.count, weight.forward.pointer,
        extraScratch(worker), columns, 1)
    }
    return WeightMatrix(weight)
  }

  private func forEachPanel(_ rows: Int, _ body: (_ first: Int, _ count: Int) -> Void) {
    pool.run((rows + HONE_PANEL - 1) / HONE_PANEL) { task, _ in
      body(task * HONE_PANEL, min(HONE_PANEL, rows - task * HONE_PANEL))
    }
  }

  /// The transposed copy, made now if there is none.
  func backward(of weight: QuantizedWeight) -> QuantizedMatrix {
    if let backward = weight.backward { return backward }
    let (n, k) = (weight.forward.rows, weight.forward.columns)
    let result = QuantizedMatrix(rows: k, columns: n, packing: HONE_WIDE)
    // Some inputs of all panels at a time: in float32 a head would be larger than all else.
    let packing = Int32(HONE_WIDE.rawValue)
    let block = hone_packing_block(packing)
    let panelBytes = hone_packed_bytes(packing, HONE_PANEL, n)
    let blockBytes = hone_packed_bytes(packing, HONE_PANEL, block)
    let step = 64 * block
    let rows = Tensor(rows: min(n, step), columns: k)
    for start in stride(from: 0, to: n, by: step) {
      let count = min(step, n - start)
      forEachRowBlock(count) { range in
        weight.unpack(
          start + range.lowerBound..<start + range.upperBound,
          to: rows.pointer + range.lowerBound * k)
      }
      forEachPanel(k) { first, outputs in
        // One panel by itself, from the block that these inputs begin.
        kernels.entry.int8_pack(
          HONE_WIDE, outputs, count, 0, outputs,
          result.pointer + first / HONE_PANEL * panelBytes + start / block * blockBytes,
          rows.pointer + first, 1, k)
      }
    }
    weight.backward = result
    return result
  }
}

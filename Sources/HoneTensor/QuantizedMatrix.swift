// SPDX-License-Identifier: Apache-2.0
import CHoneKernels

/// A matrix `[N, K]` in 8-bit blocks of 32 along K, packed for the product x · Wᵀ.
///
/// Each block has a scale and a minimum, so a weight is off by at most a 510th of its block's
/// range: a 4- or 5-bit block that uses its whole range is kept as it is. 1.25 bytes a weight; the
/// layout stands in hone_kernels.h.
package struct QuantizedMatrix: Sendable {
  package let rows: Int
  package let columns: Int
  // Bytes, in a float buffer for its alignment.
  private let buffer: TensorBuffer

  fileprivate init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    buffer = TensorBuffer(count: hone_int8_bytes(rows, columns) / MemoryLayout<Float>.stride)
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
/// `@unchecked Sendable`: everything but `backward` is constant, and that is filled once, by the
/// device of the model that owns the weight and excludes other users.
package final class QuantizedWeight: @unchecked Sendable {
  /// Where float32 rows come from: the embedding table and the transposed copy need them.
  enum Source {
    case float32(Tensor)
    /// Stored rows, in another order if there is one.
    case blocks(BlockRows, order: [Int]?)
  }

  let source: Source
  let forward: QuantizedMatrix
  /// Wᵀ `[K, N]` in blocks along N, for gradients; made when the first is asked for.
  fileprivate(set) var backward: QuantizedMatrix?

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
  /// Quantises stored rows.
  package func quantize(_ blocks: BlockRows, order: [Int]? = nil) -> WeightMatrix {
    precondition(order.map { $0.count == blocks.rows } ?? true)
    return quantize(.blocks(blocks, order: order), rows: blocks.rows, columns: blocks.columns)
  }

  /// Quantises a float32 matrix, which is kept.
  package func quantize(_ tensor: Tensor) -> WeightMatrix {
    quantize(.float32(tensor), rows: tensor.rows, columns: tensor.columns)
  }

  private func quantize(
    _ source: QuantizedWeight.Source, rows: Int, columns: Int
  ) -> WeightMatrix {
    let weight = QuantizedWeight(
      source: source, forward: QuantizedMatrix(rows: rows, columns: columns))
    let panel = HONE_PANEL
    reserveScratch(panel * columns)
    pool.run((rows + panel - 1) / panel) { task, worker in
      let range = task * panel..<min(rows, (task + 1) * panel)
      weight.unpack(range, to: extraScratch(worker))
      kernels.entry.int8_pack(
        rows, columns, range.lowerBound, range.count, weight.forward.pointer,
        extraScratch(worker), columns, 1)
    }
    return WeightMatrix(weight)
  }

  /// The transposed copy, made now if there is none.
  func backward(of weight: QuantizedWeight) -> QuantizedMatrix {
    if let backward = weight.backward { return backward }
    let (n, k) = (weight.forward.rows, weight.forward.columns)
    let rows = Tensor(rows: n, columns: k)
    forEachRowBlock(n) { range in
      weight.unpack(range, to: rows.pointer + range.lowerBound * k)
    }
    let result = QuantizedMatrix(rows: k, columns: n)
    let panel = HONE_PANEL
    pool.run((k + panel - 1) / panel) { task, _ in
      let first = task * panel
      kernels.entry.int8_pack(
        k, n, first, min(panel, k - first), result.pointer, rows.pointer + first, 1, k)
    }
    weight.backward = result
    return result
  }
}

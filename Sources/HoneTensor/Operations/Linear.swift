// SPDX-License-Identifier: Apache-2.0
import CHoneKernels

extension CPUDevice {
  /// Rows up to which a product streams the weight once instead of packing it.
  private static var fewRows: Int { 4 }

  /// `out[T, N] = x[T, K] · Wᵀ`, accumulated in float32.
  ///
  /// 2·T·N·K operations; for T ≤ 4 bound by reading W once.
  package func linear(into out: Tensor, _ x: Tensor, _ weight: WeightMatrix) {
    precondition(x.columns == weight.columns && out.columns == weight.rows && out.rows == x.rows)
    switch weight.storage {
    case .float32(let w):
      if x.rows <= Self.fewRows {
        fewRows(into: out, x, rows: w.rows) { range, _ in
          (UnsafePointer(w.pointer + range.lowerBound * w.stride), w.stride)
        }
      } else {
        matrixProduct(into: out, x, w, transposeB: true)
      }
    case .blocks(let blocks):
      if x.rows <= Self.fewRows {
        // Unpacked a few rows at a time, into the first-level cache.
        reserveScratch(Self.unpackedRows * blocks.columns)
        fewRows(into: out, x, rows: blocks.rows, step: Self.unpackedRows) { range, worker in
          blocks.unpack(range, to: extraScratch(worker))
          return (UnsafePointer(extraScratch(worker)), blocks.columns)
        }
      } else {
        matrixProduct(into: out, x, unpacked(blocks), transposeB: true)
      }
    case .int8(let weight):
      quantizedProduct(into: out, quantize(rows: x), weight.forward)
    }
  }

  /// Several products of one input, which is quantised once for those that need it.
  package func linear(_ products: [(out: Tensor, weight: WeightMatrix)], _ x: Tensor) {
    var quantized: QuantizedRows?
    for (out, weight) in products {
      guard case .int8(let weight) = weight.storage else {
        linear(into: out, x, weight)
        continue
      }
      let rows = quantized ?? quantize(rows: x)
      quantized = rows
      quantizedProduct(into: out, rows, weight.forward)
    }
  }

  /// Backward of ``linear(into:_:_:)``: `dx[T, K] (+)= dy[T, N] · W`.
  package func linearBackward(
    into dx: Tensor, _ dy: Tensor, _ weight: WeightMatrix, accumulate: Bool = false
  ) {
    precondition(dy.columns == weight.rows && dx.columns == weight.columns && dx.rows == dy.rows)
    switch weight.storage {
    case .float32(let w): matrixProduct(into: dx, dy, w, accumulate: accumulate)
    case .blocks(let blocks):
      matrixProduct(into: dx, dy, unpacked(blocks), accumulate: accumulate)
    case .int8(let weight):
      quantizedProduct(
        into: dx, quantize(rows: dy), backward(of: weight), accumulate: accumulate)
    }
  }

  private static var unpackedRows: Int { 8 }

  private func fewRows(
    into out: Tensor, _ x: Tensor, rows: Int, step: Int? = nil,
    weights: (Range<Int>, Int) -> (UnsafePointer<Float>, Int)
  ) {
    // Some 64 KiB of weights for a task: enough to hide its cost, small enough to balance.
    let block = max(8, min(rows, 1 << 14) / max(1, x.columns >> 4), (rows + 63) / 64)
    pool.run((rows + block - 1) / block) { task, worker in
      let end = min(rows, (task + 1) * block)
      var start = task * block
      while start < end {
        let range = start..<min(end, start + (step ?? block))
        let (w, stride) = weights(range, worker)
        kernels.entry.dot_rows(
          x.rows, range.count, x.columns, out.pointer + start, out.stride, x.pointer, x.stride, w,
          stride)
        start = range.upperBound
      }
    }
  }

  private func unpacked(_ blocks: BlockRows) -> Tensor {
    let tensor = unpackScratch(rows: blocks.rows, columns: blocks.columns)
    forEachRowBlock(blocks.rows) { range in
      blocks.unpack(range, to: tensor.pointer + range.lowerBound * tensor.stride)
    }
    return tensor
  }
}

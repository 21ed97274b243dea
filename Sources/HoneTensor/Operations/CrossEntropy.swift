// SPDX-License-Identifier: Apache-2.0

extension CPUDevice {
  /// Turns logits into the gradient of the weighted cross-entropy, in place.
  ///
  /// - Parameters:
  ///   - logits: `[T, V]`; becomes `weight · (softmax − onehot(target))`.
  ///   - targets: The right token of each row.
  ///   - weight: The factor of every row's loss, such as 1 / tokens in the batch.
  /// - Returns: `log p(target)` of each row, unweighted.
  package func crossEntropy(_ logits: Tensor, targets: [Int32], weight: Float) -> [Float] {
    rowwise(logits, targets) { pointer, target in
      kernels.entry.cross_entropy(logits.columns, target, weight, pointer)
    }
  }

  /// The same with the gradient taken through the head at once, row by row while a row of logits
  /// is in the cache: `into dx[T, D] = weight · (softmax − onehot(target)) · W`.
  ///
  /// - Parameters:
  ///   - softcap: The bound c of the logits, which become `c · tanh(logit / c)`.
  ///   - update: Of an adapter on the head, whose gradients are added to; then `x` is what the head
  ///     was multiplied with.
  package func crossEntropyBackward(
    into dx: Tensor, _ logits: Tensor, targets: [Int32], weight: Float, head: WeightMatrix,
    softcap: Float? = nil, update: ProjectionGradient.Update? = nil, x: Tensor? = nil
  ) -> [Float] {
    precondition(targets.count == logits.rows)
    precondition(targets.allSatisfy { $0 >= 0 && Int($0) < logits.columns })
    return [Float](unsafeUninitializedCapacity: targets.count) { result, count in
      // Ranges of rows are disjoint, so each element is written once.
      nonisolated(unsafe) let result = result
      projectBackward(into: dx, [ProjectionGradient(logits, head, update: update)], x: x) {
        [self] rows in
        for row in rows {
          let line = logits.pointer + row * logits.stride
          var capped: [Float] = []
          if let softcap {
            kernels.entry.soft_cap(logits.columns, 1, softcap, line)
            capped = Array(UnsafeBufferPointer(start: line, count: logits.columns))
          }
          result.initializeElement(
            at: row,
            to: kernels.entry.cross_entropy(
              logits.columns, Int(targets[row]), weight, line))
          if let softcap {
            kernels.entry.soft_cap_backward(logits.columns, softcap, line, capped)
          }
          // Most of a row's probability can lie in entries too small to survive rounding.
          if head.quantized != nil { carryRounding(logits, row: row) }
        }
      }
      count = targets.count
    }
  }

  /// Makes a row what quantising it in blocks of 64 keeps, its sums kept too.
  package func carryRounding(_ x: Tensor, row: Int) {
    precondition(row >= 0 && row < x.rows)
    kernels.entry.carry_rounding(x.columns, x.pointer + row * x.stride)
  }

  /// `log p(target)` of each row of logits `[T, V]`, which stay as they are.
  package func logLikelihood(_ logits: Tensor, targets: [Int32]) -> [Float] {
    rowwise(logits, targets) { pointer, target in
      pointer[target] - kernels.entry.log_sum_exp(logits.columns, pointer)
    }
  }

  private func rowwise(
    _ logits: Tensor, _ targets: [Int32], _ body: (UnsafeMutablePointer<Float>, Int) -> Float
  ) -> [Float] {
    precondition(targets.count == logits.rows)
    precondition(targets.allSatisfy { $0 >= 0 && Int($0) < logits.columns })
    return [Float](unsafeUninitializedCapacity: targets.count) { result, count in
      let result = UnsafeMutableBufferPointer(rebasing: result[..<targets.count])
      forEachRowBlock(targets.count, minimum: 1) { range in
        for row in range {
          result.initializeElement(
            at: row, to: body(logits.pointer + row * logits.stride, Int(targets[row])))
        }
      }
      count = targets.count
    }
  }
}

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

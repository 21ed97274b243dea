// SPDX-License-Identifier: Apache-2.0

/// Inputs of a quantised weight that are multiplied in float32.
///
/// A block's largest magnitude sets the step of all its values. In trained models a few channels of
/// the residual stream are tens of times larger than the rest, for every token; the rest of their
/// blocks, rounded in their steps, would lose most of its bits.
/// - SeeAlso: Dettmers et al. 2022, arXiv 2208.07339, §3.2.
struct OutlierInputs: Sendable {
  let inputs: [Int]
  /// Their columns of W, `[C, N]`.
  let columns: Tensor
}

/// Outlying inputs of some rows. Scratch of the operation.
struct OutlierRows {
  let inputs: [Int]
  /// `[T, C]`.
  let values: Tensor
}

extension CPUDevice {
  /// Keeps inputs of weights that multiply the same rows in float32.
  ///
  /// Nothing changes for weights that are not quantised.
  package func separate(inputs: [Int], of weights: [WeightMatrix]) {
    for weight in weights.lazy.compactMap(\.quantized) {
      let (n, k) = (weight.forward.rows, weight.forward.columns)
      precondition(inputs.allSatisfy { $0 >= 0 && $0 < k })
      guard !inputs.isEmpty else {
        weight.outliers = nil
        continue
      }
      let columns = Tensor(rows: inputs.count, columns: n)
      reserveScratch(k)
      let step = 64
      pool.run((n + step - 1) / step) { task, worker in
        let row = extraScratch(worker)
        for output in task * step..<min(n, (task + 1) * step) {
          weight.unpack(output..<output + 1, to: row)
          for (index, input) in inputs.enumerated() { columns[index, output] = row[input] }
        }
      }
      weight.outliers = OutlierInputs(inputs: inputs, columns: columns)
    }
  }

  /// Room for the outlying inputs of `rows` rows that all these weights multiply; nil without any.
  func outlierRows(_ rows: Int, of weights: [WeightMatrix]) -> OutlierRows? {
    let quantized = weights.lazy.compactMap(\.quantized)
    let inputs = quantized.first?.outliers?.inputs ?? []
    precondition(quantized.allSatisfy { ($0.outliers?.inputs ?? []) == inputs })
    if inputs.isEmpty { return nil }
    return OutlierRows(
      inputs: inputs, values: scratch.tensor(rows: rows, columns: inputs.count))
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneTensor

extension Reference {
  /// One sequence for attention: queries `[T, H · E]` that are the last T of the keys' tokens.
  package struct AttentionInput {
    package var queries: [Double]
    /// `[tokens, K · E]`, as are the values.
    package var keys: [Double]
    package var values: [Double]
    package init(queries: [Double], keys: [Double], values: [Double]) {
      self.queries = queries
      self.keys = keys
      self.values = values
    }
  }

  /// `cap · tanh(x / cap)`.
  package static func softcap(_ x: Double, _ cap: Double?) -> Double {
    guard let cap else { return x }
    return cap * (1 - 2 / (exponential(2 * x / cap) + 1))
  }

  /// Causal grouped-query attention of one sequence, within the shape's window: outputs `[T, H · E]`
  /// and, for each row and head, the log of the sum of the exponentials.
  package static func attention(
    _ input: AttentionInput, shape: AttentionShape
  ) -> (out: [Double], logSumExp: [Double]) {
    let e = shape.headDim
    let width = shape.numAttentionHeads * e
    let keyWidth = shape.numKeyValueHeads * e
    let rows = input.queries.count / width
    let before = input.keys.count / keyWidth - rows
    var out = [Double](repeating: 0, count: input.queries.count)
    var sums: [Double] = []
    for row in 0..<rows {
      for head in 0..<shape.numAttentionHeads {
        let query = row * width + head * e
        let shared = head / shape.headsPerGroup * e
        let seen = before + row + 1
        let first = max(0, seen - (shape.slidingWindow ?? seen))
        let scores = (first..<seen).map { key in
          let score = (0..<e).reduce(0.0) {
            $0 + input.queries[query + $1] * input.keys[key * keyWidth + shared + $1]
          }
          return softcap(score * Double(shape.scale), shape.softcap.map(Double.init))
        }
        sums.append(logSumExp(scores))
        for (key, probability) in zip(first..., softmax(scores)) {
          for i in 0..<e {
            out[query + i] += probability * input.values[key * keyWidth + shared + i]
          }
        }
      }
    }
    return (out, sums)
  }
}

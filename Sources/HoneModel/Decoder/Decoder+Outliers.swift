// SPDX-License-Identifier: Apache-2.0
import HoneTensor

extension Decoder {
  /// Finds the channels that set the rounding of quantised activations in a run over `ids`, and
  /// has them multiplied in float32 from then on.
  ///
  /// Only behind the norms of the residual stream, where the same few channels stand out for every
  /// token. What is chosen belongs to the model, so a row's result does not depend on its batch.
  /// - Throws: `CancellationError`, checked at every layer.
  package func separateOutliers(_ ids: [Int32]) throws {
    precondition(!ids.isEmpty)
    arena.reset()
    let c = configuration
    let t = ids.count
    let positions = (0..<t).map(Int32.init)
    var x = arena.tensor(rows: t, columns: c.hiddenSize)
    var out = arena.tensor(rows: t, columns: c.hiddenSize)
    let normed = arena.tensor(rows: t, columns: c.hiddenSize)
    let activation = arena.tensor(rows: t, columns: c.intermediateSize)
    let rstd = arena.tensor(rows: t, columns: 1)
    embed(ids, into: x, adapter: nil)
    func separate(_ stream: Tensor, gain: Tensor, of consumers: [WeightMatrix]) {
      device.rmsNorm(into: normed, rstd: rstd, stream, weight: gain, eps: Float(c.rmsNormEps))
      device.separate(inputs: Self.outliers(normed), of: consumers)
    }
    let mark = arena.mark
    for (layer, w) in weights.layers.enumerated() {
      try Task.checkCancellation()
      arena.release(to: mark)
      let state = LayerState(tokens: t, layer: layer, c, adapter: nil, arena: arena)
      forward(
        layer: layer, x, into: out, state: state, normed: normed, activation: activation,
        positions: positions, table: ropeTable(layer: layer, positions: t), adapter: nil
      ) {
        device.attention(
          into: state.attended, queries: state.queries,
          groups: [
            AttentionGroup(members: [
              .init(rows: 0..<t, own: .init(keys: state.keys, values: state.values))
            ])
          ], shape: c.attentionShape(layer: layer))
      }
      func weights(_ modules: [TargetModule]) -> [WeightMatrix] {
        modules.map { w.projections[$0.index] }
      }
      separate(x, gain: w.inputLayerNorm, of: weights([.query, .key, .value]))
      separate(state.middle, gain: w.postAttentionLayerNorm, of: weights([.gate, .up]))
      swap(&x, &out)
    }
    separate(x, gain: weights.norm, of: [weights.lmHead])
  }

  /// Channels of `x` `[T, D]` each of which, kept apart, saves a good part of the rounding error.
  ///
  /// A block's error goes with the square of its largest magnitude, so what a channel costs is how
  /// far that square would fall without it.
  static func outliers(_ x: Tensor) -> [Int] {
    var chosen: [Int] = []
    while chosen.count < 4 {
      var savings = [Double](repeating: 0, count: x.columns)
      var total = 0.0
      for row in 0..<x.rows {
        for start in stride(from: 0, to: x.columns, by: 32) {
          var (first, second, place) = (0.0, 0.0, start)
          for column in start..<min(x.columns, start + 32) where !chosen.contains(column) {
            let square = Double(x[row, column]) * Double(x[row, column])
            if square > first {
              (first, second, place) = (square, first, column)
            } else if square > second {
              second = square
            }
          }
          savings[place] += first - second
          total += first
        }
      }
      guard let best = savings.indices.max(by: { savings[$0] < savings[$1] }),
        savings[best] > 0.05 * total
      else { break }
      chosen.append(best)
    }
    return chosen.sorted()
  }
}

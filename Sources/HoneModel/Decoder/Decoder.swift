// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// A pre-norm transformer decoder with grouped-query attention, RoPE and SwiGLU.
///
/// Families differ by ``ModelConfiguration`` only. Not Sendable: a ``LanguageModel`` owns it, and
/// its scratch memory serves one call at a time. The weights are only read.
/// - SeeAlso: Touvron et al. 2023, arXiv 2302.13971, §2.2.
package final class Decoder {
  package let configuration: ModelConfiguration
  package let weights: DecoderWeights
  package let device: CPUDevice
  let arena = Arena()
  private var ropeTable: RoPETable

  package init(configuration: ModelConfiguration, weights: DecoderWeights, device: CPUDevice) {
    self.configuration = configuration
    self.weights = weights
    self.device = device
    ropeTable = RoPETable(inverseFrequencies: [], positions: 0)
  }

  /// The rotary table for positions below `count`, grown as needed.
  func ropeTable(positions count: Int) -> RoPETable {
    if ropeTable.positions < count {
      let frequencies = configuration.ropeScaling.inverseFrequencies(
        headDim: configuration.headDim, ropeTheta: configuration.ropeTheta)
      ropeTable = RoPETable(
        inverseFrequencies: frequencies, positions: (count + 1023) / 1024 * 1024)
    }
    return ropeTable
  }

  /// `out = x · Wᵀ + bias + scaling · (x · Aᵀ) · Bᵀ` for projections of one input.
  ///
  /// - Parameter hidden: At the modules' indices; receives `x · Aᵀ`, `[T, R]`, where there is an
  ///   update.
  func project(
    _ modules: [(TargetModule, Tensor)], layer: Int, _ x: Tensor, adapter: LoRAAdapter?,
    hidden: [Tensor?]
  ) {
    let weights = weights.layers[layer]
    device.linear(modules.map { (out: $1, weight: weights.projections[$0.index]) }, x)
    for (module, out) in modules {
      if module.index < weights.biases.count, let bias = weights.biases[module.index] {
        device.addBias(into: out, bias)
      }
      guard let adapter, let lora = adapter.linear(layer, module),
        let hidden = hidden[module.index]
      else { continue }
      device.matrixProduct(into: hidden, x, lora.a, transposeB: true)
      device.matrixProduct(
        into: out, hidden, lora.b, transposeB: true,
        alpha: Float(adapter.configuration.loraScaling), accumulate: true)
    }
  }

  /// One layer: `out = x + attention(norm(x))`, then `out += mlp(norm(out))`.
  ///
  /// - Parameters:
  ///   - state: Receives what the backward needs.
  ///   - normed: Scratch `[T, D]`.
  ///   - activation: Scratch `[T, F]`.
  ///   - attend: Reads the rotated queries, keys and values in `state`, writes `state.attended`.
  func forward(
    layer: Int, _ x: Tensor, into out: Tensor, state: LayerState, normed: Tensor,
    activation: Tensor, positions: [Int32], table: RoPETable, adapter: LoRAAdapter?,
    attend: () -> Void
  ) {
    let c = configuration
    let eps = Float(c.rmsNormEps)
    let w = weights.layers[layer]
    func project(_ modules: [(TargetModule, Tensor)], _ x: Tensor) {
      self.project(modules, layer: layer, x, adapter: adapter, hidden: state.hidden)
    }
    device.rmsNorm(into: normed, rstd: state.inputRstd, x, weight: w.inputLayerNorm, eps: eps)
    project([(.query, state.queries), (.key, state.keys), (.value, state.values)], normed)
    device.rope(state.queries, headDim: c.headDim, positions: positions, table: table)
    device.rope(state.keys, headDim: c.headDim, positions: positions, table: table)
    attend()
    project([(.output, state.middle)], state.attended)
    device.add(into: state.middle, x)
    device.rmsNorm(
      into: normed, rstd: state.middleRstd, state.middle, weight: w.postAttentionLayerNorm,
      eps: eps)
    project([(.gate, state.gate), (.up, state.up)], normed)
    device.swiglu(into: activation, gate: state.gate, up: state.up)
    project([(.down, out)], activation)
    device.add(into: out, state.middle)
  }
}

/// What one layer computes and its backward needs again.
///
/// The normalised inputs and the SwiGLU product are not kept: the backward recomputes them from
/// `x`, `middle`, `gate` and `up`, which costs little and saves a third of the memory.
struct LayerState {
  /// `[T, H·E]` and `[T, K·E]`, columns of one `[T, (H + 2K)·E]` matrix; queries and keys rotated.
  let projected: Tensor
  let queries: Tensor
  let keys: Tensor
  let values: Tensor
  /// `[T, H·E]`, the attention's result.
  let attended: Tensor
  /// `[T, D]`, the residual stream between attention and feed-forward.
  let middle: Tensor
  /// `[T, F]` each.
  let gate: Tensor
  let up: Tensor
  /// `[T, 1]`, 1 / rms of the layer's input and of `middle`.
  let inputRstd: Tensor
  let middleRstd: Tensor
  /// `[T, H]`, log-sum-exp of the attention scores.
  let logSumExp: Tensor
  /// `[T, R]` for each adapted module: x · Aᵀ.
  let hidden: [Tensor?]

  init(tokens t: Int, layer: Int, _ c: ModelConfiguration, adapter: LoRAAdapter?, arena: Arena) {
    projected = arena.tensor(rows: t, columns: c.queryWidth + 2 * c.keyValueWidth)
    let (q, k) = (c.queryWidth, c.queryWidth + c.keyValueWidth)
    queries = projected.columns(0..<q)
    keys = projected.columns(q..<k)
    values = projected.columns(k..<projected.columns)
    attended = arena.tensor(rows: t, columns: c.queryWidth)
    middle = arena.tensor(rows: t, columns: c.hiddenSize)
    gate = arena.tensor(rows: t, columns: c.intermediateSize)
    up = arena.tensor(rows: t, columns: c.intermediateSize)
    inputRstd = arena.tensor(rows: t, columns: 1)
    middleRstd = arena.tensor(rows: t, columns: 1)
    logSumExp = arena.tensor(rows: t, columns: c.numAttentionHeads)
    hidden = TargetModule.allCases.map { module in
      adapter?.linear(layer, module).map { arena.tensor(rows: t, columns: $0.a.rows) }
    }
  }
}

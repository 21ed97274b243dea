// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// A pre-norm transformer decoder with grouped-query attention, RoPE and a gated feed-forward part.
///
/// Families differ by ``ModelConfiguration`` only. Not Sendable: a ``LanguageModel`` owns it, and
/// its scratch memory serves one call at a time. The weights are only read.
/// - SeeAlso: Touvron et al. 2023, arXiv 2302.13971, §2.2.
package final class Decoder {
  package let configuration: ModelConfiguration
  package let weights: DecoderWeights
  package let device: CPUDevice
  let arena = Arena()
  let magnitudes = MagnitudeCache()
  private var ropeTables: [LayerType: RoPETable] = [:]

  package init(configuration: ModelConfiguration, weights: DecoderWeights, device: CPUDevice) {
    self.configuration = configuration
    self.weights = weights
    self.device = device
  }

  /// The rotary table of a layer for positions below `count`, grown as needed.
  func ropeTable(layer: Int, positions count: Int) -> RoPETable {
    let c = configuration
    let isLocal = c.ropeLocalBaseFreq != nil && c.layerTypes[layer] == .slidingAttention
    let kind: LayerType = isLocal ? .slidingAttention : .fullAttention
    if let table = ropeTables[kind], table.positions >= count { return table }
    let scaling = isLocal ? .none : c.ropeScaling
    let table = RoPETable(
      inverseFrequencies: scaling.inverseFrequencies(
        headDim: c.headDim, ropeTheta: isLocal ? c.ropeLocalBaseFreq ?? c.ropeTheta : c.ropeTheta),
      positions: (count + 1023) / 1024 * 1024, scale: scaling.attentionFactor)
    ropeTables[kind] = table
    return table
  }

  /// What the first layer reads.
  func embed(_ ids: [Int32], into x: Tensor, adapter: LoRAAdapter?) {
    device.embedding(into: x, ids: ids, table: weights.embedTokens)
    if let linear = adapter?.vocabulary[.embedTokens] {
      let mark = arena.mark
      defer { arena.release(to: mark) }
      let hidden = arena.tensor(rows: ids.count, columns: linear.a.rows)
      if let update = adapter?.update(.embedTokens, hidden: hidden) {
        device.embed(ids, through: update, into: x)
      }
    }
    if configuration.embeddingScale != 1 {
      device.scale(x, by: Float(configuration.embeddingScale))
    }
  }

  /// One layer: `out = x + attention(norm(x))`, then `out += mlp(norm(out))`.
  ///
  /// - Parameters:
  ///   - state: Receives what the backward needs.
  ///   - normed: Scratch `[T, D]`.
  ///   - activation: Scratch `[T, F]`.
  ///   - dropout: Leaves out some of what goes into the adapter's updates.
  ///   - attend: Reads the rotated queries, keys and values in `state`, writes `state.attended`.
  func forward(
    layer: Int, _ x: Tensor, into out: Tensor, state: LayerState, normed: Tensor,
    activation: Tensor, positions: [Int32], table: RoPETable, adapter: LoRAAdapter?,
    dropout: Dropout? = nil, attend: () -> Void
  ) {
    let c = configuration
    let eps = Float(c.rmsNormEps)
    let w = weights.layers[layer]
    func project(
      _ modules: [(TargetModule, Tensor)], _ x: Tensor, residual: Tensor? = nil,
      prepare: ((Range<Int>) -> Void)? = nil
    ) {
      self.project(
        modules, layer: layer, x, adapter: adapter, state: state, residual: residual,
        dropout: dropout, prepare: prepare)
    }
    project(
      [
        (.query, state.queryNorm?.input ?? state.queries),
        (.key, state.keyNorm?.input ?? state.keys), (.value, state.values),
      ], normed
    ) { [device] rows in
      device.rmsNorm(
        rows, into: normed, rstd: state.inputRstd, x, weight: w.inputLayerNorm, eps: eps)
    }
    for (norm, gain, out) in [
      (state.queryNorm, w.queryNorm, state.queries), (state.keyNorm, w.keyNorm, state.keys),
    ] {
      guard let norm, let gain else { continue }
      device.rmsNormHeads(into: out, rstd: norm.rstd, norm.input, weight: gain, eps: eps)
    }
    // Queries and keys are neighbours in one matrix.
    device.rope(state.rotated, headDim: c.headDim, positions: positions, table: table)
    attend()
    if let norm = state.attentionOutputNorm, let gain = w.attentionOutputNorm {
      project([(.output, norm.input)], state.attended)
      device.rmsNorm(into: state.middle, rstd: norm.rstd, norm.input, weight: gain, eps: eps)
      device.add(into: state.middle, x)
    } else {
      project([(.output, state.middle)], state.attended, residual: x)
    }
    project([(.gate, state.gate), (.up, state.up)], normed) { [device] rows in
      device.rmsNorm(
        rows, into: normed, rstd: state.middleRstd, state.middle,
        weight: w.postAttentionLayerNorm, eps: eps)
    }
    let activate = { [device] (rows: Range<Int>) in
      device.swiglu(
        rows, into: activation, gate: state.gate, up: state.up, activation: c.hiddenActivation)
    }
    if let norm = state.feedForwardOutputNorm, let gain = w.feedForwardOutputNorm {
      project([(.down, norm.input)], activation, prepare: activate)
      device.rmsNorm(into: out, rstd: norm.rstd, norm.input, weight: gain, eps: eps)
      device.add(into: out, state.middle)
    } else {
      project([(.down, out)], activation, residual: state.middle, prepare: activate)
    }
  }
}

/// What one layer computes and its backward needs again.
///
/// The normalised inputs and the SwiGLU product are not kept: the backward recomputes them from
/// `x`, `middle`, `gate` and `up`, which costs little and saves a third of the memory.
struct LayerState {
  /// What goes into the norm of a projection's result.
  struct OutputNorm {
    /// `[T, D]`, or `[T, heads · E]` where each head has its norm.
    let input: Tensor
    /// `[T, 1]` or `[T, heads]`, 1 / rms.
    let rstd: Tensor
  }

  /// `[T, H·E]` and `[T, K·E]`, columns of one `[T, (H + 2K)·E]` matrix; queries and keys rotated.
  let projected: Tensor
  /// Queries and keys, `[T, (H + K)·E]`.
  let rotated: Tensor
  let queries: Tensor
  let keys: Tensor
  let values: Tensor
  /// Nil where queries and keys are not normalised.
  let queryNorm: OutputNorm?
  let keyNorm: OutputNorm?
  /// Nil where the results of attention and feed-forward are not normalised.
  let attentionOutputNorm: OutputNorm?
  let feedForwardOutputNorm: OutputNorm?
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
  /// `[T, R]` for each adapted module: scaling · x · Aᵀ.
  let hidden: [Tensor?]
  /// `[T, N]` for each module whose update has a magnitude: its result before the factors.
  let directions: [Tensor?]

  init(tokens t: Int, layer: Int, _ c: ModelConfiguration, adapter: LoRAAdapter?, arena: Arena) {
    projected = arena.tensor(rows: t, columns: c.queryWidth + 2 * c.keyValueWidth)
    let (q, k) = (c.queryWidth, c.queryWidth + c.keyValueWidth)
    rotated = projected.columns(0..<k)
    queries = projected.columns(0..<q)
    keys = projected.columns(q..<k)
    values = projected.columns(k..<projected.columns)
    func outputNorm(_ isThere: Bool, heads: Int = 1, width: Int) -> OutputNorm? {
      guard isThere else { return nil }
      return OutputNorm(
        input: arena.tensor(rows: t, columns: heads * width),
        rstd: arena.tensor(rows: t, columns: heads))
    }
    queryNorm = outputNorm(c.usesQueryKeyNorm, heads: c.numAttentionHeads, width: c.headDim)
    keyNorm = outputNorm(c.usesQueryKeyNorm, heads: c.numKeyValueHeads, width: c.headDim)
    attentionOutputNorm = outputNorm(c.usesPostNorms, width: c.hiddenSize)
    feedForwardOutputNorm = outputNorm(c.usesPostNorms, width: c.hiddenSize)
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
    directions = TargetModule.allCases.map { module in
      adapter?.linear(layer, module)?.magnitude.map { arena.tensor(rows: t, columns: $0.columns) }
    }
  }
}

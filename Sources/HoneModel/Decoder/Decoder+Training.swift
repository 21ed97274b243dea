// SPDX-License-Identifier: Apache-2.0
import HoneTensor

extension Decoder {
  /// Rows for which logits exist at a time.
  static var headRows: Int { 256 }

  /// The cross-entropy of a batch and its gradient with respect to an adapter.
  ///
  /// - Parameters:
  ///   - batch: Packed sequences with at least one target.
  ///   - adapter: Used in the forward pass and differentiated.
  ///   - gradients: Of the adapter's shape; the gradient is added to it.
  ///   - weight: The factor of each target's loss, such as 1 / targets in the whole step.
  ///   - inputGradient: `[T, D]`, receives the gradient at the embeddings if given.
  /// - Returns: `log p` of each target, unweighted, in the order of `batch.targets`.
  /// - Throws: `CancellationError`, checked at every layer.
  package func logLikelihoodsAndGradients(
    _ batch: PackedBatch, adapter: LoRAAdapter, gradients: LoRAAdapter, weight: Float,
    inputGradient: Tensor? = nil
  ) throws -> [Float] {
    precondition(!batch.ids.isEmpty && !batch.lossRows.isEmpty)
    arena.reset()
    let c = configuration
    let t = batch.ids.count
    let table = ropeTable(positions: Int(batch.positions.max() ?? 0) + 1)
    let scratch = BackwardScratch(
      tokens: t, c, rank: adapter.configuration.loraRank, arena: arena)

    // Forward, keeping each layer's input and state.
    var inputs = [arena.tensor(rows: t, columns: c.hiddenSize)]
    var states: [LayerState] = []
    device.embedding(into: inputs[0], ids: batch.ids, table: weights.embedTokens)
    for layer in 0..<c.numHiddenLayers {
      try Task.checkCancellation()
      let state = LayerState(tokens: t, layer: layer, c, adapter: adapter, arena: arena)
      let out = arena.tensor(rows: t, columns: c.hiddenSize)
      let groups = batch.sequences.map { rows in
        AttentionGroup(members: [
          .init(
            rows: rows, own: .init(keys: state.keys.rows(rows), values: state.values.rows(rows)))
        ])
      }
      forward(
        layer: layer, inputs[layer], into: out, state: state, normed: scratch.normed,
        activation: scratch.activation, positions: batch.positions, table: table,
        adapter: adapter
      ) {
        device.attention(
          into: state.attended, logSumExp: state.logSumExp, queries: state.queries,
          groups: groups, shape: c.attentionShape)
      }
      inputs.append(out)
      states.append(state)
    }

    // Head and loss, then the gradient of the last layer's output in `dx`.
    let dx = arena.tensor(rows: t, columns: c.hiddenSize)
    dx.fill(0)
    let likelihoods = try headBackward(
      batch, inputs[c.numHiddenLayers], into: dx, weight: weight)

    let lowest = inputGradient == nil ? adapter.lowestAdaptedLayer ?? c.numHiddenLayers : 0
    for layer in stride(from: c.numHiddenLayers - 1, through: lowest, by: -1) {
      try Task.checkCancellation()
      backward(
        layer: layer, dx, x: inputs[layer], state: states[layer], batch: batch, table: table,
        scratch: scratch, adapter: adapter, gradients: gradients,
        needsInputGradient: layer > lowest || inputGradient != nil)
    }
    inputGradient?.copy(from: dx)
    return likelihoods
  }

  /// Final norm, head, cross-entropy and their gradient, only at rows with loss and without ever
  /// holding the logits of all of them.
  private func headBackward(
    _ batch: PackedBatch, _ x: Tensor, into dx: Tensor, weight: Float
  ) throws -> [Float] {
    let c = configuration
    let mark = arena.mark
    defer { arena.release(to: mark) }
    let most = min(Self.headRows, batch.lossRows.count)
    let buffers = (0..<4).map { _ in arena.tensor(rows: most, columns: c.hiddenSize) }
    let rstdBuffer = arena.tensor(rows: most, columns: 1)
    let logitsBuffer = arena.tensor(rows: most, columns: c.vocabSize)
    var likelihoods: [Float] = []
    for start in stride(from: 0, to: batch.lossRows.count, by: most) {
      try Task.checkCancellation()
      let end = min(start + most, batch.lossRows.count)
      let chunk = 0..<end - start
      let rows = Array(batch.lossRows[start..<end])
      let (gathered, normed) = (buffers[0].rows(chunk), buffers[1].rows(chunk))
      let (dNormed, dGathered) = (buffers[2].rows(chunk), buffers[3].rows(chunk))
      let rstd = rstdBuffer.rows(chunk)
      let logits = logitsBuffer.rows(chunk)
      for (index, row) in rows.enumerated() {
        gathered.rows(index..<index + 1).copy(from: x.rows(row..<row + 1))
      }
      device.rmsNorm(
        into: normed, rstd: rstd, gathered, weight: weights.norm, eps: Float(c.rmsNormEps))
      device.linear(into: logits, normed, weights.lmHead)
      likelihoods += device.crossEntropy(
        logits, targets: Array(batch.targets[start..<end]), weight: weight)
      device.linearBackward(into: dNormed, logits, weights.lmHead)
      dGathered.fill(0)
      device.rmsNormBackward(
        into: dGathered, dNormed, x: gathered, weight: weights.norm, rstd: rstd)
      for (index, row) in rows.enumerated() {
        dx.rows(row..<row + 1).copy(from: dGathered.rows(index..<index + 1))
      }
    }
    return likelihoods
  }

  /// Backward of ``forward(layer:_:into:state:normed:activation:positions:table:adapter:attend:)``.
  ///
  /// - Parameters:
  ///   - dx: `[T, D]`; the gradient of the layer's output becomes that of its input.
  ///   - state: Its gate and up are overwritten.
  private func backward(
    layer: Int, _ dx: Tensor, x: Tensor, state: LayerState, batch: PackedBatch, table: RoPETable,
    scratch: BackwardScratch, adapter: LoRAAdapter, gradients: LoRAAdapter,
    needsInputGradient: Bool
  ) {
    let c = configuration
    let w = weights.layers[layer]
    let eps = Float(c.rmsNormEps)
    func projectBackward(
      _ module: TargetModule, _ dOut: Tensor, input: Tensor, into dInput: Tensor?, accumulate: Bool
    ) {
      if let dInput {
        device.linearBackward(
          into: dInput, dOut, w.projections[module.index], accumulate: accumulate)
      }
      guard let lora = adapter.linear(layer, module), let hidden = state.hidden[module.index],
        let gradient = gradients.linear(layer, module)
      else { return }
      let scaling = Float(adapter.configuration.loraScaling)
      let dHidden = scratch.dHidden
      device.matrixProduct(
        into: gradient.b, dOut, transposeA: true, hidden, alpha: scaling, accumulate: true)
      device.matrixProduct(into: dHidden, dOut, lora.b, alpha: scaling)
      device.matrixProduct(into: gradient.a, dHidden, transposeA: true, input, accumulate: true)
      if let dInput { device.matrixProduct(into: dInput, dHidden, lora.a, accumulate: true) }
    }

    // Feed-forward. The residual addition passes dx on unchanged.
    device.swiglu(into: scratch.activation, gate: state.gate, up: state.up)
    projectBackward(
      .down, dx, input: scratch.activation, into: scratch.dActivation, accumulate: false)
    device.swigluBackward(
      dGate: state.gate, dUp: state.up, scratch.dActivation, gate: state.gate, up: state.up)
    device.rmsNorm(
      into: scratch.normed, rstd: state.middleRstd, state.middle,
      weight: w.postAttentionLayerNorm, eps: eps)
    projectBackward(
      .gate, state.gate, input: scratch.normed, into: scratch.dNormed, accumulate: false)
    projectBackward(.up, state.up, input: scratch.normed, into: scratch.dNormed, accumulate: true)
    device.rmsNormBackward(
      into: dx, scratch.dNormed, x: state.middle, weight: w.postAttentionLayerNorm,
      rstd: state.middleRstd)

    // Attention.
    projectBackward(
      .output, dx, input: state.attended, into: scratch.dAttended, accumulate: false)
    let (dQueries, dKeys, dValues) = scratch.dProjected
    device.attentionBackward(
      dQueries: dQueries, dKeys: dKeys, dValues: dValues, headGradients: scratch.headGradients,
      dOut: scratch.dAttended, out: state.attended, logSumExp: state.logSumExp,
      queries: state.queries, keys: state.keys, values: state.values,
      sequences: batch.sequences, shape: c.attentionShape)
    for d in [dQueries, dKeys] {
      device.rope(
        d, headDim: c.headDim, positions: batch.positions, table: table, backward: true)
    }
    device.rmsNorm(
      into: scratch.normed, rstd: state.inputRstd, x, weight: w.inputLayerNorm, eps: eps)
    let dNormed = needsInputGradient ? scratch.dNormed : nil
    projectBackward(.query, dQueries, input: scratch.normed, into: dNormed, accumulate: false)
    projectBackward(.key, dKeys, input: scratch.normed, into: dNormed, accumulate: true)
    projectBackward(.value, dValues, input: scratch.normed, into: dNormed, accumulate: true)
    if let dNormed {
      device.rmsNormBackward(
        into: dx, dNormed, x: x, weight: w.inputLayerNorm, rstd: state.inputRstd)
    }
  }
}

/// Memory that all layers of one step share.
private struct BackwardScratch {
  let normed: Tensor
  let activation: Tensor
  let dNormed: Tensor
  let dActivation: Tensor
  let dAttended: Tensor
  let dProjected: (queries: Tensor, keys: Tensor, values: Tensor)
  /// `[T, 2·H·E]`: see ``CPUDevice/attentionBackward``.
  let headGradients: Tensor
  /// `[T, R]`.
  let dHidden: Tensor

  init(tokens t: Int, _ c: ModelConfiguration, rank: Int, arena: Arena) {
    normed = arena.tensor(rows: t, columns: c.hiddenSize)
    activation = arena.tensor(rows: t, columns: c.intermediateSize)
    dNormed = arena.tensor(rows: t, columns: c.hiddenSize)
    dActivation = arena.tensor(rows: t, columns: c.intermediateSize)
    dAttended = arena.tensor(rows: t, columns: c.queryWidth)
    dProjected = (
      arena.tensor(rows: t, columns: c.queryWidth),
      arena.tensor(rows: t, columns: c.keyValueWidth),
      arena.tensor(rows: t, columns: c.keyValueWidth)
    )
    headGradients = arena.tensor(rows: t, columns: 2 * c.queryWidth)
    dHidden = arena.tensor(rows: t, columns: rank)
  }
}

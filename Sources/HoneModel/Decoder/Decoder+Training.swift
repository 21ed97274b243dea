// SPDX-License-Identifier: Apache-2.0
import HoneTensor

extension Decoder {
  /// Rows for which logits exist at a time.
  static var headRows: Int { 128 }

  /// How a training pass is run.
  package struct PassOptions: Sendable {
    /// Keep only each layer's input for the backward and compute the rest again: a third more
    /// work, much less memory, the same bits.
    package var recomputesActivations = false
    /// Leaves out some of what goes into the adapter's updates.
    package var dropout: Dropout?

    package init(recomputesActivations: Bool = false, dropout: Dropout? = nil) {
      self.recomputesActivations = recomputesActivations
      self.dropout = dropout
    }
  }

  /// The cross-entropy of a batch and its gradient with respect to an adapter.
  ///
  /// - Parameters:
  ///   - adapter: Used in the forward pass and differentiated.
  ///   - gradients: Of the adapter's shape; the gradient is added to it.
  package func logLikelihoodsAndGradients(
    _ batch: PackedBatch, adapter: LoRAAdapter, gradients: LoRAAdapter, weight: Float,
    inputGradient: Tensor? = nil
  ) throws -> [Float] {
    try logLikelihoodsAndGradients(
      batch, adapter: adapter, gradients: DecoderGradients(adapter: gradients), weight: weight,
      inputGradient: inputGradient)
  }

  /// The cross-entropy of a batch and its gradient with respect to an adapter, the decoder's own
  /// weights, or both.
  ///
  /// - Parameters:
  ///   - batch: Packed sequences with at least one target.
  ///   - adapter: Used in the forward pass.
  ///   - gradients: Receives what is added to it.
  ///   - weight: The factor of each target's loss, such as 1 / targets in the whole step.
  ///   - inputGradient: `[T, D]`, receives the gradient at the embeddings if given.
  /// - Returns: `log p` of each target, unweighted, in the order of `batch.targets`.
  /// - Throws: `CancellationError`, checked at every layer.
  package func logLikelihoodsAndGradients(
    _ batch: PackedBatch, adapter: LoRAAdapter?, gradients: DecoderGradients, weight: Float,
    options: PassOptions = PassOptions(), inputGradient: Tensor? = nil
  ) throws -> [Float] {
    precondition(!batch.ids.isEmpty && !batch.lossRows.isEmpty)
    arena.reset()
    let c = configuration
    let t = batch.ids.count
    let end = Int(batch.positions.max() ?? 0) + 1
    let scratch = BackwardScratch(tokens: t, c, arena: arena)
    func state(_ layer: Int) -> LayerState {
      LayerState(tokens: t, layer: layer, c, adapter: adapter, arena: arena)
    }
    func forward(_ layer: Int, _ x: Tensor, into out: Tensor, _ state: LayerState) {
      let groups = batch.sequences.map { rows in
        AttentionGroup(members: [
          .init(
            rows: rows, own: .init(keys: state.keys.rows(rows), values: state.values.rows(rows)))
        ])
      }
      self.forward(
        layer: layer, x, into: out, state: state, normed: scratch.normed,
        activation: scratch.activation, positions: batch.positions,
        table: ropeTable(layer: layer, positions: end), adapter: adapter, dropout: options.dropout
      ) {
        device.attention(
          into: state.attended, logSumExp: state.logSumExp, queries: state.queries,
          groups: groups, shape: c.attentionShape(layer: layer))
      }
    }

    // Forward, keeping each layer's input and, unless they are computed again, its state.
    let inputs = (0...c.numHiddenLayers).map { _ in arena.tensor(rows: t, columns: c.hiddenSize) }
    var states: [LayerState] = []
    embed(batch.ids, into: inputs[0], adapter: adapter)
    let mark = arena.mark
    for layer in 0..<c.numHiddenLayers {
      try Task.checkCancellation()
      if options.recomputesActivations { arena.release(to: mark) }
      let state = state(layer)
      forward(layer, inputs[layer], into: inputs[layer + 1], state)
      if !options.recomputesActivations { states.append(state) }
    }
    if options.recomputesActivations { arena.release(to: mark) }

    // Head and loss, then the gradient of the last layer's output in `dx`.
    let dx = arena.tensor(rows: t, columns: c.hiddenSize)
    dx.fill(0)
    let likelihoods = try headBackward(
      batch, inputs[c.numHiddenLayers], into: dx, weight: weight, adapter: adapter,
      gradients: gradients)

    let embeddingGradient = gradients.adapter?.vocabulary[.embedTokens]
    let needsInput =
      inputGradient != nil || gradients.weights?[.embedTokens] != nil || embeddingGradient != nil
    let lowest = needsInput ? 0 : gradients.lowestLayer ?? c.numHiddenLayers
    // The last operation of each layer's backward, done row by row when the next begins.
    var pending: (Range<Int>) -> Void = { _ in }
    let again = options.recomputesActivations ? arena.tensor(rows: t, columns: c.hiddenSize) : nil
    let layerMark = arena.mark
    for layer in stride(from: c.numHiddenLayers - 1, through: lowest, by: -1) {
      try Task.checkCancellation()
      if let again {
        // What is pending reads the state above this one.
        pending(0..<t)
        pending = { _ in }
        arena.release(to: layerMark)
        let state = state(layer)
        forward(layer, inputs[layer], into: again, state)
        states = [state]
      }
      pending = backward(
        layer: layer, dx, x: inputs[layer], state: again == nil ? states[layer] : states[0],
        batch: batch, table: ropeTable(layer: layer, positions: end), scratch: scratch,
        adapter: adapter, gradients: gradients, dropout: options.dropout,
        needsInputGradient: layer > lowest || needsInput
          || gradients.weights?[.gain(layer, .input)] != nil,
        pending: pending)
    }
    if needsInput { pending(0..<t) }
    inputGradient?.copy(from: dx)
    if let dTable = gradients.weights?[.embedTokens] {
      device.addEmbeddingGradient(
        into: dTable, dx, ids: batch.ids, scale: Float(c.embeddingScale))
    }
    if let embeddingGradient, let linear = adapter?.vocabulary[.embedTokens] {
      let hidden = arena.tensor(rows: t, columns: linear.a.rows)
      if let update = adapter?.update(.embedTokens, hidden: hidden) {
        if c.embeddingScale != 1 { device.scale(dx, by: Float(c.embeddingScale)) }
        device.embedBackward(
          batch.ids, through: update, dx, a: embeddingGradient.a, b: embeddingGradient.b)
      }
    }
    return likelihoods
  }

  /// Final norm, head, cross-entropy and their gradient, only at rows with loss and without ever
  /// holding the logits of all of them.
  private func headBackward(
    _ batch: PackedBatch, _ x: Tensor, into dx: Tensor, weight: Float, adapter: LoRAAdapter?,
    gradients: DecoderGradients
  ) throws -> [Float] {
    let c = configuration
    let mark = arena.mark
    defer { arena.release(to: mark) }
    let most = min(Self.headRows, batch.lossRows.count)
    let buffers = (0..<4).map { _ in arena.tensor(rows: most, columns: c.hiddenSize) }
    let rstdBuffer = arena.tensor(rows: most, columns: 1)
    let update = headUpdate(adapter, rows: most)
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
      let update = update.map { $0.rows(chunk) }
      device.project(normed, [Projection(into: logits, weights.lmHead, update: update)])
      likelihoods += device.crossEntropyBackward(
        into: dNormed, logits, targets: Array(batch.targets[start..<end]), weight: weight,
        head: weights.lmHead, softcap: c.finalLogitSoftcapping.map { Float($0) },
        update: update.flatMap { update in
          gradients.adapter?.vocabulary[.lmHead].map { .init(update, a: $0.a, b: $0.b) }
        }, x: normed)
      if let dHead = gradients.weights?[c.tieWordEmbeddings ? .embedTokens : .lmHead] {
        device.addWeightGradient(into: dHead, logits, x: normed)
      }
      if let dGain = gradients.weights?[.norm] {
        device.addColumnSums(into: dGain, dNormed, times: gathered, factors: rstd)
      }
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
  ///   - pending: What is left to be done to ranges of the rows of `dx` first.
  /// - Returns: What is left to be done to make `dx` the input's gradient.
  private func backward(
    layer: Int, _ dx: Tensor, x: Tensor, state: LayerState, batch: PackedBatch, table: RoPETable,
    scratch: BackwardScratch, adapter: LoRAAdapter?, gradients: DecoderGradients,
    dropout: Dropout?, needsInputGradient: Bool, pending: @escaping (Range<Int>) -> Void
  ) -> (Range<Int>) -> Void {
    let c = configuration
    let w = weights.layers[layer]
    let eps = Float(c.rmsNormEps)
    let device = device
    func projectBackward(
      _ modules: [(TargetModule, Tensor)], into dInput: Tensor?, x: Tensor,
      prepare: @escaping (Range<Int>) -> Void
    ) {
      self.projectBackward(
        modules, layer: layer, into: dInput, x: x, state: state, adapter: adapter,
        gradients: gradients, dropout: dropout, prepare: prepare)
    }
    func addGain(
      _ gain: DecoderPlace.Gain, _ dNormed: Tensor, _ x: Tensor, _ rstd: Tensor
    ) {
      guard let sums = gradients.weights?[.gain(layer, gain)] else { return }
      device.addColumnSums(into: sums, dNormed, times: x, factors: rstd)
    }

    /// The gradient before a result's norm, where there is one, of some rows.
    func beforeNorm(_ rows: Range<Int>, _ norm: LayerState.OutputNorm?, _ gain: Tensor?) {
      guard let norm, let gain, let dNormInput = scratch.dNormInput else { return }
      device.rmsNormHeadsBackward(
        rows, into: dNormInput, dx, x: norm.input, weight: gain, rstd: norm.rstd)
    }

    // Feed-forward. The residual addition passes dx on unchanged.
    let dResult = scratch.dNormInput ?? dx
    projectBackward([(.down, dResult)], into: scratch.dActivation, x: scratch.activation) {
      rows in
      pending(rows)
      beforeNorm(rows, state.feedForwardOutputNorm, w.feedForwardOutputNorm)
      device.swiglu(
        rows, into: scratch.activation, gate: state.gate, up: state.up,
        activation: c.hiddenActivation)
    }
    projectBackward(
      [(.gate, state.gate), (.up, state.up)], into: scratch.dNormed, x: scratch.normed
    ) { rows in
      device.swigluBackward(
        rows, dGate: state.gate, dUp: state.up, scratch.dActivation, gate: state.gate, up: state.up,
        activation: c.hiddenActivation)
      device.rmsNorm(
        rows, into: scratch.normed, rstd: state.middleRstd, state.middle,
        weight: w.postAttentionLayerNorm, eps: eps)
    }
    addGain(.postAttention, scratch.dNormed, state.middle, state.middleRstd)

    // Attention.
    projectBackward([(.output, dResult)], into: scratch.dAttended, x: state.attended) { rows in
      device.rmsNormBackward(
        rows, into: dx, scratch.dNormed, x: state.middle, weight: w.postAttentionLayerNorm,
        rstd: state.middleRstd)
      beforeNorm(rows, state.attentionOutputNorm, w.attentionOutputNorm)
    }
    let (dQueries, dKeys, dValues) = scratch.dProjected
    device.attentionBackward(
      dQueries: dQueries, dKeys: dKeys, dValues: dValues, headGradients: scratch.headGradients,
      dOut: scratch.dAttended, out: state.attended, logSumExp: state.logSumExp,
      queries: state.queries, keys: state.keys, values: state.values,
      sequences: batch.sequences, shape: c.attentionShape(layer: layer))
    let norms = [
      (scratch.dQueryNorm, dQueries, state.queryNorm, w.queryNorm),
      (scratch.dKeyNorm, dKeys, state.keyNorm, w.keyNorm),
    ]
    projectBackward(
      [
        (.query, scratch.dQueryNorm ?? dQueries), (.key, scratch.dKeyNorm ?? dKeys),
        (.value, dValues),
      ],
      into: needsInputGradient ? scratch.dNormed : nil, x: scratch.normed
    ) { rows in
      for d in [dQueries, dKeys] {
        device.rope(
          rows, d, headDim: c.headDim, positions: batch.positions, table: table, backward: true)
      }
      for (dInput, d, norm, gain) in norms {
        guard let dInput, let norm, let gain else { continue }
        device.rmsNormHeadsBackward(
          rows, into: dInput, d, x: norm.input, weight: gain, rstd: norm.rstd)
      }
      device.rmsNorm(
        rows, into: scratch.normed, rstd: state.inputRstd, x, weight: w.inputLayerNorm, eps: eps)
    }
    addGain(.input, scratch.dNormed, x, state.inputRstd)
    for (gain, d, norm) in [
      (DecoderPlace.Gain.query, dQueries, state.queryNorm), (.key, dKeys, state.keyNorm),
    ] {
      guard let norm else { continue }
      for head in 0..<norm.rstd.columns {
        let columns = head * c.headDim..<(head + 1) * c.headDim
        addGain(
          gain, d.columns(columns), norm.input.columns(columns), norm.rstd.columns(head..<head + 1))
      }
    }
    return { rows in
      device.rmsNormBackward(
        rows, into: dx, scratch.dNormed, x: x, weight: w.inputLayerNorm, rstd: state.inputRstd)
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
  /// Gradients before the norms of queries and keys; nil where there are none.
  let dQueryNorm: Tensor?
  let dKeyNorm: Tensor?
  /// `[T, D]`, the gradient before the norm of a result; nil where there is none.
  let dNormInput: Tensor?
  /// `[T, 2·H·E]`: see ``CPUDevice/attentionBackward``.
  let headGradients: Tensor

  init(tokens t: Int, _ c: ModelConfiguration, arena: Arena) {
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
    dQueryNorm = c.usesQueryKeyNorm ? arena.tensor(rows: t, columns: c.queryWidth) : nil
    dKeyNorm = c.usesQueryKeyNorm ? arena.tensor(rows: t, columns: c.keyValueWidth) : nil
    dNormInput = c.usesPostNorms ? arena.tensor(rows: t, columns: c.hiddenSize) : nil
    headGradients = arena.tensor(rows: t, columns: 2 * c.queryWidth)
  }
}

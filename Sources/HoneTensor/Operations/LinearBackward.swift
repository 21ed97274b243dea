// SPDX-License-Identifier: Apache-2.0
import CHoneKernels

/// The backward of one ``Projection``: the gradient of its result, and where the gradient of its
/// update goes.
package struct ProjectionGradient: Sendable {
  /// Gradients of a ``LowRankUpdate``, of the shapes of its matrices; they are added to.
  package struct Update: Sendable {
    package let update: LowRankUpdate
    package let a: Tensor
    package let b: Tensor
    package init(_ update: LowRankUpdate, a: Tensor, b: Tensor) {
      precondition(a.isContiguous && b.isContiguous)
      self.update = update
      self.a = a
      self.b = b
    }
  }

  package let dOut: Tensor
  package let weight: WeightMatrix
  package let update: Update?

  package init(_ dOut: Tensor, _ weight: WeightMatrix, update: Update? = nil) {
    self.dOut = dOut
    self.weight = weight
    self.update = update
  }
}

extension CPUDevice {
  /// Backward of ``linear(into:_:_:)``: `dx[T, K] (+)= dy[T, N] · W`.
  package func linearBackward(
    into dx: Tensor, _ dy: Tensor, _ weight: WeightMatrix, accumulate: Bool = false,
    prepare: ((Range<Int>) -> Void)? = nil
  ) {
    projectBackward(
      into: dx, [ProjectionGradient(dy, weight)], accumulate: accumulate, prepare: prepare)
  }

  /// Backward of ``project(_:_:residual:prepare:)``: `dx (+)= Σ dOut · W + dHidden · A` with
  /// `dHidden = scaling · dOut · Bᵀ`, `dB += hiddenᵀ · dOut`, `dA += dHiddenᵀ · x`.
  ///
  /// - Parameters:
  ///   - dx: `[T, K]`, or nil if nobody needs it.
  ///   - x: `[T, K]`, what was multiplied; only needed where there are updates.
  ///   - accumulate: Adds to `dx`.
  ///   - prepare: Writes a range of the rows of `x` and of each `dOut`; called on any thread, once
  ///     for each row.
  package func projectBackward(
    into dx: Tensor?, _ gradients: [ProjectionGradient], x: Tensor? = nil,
    accumulate: Bool = false, prepare: ((Range<Int>) -> Void)? = nil
  ) {
    guard let t = gradients.first?.dOut.rows else { return }
    for gradient in gradients {
      precondition(gradient.dOut.columns == gradient.weight.rows && gradient.dOut.rows == t)
      precondition(dx.map { $0.columns == gradient.weight.columns && $0.rows == t } ?? true)
      precondition(gradient.update == nil || x?.columns == gradient.weight.columns)
    }
    let mark = scratch.mark
    defer { scratch.release(to: mark) }
    // Sums over rows are made chunk by chunk and added in order, so the chunks must not depend on
    // the threads.
    let sums = gradients.contains { $0.update != nil }
    let tasks = sums ? Self.gradientChunks : pool.threads * 3
    let chunkRows = max(sums ? 32 : 8, (t + tasks - 1) / tasks)
    let chunks = (t + chunkRows - 1) / chunkRows
    let parts = gradients.map { BackwardPart($0, needsInput: dx != nil, chunks: chunks, self) }
    let panel = Self.panelRows(gradients.map(\.dOut.columns).max() ?? 1)
    pool.run(chunks) { chunk, worker in
      let end = min(t, (chunk + 1) * chunkRows)
      for start in stride(from: chunk * chunkRows, to: end, by: panel) {
        let rows = start..<min(end, start + panel)
        prepare?(rows)
        for part in parts {
          if let quantized = part.quantized { quantize(part.gradient.dOut, rows, into: quantized) }
          guard let x, part.gradient.update != nil else { continue }
          updateGradient(
            part, rows, x: x, chunk: chunk, isFirst: start == chunk * chunkRows, worker: worker)
        }
      }
    }
    if let dx { inputGradient(into: dx, parts, accumulate: accumulate) }
    if chunks > 1 && sums { addChunks(parts, chunks) }
  }

  /// More make the sums over rows dearer, fewer leave threads idle.
  private static var gradientChunks: Int { 8 }

  /// One gradient with the memory that its backward needs.
  private struct BackwardPart {
    let gradient: ProjectionGradient
    let quantized: QuantizedRows?
    /// B for products with `dOut`.
    let packedB: PackedFactor?
    /// `[T, R]`.
    let dHidden: Tensor?
    /// Sums of each chunk, `[chunks, R · K]` and `[chunks, R · N]`; nil for a single chunk.
    let chunkA: Tensor?
    let chunkB: Tensor?

    init(_ gradient: ProjectionGradient, needsInput: Bool, chunks: Int, _ device: CPUDevice) {
      self.gradient = gradient
      let dOut = gradient.dOut
      quantized =
        needsInput && gradient.weight.quantized != nil
        ? device.quantizedRows(dOut.rows, columns: dOut.columns, block: QuantizedRows.wide) : nil
      packedB = device.packedTransposed(gradient.update?.update.b, device.trainingPrecision)
      func scratch(_ rows: Int, _ columns: Int?) -> Tensor? {
        columns.map { device.scratch.tensor(rows: rows, columns: $0) }
      }
      dHidden = scratch(dOut.rows, gradient.update?.a.rows)
      chunkA = chunks > 1 ? scratch(chunks, gradient.update?.a.count) : nil
      chunkB = chunks > 1 ? scratch(chunks, gradient.update?.b.count) : nil
    }
  }

  /// dHidden of some rows, and what they add to dA and dB.
  private func updateGradient(
    _ part: BackwardPart, _ rows: Range<Int>, x: Tensor, chunk: Int, isFirst: Bool, worker: Int
  ) {
    guard let target = part.gradient.update, let dHidden = part.dHidden else { return }
    let dOut = part.gradient.dOut
    let hidden = target.update.hidden
    reduceRank(
      dOut, rows, target.update.b, packed: part.packedB, into: dHidden,
      scaling: target.update.scaling, worker: worker)
    func addOuter(_ left: Tensor, _ right: Tensor, into sum: Tensor, _ chunkSums: Tensor?) {
      let out = chunkSums.map { $0.pointer + chunk * $0.stride } ?? sum.pointer
      blockProduct(
        trainingPrecision, left.columns, right.columns, rows.count, into: out, right.columns,
        left.pointer + rows.lowerBound * left.stride, rowStride: 1, columnStride: left.stride,
        right.pointer + rows.lowerBound * right.stride, right.stride, transposed: false,
        accumulate: chunkSums == nil || !isFirst, worker: worker)
    }
    addOuter(hidden, dOut, into: target.b, part.chunkB)
    addOuter(dHidden, x, into: target.a, part.chunkA)
  }

  private func inputGradient(into dx: Tensor, _ parts: [BackwardPart], accumulate: Bool) {
    var accumulate = accumulate
    let quantized = parts.filter { $0.quantized != nil }
    if !quantized.isEmpty {
      let backward = quantized.map { $0.gradient.weight.quantized.map(backward(of:)) }
      forEachPanelPair(dx.columns) { first, count in
        for (index, part) in quantized.enumerated() {
          guard let rows = part.quantized, let weight = backward[index] else { continue }
          let base = accumulate || index > 0 ? dx : nil
          let a = part.gradient.update?.update.a
          quantizedProduct(
            into: dx, rows, weight, first: first, count: count, base: base,
            update: part.dHidden.flatMap { dHidden in a.map { (dHidden, $0) } })
        }
      }
      accumulate = true
    }
    for part in parts where part.quantized == nil {
      let dOut = part.gradient.dOut
      switch part.gradient.weight.storage {
      case .float32(let w): matrixProduct(into: dx, dOut, w, accumulate: accumulate)
      case .blocks(let blocks):
        matrixProduct(into: dx, dOut, unpacked(blocks), accumulate: accumulate)
      case .int8: continue
      }
      accumulate = true
      if let dHidden = part.dHidden, let a = part.gradient.update?.update.a {
        matrixProduct(into: dx, dHidden, a, accumulate: true)
      }
    }
  }

  private func addChunks(_ parts: [BackwardPart], _ chunks: Int) {
    let sums = parts.flatMap { part in
      [(part.chunkA, part.gradient.update?.a), (part.chunkB, part.gradient.update?.b)]
    }
    pool.run(sums.count) { task, _ in
      guard let source = sums[task].0, let target = sums[task].1 else { return }
      for chunk in 0..<chunks {
        kernels.entry.add_scaled(
          target.count, 1, target.pointer, source.pointer + chunk * source.stride)
      }
    }
  }
}

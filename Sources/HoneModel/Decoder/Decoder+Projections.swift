// SPDX-License-Identifier: Apache-2.0
import HoneTensor

extension Decoder {
  /// `out = x · Wᵀ + bias + residual` with the adapter's update, for projections of one input.
  ///
  /// - Parameters:
  ///   - state: Its hidden rows receive `scaling · x · Aᵀ`, `[T, R]`, where there is an update.
  ///   - residual: Added to each result.
  ///   - dropout: Leaves out some of what goes into the updates.
  ///   - prepare: Writes a range of the rows of `x`.
  func project(
    _ modules: [(TargetModule, Tensor)], layer: Int, _ x: Tensor, adapter: LoRAAdapter?,
    state: LayerState, residual: Tensor? = nil, dropout: Dropout? = nil,
    prepare: ((Range<Int>) -> Void)? = nil
  ) {
    let weights = weights.layers[layer]
    // What the products do not do at once: an input of its own, or a factor for each output.
    let separate = modules.filter { module, _ in
      adapter?.linear(layer, module).map { dropout != nil || $0.magnitude != nil } ?? false
    }
    device.project(
      x,
      modules.map { module, out in
        Projection(
          into: out, weights.projections[module.index],
          update: separate.contains { $0.0 == module }
            ? nil : adapter?.update(layer, module, hidden: state.hidden[module.index]))
      }, residual: separate.isEmpty ? residual : nil, prepare: prepare)
    for (module, out) in separate {
      guard let adapter, let linear = adapter.linear(layer, module),
        let update = adapter.update(layer, module, hidden: state.hidden[module.index])
      else { continue }
      let mark = arena.mark
      defer { arena.release(to: mark) }
      let input = dropped(x, dropout?.derived(place(layer, module)))
      device.matrixProduct(
        into: update.hidden, input, update.a, transposeB: true, alpha: update.scaling)
      device.matrixProduct(into: out, update.hidden, update.b, accumulate: true)
      if let direction = state.directions[module.index] {
        direction.copy(from: out)
        device.scaleColumns(
          into: out, direction, by: magnitudes(layer, module, linear, adapter).factors)
      }
    }
    if let residual, !separate.isEmpty {
      for (_, out) in modules { device.add(into: out, residual) }
    }
    for (module, out) in modules where module.index < weights.biases.count {
      if let bias = weights.biases[module.index] { device.addBias(into: out, bias) }
    }
  }

  /// Backward of ``project(_:layer:_:adapter:state:residual:dropout:prepare:)``: each module with
  /// the gradient of its result.
  ///
  /// - Parameters:
  ///   - dInput: The gradient of `x`, or nil if nobody needs it.
  ///   - gradients: What is added to.
  ///   - prepare: Writes a range of the rows of `x` and of each module's gradient.
  func projectBackward(
    _ modules: [(TargetModule, Tensor)], layer: Int, into dInput: Tensor?, x: Tensor,
    state: LayerState, adapter: LoRAAdapter?, gradients: DecoderGradients, dropout: Dropout?,
    prepare: @escaping (Range<Int>) -> Void
  ) {
    let weights = weights.layers[layer]
    let mark = arena.mark
    defer { arena.release(to: mark) }
    struct Separate {
      let module: TargetModule
      let dOut: Tensor
      /// The gradient before the magnitude's factors.
      let dDirection: Tensor
      let gradient: LoRALinear
      let update: LowRankUpdate
      let magnitudes: MagnitudeCache.Entry?
    }
    var separate: [Separate] = []
    var products: [ProjectionGradient] = []
    for (module, dOut) in modules {
      let weight = weights.projections[module.index]
      guard let adapter, let linear = adapter.linear(layer, module),
        let update = adapter.update(layer, module, hidden: state.hidden[module.index]),
        let gradient = gradients.adapter?.linear(layer, module)
      else {
        products.append(ProjectionGradient(dOut, weight))
        continue
      }
      if dropout == nil, linear.magnitude == nil {
        products.append(
          ProjectionGradient(dOut, weight, update: .init(update, a: gradient.a, b: gradient.b)))
        continue
      }
      let entry =
        linear.magnitude == nil ? nil : magnitudes(layer, module, linear, adapter)
      let dDirection =
        entry == nil ? dOut : arena.tensor(rows: dOut.rows, columns: dOut.columns)
      products.append(ProjectionGradient(dDirection, weight))
      separate.append(
        Separate(
          module: module, dOut: dOut, dDirection: dDirection, gradient: gradient, update: update,
          magnitudes: entry))
    }
    device.projectBackward(into: dInput, products, x: x) { [device] rows in
      prepare(rows)
      for part in separate {
        if let entry = part.magnitudes {
          device.scaleColumns(rows, into: part.dDirection, part.dOut, by: entry.factors)
        }
      }
    }
    for part in separate {
      let dropout = dropout?.derived(place(layer, part.module))
      let input = dropped(x, dropout)
      let update = part.update
      let dHidden = arena.tensor(rows: x.rows, columns: update.a.rows)
      device.matrixProduct(
        into: dHidden, part.dDirection, update.b, transposeB: true, alpha: update.scaling)
      device.addWeightGradient(into: part.gradient.b, update.hidden, x: part.dDirection)
      device.addWeightGradient(into: part.gradient.a, dHidden, x: input)
      if let dInput {
        if let dropout {
          let dDropped = arena.tensor(rows: x.rows, columns: x.columns)
          device.matrixProduct(into: dDropped, dHidden, update.a)
          device.dropout(into: dInput, dDropped, dropout, accumulate: true)
        } else {
          device.matrixProduct(into: dInput, dHidden, update.a, accumulate: true)
        }
      }
      if let entry = part.magnitudes, let dMagnitude = part.gradient.magnitude,
        let direction = state.directions[part.module.index]
      {
        let sums = arena.tensor(rows: 1, columns: dMagnitude.columns)
        sums.fill(0)
        device.addColumnSums(into: sums, part.dOut, times: direction)
        device.scaleColumns(into: sums, sums, by: entry.inverseNorms)
        device.add(into: dMagnitude, sums)
      }
    }
    for (module, dOut) in modules {
      if let dWeight = gradients.weights?[.projection(layer, module)] {
        device.addWeightGradient(into: dWeight, dOut, x: x)
      }
      if let dBias = gradients.weights?[.bias(layer, module)] {
        device.addColumnSums(into: dBias, dOut)
      }
    }
  }

  private func place(_ layer: Int, _ module: TargetModule) -> Int {
    layer * TargetModule.allCases.count + module.index
  }

  /// What goes into an update; scratch of the arena if some of it is left out.
  private func dropped(_ x: Tensor, _ dropout: Dropout?) -> Tensor {
    guard let dropout else { return x }
    let result = arena.tensor(rows: x.rows, columns: x.columns)
    device.dropout(into: result, x, dropout)
    return result
  }

  private func magnitudes(
    _ layer: Int, _ module: TargetModule, _ linear: LoRALinear, _ adapter: LoRAAdapter
  ) -> MagnitudeCache.Entry {
    magnitudes.entry(
      for: linear, of: weights.layers[layer].projections[module.index],
      scaling: Float(adapter.scaling(of: linear)), on: device)
  }
}

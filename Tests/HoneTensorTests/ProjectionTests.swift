// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import HoneTesting
import Testing

/// Projections with everything that is fused into them, against separate float32 products.
@Suite struct ProjectionTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    let tokens: Int
    let outputs: [Int]
    let inputs: Int
    let rank: Int
    var testDescription: String { "\(tokens) × \(inputs) → \(outputs), rank \(rank)" }
  }

  static let shapes = [
    Shape(tokens: 1, outputs: [40], inputs: 64, rank: 4),
    Shape(tokens: 3, outputs: [33, 7], inputs: 70, rank: 5),
    Shape(tokens: 37, outputs: [48, 16, 16], inputs: 96, rank: 16),
    Shape(tokens: 300, outputs: [100, 20], inputs: 130, rank: 33),
  ]

  /// Matrices of a shape, the same for each device.
  struct Inputs {
    let x: Tensor
    let residual: Tensor
    let weights: [Tensor]
    let updates: [LowRankUpdate]
    let dOut: [Tensor]

    init(_ shape: Shape) {
      var random = RandomSource(seed: UInt64(shape.tokens))
      func tensor(_ rows: Int, _ columns: Int) -> Tensor {
        Tensor(
          (0..<rows * columns).map { _ in Float(random.normal()) }, rows: rows, columns: columns)
      }
      x = tensor(shape.tokens, shape.inputs)
      residual = tensor(shape.tokens, shape.outputs[0])
      weights = shape.outputs.map { tensor($0, shape.inputs) }
      updates = shape.outputs.map {
        LowRankUpdate(
          a: tensor(shape.rank, shape.inputs), b: tensor(shape.rank, $0),
          hidden: Tensor(rows: shape.tokens, columns: shape.rank), scaling: 0.25)
      }
      dOut = shape.outputs.map { tensor(shape.tokens, $0) }
    }
  }

  /// Largest error over the largest element.
  private func error(_ actual: Tensor, _ expected: Tensor) -> Float {
    let (a, b) = (actual.toArray(), expected.toArray())
    return (zip(a, b).map { abs($0 - $1) }.max() ?? 0) / (b.map(abs).max() ?? 1)
  }

  private func tolerance(_ isQuantized: Bool) -> Float { isQuantized ? 0.02 : 1e-5 }

  @Test(arguments: Kernels.available, shapes)
  func `products carry residual and adapter, over rows prepared on the way`(
    kernels: Kernels, shape: Shape
  ) {
    for isQuantized in [false, true] {
      let device = CPUDevice(kernels: kernels, threads: 2)
      let inputs = Inputs(shape)
      // One weight only where there is a residual.
      let count = shape.outputs.count == 1 ? 1 : shape.outputs.count
      let residual = count == 1 ? inputs.residual : nil
      let x = Tensor(rows: shape.tokens, columns: shape.inputs)
      let outs = shape.outputs.map { Tensor(rows: shape.tokens, columns: $0) }
      device.project(
        x,
        (0..<count).map { index in
          let weight = inputs.weights[index]
          return Projection(
            into: outs[index], isQuantized ? device.quantize(weight) : WeightMatrix(weight),
            update: inputs.updates[index])
        }, residual: residual
      ) { rows in
        x.rows(rows).copy(from: inputs.x.rows(rows))
      }
      for index in 0..<count {
        let update = inputs.updates[index]
        let expected =
          residual?.copied() ?? Tensor(rows: shape.tokens, columns: outs[index].columns)
        device.matrixProduct(
          into: expected, inputs.x, inputs.weights[index], transposeB: true, accumulate: true)
        let hidden = Tensor(rows: shape.tokens, columns: shape.rank)
        device.matrixProduct(
          into: hidden, inputs.x, update.a, transposeB: true, alpha: update.scaling)
        #expect(error(update.hidden, hidden) < 1e-5)
        device.matrixProduct(into: expected, hidden, update.b, accumulate: true)
        #expect(error(outs[index], expected) < tolerance(isQuantized))
      }
    }
  }

  @Test(arguments: Kernels.available, shapes)
  func `the backward sums the inputs' gradients and adds to the adapters'`(
    kernels: Kernels, shape: Shape
  ) {
    for (isQuantized, precision) in kernels.precisions.flatMap({ [(false, $0), (true, $0)] }) {
      let device = CPUDevice(kernels: kernels, threads: 2)
      device.trainingPrecision = precision
      let inputs = Inputs(shape)
      let expected = Tensor(rows: shape.tokens, columns: shape.inputs)
      var wanted: [(a: Tensor, b: Tensor)] = []
      for (index, update) in inputs.updates.enumerated() {
        device.matrixProduct(
          into: update.hidden, inputs.x, update.a, transposeB: true, alpha: update.scaling)
        let dOut = inputs.dOut[index]
        let dHidden = Tensor(rows: shape.tokens, columns: shape.rank)
        device.matrixProduct(into: dHidden, dOut, update.b, transposeB: true, alpha: update.scaling)
        device.matrixProduct(into: expected, dOut, inputs.weights[index], accumulate: true)
        device.matrixProduct(into: expected, dHidden, update.a, accumulate: true)
        let a = Tensor(rows: shape.rank, columns: shape.inputs)
        let b = Tensor(rows: shape.rank, columns: dOut.columns)
        a.fill(1)
        b.fill(1)
        device.matrixProduct(into: a, dHidden, transposeA: true, inputs.x, accumulate: true)
        device.matrixProduct(into: b, update.hidden, transposeA: true, dOut, accumulate: true)
        wanted.append((a, b))
      }
      let gradients = inputs.updates.map { update in
        let (a, b) = (update.a.copied(), update.b.copied())
        a.fill(1)
        b.fill(1)
        return (a, b)
      }
      let dx = Tensor(rows: shape.tokens, columns: shape.inputs)
      // Prepared on the way, as the model does it; each row once.
      let dOut = inputs.dOut.map { Tensor(rows: $0.rows, columns: $0.columns) }
      device.projectBackward(
        into: dx,
        inputs.updates.indices.map { index in
          let weight = inputs.weights[index]
          return ProjectionGradient(
            dOut[index], isQuantized ? device.quantize(weight) : WeightMatrix(weight),
            update: .init(inputs.updates[index], a: gradients[index].0, b: gradients[index].1))
        }, x: inputs.x
      ) { rows in
        for (target, source) in zip(dOut, inputs.dOut) {
          // Added, so that a row prepared twice is found.
          for row in rows {
            for column in 0..<source.columns { target[row, column] += source[row, column] }
          }
        }
      }
      let rounding: Float = precision == .float32 ? 1e-5 : 0.01
      #expect(error(dx, expected) < max(tolerance(isQuantized), rounding))
      for (found, wanted) in zip(gradients, wanted) {
        // Not quantised in either case.
        #expect(error(found.0, wanted.a) < rounding)
        #expect(error(found.1, wanted.b) < rounding)
      }
    }
  }

  @Test(arguments: Kernels.available)
  func `threads change no bit of an adapter's gradient`(kernels: Kernels) {
    let shape = Shape(tokens: 300, outputs: [100, 20], inputs: 130, rank: 8)
    for precision in kernels.precisions {
      expectThreadsChangeNothing(shape, kernels, precision)
    }
  }

  private func expectThreadsChangeNothing(
    _ shape: Shape, _ kernels: Kernels, _ precision: ProductPrecision
  ) {
    let results = [1, 2, 3].map { threads in
      let device = CPUDevice(kernels: kernels, threads: threads)
      device.trainingPrecision = precision
      let inputs = Inputs(shape)
      let outs = shape.outputs.map { Tensor(rows: shape.tokens, columns: $0) }
      let weights = inputs.weights.map { device.quantize($0) }
      device.project(
        inputs.x,
        shape.outputs.indices.map {
          Projection(into: outs[$0], weights[$0], update: inputs.updates[$0])
        })
      let gradients = inputs.updates.map {
        (
          Tensor(rows: $0.a.rows, columns: $0.a.columns),
          Tensor(rows: $0.b.rows, columns: $0.b.columns)
        )
      }
      let dx = Tensor(rows: shape.tokens, columns: shape.inputs)
      device.projectBackward(
        into: dx,
        shape.outputs.indices.map {
          ProjectionGradient(
            inputs.dOut[$0], weights[$0],
            update: .init(inputs.updates[$0], a: gradients[$0].0, b: gradients[$0].1))
        }, x: inputs.x)
      return dx.toArray() + outs.flatMap { $0.toArray() }
        + gradients.flatMap { $0.0.toArray() + $0.1.toArray() }
    }
    expectEqualBits(results[1], results[0])
    expectEqualBits(results[2], results[0])
  }
}

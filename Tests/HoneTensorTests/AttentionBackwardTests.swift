// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import HoneTesting
import Testing

@Suite struct AttentionBackwardTests {
  /// Packed sequences with everything that the backward needs and gives.
  struct Batch {
    let shape: AttentionShape
    let sequences: [Range<Int>]
    let queries, keys, values, dOut, dQueries, dKeys, dValues: Tensor

    init(_ lengths: [Int], shape: AttentionShape, _ random: inout RandomSource, bound: Float = 1) {
      self.shape = shape
      let starts = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
      sequences = lengths.indices.map { starts[$0]..<starts[$0 + 1] }
      let rows = starts[lengths.count]
      let width = shape.numAttentionHeads * shape.headDim
      let keyWidth = shape.numKeyValueHeads * shape.headDim
      queries = random.view(rows, width, bound: bound)
      keys = random.view(rows, keyWidth, bound: bound)
      values = random.view(rows, keyWidth)
      dOut = random.view(rows, width)
      dQueries = random.view(rows, width)
      dKeys = random.view(rows, keyWidth)
      dValues = random.view(rows, keyWidth)
    }

    func run(on device: CPUDevice) -> [Float] {
      let out = Tensor(rows: queries.rows, columns: queries.columns)
      let sums = Tensor(rows: queries.rows, columns: shape.numAttentionHeads)
      let headGradients = Tensor(rows: queries.rows, columns: 2 * queries.columns)
      // Whatever the scratch and the outputs held must not matter.
      for tensor in [headGradients, dQueries, dKeys, dValues] { tensor.fill(.nan) }
      let groups = sequences.map { rows in
        AttentionGroup(members: [
          .init(rows: rows, own: .init(keys: keys.rows(rows), values: values.rows(rows)))
        ])
      }
      device.attention(
        into: out, logSumExp: sums, queries: queries, groups: groups, shape: shape)
      device.attentionBackward(
        dQueries: dQueries, dKeys: dKeys, dValues: dValues, headGradients: headGradients,
        dOut: dOut, out: out, logSumExp: sums, queries: queries, keys: keys, values: values,
        sequences: sequences, shape: shape)
      return dQueries.toArray() + dKeys.toArray() + dValues.toArray()
    }

    /// One sequence's input.
    func input(_ rows: Range<Int>) -> Reference.AttentionInput {
      .init(
        queries: queries.rows(rows).toDoubles(), keys: keys.rows(rows).toDoubles(),
        values: values.rows(rows).toDoubles())
    }
  }

  /// The gradients of one sequence in double precision, from the formulas of the softmax.
  static func gradients(_ batch: Batch, _ rows: Range<Int>) -> (
    queries: [Double], keys: [Double], values: [Double]
  ) {
    let shape = batch.shape
    let e = shape.headDim
    let (width, keyWidth) = (shape.numAttentionHeads * e, shape.numKeyValueHeads * e)
    let input = batch.input(rows)
    let dOut = batch.dOut.rows(rows).toDoubles()
    var dQueries = [Double](repeating: 0, count: input.queries.count)
    var dKeys = [Double](repeating: 0, count: input.keys.count)
    var dValues = dKeys
    for row in 0..<rows.count {
      for head in 0..<shape.numAttentionHeads {
        let query = row * width + head * e
        let shared = head / shape.headsPerGroup * e
        func dot(_ a: [Double], _ i: Int, _ b: [Double], _ j: Int) -> Double {
          (0..<e).reduce(0.0) { $0 + a[i + $1] * b[j + $1] }
        }
        let scale = Double(shape.scale)
        let cap = shape.softcap.map(Double.init)
        let keys = max(0, row + 1 - (shape.slidingWindow ?? row + 1))...row
        let p = Reference.softmax(
          keys.map {
            Reference.softcap(
              scale * dot(input.queries, query, input.keys, $0 * keyWidth + shared), cap)
          })
        let dP = keys.map { dot(dOut, query, input.values, $0 * keyWidth + shared) }
        let delta = zip(p, dP).reduce(0) { $0 + $1.0 * $1.1 }
        for (index, key) in keys.enumerated() {
          let place = key * keyWidth + shared
          var dScore = scale * p[index] * (dP[index] - delta)
          if let cap {
            let score = scale * dot(input.queries, query, input.keys, place)
            let bounded = Reference.softcap(score, cap) / cap
            dScore *= 1 - bounded * bounded
          }
          for i in 0..<e {
            dQueries[query + i] += dScore * input.keys[place + i]
            dKeys[place + i] += dScore * input.queries[query + i]
            dValues[place + i] += p[index] * dOut[query + i]
          }
        }
      }
    }
    return (dQueries, dKeys, dValues)
  }

  @Test(arguments: DeviceChoice.all)
  func `packed sequences agree with the reference`(choice: DeviceChoice) {
    let device = choice.device
    var random = RandomSource(seed: 80)
    for shape in AttentionTests.shapes {
      for lengths in [[1], [2, 1, 17], [95, 96, 97], [193, 3]] {
        let batch = Batch(lengths, shape: shape, &random, bound: 2)
        for precision in choice.kernels.precisions {
          device.trainingPrecision = precision
          _ = batch.run(on: device)
          for rows in batch.sequences {
            let expected = Self.gradients(batch, rows)
            let what = "\(shape) \(rows) of \(lengths), \(precision)"
            for (name, tensor, values) in [
              ("queries", batch.dQueries, expected.queries), ("keys", batch.dKeys, expected.keys),
              ("values", batch.dValues, expected.values),
            ] {
              // Of the largest, where factors have 8 significant bits.
              let size = values.map(abs).max() ?? 0
              expectClose(
                tensor.rows(rows).toArray(), values,
                absolute: precision == .float32 ? 2e-5 : 0.02 * max(1, size), "\(name) \(what)")
              expectOnlyViewWritten(tensor, "\(name) \(what)")
            }
          }
        }
      }
    }
  }

  @Test(arguments: Kernels.available)
  func `all three gradients are those of the reference`(kernels: Kernels) {
    let device = CPUDevice(kernels: kernels, threads: 2)
    var random = RandomSource(seed: 81)
    for shape in [
      AttentionShape(numAttentionHeads: 1, numKeyValueHeads: 1, headDim: 3),
      AttentionShape(numAttentionHeads: 4, numKeyValueHeads: 2, headDim: 5),
      AttentionShape(numAttentionHeads: 2, numKeyValueHeads: 1, headDim: 4, slidingWindow: 3),
      AttentionShape(numAttentionHeads: 1, numKeyValueHeads: 1, headDim: 4, scale: 1, softcap: 0.5),
    ] {
      let batch = Batch([5, 1, 7], shape: shape, &random)
      _ = batch.run(on: device)
      for rows in batch.sequences {
        let input = batch.input(rows)
        let upstream = batch.dOut.rows(rows).toArray()
        func check(
          _ gradient: Tensor, _ point: Tensor,
          _ path: WritableKeyPath<
            Reference.AttentionInput, [Double]
          >
        ) {
          gradientCheck(
            gradient.rows(rows).toArray(), upstream: upstream, at: point.rows(rows).toArray(),
            "\(shape) \(rows)"
          ) { values in
            var moved = input
            moved[keyPath: path] = values
            return Reference.attention(moved, shape: shape).out
          }
        }
        check(batch.dQueries, batch.queries, \.queries)
        check(batch.dKeys, batch.keys, \.keys)
        check(batch.dValues, batch.values, \.values)
      }
    }
  }

  @Test(arguments: Kernels.available)
  func `the number of threads changes no bit`(kernels: Kernels) {
    for shape in AttentionTests.shapes {
      for precision in kernels.precisions {
        let results = [1, 2, 3, 5].map { threads in
          var random = RandomSource(seed: 82)
          let device = CPUDevice(kernels: kernels, threads: threads)
          device.trainingPrecision = precision
          return Batch([100, 7, 200], shape: shape, &random).run(on: device)
        }
        for result in results[1...] {
          expectEqualBits(result, results[0], "\(shape), \(precision)")
        }
      }
    }
  }
}

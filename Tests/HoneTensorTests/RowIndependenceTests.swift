// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import HoneTesting
import Testing

/// A row's result is to the last bit what it is alone: what makes guessed tokens exact.
@Suite struct RowIndependenceTests {
  @Test(arguments: Kernels.available, [1, 4, 5, 19, 32])
  func `a projection of few rows computes each as if alone`(kernels: Kernels, tokens: Int) {
    var random = RandomSource(seed: UInt64(tokens))
    let device = CPUDevice(kernels: kernels, threads: 2)
    let x = random.view(tokens, 100)
    let weight = random.view(45, 100)
    let residual = random.view(tokens, 45)
    let (a, b) = (random.view(6, 100), random.view(6, 45))
    for weight in [WeightMatrix(weight), device.quantize(weight)] {
      func run(_ rows: Range<Int>) -> [Float] {
        let out = Tensor(rows: rows.count, columns: 45)
        let update = LowRankUpdate(
          a: a, b: b, hidden: Tensor(rows: rows.count, columns: 6), scaling: 0.5)
        device.project(
          x.rows(rows).copied(), [Projection(into: out, weight, update: update)],
          residual: residual.rows(rows))
        return out.toArray()
      }
      expectEqualBits(run(0..<tokens), (0..<tokens).flatMap { run($0..<$0 + 1) })
    }
  }

  /// A shared prefix and a window; some end in the middle of the rows or of a step of the sums.
  static let prefixesAndWindows: [(Int, Int?)] = [
    (0, nil), (21, nil), (0, 7), (21, 7), (0, 140), (400, 140), (400, 520), (21, 700),
  ]

  @Test(arguments: Kernels.available, prefixesAndWindows)
  func `a few rows of a sequence attend as if each came alone`(
    kernels: Kernels, prefixAndWindow: (Int, Int?)
  ) {
    let (shared, window) = prefixAndWindow
    var random = RandomSource(seed: 3)
    let device = CPUDevice(kernels: kernels, threads: 2)
    let shape = AttentionShape(
      numAttentionHeads: 6, numKeyValueHeads: 2, headDim: 20, slidingWindow: window)
    let (cached, tokens) = (500, 32)
    let queries = random.view(tokens, 120, bound: 2)
    func keyValues(_ count: Int) -> AttentionGroup.KeyValues {
      .init(keys: random.view(count, 40, bound: 2), values: random.view(count, 40))
    }
    let own = keyValues(cached + tokens)
    let prefix = shared > 0 ? keyValues(shared) : nil
    func run(_ rows: Range<Int>) -> [Float] {
      let out = Tensor(rows: rows.count, columns: 120)
      let seen = 0..<cached + rows.upperBound
      let member = AttentionGroup.Member(
        rows: 0..<rows.count,
        own: .init(keys: own.keys.rows(seen), values: own.values.rows(seen)))
      device.attention(
        into: out, queries: queries.rows(rows),
        groups: [AttentionGroup(shared: prefix, members: [member])], shape: shape)
      return out.toArray()
    }
    let alone = (0..<tokens).flatMap { run($0..<$0 + 1) }
    expectEqualBits(run(0..<tokens), alone)
    expectEqualBits(run(0..<7) + run(7..<tokens), alone)
  }
}

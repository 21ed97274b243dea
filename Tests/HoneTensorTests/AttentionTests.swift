// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import HoneTesting
import Testing

@Suite struct AttentionTests {
  static let shapes = [
    AttentionShape(numAttentionHeads: 1, numKeyValueHeads: 1, headDim: 1),
    AttentionShape(numAttentionHeads: 2, numKeyValueHeads: 2, headDim: 7),
    AttentionShape(numAttentionHeads: 9, numKeyValueHeads: 3, headDim: 16),
    AttentionShape(numAttentionHeads: 4, numKeyValueHeads: 1, headDim: 33),
    AttentionShape(numAttentionHeads: 2, numKeyValueHeads: 1, headDim: 7, slidingWindow: 1),
    AttentionShape(numAttentionHeads: 3, numKeyValueHeads: 3, headDim: 16, slidingWindow: 20),
    AttentionShape(
      numAttentionHeads: 4, numKeyValueHeads: 2, headDim: 8, slidingWindow: 130, scale: 0.25,
      softcap: 1.5),
  ]

  /// Sequences of one group: the tokens of each already cached, and those in the batch.
  struct Case: Sendable {
    let shared: Int
    let members: [(cached: Int, batch: Int)]
  }

  /// A batch of groups in views, and what attention should give for it.
  struct Batch {
    let shape: AttentionShape
    let queries: Tensor
    var groups: [AttentionGroup] = []
    var expected: [Double] = []
    var expectedLogSumExp: [Double] = []

    init(_ cases: [Case], shape: AttentionShape, _ random: inout RandomSource) {
      self.shape = shape
      let rows = cases.reduce(0) { $0 + $1.members.reduce(0) { $0 + $1.batch } }
      let width = shape.numKeyValueHeads * shape.headDim
      queries = random.view(rows, shape.numAttentionHeads * shape.headDim, bound: 2)
      func keyValues(_ tokens: Int) -> AttentionGroup.KeyValues {
        .init(keys: random.view(tokens, width, bound: 2), values: random.view(tokens, width))
      }
      var start = 0
      for item in cases {
        let shared = item.shared > 0 ? keyValues(item.shared) : nil
        var members: [AttentionGroup.Member] = []
        for (cached, count) in item.members {
          let own = keyValues(cached + count)
          let range = start..<start + count
          members.append(.init(rows: range, own: own))
          let (out, sums) = Reference.attention(
            .init(
              queries: queries.rows(range).toDoubles(),
              keys: (shared?.keys.toDoubles() ?? []) + own.keys.toDoubles(),
              values: (shared?.values.toDoubles() ?? []) + own.values.toDoubles()),
            shape: shape)
          expected += out
          expectedLogSumExp += sums
          start += count
        }
        groups.append(AttentionGroup(shared: shared, members: members))
      }
    }

    func run(on device: CPUDevice) -> (out: Tensor, logSumExp: Tensor) {
      var random = RandomSource(seed: 0)
      let out = random.view(queries.rows, queries.columns)
      let sums = random.view(queries.rows, shape.numAttentionHeads)
      device.attention(
        into: out, logSumExp: sums, queries: queries, groups: groups, shape: shape)
      return (out, sums)
    }
  }

  static let batches: [(String, [Case])] = [
    ("one token", [Case(shared: 0, members: [(0, 1)])]),
    (
      "packed sequences",
      [1, 2, 17, 48, 49, 100, 3].map { Case(shared: 0, members: [(0, $0)]) }
    ),
    (
      "single decoding rows",
      [0, 1, 30, 127, 400].map { Case(shared: 0, members: [($0, 1)]) }
    ),
    (
      "members of one shared prefix",
      [Case(shared: 21, members: [(0, 5), (0, 1), (0, 47), (0, 60), (0, 2)])]
    ),
    (
      "decoding beside a shared prefix",
      [
        Case(shared: 390, members: [(0, 1), (7, 1), (33, 1), (2, 1)]),
        Case(shared: 1, members: [(15, 1)]),
      ]
    ),
    (
      // Whole steps of the sums over keys are outside the windows.
      "long prefixes",
      [
        Case(shared: 790, members: [(0, 1), (1, 40), (395, 3)]),
        Case(shared: 0, members: [(810, 35), (800, 2)]),
      ]
    ),
    (
      "all at once",
      [
        Case(shared: 0, members: [(5, 12)]), Case(shared: 33, members: [(4, 50), (0, 9), (70, 1)]),
        Case(shared: 0, members: [(0, 31), (0, 1), (0, 8)]), Case(shared: 8, members: [(0, 97)]),
      ]
    ),
  ]

  @Test(arguments: DeviceChoice.all)
  func `every kind of batch agrees with the reference`(choice: DeviceChoice) {
    let device = choice.device
    var random = RandomSource(seed: 70)
    for (name, cases) in Self.batches {
      for shape in Self.shapes {
        let batch = Batch(cases, shape: shape, &random)
        let (out, sums) = batch.run(on: device)
        let what = "\(name), \(shape)"
        expectClose(out.toArray(), batch.expected, absolute: 4e-6, what)
        expectClose(sums.toArray(), batch.expectedLogSumExp, absolute: 4e-6, what)
        expectOnlyViewWritten(out, what)
        expectOnlyViewWritten(sums, what)
        // The log-sum-exp is optional and changes nothing.
        let alone = Tensor(rows: out.rows, columns: out.columns)
        device.attention(into: alone, queries: batch.queries, groups: batch.groups, shape: shape)
        expectEqualBits(alone.toArray(), out.toArray(), what)
      }
    }
  }

  @Test(arguments: Kernels.available.filter(\.hasBFloat16))
  func `a training's passes may attend in bfloat16, others never do`(kernels: Kernels) {
    let device = CPUDevice(kernels: kernels, threads: 2)
    device.trainingPrecision = .bfloat16
    var random = RandomSource(seed: 72)
    for (name, cases) in Self.batches {
      for shape in Self.shapes {
        let batch = Batch(cases, shape: shape, &random)
        let (out, sums) = batch.run(on: device)
        let what = "\(name), \(shape)"
        // A factor is off by 2⁻⁹ at most, a score by as much of the sum of its terms' sizes.
        expectClose(out.toArray(), batch.expected, absolute: 0.05, what)
        expectClose(sums.toArray(), batch.expectedLogSumExp, absolute: 0.05, what)
        let alone = Tensor(rows: out.rows, columns: out.columns)
        device.attention(into: alone, queries: batch.queries, groups: batch.groups, shape: shape)
        expectClose(alone.toArray(), batch.expected, absolute: 4e-6, what)
      }
    }
  }

  @Test(arguments: Kernels.available)
  func `the number of threads changes no bit`(kernels: Kernels) {
    for (name, cases) in Self.batches {
      for shape in Self.shapes {
        for precision in kernels.precisions {
          var random = RandomSource(seed: 71)
          let batch = Batch(cases, shape: shape, &random)
          let results = [1, 2, 3, 5].map { threads in
            let device = CPUDevice(kernels: kernels, threads: threads)
            device.trainingPrecision = precision
            let (out, sums) = batch.run(on: device)
            return out.toArray() + sums.toArray()
          }
          for result in results[1...] {
            expectEqualBits(result, results[0], "\(name), \(shape), \(precision)")
          }
        }
      }
    }
  }

  @Test(arguments: Kernels.available)
  func `extreme scores pick one key and stay finite`(kernels: Kernels) {
    let device = CPUDevice(kernels: kernels, threads: 1)
    let shape = AttentionShape(numAttentionHeads: 1, numKeyValueHeads: 1, headDim: 1)
    for tokens in [1, 2, 7, 17, 33] {
      for chosen in Set([0, tokens / 2, tokens - 1]) {
        for size: Float in [1e4, 1e8, -1e4] {
          let keys = Tensor(rows: tokens, columns: 1)
          keys.fill(-size)
          keys[chosen, 0] = size
          let values = Tensor((0..<tokens).map(Float.init), rows: tokens, columns: 1)
          let query = Tensor([1], rows: 1, columns: 1)
          let (out, sum) = (Tensor(rows: 1, columns: 1), Tensor(rows: 1, columns: 1))
          device.attention(
            into: out, logSumExp: sum, queries: query,
            groups: [
              AttentionGroup(members: [.init(rows: 0..<1, own: .init(keys: keys, values: values))])
            ], shape: shape)
          let exact = Reference.attention(
            .init(queries: [1], keys: keys.toDoubles(), values: values.toDoubles()), shape: shape)
          expectClose(out.toArray(), exact.out, "\(tokens) tokens, \(size) at \(chosen)")
          expectClose(
            sum.toArray(), exact.logSumExp, relative: 1e-6, "\(tokens) tokens, \(size) at \(chosen)"
          )
        }
      }
    }
  }
}

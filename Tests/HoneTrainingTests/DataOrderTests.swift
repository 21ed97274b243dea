// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import Testing

@testable import HoneTraining

@Suite struct DataOrderTests {
  private static func counts(_ count: Int, seed: UInt64 = 1) -> [Int] {
    var random = RandomSource(seed: seed)
    return (0..<count).map { _ in 1 + random.index(below: 50) }
  }

  @Test(
    arguments: [
      (1, 1, nil), (1, 8, nil), (10, 4, nil), (12, 4, nil), (10, 4, 60), (30, 100, 55),
    ] as [(Int, Int, Int?)])
  func `Each epoch takes each sample once, in an order of its own`(
    count: Int, batchSize: Int, tokensPerBatch: Int?
  ) throws {
    let counts = Self.counts(count)
    var order = try DataOrder(
      tokenCounts: counts, batchSize: batchSize, tokensPerBatch: tokensPerBatch, seed: 3)
    var step = 0
    var epochs: [[Int]] = []
    for epoch in 0..<4 {
      var seen: [Int] = []
      var index = 0
      while true {
        let batch = order.batch(at: step)
        #expect(batch.step == step)
        #expect(batch.epoch == epoch)
        #expect(batch.index == index)
        #expect(!batch.samples.isEmpty && batch.samples.count <= batchSize)
        if let tokensPerBatch, batch.samples.count > 1 {
          #expect(batch.samples.reduce(0) { $0 + counts[$1] } <= tokensPerBatch)
        }
        seen += batch.samples
        step += 1
        index += 1
        if batch.isLastOfEpoch { break }
      }
      #expect(seen.sorted() == Array(0..<count))
      #expect(order.steps(ofEpochs: epoch + 1) == step)
      epochs.append(seen)
    }
    if count > 5 { #expect(Set(epochs).count == 4) }
  }

  @Test(arguments: [nil, 60] as [Int?])
  func `A step's batch is the same whoever asks, and in which order`(tokensPerBatch: Int?) throws {
    func fresh() throws -> DataOrder {
      try DataOrder(
        tokenCounts: Self.counts(23), batchSize: 4, tokensPerBatch: tokensPerBatch, seed: 9)
    }
    var running = try fresh()
    let all = (0..<60).map { running.batch(at: $0) }
    for step in [59, 0, 17, 31, 5] {
      var resumed = try fresh()
      #expect(resumed.batch(at: step) == all[step])
      #expect(running.batch(at: step) == all[step])
    }
  }

  @Test func `The order is this one on every machine`() throws {
    let order = try DataOrder(tokenCounts: Self.counts(8), batchSize: 3, seed: 0)
    // By a program of its own in Python.
    #expect(order.batches(ofEpoch: 0) == [[3, 6, 2], [1, 7, 5], [4, 0]])
    #expect(order.batches(ofEpoch: 1) == [[5, 0, 7], [2, 4, 1], [3, 6]])
  }

  @Test func `Without shuffling the file's order is kept`() throws {
    var order = try DataOrder(tokenCounts: Self.counts(5), batchSize: 2, seed: 1, shuffles: false)
    #expect((0..<4).map { order.batch(at: $0).samples } == [[0, 1], [2, 3], [4], [0, 1]])
  }

  @Test func `Sizes that are none are refused`() throws {
    #expect(throws: TrainingError.self) { try DataOrder(tokenCounts: [], batchSize: 1, seed: 1) }
    #expect(throws: TrainingError.self) { try DataOrder(tokenCounts: [1], batchSize: 0, seed: 1) }
    #expect(throws: TrainingError.self) {
      try DataOrder(tokenCounts: [1], batchSize: 1, tokensPerBatch: 0, seed: 1)
    }
  }

  @Test func `So many epochs as no machine can count do not stop the process`() throws {
    var order = try DataOrder(tokenCounts: [1, 2, 3], batchSize: 1, seed: 1)
    #expect(order.steps(ofEpochs: .max) == .max)
    #expect(order.steps(ofEpochs: -1) == 0)
    #expect(order.batch(at: .max).samples.count == 1)
    #expect(order.batch(at: -5).step == 0)
  }

  @Test func `Passes hold each sample with a target once, apart from the others`() throws {
    let samples = [3, 0, 5, 9, 2].map { count in
      var sample = TrainingSample()
      sample.append([7], isTarget: false)
      sample.append(Array(repeating: Int32(count), count: count), isTarget: true)
      return sample
    }
    let passes = PackedBatch.passes(of: samples, maxTokens: 10)
    #expect(passes.map { $0.sequences.map(\.count) } == [[4, 6], [10], [3]])
    #expect(passes.map { $0.targets.count } == [8, 9, 2])
    #expect(passes[0].positions == [0, 1, 2, 3, 0, 1, 2, 3, 4, 5])
  }
}

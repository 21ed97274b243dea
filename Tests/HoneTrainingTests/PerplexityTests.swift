// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneModel
import HoneTesting
import Testing

@testable import HoneTraining

/// Against PyTorch, transformers and PEFT; Tools/goldens/perplexity.py.
@Suite struct PerplexityTests {
  private struct Golden: Decodable {
    struct Row: Codable {
      let prompt: String
      let completion: String
    }
    struct Figures: Decodable {
      let sums: [Double]
      let tokens: [Int]
      let mean: Double
      let error: Double
      let perplexity: Double
    }
    struct Pair: Decodable {
      let windows: Figures
      let rows: Figures
    }
    let text: String
    let length: Int
    let rows: [Row]
    let base: Pair
    let adapted: Pair
  }

  private let golden: Golden
  private let model: LanguageModel
  private let adapter: LoRAAdapter

  init() throws {
    golden = try JSONDecoder().decode(
      Golden.self,
      from: Data(contentsOf: URL(filePath: Fixtures.path("perplexity/tiny-llama.json"))))
    model = try LanguageModel.load(path: Fixtures.path("tiny-llama"), compute: .float32)
    adapter = try LoRAAdapter.load(
      path: Fixtures.path("adapters/peft-default"), model: model.configuration)
  }

  private func rows() throws -> SampleSet {
    let encoder = JSONEncoder()
    return try DataFixture.read(
      golden.rows.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
    ).samples
  }

  private func windows() -> SampleSet {
    SampleSet.windows(of: golden.text, length: golden.length, tokenizer: model.tokenizer)
  }

  private func expect(_ result: Perplexity, _ expected: Golden.Figures) throws {
    #expect(result.sequences == expected.tokens.count)
    #expect(result.tokens == expected.tokens.reduce(0, +))
    #expect(abs(result.negativeLogLikelihood - expected.mean) < 2e-6)
    let error = try #require(result.negativeLogLikelihoodStandardError)
    #expect(abs(error - expected.error) < 2e-6)
    #expect(abs(result.perplexity / expected.perplexity - 1) < 2e-6)
    let spread = try #require(result.perplexityStandardError)
    #expect(abs(spread / (expected.perplexity * expected.error) - 1) < 1e-4)
  }

  @Test(arguments: [1, 2, 3, 8, 4096])
  func `Text and rows give PyTorch's figures in batches of any size`(batchSize: Int) async throws {
    for (adapter, expected) in [(nil, golden.base), (adapter, golden.adapted)] {
      try expect(
        await model.perplexity(of: windows(), adapter: adapter, batchSize: batchSize),
        expected.windows)
      try expect(
        await model.perplexity(of: rows(), adapter: adapter, batchSize: batchSize), expected.rows)
    }
  }

  @Test func `Sequences that share a pass give what each gives alone`() async throws {
    var batch = PackedBatch()
    var alone: [Float] = []
    // More tokens than one pass takes, so that some sequences are cut by its end.
    for index in 0..<9 {
      let ids = (0..<150 + index).map { Int32(($0 * 31 + index * 7) % 320) }
      let isTarget = ids.indices.map { index == 4 ? $0 > 140 : $0 % 3 != 1 }
      batch.append(ids, isTarget: isTarget)
      let scores = try await model.score(prompt: [], completion: ids)
      alone += zip(scores, isTarget.dropFirst()).filter(\.1).map(\.0)
    }
    let together = try await model.score(batch)
    #expect(together.count == alone.count)
    #expect(zip(together, alone).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func `The loss of a training's test rows is the same number`() async throws {
    let samples = try rows()
    let loss = try await model.loss(of: samples)
    let result = try await model.perplexity(of: samples)
    #expect(abs(result.negativeLogLikelihood - loss) < 1e-6)
  }

  @Test func `Windows hold every token of a text once`() {
    let ids = model.tokenizer.encode(
      golden.text, addSpecialTokens: false, parseSpecialTokens: false)
    for length in [2, 3, 64, 1000] {
      let windows = SampleSet.windows(
        of: golden.text, length: length, tokenizer: model.tokenizer)
      #expect(windows.dropLast().allSatisfy { $0.ids.count == length })
      let joined = windows.flatMap(\.ids)
      // A last window of one token has nothing to score.
      #expect(ids.starts(with: joined) && ids.count - joined.count <= 1)
    }
    #expect(SampleSet.windows(of: "", length: 8, tokenizer: model.tokenizer).isEmpty)
  }

  @Test func `One sequence has no standard error, and one without a target does not count`()
    async throws
  {
    var samples = SampleSet()
    var silent = TrainingSample()
    silent.append([5, 6, 7], isTarget: false)
    var single = TrainingSample()
    single.append([5, 6, 7], isTarget: true)
    samples.append(silent)
    samples.append(single)
    samples.append(TrainingSample())
    let result = try await model.perplexity(of: samples)
    #expect(result.sequences == 1 && result.tokens == 2)
    #expect(result.negativeLogLikelihoodStandardError == nil)
    #expect(result.perplexityStandardError == nil)
  }

  @Test func `What cannot be scored is refused`() async throws {
    var none = SampleSet()
    none.append(TrainingSample(ids: [5], isTarget: [true]))
    await #expect(throws: TrainingError.self) { try await model.perplexity(of: none) }
    await #expect(throws: TrainingError.self) {
      try await model.perplexity(of: rows(), batchSize: 0)
    }
    for ids in [[5, 320], [5, -1], Array(repeating: 5, count: 513)] as [[Int32]] {
      var samples = SampleSet()
      samples.append(TrainingSample(ids: ids, isTarget: ids.map { _ in true }))
      await #expect(throws: ModelError.self) { try await model.perplexity(of: samples) }
    }
  }

  @Test func `A draw is the seed's, keeps the order and never asks for more than there is`() throws
  {
    var samples = SampleSet()
    for index in 0..<50 {
      samples.append(TrainingSample(ids: [Int32(index)], isTarget: [true]), line: index + 1)
    }
    let drawn = samples.drawing(10, seed: 1)
    let lines = drawn.indices.map(drawn.line)
    #expect(drawn.count == 10 && lines == lines.sorted() && Set(lines).count == 10)
    #expect(drawn == samples.drawing(10, seed: 1))
    #expect(drawn != samples.drawing(10, seed: 2))
    #expect(samples.drawing(60, seed: 1) == samples)
  }
}

extension LanguageModel {
  fileprivate func loss(of samples: SampleSet) throws -> Double {
    try decoder.loss(of: samples, adapter: nil)
  }
}

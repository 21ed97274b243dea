// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneModel
import HoneTensor
import HoneTesting
import Synchronization
import Testing

@testable import HoneBench

@Suite struct AccuracyBenchmarkTests {
  private static let tinyModel =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().path + "/Fixtures/tiny-llama"

  private static let text = (0..<60).map { "Line \($0): the quick brown fox jumps.\n" }.joined()

  private static func configuration(
    tokens: Int = 50, window: Int = 16, trainings: Int = 1, learningRate: Double? = nil,
    seed: UInt64 = 0
  ) throws -> AccuracyConfiguration {
    try AccuracyConfiguration(
      tokens: tokens, window: window, trainSequences: 2, trainTokens: 24, loraRank: 4, samples: 3,
      sampleTokens: 16, batchSize: 2, steps: 12, trainings: trainings, learningRate: learningRate,
      seed: seed)
  }

  private static func run(
    _ configuration: AccuracyConfiguration, compute: ComputeMode = .int8, threads: Int = 2,
    onProgress: @escaping @Sendable (AccuracyBenchmark.Progress) -> Void = { _ in }
  ) async throws -> AccuracyReport {
    try await AccuracyBenchmark(configuration: configuration, compute: compute)
      .run(
        path: tinyModel, text: text, textName: "a text", threads: threads, onProgress: onProgress)
  }

  @Test func `float32 differs in nothing from itself`() async throws {
    let report = try await Self.run(Self.configuration(), compute: .float32)
    #expect(report.perplexity.differencePercent == 0)
    #expect(report.logLikelihoodDifference == 0)
    #expect(report.topTokenAgreement == 1)
    for gradient in [report.gradient, report.gradientAtStart] {
      #expect(abs(gradient.cosine - 1) < 1e-12)
      #expect(gradient.relativeError == 0)
      #expect(gradient.cosineByLayer.allSatisfy { abs($0 - 1) < 1e-12 })
    }
    for loss in [
      report.lossBeforeTraining, report.lossOfLastSteps, report.lossAfterSteps,
      report.lossAfterStepsInFloat32,
    ] {
      #expect(loss.differencePercent == 0)
    }
  }

  @Test func `int8 differs a little everywhere`() async throws {
    let report = try await Self.run(Self.configuration(learningRate: 2e-2))
    #expect(report.compute == .int8)
    #expect((1e-6..<0.05).contains(report.logLikelihoodDifference))
    #expect((0.9...1).contains(report.topTokenAgreement))
    for gradient in [report.gradient, report.gradientAtStart] {
      #expect((0.99..<1 - 1e-9).contains(gradient.cosine))
      #expect((1e-6..<0.2).contains(gradient.relativeError))
      let worst = try #require(gradient.worst)
      #expect(worst.cosine <= gradient.cosineByLayer.min() ?? 0)
      #expect(worst.cosine <= gradient.cosineByModule.values.min() ?? 0)
      #expect(gradient.cosineByLayer.count == 2)
      #expect(Set(gradient.cosineByModule.keys) == Set(TargetModule.allCases.map(\.rawValue)))
    }
    for pair in [
      report.perplexity, report.lossBeforeTraining, report.lossOfLastSteps, report.lossAfterSteps,
      report.lossAfterStepsInFloat32,
    ] {
      let difference = try #require(pair.differencePercent)
      #expect(difference != 0)
      #expect(abs(difference) < 5)
    }
    // The same adapter in another mode, not another adapter.
    #expect(report.lossAfterSteps.other != report.lossAfterStepsInFloat32.other)
    #expect(report.lossAfterSteps.float32 == report.lossAfterStepsInFloat32.float32)
  }

  @Test func `A random B gives the gradient another direction than B = 0`() async throws {
    let report = try await Self.run(Self.configuration())
    #expect(report.gradient.cosine != report.gradientAtStart.cosine)
  }

  @Test func `Training lowers the loss of its samples`() async throws {
    let report = try await Self.run(Self.configuration(learningRate: 2e-2))
    #expect(report.learningRate == 2e-2)
    #expect(report.lossAfterSteps.float32 < 0.9 * report.lossBeforeTraining.float32)
    #expect(report.lossAfterSteps.other < 0.9 * report.lossBeforeTraining.other)
    #expect(report.lossOfLastSteps.float32 < report.lossBeforeTraining.float32)
  }

  @Test func `The learning rate is that of test-time training`() async throws {
    let report = try await Self.run(Self.configuration())
    #expect(report.learningRate == 5e-4)
  }

  @Test(arguments: [(50, 16, 46), (33, 16, 30), (32, 64, 31)])
  func `The perplexity is that of the windows' tokens after the first`(
    tokens: Int, window: Int, scored: Int
  ) async throws {
    let report = try await Self.run(Self.configuration(tokens: tokens, window: window))
    #expect(report.scoredTokens == scored)
    let model = try LanguageModel.load(path: Self.tinyModel, compute: .float32)
    let ids = model.tokenizer.encode(Self.text, addSpecialTokens: false)
    #expect(report.textTokens == ids.count)
    let prefix = model.tokenizer.prefixTokenIDs
    var sum = 0.0
    for start in stride(from: 0, to: tokens, by: window) {
      let part = Array(ids[start..<min(start + window, tokens)])
      if part.count < 2 { continue }
      let scores = try await model.score(
        prompt: prefix + part.prefix(1), completion: Array(part.dropFirst()))
      sum += scores.reduce(0) { $0 + Double($1) }
    }
    let expected = exponential(-sum / Double(scored))
    #expect(abs(report.perplexity.float32 / expected - 1) < 1e-5)
  }

  @Test func `Every sequence begins as the tokenizer has a text begin`() async throws {
    let folder = try TemporaryFolder()
    for name in ["config.json", "model.safetensors"] {
      _ = try folder.write(name, try Data(contentsOf: .init(filePath: "\(Self.tinyModel)/\(name)")))
    }
    let file = URL(filePath: Self.tinyModel + "/tokenizer.json")
    var tokenizer = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    let start = "<|im_start|>"
    tokenizer["post_processor"] = [
      "type": "TemplateProcessing",
      "single": [
        ["SpecialToken": ["id": start, "type_id": 0]], ["Sequence": ["id": "A", "type_id": 0]],
      ],
      "pair": [],
      "special_tokens": [start: ["id": start, "ids": [1], "tokens": [start]]],
    ]
    _ = try folder.write("tokenizer.json", try JSONSerialization.data(withJSONObject: tokenizer))
    let report = try await AccuracyBenchmark(configuration: Self.configuration()).run(
      path: folder.path, text: Self.text, textName: "a text")
    let plain = try await Self.run(Self.configuration())
    #expect(report.scoredTokens == plain.scoredTokens)
    #expect(report.gradient.cosine != plain.gradient.cosine)
    let model = try LanguageModel.load(path: folder.path, compute: .float32)
    let ids = model.tokenizer.encode(Self.text, addSpecialTokens: false)
    #expect(model.tokenizer.encode("") == [1])
    var sum = 0.0
    for start in stride(from: 0, to: 50, by: 16) {
      let part = Array(ids[start..<min(start + 16, 50)])
      let scores = try await model.score(
        prompt: [1] + part.prefix(1), completion: Array(part.dropFirst()))
      sum += scores.reduce(0) { $0 + Double($1) }
    }
    #expect(abs(report.perplexity.float32 / exponential(-sum / 46) - 1) < 1e-5)
    // Before training: all tokens behind the first token have loss.
    var loss = 0.0
    for sample in 0..<3 {
      let part = Array(ids[sample * 16..<(sample + 1) * 16])
      loss -= try await model.score(prompt: [1], completion: part).reduce(0) { $0 + Double($1) }
    }
    #expect(abs(report.lossBeforeTraining.float32 / (loss / 48) - 1) < 1e-5)
  }

  @Test func `Threads change no figure, the seed does`() async throws {
    let one = try await Self.run(Self.configuration(), threads: 1)
    let three = try await Self.run(Self.configuration(), threads: 3)
    let other = try await Self.run(Self.configuration(seed: 7))
    #expect(one.perplexity == three.perplexity)
    #expect(one.gradient.cosine == three.gradient.cosine)
    #expect(one.lossAfterSteps == three.lossAfterSteps)
    #expect(one.perplexity == other.perplexity)
    #expect(one.gradient.cosine != other.gradient.cosine)
    #expect(one.lossAfterSteps != other.lossAfterSteps)
  }

  @Test func `Several trainings count with their means and errors`() async throws {
    let seeds: [UInt64] = [5, 6, 7]
    var alone: [AccuracyReport] = []
    for seed in seeds {
      alone.append(try await Self.run(Self.configuration(learningRate: 2e-2, seed: seed)))
    }
    let report = try await Self.run(
      Self.configuration(trainings: 3, learningRate: 2e-2, seed: 5))
    let keys: [KeyPath<AccuracyReport, AccuracyReport.Pair>] = [
      \.lossAfterSteps, \.lossOfLastSteps, \.lossAfterStepsInFloat32,
    ]
    for key in keys {
      let (pair, pairs) = (report[keyPath: key], alone.map { $0[keyPath: key] })
      #expect(pairs.allSatisfy { $0.standardErrorPercent == nil })
      #expect(abs(pair.float32 - pairs.reduce(0) { $0 + $1.float32 } / 3) < 1e-12)
      #expect(abs(pair.other - pairs.reduce(0) { $0 + $1.other } / 3) < 1e-12)
      let differences = try pairs.map { try #require($0.differencePercent) }
      let mean = differences.reduce(0, +) / 3
      let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let error = try #require(pair.standardErrorPercent)
      #expect(abs(error - (squares / 6).squareRoot()) < 1e-9)
    }
    #expect(alone[0].seedDeviationPercent == nil)
    #expect(try #require(report.seedDeviationPercent) > 0)
    #expect(report.gradient.cosine == alone[0].gradient.cosine)
  }

  @Test func `Progress is told of both modes, float32 last`() async throws {
    let steps = Mutex<[AccuracyBenchmark.Progress]>([])
    _ = try await Self.run(Self.configuration()) { step in steps.withLock { $0.append(step) } }
    let seen = steps.withLock { $0 }
    #expect(seen.first == .init(compute: .int8, stage: .loading, done: 0, total: 1))
    #expect(seen.contains(.init(compute: .float32, stage: .training, done: 11, total: 12)))
    #expect(seen.last == .init(compute: .float32, stage: .lossOfOther, done: 2, total: 3))
    #expect(seen.allSatisfy { (0...$0.total).contains($0.done) })
  }

  @Test func `A text that is too short is refused with what it has and what is needed`()
    async throws
  {
    let error = await #expect(throws: BenchError.self) {
      _ = try await AccuracyBenchmark(configuration: Self.configuration()).run(
        path: Self.tinyModel, text: "Hi", textName: "short.txt")
    }
    let model = try LanguageModel.load(path: Self.tinyModel, compute: .float32)
    let count = model.tokenizer.encode("Hi", addSpecialTokens: false).count
    #expect(error?.kind == .badData)
    #expect(
      error?.message.contains("short.txt: the text has \(count) tokens, 50 are needed") == true)
  }

  @Test func `A window that does not fit the context is refused`() async throws {
    await #expect(throws: ModelError.self) {
      _ = try await AccuracyBenchmark(
        configuration: Self.configuration(tokens: 1000, window: 600)
      ).run(
        path: Self.tinyModel, text: String(repeating: Self.text, count: 4), textName: "a text")
    }
  }

  @Test func `A cancelled benchmark stops`() async throws {
    let work = Task {
      try await Self.run(
        AccuracyConfiguration(
          tokens: 400, trainTokens: 200, samples: 2, sampleTokens: 200, steps: 100_000, trainings: 1
        ))
    }
    work.cancel()
    await #expect(throws: CancellationError.self) { _ = try await work.value }
  }

  @Test func `Settings out of range are refused`() {
    #expect(throws: BenchError.self) { try AccuracyConfiguration(tokens: 1) }
    #expect(throws: BenchError.self) { try AccuracyConfiguration(window: 1) }
    #expect(throws: BenchError.self) { try AccuracyConfiguration(samples: 0) }
    #expect(throws: BenchError.self) { try AccuracyConfiguration(samples: 2, batchSize: 3) }
    #expect(throws: BenchError.self) { try AccuracyConfiguration(steps: 0) }
    #expect(throws: BenchError.self) { try AccuracyConfiguration(trainings: 0) }
    #expect(throws: BenchError.self) { try AccuracyConfiguration(learningRate: 0) }
    #expect(throws: BenchError.self) { try AccuracyConfiguration(learningRate: .nan) }
  }
}

// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneModel
import Synchronization
import Testing

@testable import HoneBench

@Suite struct SpeedBenchmarkTests {
  private static let tinyModel =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().path + "/Fixtures/tiny-llama"

  private static func configuration(promptTokens: Int = 12) throws -> SpeedConfiguration {
    try SpeedConfiguration(
      promptTokens: promptTokens, generationTokens: 3, streams: 2, trainSequences: 3,
      trainTokens: 8, loraRank: 2, repeats: 3)
  }

  @Test(arguments: [1, 12])
  func `Every figure is measured as often as asked`(promptTokens: Int) async throws {
    let steps = Mutex<[SpeedBenchmark.Progress]>([])
    let report = try await SpeedBenchmark(
      configuration: Self.configuration(promptTokens: promptTokens)
    ).run(path: Self.tinyModel, threads: 2) { step in steps.withLock { $0.append(step) } }
    #expect(report.figures.map(\.figure) == SpeedFigure.allCases)
    for figure in report.figures {
      #expect(figure.samples.count == 3)
      #expect(figure.samples.allSatisfy { $0 > 0 && $0.isFinite })
      #expect(figure.tokensPerSecond == figure.samples.sorted()[1])
      #expect(figure.ceiling.share > 0)
    }
    #expect(report.threads == 2)
    #expect(report.ceilings.threads == 2)
    #expect(report.loadSeconds > 0)
    #expect(report.peakMemoryBytes > 0)
    let seen = steps.withLock { $0 }
    #expect(seen.first == .loading)
    #expect(seen.last == .measuringCeilings)
    #expect(seen.contains(.running(.loraTrain, done: 4, of: 4)))
  }

  @Test func `Only what was asked for is measured`() async throws {
    let report = try await SpeedBenchmark(
      configuration: Self.configuration(), figures: [.loraTrainMasked]
    ).run(path: Self.tinyModel)
    #expect(report.figures.map(\.figure) == [.loraTrainMasked])
  }

  @Test func `What does not fit the context is refused before it runs`() async throws {
    await #expect(throws: ModelError.self) {
      _ = try await SpeedBenchmark(configuration: Self.configuration(promptTokens: 511))
        .run(path: Self.tinyModel)
    }
  }

  @Test func `A cancelled benchmark stops`() async throws {
    let work = Task {
      try await SpeedBenchmark(
        configuration: SpeedConfiguration(promptTokens: 400, repeats: 1000), figures: [.prompt]
      ).run(path: Self.tinyModel)
    }
    work.cancel()
    await #expect(throws: CancellationError.self) { try await work.value }
  }

  @Test func `Settings out of range are refused`() {
    #expect(throws: BenchError.self) { try SpeedConfiguration(promptTokens: 0) }
    #expect(throws: BenchError.self) { try SpeedConfiguration(generationTokens: 1) }
    #expect(throws: BenchError.self) { try SpeedConfiguration(streams: 0) }
    #expect(throws: BenchError.self) { try SpeedConfiguration(trainTokens: 1) }
    #expect(throws: BenchError.self) { try SpeedConfiguration(repeats: 0) }
  }

  @Test func `The median of an even number lies between the two in the middle`() {
    let cost = TokenCost(operations: 1, weightBytes: 1)
    #expect(Measurement(speeds: [4, 1, 3, 100], cost: cost).median == 3.5)
    #expect(Measurement(speeds: [9, 1, 5], cost: cost).median == 5)
  }
}

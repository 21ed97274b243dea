// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTesting
import Synchronization
import Testing

@testable import HoneKnowledge

extension AdviceFixtures {
  static func tinyModel() throws -> LanguageModel {
    try LanguageModel.load(path: Fixtures.path("tiny-llama"), threads: 2)
  }

  static func tinyConfiguration() throws -> ModelConfiguration { try tinyModel().configuration }
}

@Suite struct RateMeasuringTests {
  @Test func `All rates of a tiny model are positive, and no weight changes`() async throws {
    let model = try AdviceFixtures.tinyModel()
    let before = await model.weightsChecksum()
    let progress = Mutex<[Double]>([])
    let rates = try await model.measureRates(
      trainingBatchTokens: 32, loraRank: 2, seconds: 0, trainingSequenceTokens: 8,
      questionTokens: 12, contextTokens: 200, streams: 4
    ) { share in progress.withLock { $0.append(share) } }
    let positive = [
      rates.reading.shortSeconds, rates.reading.longSeconds, rates.adaptedReading.shortSeconds,
      rates.adaptedReading.longSeconds, rates.writing.seconds, rates.adaptedWriting.seconds,
      rates.batchWriting.seconds, rates.adaptedBatchWriting.seconds,
      rates.secondsPerTrainedToken, rates.forkSeconds, rates.adapterLoadSeconds,
    ]
    #expect(positive.allSatisfy { $0 > 0 && $0.isFinite })
    // Differences of so small times may drown in noise.
    let others = [
      rates.passSecondsPerContextToken, rates.readSecondsPerContextToken,
      rates.writing.secondsPerContextToken, rates.secondsPerScoredToken, rates.headSeconds,
    ]
    #expect(others.allSatisfy { $0 >= 0 && $0.isFinite })
    #expect(rates.batchSize == 4)
    #expect(rates.trainingBatchTokens == 32)
    #expect(rates.reading.shortTokens == 12)
    let c = model.configuration
    #expect(
      rates.cacheBytesPerToken == c.numHiddenLayers * 2 * c.numKeyValueHeads * c.headDim * 4)
    #expect(progress.withLock { $0.last } == 1)
    #expect(await model.weightsChecksum() == before)
  }

  @Test func `A cancelled measurement stops`() async throws {
    let model = try AdviceFixtures.tinyModel()
    let work = Task {
      try await model.measureRates(trainingBatchTokens: 32, loraRank: 2, seconds: 600)
    }
    work.cancel()
    await #expect(throws: CancellationError.self) { try await work.value }
  }

  @Test func `Settings out of range are refused`() async throws {
    let model = try AdviceFixtures.tinyModel()
    await #expect(throws: KnowledgeError.self) {
      try await model.measureRates(trainingBatchTokens: 1, loraRank: 2)
    }
    await #expect(throws: KnowledgeError.self) {
      try await model.measureRates(trainingBatchTokens: 8, loraRank: 2, seconds: -1)
    }
    await #expect(throws: KnowledgeError.self) {
      try await model.measureRates(
        trainingBatchTokens: 8, loraRank: 2, trainingSequenceTokens: 100_000)
    }
    await #expect(throws: KnowledgeError.self) {
      try await model.measureRates(trainingBatchTokens: 8, loraRank: 2, questionTokens: 0)
    }
    await #expect(throws: ModelError.self) {
      try await model.measureRates(trainingBatchTokens: 8, loraRank: 0)
    }
  }
}

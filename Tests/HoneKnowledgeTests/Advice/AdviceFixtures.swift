// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge

/// Rates and models with round numbers.
enum AdviceFixtures {
  /// Every token costs the same wherever it stands, a trained one three times that: the arithmetic
  /// of a model, in "seconds" of one multiply or add each.
  static func arithmetic(parameters: Double, batchSize: Int = 1) -> MachineRates {
    let token = 2 * parameters
    return MachineRates(
      reading: PassTimes(secondsPerToken: token), writing: WritingTime(seconds: token),
      batchWriting: WritingTime(seconds: token * Double(batchSize)), batchSize: batchSize,
      secondsPerScoredToken: 0, secondsPerTrainedToken: 3 * token, trainingBatchTokens: 256)
  }

  /// The worked example of our reference sheet: 50 K tokens, 100 documents, 1,200 sentences, a model
  /// of 10⁹ parameters, 4 epochs.
  static func workedExample(readsPrefixEachTime: Bool) throws -> CostModel {
    let corpus = CorpusSize(tokens: 50_000, documents: 100, sentences: 1200)
    // A written token more than the sheet's, because the first comes out of the prompt's pass.
    let augmentation = [
      AugmentationWork.local(corpus, prefixTokens: 0, promptTokens: 300, writtenTokens: 151),
      AugmentationWork.global(
        corpus, promptTokens: 0, writtenTokens: 1501, readsPrefixEachTime: readsPrefixEachTime),
    ]
    return try CostModel(
      rates: arithmetic(parameters: 1e9), corpus: corpus,
      query: QueryShape(questionTokens: 50, answer: .written(tokens: 20)),
      training: TrainingVolume(epochs: 4, corpusTokens: 50_000, addedTokens: 330_000),
      augmentation: augmentation, contextLength: 128_000)
  }

  /// Rates of the size of a small model's on two cores.
  static let machine = MachineRates(
    reading: PassTimes(short: (24, 0.009), long: (512, 0.105)),
    adaptedReading: PassTimes(short: (24, 0.011), long: (512, 0.12)),
    passSecondsPerContextToken: 1e-6, readSecondsPerContextToken: 3e-8,
    writing: WritingTime(seconds: 0.0022, secondsPerContextToken: 5e-7),
    adaptedWriting: WritingTime(seconds: 0.0026, secondsPerContextToken: 5e-7),
    batchWriting: WritingTime(seconds: 0.012, secondsPerContextToken: 1e-6), batchSize: 32,
    headSeconds: 0.001, secondsPerScoredToken: 1e-4, secondsPerTrainedToken: 1.0 / 1800,
    trainingBatchTokens: 256, forkSeconds: 2e-5, adapterLoadSeconds: 0.01,
    cacheBytesPerToken: 46_080)

  static func model(tokens: Int = 6000, contextLength: Int = 8192) throws -> CostModel {
    let corpus = CorpusSize(tokens: tokens, documents: 120, sentences: 500)
    return try CostModel(
      rates: machine, corpus: corpus,
      query: QueryShape(questionTokens: 24, answer: .written(tokens: 16)),
      training: TrainingVolume(
        epochs: 10, corpusTokens: Double(tokens), addedTokens: 84_000),
      augmentation: [
        .local(corpus, prefixTokens: 300, promptTokens: 40, writtenTokens: 120),
        .global(corpus, promptTokens: 80, writtenTokens: 200),
      ], contextLength: contextLength)
  }

  static func cost(_ way: KnowledgeWay, _ upfront: Double, _ perQuery: Double) -> WayCost {
    WayCost(way: way, upfront: [.init("work", seconds: upfront)], secondsPerQuery: perQuery)
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// What ``AccuracyBenchmark`` runs on the tokens of a text, always counted from its start.
package struct AccuracyConfiguration: Codable, Sendable, Hashable {
  /// Tokens whose perplexity is taken.
  package let tokens: Int
  /// Tokens of each window; the first of a window is not scored, a last window may be shorter.
  package let window: Int
  /// Sequences whose loss is differentiated.
  package let trainSequences: Int
  /// Tokens of each of them.
  package let trainTokens: Int
  package let loraRank: Int
  /// Training samples.
  package let samples: Int
  /// Tokens of each of them.
  package let sampleTokens: Int
  /// Samples of a step.
  package let batchSize: Int
  package let steps: Int
  /// Trainings with seeds of their own, the first with ``seed``: a single one says little.
  package let trainings: Int
  /// Nil for the default of test-time training for the model's size.
  package let learningRate: Double?
  /// Of the adapters and the order of the samples.
  package let seed: UInt64

  /// - Throws: ``BenchError`` naming the first value that is out of its range.
  package init(
    tokens: Int = 4096, window: Int = 512, trainSequences: Int = 2, trainTokens: Int = 512,
    loraRank: Int = 16, samples: Int = 8, sampleTokens: Int = 128, batchSize: Int = 2,
    steps: Int = 50, trainings: Int = 4, learningRate: Double? = nil, seed: UInt64 = 0
  ) throws {
    let check = BenchError.check
    // The first token of a sequence has nothing before it to be predicted from.
    try check("tokens", tokens, 2...16_777_216)
    try check("window", window, 2...1_048_576)
    try check("train-sequences", trainSequences, 1...4096)
    try check("train-tokens", trainTokens, 2...1_048_576)
    try check("lora-rank", loraRank, 1...4096)
    try check("samples", samples, 1...4096)
    try check("sample-tokens", sampleTokens, 2...1_048_576)
    try check("batch-size", batchSize, 1...samples)
    try check("steps", steps, 1...1_000_000)
    try check("trainings", trainings, 1...1000)
    if let learningRate, !(learningRate > 0 && learningRate <= 1) {
      throw BenchError("learning-rate \(learningRate): expected above 0, at most 1")
    }
    self.tokens = tokens
    self.window = window
    self.trainSequences = trainSequences
    self.trainTokens = trainTokens
    self.loraRank = loraRank
    self.samples = samples
    self.sampleTokens = sampleTokens
    self.batchSize = batchSize
    self.steps = steps
    self.trainings = trainings
    self.learningRate = learningRate
    self.seed = seed
  }

  /// The tokens that the text must have.
  var neededTokens: Int { max(tokens, trainSequences * trainTokens, samples * sampleTokens) }

  /// The tokens of the longest sequence.
  var longestSequence: Int { max(min(window, tokens), trainTokens, sampleTokens) }

  /// Steps at the end whose losses are averaged.
  package var lastSteps: Int { min(10, steps) }
}

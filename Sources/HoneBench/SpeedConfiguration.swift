// SPDX-License-Identifier: Apache-2.0

/// How much ``SpeedBenchmark`` runs.
package struct SpeedConfiguration: Codable, Sendable, Hashable {
  package let promptTokens: Int
  /// New tokens of each text.
  package let generationTokens: Int
  /// Texts generated side by side.
  package let streams: Int
  package let trainSequences: Int
  /// Tokens of each training sequence.
  package let trainTokens: Int
  package let loraRank: Int
  /// Timed runs of each figure, after one that is not; the median counts.
  package let repeats: Int
  /// Of the token ids, the adapter and nothing else.
  package let seed: UInt64

  /// - Throws: ``BenchError`` naming the first value that is out of its range.
  package init(
    promptTokens: Int = 512, generationTokens: Int = 64, streams: Int = 32,
    trainSequences: Int = 2, trainTokens: Int = 512, loraRank: Int = 16, repeats: Int = 5,
    seed: UInt64 = 0
  ) throws {
    let check = BenchError.check
    try check("prompt-tokens", promptTokens, 1...1_048_576)
    // Speed is counted from the first new token to the last.
    try check("generation-tokens", generationTokens, 2...1_048_576)
    try check("streams", streams, 1...4096)
    try check("train-sequences", trainSequences, 1...4096)
    // The first token of a sequence has nothing before it to be predicted from.
    try check("train-tokens", trainTokens, 2...1_048_576)
    try check("lora-rank", loraRank, 1...4096)
    try check("repeats", repeats, 1...1000)
    self.promptTokens = promptTokens
    self.generationTokens = generationTokens
    self.streams = streams
    self.trainSequences = trainSequences
    self.trainTokens = trainTokens
    self.loraRank = loraRank
    self.repeats = repeats
    self.seed = seed
  }

  /// Tokens at the end of each sequence with loss, of ``SpeedFigure/loraTrainMasked``.
  var maskedTargets: Int { max(1, trainTokens / 5) }
}

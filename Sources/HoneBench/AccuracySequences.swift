// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTraining

/// A text's tokens, cut into what ``AccuracyBenchmark`` runs.
struct AccuracySequences: Sendable {
  /// Put before every sequence, as the model expects a text to begin.
  let prefix: [Int32]
  /// Of the whole text.
  let textTokens: Int
  let windows: [[Int32]]
  let trainSequences: [[Int32]]
  let samples: [TrainingSample]
  /// Tokens of the longest of all, its prefix included.
  let longest: Int

  /// - Parameters:
  ///   - text: Read as text only: `<|im_end|>` in it is no token.
  ///   - name: What messages call it.
  /// - Throws: ``BenchError`` (`unsuitable`) if the text is too short.
  init(
    text: String, name: String, tokenizer: Tokenizer, configuration c: AccuracyConfiguration
  ) throws {
    let ids = tokenizer.encode(text, addSpecialTokens: false, parseSpecialTokens: false)
    guard ids.count >= c.neededTokens else {
      throw BenchError(
        .unsuitable,
        "\(name): the text has \(ids.count) tokens, \(c.neededTokens) are needed; give a longer "
          + "text, or lower tokens (\(c.tokens)), train-sequences × train-tokens "
          + "(\(c.trainSequences) × \(c.trainTokens)) and samples × sample-tokens "
          + "(\(c.samples) × \(c.sampleTokens))")
    }
    prefix = tokenizer.prefixTokenIDs
    longest = prefix.count + c.longestSequence
    textTokens = ids.count
    func cut(_ count: Int, each length: Int) -> [[Int32]] {
      (0..<count).map { Array(ids[$0 * length..<($0 + 1) * length]) }
    }
    windows = stride(from: 0, to: c.tokens, by: c.window).compactMap { start in
      let window = ids[start..<min(start + c.window, c.tokens)]
      return window.count > 1 ? Array(window) : nil
    }
    trainSequences = cut(c.trainSequences, each: c.trainTokens)
    let prefix = prefix
    samples = cut(c.samples, each: c.sampleTokens).map { tokens in
      var sample = TrainingSample()
      sample.append(prefix, isTarget: false)
      sample.append(tokens, isTarget: true)
      return sample
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor

extension LanguageModel {
  /// How well the model predicts the targets of some samples, such as rows or
  /// ``SampleSet/windows(of:length:tokenizer:)``.
  ///
  /// - Parameters:
  ///   - samples: Each at most the context long.
  ///   - adapter: Used on top of the base weights.
  ///   - batchSize: Samples that run together; the result does not depend on it.
  ///   - onProgress: Receives the samples done and what they gave so far.
  /// - Throws: ``TrainingError`` without a target; ``ModelError`` for a sample or an adapter that
  ///   does not fit the model, or if the result is not a finite number; `CancellationError`.
  public func perplexity(
    of samples: SampleSet, adapter: LoRAAdapter? = nil, batchSize: Int = 8,
    onProgress: @Sendable (_ done: Int, Perplexity) -> Void = { _, _ in }
  ) throws -> Perplexity {
    guard batchSize >= 1 else {
      throw TrainingError(.invalid, "batch-size \(batchSize): expected 1 or more")
    }
    guard samples.contains(where: { $0.targetCount > 0 }) else {
      throw TrainingError(
        .invalid, "no sample has a token to score; the first of each never counts")
    }
    var result = Perplexity()
    for start in stride(from: 0, to: samples.count, by: batchSize) {
      let end = min(start + batchSize, samples.count)
      var batch = PackedBatch()
      for sample in samples[start..<end] { batch.append(sample.ids, isTarget: sample.isTarget) }
      var likelihoods = try score(batch, adapter: adapter)[...]
      for sample in samples[start..<end] {
        result.add(likelihoods.prefix(sample.targetCount))
        likelihoods = likelihoods.dropFirst(sample.targetCount)
      }
      onProgress(end, result)
    }
    guard result.perplexity.isFinite else {
      throw ModelError(
        .invalid,
        "the perplexity is not a finite number; check the weights of the model and the adapter")
    }
    return result
  }
}

extension SampleSet {
  /// A text cut into windows, every token but the first of a window with loss; behind a token that
  /// the model wants before a text, the first as well.
  ///
  /// - Parameters:
  ///   - text: Read as text only: `<|im_end|>` in it is no token.
  ///   - length: Tokens of a window; the last may be shorter, and is left out if it has nothing to
  ///     score.
  public static func windows(of text: String, length: Int, tokenizer: Tokenizer) -> SampleSet {
    let ids = tokenizer.encode(text, addSpecialTokens: false, parseSpecialTokens: false)
    let prefix = tokenizer.prefixTokenIDs
    var result = SampleSet()
    let step = Swift.max(1, length - prefix.count)
    for start in stride(from: 0, to: ids.count, by: step) {
      var sample = TrainingSample()
      sample.append(prefix, isTarget: false)
      sample.append(Array(ids[start..<Swift.min(start + step, ids.count)]), isTarget: true)
      if sample.targetCount > 0 { result.append(sample) }
    }
    return result
  }

  /// Some samples drawn by seed, in their order; all if there are no more.
  package func drawing(_ count: Int, seed: UInt64) -> SampleSet {
    guard count < self.count else { return self }
    var random = RandomSource(seed: seed).derived("samples")
    return selecting(random.shuffled(indices).prefix(count).sorted())
  }
}

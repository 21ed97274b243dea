// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneModel

extension LanguageModel {
  /// Measures what reading, writing and training cost with this model on this machine.
  ///
  /// Everything is run on the engine as a real run would, with random tokens and an adapter that is
  /// thrown away. All runs take turns, so that a change of the machine's pace meets all alike; what
  /// comes out are medians of three rounds or more. Where three rounds would take longer than
  /// allowed, shorter prompts are read.
  ///
  /// - Parameters:
  ///   - trainingBatchTokens: Of a training step; at least 2.
  ///   - loraRank: The adapter's.
  ///   - seconds: Rounds begin until so much time is gone, after the first three.
  ///   - trainingSequenceTokens: Of a sequence in a training step.
  ///   - questionTokens: The short prompt's.
  ///   - contextTokens: The long context's; less where the model holds less.
  ///   - streams: Texts that are written at once where there are many; nil for as many as an
  ///     augmentation writes.
  ///   - onProgress: Told the share of the time that is gone, 0 … 1.
  /// - Throws: ``KnowledgeError`` for settings out of range; `CancellationError`.
  public func measureRates(
    trainingBatchTokens: Int, loraRank: Int, seconds: Double = 20,
    trainingSequenceTokens: Int = 32, questionTokens: Int = 24, contextTokens: Int = 2048,
    streams: Int? = nil, onProgress: @Sendable (Double) -> Void = { _ in }
  ) throws -> MachineRates {
    guard trainingBatchTokens >= 2, (2...contextLength).contains(trainingSequenceTokens),
      seconds >= 0, seconds.isFinite
    else {
      throw KnowledgeError(
        .invalidSetting,
        "\(trainingBatchTokens) tokens a training step in sequences of "
          + "\(trainingSequenceTokens), measured for \(seconds) s: expected at least 2, "
          + "2 … \(contextLength) and 0 or more")
    }
    let clock = ContinuousClock()
    let start = clock.now
    var sizes = try RateSizes(
      question: questionTokens, context: contextTokens,
      streams: streams ?? QueryAnswerer.batchSize, contextLength: contextLength)
    // The first pass also allocates.
    var probe = 0.0
    let ids = RandomIDs(decoder: decoder, tokenizer: tokenizer).draw(sizes.question, "probe")
    for _ in 0..<2 {
      probe = try clock.measure {
        try decoder.run(ids, into: KVCache(configuration), adapter: nil)
      }.inSeconds
    }
    sizes.fit(secondsPerToken: probe / Double(sizes.question), seconds: seconds)
    let runs = try RateRuns(
      decoder: decoder, tokenizer: tokenizer, sizes: sizes, batchTokens: trainingBatchTokens,
      sequenceTokens: trainingSequenceTokens, loraRank: loraRank)
    var samples: [RateRun: [Double]] = [:]
    var round = 0
    // Round 0 warms up and does not count.
    while round <= 3 || (clock.now - start).inSeconds < seconds {
      for run in RateRun.allCases {
        try Task.checkCancellation()
        let sample = try runs.seconds(run)
        if round > 0 { samples[run, default: []].append(sample) }
      }
      round += 1
      let byTime = seconds > 0 ? (clock.now - start).inSeconds / seconds : 1
      onProgress(min(1, byTime, Double(round) / 4))
    }
    return RateFit(medians: samples.mapValues(median), sizes: sizes)
      .rates(configuration, trainedTokens: runs.trainedTokens)
  }
}

private func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// From seconds to rates. What noise makes negative is zero.
struct RateFit {
  let medians: [RateRun: Double]
  let sizes: RateSizes

  private subscript(_ run: RateRun) -> Double { medians[run] ?? 0 }

  func rates(_ model: ModelConfiguration, trainedTokens: Int) -> MachineRates {
    let (question, pass) = (Double(sizes.question), Double(sizes.pass))
    let context = Double(sizes.context)
    // What the context adds to a short pass and to a long one gives both parts of it.
    let short = max(0, self[.shortReadBehind] - self[.shortRead]) / context
    let long = max(0, self[.longReadBehind] - self[.longRead]) / context
    let slope = min(max(0, (long - short) / (pass - question)), long / pass)
    /// Without the attention of a pass's tokens to each other.
    func passTimes(_ short: Double, _ long: Double) -> PassTimes {
      func net(_ seconds: Double, _ tokens: Double) -> Double {
        max(seconds - tokens * tokens / 2 * slope, seconds / 2)
      }
      return PassTimes(
        short: (sizes.question, net(short, question)), long: (sizes.pass, net(long, pass)))
    }
    return MachineRates(
      reading: passTimes(self[.shortRead], self[.longRead]),
      adaptedReading: passTimes(self[.shortAdapted], self[.longAdapted]),
      passSecondsPerContextToken: max(0, short - question * slope),
      readSecondsPerContextToken: slope, tokensPerPass: Decoder.chunkTokens,
      writing: writing(near: self[.write], far: self[.writeBehind], tokens: sizes.written),
      adaptedWriting: writing(
        near: self[.writeAdapted],
        far: self[.writeAdapted] + self[.writeBehind] - self[.write], tokens: sizes.written),
      batchWriting: writing(
        near: self[.batch], far: self[.batchBehind], tokens: sizes.writtenAtOnce),
      adaptedBatchWriting: writing(
        near: self[.batchAdapted],
        far: self[.batchAdapted] + self[.batchBehind] - self[.batch],
        tokens: sizes.writtenAtOnce),
      batchSize: sizes.streams,
      headSeconds: max(0, self[.logits] - self[.shortRead]),
      secondsPerScoredToken: max(0, self[.scored] - self[.shortRead]) / question,
      secondsPerTrainedToken: self[.train] / Double(trainedTokens),
      trainingBatchTokens: trainedTokens, forkSeconds: self[.fork],
      adapterLoadSeconds: self[.load],
      cacheBytesPerToken: model.numHiddenLayers * 2 * model.numKeyValueHeads * model.headDim
        * MemoryLayout<Float>.size)
  }

  private func writing(near: Double, far: Double, tokens: Int) -> WritingTime {
    let behind = Double(sizes.question) + Double(tokens) / 2
    let distance = Double(sizes.context - sizes.question)
    let slope = distance > 0 ? max(0, (far - near) / distance) : 0
    return WritingTime(
      seconds: max(near - behind * slope, near / 2), secondsPerContextToken: slope)
  }
}

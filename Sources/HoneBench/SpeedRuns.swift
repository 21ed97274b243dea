// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTraining

/// What is run for each figure. Speed does not depend on what the tokens say, so they are random.
struct SpeedRuns {
  let decoder: Decoder
  let tokenizer: Tokenizer
  let configuration: SpeedConfiguration

  /// A figure's run, ready to be repeated.
  struct Prepared {
    let cost: TokenCost
    let tokensPerSecond: () throws -> Double
  }

  func prepared(_ figure: SpeedFigure) throws -> Prepared {
    switch figure {
    case .prompt: prompt()
    case .generation: try generation()
    case .batchGeneration: try batchGeneration()
    case .loraTrain: try training(targets: configuration.trainTokens - 1)
    case .loraTrainMasked: try training(targets: configuration.maskedTargets)
    }
  }

  private var sizes: ModelSizes {
    ModelSizes(
      decoder.configuration, projectionBytes: decoder.weights.projectionByteCount,
      headBytes: decoder.weights.headByteCount)
  }

  private func ids(_ count: Int, _ purpose: String) -> [Int32] {
    var random = RandomSource(seed: configuration.seed).derived(purpose)
    let bound = max(1, min(tokenizer.vocabSize, decoder.configuration.vocabSize))
    return (0..<count).map { _ in Int32(random.index(below: bound)) }
  }

  private func prompt() -> Prepared {
    let ids = ids(configuration.promptTokens, "prompt")
    let model = decoder.configuration
    return Prepared(cost: sizes.forward(tokens: ids.count, headTokens: 1)) {
      let seconds = try Stopwatch.seconds {
        _ = try decoder.nextLogits([.init(cache: KVCache(model), ids: ids)], adapter: nil)
      }
      return Double(ids.count) / seconds
    }
  }

  private func generation() throws -> Prepared {
    let ids = ids(configuration.promptTokens, "prompt")
    let cache = KVCache(decoder.configuration)
    try decoder.run(ids.dropLast(), into: cache, adapter: nil)
    let tokens = configuration.generationTokens
    return Prepared(cost: sizes.forward(tokens: 1, headTokens: 1)) {
      defer { cache.removeLast(cache.count - (ids.count - 1)) }
      let clock = ContinuousClock()
      var first: ContinuousClock.Instant?
      try generate([.init(cache: cache, ids: ids.suffix(1))]) {
        if first == nil { first = clock.now }
      }
      // The first token comes out of the prompt's last.
      let duration = clock.now - (first ?? clock.now)
      return Double(tokens - 1) / duration.inSeconds
    }
  }

  private func batchGeneration() throws -> Prepared {
    let prefix = KVCache(decoder.configuration)
    try decoder.run(ids(configuration.promptTokens, "prompt"), into: prefix, adapter: nil)
    let streams = configuration.streams
    let firsts = ids(streams, "streams")
    return Prepared(cost: sizes.forward(tokens: streams, headTokens: streams)) {
      let seconds = try Stopwatch.seconds {
        try generate(firsts.map { .init(cache: prefix.fork(), ids: [$0]) })
      }
      return Double(streams * configuration.generationTokens) / seconds
    }
  }

  /// Greedy, and past the tokens that would end a text.
  private func generate(
    _ prompts: [Decoder.Continuation], onToken: @escaping () -> Void = {}
  ) throws {
    let generator = BatchGenerator(
      decoder: decoder, tokenizer: tokenizer, adapter: nil,
      stop: StopRule(maxTokens: configuration.generationTokens, endTokens: []),
      sampling: .greedy, onToken: onToken)
    _ = try generator.run(prompts)
  }

  /// - Parameter targets: Tokens at the end of each sequence with loss.
  private func training(targets: Int) throws -> Prepared {
    let c = configuration
    var random = RandomSource(seed: c.seed).derived("adapter")
    let adapter = LoRAAdapter(
      configuration: try LoRAConfiguration(
        loraRank: c.loraRank, loraAlpha: 2 * Double(c.loraRank)),
      model: decoder.configuration, random: &random)
    let trainer = Trainer(
      decoder: decoder, adapter: adapter,
      schedule: try LearningRateSchedule(
        peak: 1e-4, warmupSteps: 0, totalSteps: c.repeats + 1))
    let batch = (0..<c.trainSequences).map { index in
      let ids = ids(c.trainTokens, "train \(index)")
      var sample = TrainingSample()
      sample.append(Array(ids.dropLast(targets)), isTarget: false)
      sample.append(Array(ids.suffix(targets)), isTarget: true)
      return sample
    }
    let tokens = c.trainSequences * c.trainTokens
    // A larger batch runs in several passes, and reads the weights in each.
    let most = max(c.trainTokens, OptimizerConfiguration().maxTokensPerPass)
    let perPass = min(c.trainSequences, most / c.trainTokens)
    return Prepared(
      cost: sizes.training(
        tokens: perPass * c.trainTokens, targets: perPass * targets,
        adapter: adapter.parameterCount)
    ) {
      let seconds = try Stopwatch.seconds { _ = try trainer.step(batch) }
      return Double(tokens) / seconds
    }
  }
}

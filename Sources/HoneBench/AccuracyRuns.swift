// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneModel
import HoneTensor
import HoneTraining

/// What one compute mode makes of the text.
struct AccuracyMeasurement: Sendable {
  /// `log p` of every scored token.
  var logLikelihoods: [Float] = []
  /// The likeliest token at the place of each.
  var topTokens: [Int32] = []
  /// At the adapter that training starts from, B = 0.
  let gradientAtStart: LoRAAdapter
  /// At one with a random B.
  let gradient: LoRAAdapter
  let learningRate: Double
  /// The mean loss of the training samples before the first step.
  let lossBeforeTraining: Double
  let trainings: [Training]
  /// The mean loss of the training samples after each training.
  let lossesAfterTraining: [Double]

  /// What one training leaves.
  struct Training: Sendable {
    /// Of each step, before its update.
    let stepLosses: [Double]
    let adapter: LoRAAdapter
  }

  var perplexity: Double { Self.perplexity(logLikelihoods) }

  static func perplexity(_ logLikelihoods: [Float]) -> Double {
    let sum = logLikelihoods.reduce(0) { $0 + Double($1) }
    return exponential(-sum / Double(max(1, logLikelihoods.count)))
  }
}

/// Runs the text on a model; what is random is the same for every compute mode.
struct AccuracyRuns {
  let decoder: Decoder
  let sequences: AccuracySequences
  let configuration: AccuracyConfiguration
  let onProgress: (AccuracyBenchmark.Stage, _ done: Int, _ total: Int) -> Void

  func measure() throws -> AccuracyMeasurement {
    let (logLikelihoods, topTokens) = try score()
    let start = try adapter(seed: configuration.seed)
    let moved = try adapter(
      seed: configuration.seed, updateDeviation: Self.updateDeviation)
    let gradientAtStart = try gradient(start, done: 0)
    let gradient = try gradient(moved, done: 1)
    let before = try losses([start], stage: .lossBeforeTraining)[0]
    let trainings = try (0..<configuration.trainings).map(train)
    return AccuracyMeasurement(
      logLikelihoods: logLikelihoods, topTokens: topTokens, gradientAtStart: gradientAtStart,
      gradient: gradient, learningRate: learningRate, lossBeforeTraining: before,
      trainings: trainings,
      lossesAfterTraining: try losses(trainings.map(\.adapter), stage: .lossAfterTraining))
  }

  // MARK: Scoring

  private func score() throws -> ([Float], [Int32]) {
    var likelihoods: [Float] = []
    var top: [Int32] = []
    let prefix = sequences.prefix
    for (index, window) in sequences.windows.enumerated() {
      onProgress(.scoring, index, sequences.windows.count)
      likelihoods += try decoder.logLikelihoods(
        .init(cache: KVCache(decoder.configuration), ids: prefix + window),
        from: prefix.count + 1, adapter: nil
      ) { logits in
        for row in 0..<logits.rows { top.append(Self.largest(logits.rows(row..<row + 1))) }
      }
    }
    onProgress(.scoring, sequences.windows.count, sequences.windows.count)
    guard AccuracyMeasurement.perplexity(likelihoods).isFinite else {
      throw ModelError(
        .invalid, "the text's perplexity is not a finite number; check the model's weights")
    }
    return (likelihoods, top)
  }

  private static func largest(_ row: Tensor) -> Int32 {
    row.withElements { elements in
      var best = 0
      for index in elements.indices where elements[index] > elements[best] { best = index }
      return Int32(best)
    }
  }

  // MARK: Gradients

  /// About what B's elements reach in 20 steps at a rate of 5e-4.
  static let updateDeviation = 0.01

  /// - Parameter updateDeviation: Of B's elements; A has a gradient only where B is not zero.
  private func adapter(seed: UInt64, updateDeviation: Double = 0) throws -> LoRAAdapter {
    let seeded = RandomSource(seed: seed)
    var random = seeded.derived("adapter")
    let adapter = LoRAAdapter(
      configuration: try LoRAConfiguration(
        loraRank: configuration.loraRank, loraAlpha: 2 * Double(configuration.loraRank)),
      model: decoder.configuration, random: &random)
    guard updateDeviation > 0 else { return adapter }
    random = seeded.derived("update")
    for linear in adapter.layers.flatMap({ $0.compactMap { $0 } }) {
      linear.b.withElements { elements in
        for index in elements.indices { elements[index] = Float(random.normal() * updateDeviation) }
      }
    }
    return adapter
  }

  private func gradient(_ adapter: LoRAAdapter, done: Int) throws -> LoRAAdapter {
    let gradients = LoRAAdapter(configuration: adapter.configuration, model: decoder.configuration)
    let count = sequences.trainSequences.count
    // With a prefix the first token of a sequence has loss, too.
    let prefix = sequences.prefix
    let targets = sequences.trainSequences.reduce(0) { $0 + $1.count - (prefix.isEmpty ? 1 : 0) }
    for (index, ids) in sequences.trainSequences.enumerated() {
      onProgress(.gradients, done * count + index, 2 * count)
      // One by one: together they need more memory.
      var batch = PackedBatch()
      batch.append(
        prefix + ids, isTarget: prefix.map { _ in false } + ids.map { _ in true })
      _ = try decoder.logLikelihoodsAndGradients(
        batch, adapter: adapter, gradients: gradients, weight: 1 / Float(targets))
    }
    guard gradients.parameters.allSatisfy(\.isFinite) else {
      throw TrainingError(
        .diverged,
        "the gradient has elements that are not finite numbers; check the model's weights")
    }
    return gradients
  }

  // MARK: Training

  private var learningRate: Double {
    configuration.learningRate
      ?? TestTimeTrainingConfiguration.defaults(
        parameterCount: decoder.configuration.parameterCount
      ).learningRate
  }

  private func train(_ index: Int) throws -> AccuracyMeasurement.Training {
    let c = configuration
    let seed = c.seed &+ UInt64(index)
    let adapter = try adapter(seed: seed)
    let trainer = Trainer(
      decoder: decoder, adapter: adapter,
      schedule: try LearningRateSchedule(
        peak: learningRate, warmupSteps: c.steps / 10, totalSteps: c.steps))
    var random = RandomSource(seed: seed).derived("order")
    var order: [TrainingSample] = []
    let losses = try (0..<c.steps).map { step in
      onProgress(.training, index * c.steps + step, c.trainings * c.steps)
      while order.count < c.batchSize { order += random.shuffled(sequences.samples) }
      defer { order.removeFirst(c.batchSize) }
      return try trainer.step(Array(order.prefix(c.batchSize))).loss
    }
    return AccuracyMeasurement.Training(stepLosses: losses, adapter: adapter)
  }

  /// The mean loss of the training samples' targets with each adapter.
  func losses(_ adapters: [LoRAAdapter], stage: AccuracyBenchmark.Stage) throws -> [Double] {
    let samples = sequences.samples
    return try adapters.enumerated().map { number, adapter in
      try decoder.loss(of: samples, adapter: adapter) {
        onProgress(stage, number * samples.count + $0, adapters.count * samples.count)
      }
    }
  }
}

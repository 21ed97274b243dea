// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTraining

/// A model as it is after training: its decoder with an adapter, or with weights of its own.
struct TrainedPuzzle {
  let decoder: Decoder
  let adapter: LoRAAdapter?
  let record: ARCSolution.Training
}

/// Trains on the demonstrations of puzzles.
///
/// With a time the rate follows the time that has passed, and samples are drawn until it is over:
/// more steps for small grids, fewer for large ones. Samples so long that few steps would be left
/// lose demonstrations.
struct PuzzleTrainer {
  let recipe: ARCTraining
  let encoder: PuzzleEncoder
  /// With the encoder's vocabulary.
  let decoder: Decoder
  let costs: PuzzleCosts
  let seed: UInt64

  /// The fewest steps that a time is to hold, where shorter samples make that possible.
  static let fewestSteps = 8

  /// The synthetic tasks of puzzles, one puzzle's after the other.
  ///
  /// - Throws: ``ARCError`` (`tooLong`) if no task of any puzzle fits the context.
  func tasks(_ puzzles: [ARCTask]) throws -> [SyntheticTask] {
    var configuration = recipe.samples
    let context = decoder.configuration.maxPositionEmbeddings
    // The filter keeps what is below its limit.
    configuration.tokenLimit = min(configuration.tokenLimit ?? .max, context + 1)
    configuration.seed = seed
    let builder = try SyntheticTaskBuilder(configuration)
    let tasks = puzzles.flatMap { puzzle in
      builder.tasks(from: puzzle.demonstrations, tokenCount: encoder.tokenCount).tasks
    }
    guard !tasks.isEmpty else {
      let names = puzzles.map(\.id).prefix(3).joined(separator: ", ")
      throw ARCError(
        .tooLong,
        "\(names): no training sample fits \(context) tokens; use the grid format cells, or a model "
          + "with a longer context")
    }
    return tasks
  }

  /// - Parameters:
  ///   - clock: The puzzle's.
  ///   - end: When the training is to be over, given how far it is; nil without a time. Asked after
  ///     each step, for only then the costs are known.
  ///   - onStep: The step's number from 1, its loss, and the part of the training that is done.
  func train(
    on tasks: [SyntheticTask], clock: TaskClock, end: (() -> Double)?,
    onStep: (Int, Double, Double) -> Void
  ) throws -> TrainedPuzzle {
    let start = clock.elapsed
    let trainables = try trainables()
    let reader = trainables.weights.map { decoder.with($0) } ?? decoder
    let sizes = tasks.map(encoder.tokenCount)
    let trainer = try trainer(trainables, reader: reader, longest: sizes.max() ?? 0)
    var queue = queue(tasks.count)
    let total = stepCount(tasks.count)
    var losses: [Double] = []
    var tokens = 0
    while true {
      // A cheap sample tells what the others will cost.
      let isProbe = end != nil && losses.isEmpty && costs.training(work: 1) == nil
      let chosen =
        isProbe
        ? [tasks[sizes.indices.min { sizes[$0] < sizes[$1] } ?? 0]]
        : queue.next(recipe.batchSize).map { tasks[$0] }
      let deadline = end?()
      let span = deadline.map { $0 - start }
      let batch = chosen.map { task in
        encoder.sample(
          span.map { shortened(task, to: $0 / Double(Self.fewestSteps * recipe.batchSize)) }
            ?? task,
          demonstrationLoss: recipe.demonstrationLoss)
      }
      let work = batch.reduce(0) { $0 + costs.work($1.ids.count) }
      let now = clock.elapsed
      if let deadline, !losses.isEmpty {
        // Whichever is nearer to the time: to stop here, or behind one more step.
        let next = costs.training(work: work) ?? 0
        if now + next - deadline > max(0, deadline - now) { break }
      } else if end == nil, losses.count >= total {
        break
      }
      if let most = recipe.maxSteps, losses.count >= most { break }
      let fraction =
        span.map { min(1, max(0, (now - start) / max($0, 1e-9))) }
        ?? Double(losses.count) / Double(total)
      let step = try trainer.step(batch, learningRate: rate(fraction))
      costs.measured(trainingSeconds: clock.elapsed - now, work: work)
      losses.append(step.loss)
      tokens += step.tokens
      onStep(losses.count, step.loss, fraction)
    }
    return TrainedPuzzle(
      decoder: reader, adapter: trainables.adapter,
      record: ARCSolution.Training(
        losses: losses, tokens: tokens, seconds: clock.elapsed - start, sampleCount: tasks.count))
  }

  /// The samples of the first steps of a training without a time, a batch each.
  func batches(of tasks: [SyntheticTask], steps: Int) -> [[TrainingSample]] {
    var queue = queue(tasks.count)
    return (0..<steps).map { _ in
      queue.next(recipe.batchSize).map {
        encoder.sample(tasks[$0], demonstrationLoss: recipe.demonstrationLoss)
      }
    }
  }

  private func queue(_ count: Int) -> SampleQueue {
    SampleQueue(count: count, random: RandomSource(seed: seed).derived("sample order"))
  }

  /// Steps of a training without a time.
  func stepCount(_ tasks: Int) -> Int {
    min(recipe.maxSteps ?? .max, max(1, tasks / recipe.batchSize) * recipe.epochs)
  }

  /// The rate at a part of the training: up in a line, then down in half a cosine.
  func rate(_ fraction: Double) -> Double {
    let warmup = recipe.warmupFraction
    if fraction < warmup { return recipe.learningRate * fraction / warmup }
    let rest = warmup < 1 ? (fraction - warmup) / (1 - warmup) : 0
    return recipe.learningRate * max(0, 0.5 * (1 + cosine(.pi * rest)))
  }

  /// Without as many of its last demonstrations as it takes to cost no more than that.
  private func shortened(_ task: SyntheticTask, to seconds: Double) -> SyntheticTask {
    var task = task
    while let last = task.demonstrations.indices.last,
      let cost = costs.training(work: costs.work(encoder.tokenCount(task))), cost > seconds
    {
      task = SyntheticTask(
        demonstrations: Array(task.demonstrations[..<last]), heldOut: task.heldOut)
    }
    return task
  }

  private func trainables() throws -> Trainables {
    switch recipe.method {
    case .lora:
      var random = RandomSource(seed: seed).derived("lora")
      return Trainables(
        adapter: LoRAAdapter(
          configuration: try LoRAConfiguration(
            loraRank: recipe.loraRank, loraAlpha: recipe.scaledAlpha,
            targetModules: recipe.targetModules, vocabularyModules: recipe.vocabularyModules),
          model: decoder.configuration, random: &random))
    case .full:
      guard decoder.canBeTrainedInFull else {
        throw ARCError(
          .unsuitableModel,
          "all weights of a \(decoder.configuration.modelType) model cannot be trained; train an "
            + "adapter (lora)")
      }
      return Trainables(weights: decoder.copies(of: decoder.places))
    }
  }

  private func trainer(
    _ trainables: Trainables, reader: Decoder, longest: Int
  ) throws -> Trainer {
    var optimizer = OptimizerConfiguration()
    optimizer.adamW.weightDecay = recipe.weightDecay
    optimizer.maxGradNorm = recipe.maxGradNorm
    var options = TrainerOptions()
    options.vocabularyRateFactor = recipe.vocabularyRateFactor
    let activations = Decoder.activationBytes(
      tokens: max(longest, optimizer.maxTokensPerPass), lossTokens: longest,
      rank: recipe.method == .lora ? recipe.loraRank : 0, keepsDirections: false,
      recomputes: false, decoder.configuration)
    options.recomputesActivations = activations > SystemMemory.physicalBytes / 3
    return Trainer(
      decoder: reader, training: trainables,
      // The rate is given with each step.
      schedule: try LearningRateSchedule(
        kind: .constant, peak: recipe.learningRate, warmupSteps: 0, totalSteps: 1),
      configuration: optimizer, options: options)
  }
}

/// The order of samples: all of them in a random order, then all again in another.
private struct SampleQueue {
  let count: Int
  var random: RandomSource
  private var rest: [Int] = []

  init(count: Int, random: RandomSource) {
    self.count = count
    self.random = random
  }

  /// The next batch; what a round leaves over at its end is left out, where it has more than that.
  mutating func next(_ size: Int) -> [Int] {
    let size = min(size, count)
    if rest.count < size { rest = random.shuffled(0..<count) }
    defer { rest.removeLast(size) }
    return rest.suffix(size)
  }
}

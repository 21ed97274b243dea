// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTraining

/// Solves puzzles with a model, leaving it as it was.
///
/// What is trained on a puzzle goes with it, as does all scratch memory.
public struct ARCSolver: Sendable {
  private let model: LanguageModel
  private let setup: Setup
  public var recipe: ARCRecipe { setup.recipe }

  /// - Throws: ``ARCError`` for a setting out of its range, or a model that cannot write grids in
  ///   the recipe's format.
  public init(model: LanguageModel, recipe: ARCRecipe) throws {
    try self.init(model: model, recipe: recipe, makeClock: { TaskClock.continuous() })
  }

  init(
    model: LanguageModel, recipe: ARCRecipe, makeClock: @escaping @Sendable () -> () -> Double
  ) throws {
    try recipe.validate()
    self.model = model
    setup = Setup(
      recipe: recipe,
      encoder: try PuzzleEncoder(
        recipe.gridFormat, model: model, isConstrained: recipe.inference.isConstrained),
      costs: PuzzleCosts(
        model.configuration, weightBytes: model.configuration.parameterCount / 2),
      makeClock: makeClock)
  }

  /// Solves a puzzle; ends with an ``ARCEvent/finished(_:)``.
  ///
  /// The stream throws ``ARCError``, `TrainingError` or `ModelError`; cancelling the task that reads
  /// it stops the work at the next layer.
  public func solve(_ puzzle: ARCTask) -> AsyncThrowingStream<ARCEvent, any Error> {
    AsyncThrowingStream { continuation in
      let work = Task {
        do {
          let solution = try await solution(of: puzzle, adapter: nil) { continuation.yield($0) }
          continuation.yield(.finished(solution))
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in work.cancel() }
    }
  }

  /// - Parameters:
  ///   - adapter: Of all puzzles, in place of one of its own; its training counts as time spent.
  ///   - spent: Seconds of the puzzle's time that something else has taken.
  package func solution(
    of puzzle: ARCTask, adapter: SharedARCAdapter?, spent: Double = 0,
    onEvent: @escaping @Sendable (ARCEvent) -> Void
  ) async throws -> ARCSolution {
    // The next puzzle may be smaller.
    defer { SystemMemory.releaseUnused() }
    return try await model.solve(puzzle, setup, shared: adapter, spent: spent, onEvent: onEvent)
  }

  /// The samples that training on a puzzle would see without a time, a batch for each step.
  ///
  /// - Throws: ``ARCError`` if the recipe has no training, or no sample fits the context.
  package func trainingBatches(of puzzle: ARCTask) async throws -> [[TrainingSample]] {
    guard let training = recipe.training else {
      throw ARCError(.invalidSetting, "the recipe trains nothing, so it has no samples")
    }
    return try await model.batches(of: puzzle, training, setup)
  }

  /// The model's ids of the tokens that the format keeps, in the order of their new ids; nil where
  /// it keeps all.
  package var keptTokens: [Int32]? { setup.encoder.keptTokens }

  /// An adapter trained on the demonstrations of all puzzles.
  package func sharedAdapter(
    for puzzles: [ARCTask], onEvent: @escaping @Sendable (ARCEvent) -> Void
  ) async throws -> SharedARCAdapter {
    try await model.trainShared(puzzles, setup, onEvent: onEvent)
  }
}

/// An adapter for several puzzles, and how it came to be.
package struct SharedARCAdapter: Sendable {
  let adapter: LoRAAdapter
  package let training: ARCSolution.Training
  /// Of the training, the part of each puzzle.
  let secondsPerPuzzle: Double
}

/// What the model's actor needs for any puzzle.
private struct Setup: Sendable {
  let recipe: ARCRecipe
  let encoder: PuzzleEncoder
  let costs: PuzzleCosts
  /// Makes a puzzle's clock: seconds since any moment.
  let makeClock: @Sendable () -> () -> Double

  /// With the vocabulary of the format, and scratch memory that goes with it.
  func decoder(of model: Decoder) -> Decoder {
    encoder.keptTokens.map(model.reducingVocabulary) ?? model.sharingWeights()
  }

  func trainer(_ training: ARCTraining, _ decoder: Decoder) -> PuzzleTrainer {
    PuzzleTrainer(
      recipe: training, encoder: encoder, decoder: decoder, costs: costs, seed: recipe.seed)
  }
}

extension LanguageModel {
  fileprivate func solve(
    _ puzzle: ARCTask, _ setup: Setup, shared: SharedARCAdapter?, spent: Double,
    onEvent: @escaping @Sendable (ARCEvent) -> Void
  ) throws -> ARCSolution {
    guard !puzzle.demonstrations.isEmpty, !puzzle.queries.isEmpty else {
      throw ARCError(
        .invalidTask, "\(puzzle.id): a puzzle needs a demonstration and a test input at least")
    }
    let recipe = setup.recipe
    let spent = spent + (shared?.secondsPerPuzzle ?? 0)
    let clock = TaskClock(
      limit: recipe.secondsPerTask.map { max(0, $0 - spent) }, now: setup.makeClock())
    let decoder = setup.decoder(of: decoder)
    func answerer(_ decoder: Decoder, _ adapter: LoRAAdapter?) -> PuzzleAnswerer {
      PuzzleAnswerer(
        puzzle: puzzle, inference: recipe.inference, usesAllTime: recipe.training != nil,
        showsDemonstrations: recipe.training?.samples.form != .direct, encoder: setup.encoder,
        decoder: decoder, adapter: adapter, costs: setup.costs, seed: recipe.seed, clock: clock,
        onEvent: onEvent)
    }
    // Before any training: what does not fit would waste it.
    let untrained = answerer(decoder, nil)
    let outlines = try puzzle.queries.indices.map(untrained.outline)
    var trained: TrainedPuzzle?
    if let training = recipe.training, shared == nil {
      let trainer = setup.trainer(training, decoder)
      let tasks = try trainer.tasks([puzzle])
      var end: (() -> Double)?
      if let limit = clock.limit {
        // As the costs become known, so does what answering will take; a little more is kept.
        end = {
          let reserve = outlines.reduce(0) {
            $0 + untrained.plan($1, seconds: 0.45 * limit / Double(outlines.count)).estimate
          }
          return limit - min(0.75 * limit, 1.05 * reserve + 0.01 * limit)
        }
      }
      trained = try trainer.train(on: tasks, clock: clock, end: end) {
        onEvent(.trained(step: $0, loss: $1, fraction: $2))
      }
    }
    let final = answerer(trained?.decoder ?? decoder, shared?.adapter ?? trained?.adapter)
    var queries: [ARCSolution.Query] = []
    for (query, outline) in outlines.enumerated() {
      // An equal part of what is left.
      let seconds = clock.limit.map { _ in clock.remaining / Double(outlines.count - query) }
      let end = seconds.map { clock.elapsed + $0 }
      queries.append(try final.answer(query, final.plan(outline, seconds: seconds), end: end))
    }
    let seconds = clock.elapsed
    let expected = try puzzle.queries.indices.map { try final.expectedCost($0) }
    return ARCSolution(
      taskID: puzzle.id, recipe: recipe,
      queries: zip(queries, expected).map { $0.with(expected: $1) },
      training: trained?.record ?? shared?.training, seconds: seconds)
  }

  fileprivate func batches(
    of puzzle: ARCTask, _ training: ARCTraining, _ setup: Setup
  ) throws -> [[TrainingSample]] {
    let trainer = setup.trainer(training, setup.decoder(of: decoder))
    let tasks = try trainer.tasks([puzzle])
    return trainer.batches(of: tasks, steps: trainer.stepCount(tasks.count))
  }

  fileprivate func trainShared(
    _ puzzles: [ARCTask], _ setup: Setup, onEvent: @Sendable (ARCEvent) -> Void
  ) throws -> SharedARCAdapter {
    let recipe = setup.recipe
    guard let training = recipe.training, training.method == .lora else {
      throw ARCError(.invalidSetting, "a shared adapter needs a training of the method lora")
    }
    // As much time as all puzzles would have had each for its own training, at most.
    let clock = TaskClock(
      limit: recipe.secondsPerTask.map { 0.6 * $0 * Double(puzzles.count) }, now: setup.makeClock())
    let trainer = setup.trainer(training, setup.decoder(of: decoder))
    let trained = try trainer.train(
      on: try trainer.tasks(puzzles), clock: clock, end: clock.limit.map { limit in { limit } }
    ) { onEvent(.trained(step: $0, loss: $1, fraction: $2)) }
    guard let adapter = trained.adapter else { preconditionFailure("LoRA trains an adapter") }
    return SharedARCAdapter(
      adapter: adapter, training: trained.record,
      secondsPerPuzzle: trained.record.seconds / Double(puzzles.count))
  }
}

extension ARCSolution.Query {
  fileprivate func with(expected: ARCSolution.ExpectedCost?) -> ARCSolution.Query {
    .init(
      candidates: candidates, failedReplies: failedReplies, expected: expected, tokens: tokens,
      seconds: seconds)
  }
}

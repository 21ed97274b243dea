// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTraining

/// Solves puzzles with a model, leaving it as it was.
///
/// What is trained on a puzzle goes with it, as does all scratch memory.
public struct ARCSolver: Sendable {
  private let model: LanguageModel
  public let recipe: ARCRecipe
  private let encoder: PuzzleEncoder
  private let costs: PuzzleCosts
  /// Makes a puzzle's clock: seconds since any moment.
  private let makeClock: @Sendable () -> () -> Double

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
    self.recipe = recipe
    self.makeClock = makeClock
    encoder = try PuzzleEncoder(
      recipe.gridFormat, model: model, isConstrained: recipe.inference.isConstrained)
    costs = PuzzleCosts(model.configuration, weightBytes: model.configuration.parameterCount / 2)
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

  /// - Parameter adapter: Of all puzzles, in place of one of its own.
  package func solution(
    of puzzle: ARCTask, adapter: SharedARCAdapter?,
    onEvent: @escaping @Sendable (ARCEvent) -> Void
  ) async throws -> ARCSolution {
    try await model.solve(
      PuzzleWork(
        puzzle: puzzle, recipe: recipe, encoder: encoder, costs: costs, adapter: adapter,
        makeClock: makeClock, onEvent: onEvent))
  }

  /// The samples that training on a puzzle would see without a time, a batch for each step.
  ///
  /// - Throws: ``ARCError`` if the recipe has no training, or no sample fits the context.
  package func trainingBatches(of puzzle: ARCTask) async throws -> [[TrainingSample]] {
    guard recipe.training != nil else {
      throw ARCError(.invalidSetting, "the recipe trains nothing, so it has no samples")
    }
    return try await model.batches(
      PuzzleWork(
        puzzle: puzzle, recipe: recipe, encoder: encoder, costs: costs, adapter: nil,
        makeClock: makeClock, onEvent: { _ in }))
  }

  /// The model's ids of the tokens that the format keeps, in the order of their new ids; nil where
  /// it keeps all.
  package var keptTokens: [Int32]? { encoder.keptTokens }

  /// An adapter trained on the demonstrations of all puzzles.
  package func sharedAdapter(
    for puzzles: [ARCTask], onEvent: @escaping @Sendable (ARCEvent) -> Void
  ) async throws -> SharedARCAdapter {
    try await model.trainShared(
      puzzles, recipe: recipe, encoder: encoder, costs: costs, makeClock: makeClock,
      onEvent: onEvent)
  }
}

/// An adapter for several puzzles, and how it came to be.
package struct SharedARCAdapter: Sendable {
  let adapter: LoRAAdapter
  package let training: ARCSolution.Training
}

/// All that the model's actor needs to solve a puzzle.
private struct PuzzleWork: Sendable {
  let puzzle: ARCTask
  let recipe: ARCRecipe
  let encoder: PuzzleEncoder
  let costs: PuzzleCosts
  let adapter: SharedARCAdapter?
  let makeClock: @Sendable () -> () -> Double
  let onEvent: @Sendable (ARCEvent) -> Void

  /// With the vocabulary of the puzzle's format, and scratch memory that goes with it.
  func decoder(of model: Decoder) -> Decoder {
    encoder.keptTokens.map(model.reducingVocabulary) ?? model.sharingWeights()
  }
}

extension LanguageModel {
  fileprivate func solve(_ work: PuzzleWork) throws -> ARCSolution {
    let (recipe, puzzle) = (work.recipe, work.puzzle)
    guard !puzzle.demonstrations.isEmpty, !puzzle.queries.isEmpty else {
      throw ARCError(
        .invalidTask, "\(puzzle.id): a puzzle needs a demonstration and a test input at least")
    }
    let clock = TaskClock(limit: recipe.secondsPerTask, now: work.makeClock())
    let decoder = work.decoder(of: decoder)
    func answerer(_ decoder: Decoder, _ adapter: LoRAAdapter?) -> PuzzleAnswerer {
      PuzzleAnswerer(
        puzzle: puzzle, inference: recipe.inference, usesAllTime: recipe.training != nil,
        showsDemonstrations: recipe.training?.samples.form != .direct, encoder: work.encoder,
        decoder: decoder, adapter: adapter, costs: work.costs, seed: recipe.seed, clock: clock,
        onEvent: work.onEvent)
    }
    // Before any training: what does not fit would waste it.
    let untrained = answerer(decoder, nil)
    let count = puzzle.queries.count
    /// Seconds that all inputs are to take together.
    func reserve() throws -> Double {
      guard let limit = clock.limit else { return 0 }
      return try puzzle.queries.indices.reduce(0) {
        $0 + (try untrained.plan($1, seconds: 0.45 * limit / Double(count)).estimate)
      }
    }
    _ = try reserve()
    var trained: TrainedPuzzle?
    if let training = recipe.training, work.adapter == nil {
      let trainer = PuzzleTrainer(
        recipe: training, encoder: work.encoder, decoder: decoder, costs: work.costs,
        seed: recipe.seed)
      let tasks = try trainer.tasks([puzzle])
      var end: (() -> Double)?
      if let limit = clock.limit {
        // As the costs become known, so does what answering will take; a little more is kept.
        end = { limit - min(0.6 * limit, 1.05 * ((try? reserve()) ?? 0) + 0.01 * limit) }
      }
      trained = try trainer.train(on: tasks, clock: clock, end: end) {
        work.onEvent(.trained(step: $0, loss: $1, fraction: $2))
      }
    }
    let final = answerer(
      trained?.decoder ?? decoder, work.adapter?.adapter ?? trained?.adapter)
    var queries: [ARCSolution.Query] = []
    for query in puzzle.queries.indices {
      // An equal part of what is left.
      let seconds = clock.limit.map { _ in clock.remaining / Double(count - query) }
      let end = seconds.map { clock.elapsed + $0 }
      queries.append(try final.answer(query, final.plan(query, seconds: seconds), end: end))
    }
    let seconds = clock.elapsed
    let expected = try puzzle.queries.indices.map { try final.expectedCost($0) }
    return ARCSolution(
      taskID: puzzle.id, recipe: recipe,
      queries: zip(queries, expected).map { $0.with(expected: $1) },
      training: trained?.record ?? work.adapter?.training, seconds: seconds)
  }

  fileprivate func batches(_ work: PuzzleWork) throws -> [[TrainingSample]] {
    guard let training = work.recipe.training else { return [] }
    let trainer = PuzzleTrainer(
      recipe: training, encoder: work.encoder, decoder: work.decoder(of: decoder),
      costs: work.costs, seed: work.recipe.seed)
    let tasks = try trainer.tasks([work.puzzle])
    return trainer.batches(of: tasks, steps: trainer.stepCount(tasks.count))
  }

  fileprivate func trainShared(
    _ puzzles: [ARCTask], recipe: ARCRecipe, encoder: PuzzleEncoder, costs: PuzzleCosts,
    makeClock: @Sendable () -> () -> Double, onEvent: @Sendable (ARCEvent) -> Void
  ) throws -> SharedARCAdapter {
    guard let training = recipe.training, training.method == .lora else {
      throw ARCError(.invalidSetting, "a shared adapter needs a training of the method lora")
    }
    // As much time as all puzzles would have had each for its own training, at most.
    let clock = TaskClock(
      limit: recipe.secondsPerTask.map { 0.6 * $0 * Double(puzzles.count) }, now: makeClock())
    let trainer = PuzzleTrainer(
      recipe: training, encoder: encoder,
      decoder: encoder.keptTokens.map(decoder.reducingVocabulary) ?? decoder.sharingWeights(),
      costs: costs, seed: recipe.seed)
    let trained = try trainer.train(
      on: try trainer.tasks(puzzles), clock: clock, end: clock.limit.map { limit in { limit } }
    ) { onEvent(.trained(step: $0, loss: $1, fraction: $2)) }
    guard let adapter = trained.adapter else { preconditionFailure("LoRA trains an adapter") }
    return SharedARCAdapter(adapter: adapter, training: trained.record)
  }
}

extension ARCSolution.Query {
  fileprivate func with(expected: ARCSolution.ExpectedCost?) -> ARCSolution.Query {
    .init(
      candidates: candidates, failedReplies: failedReplies, expected: expected, tokens: tokens,
      seconds: seconds)
  }
}

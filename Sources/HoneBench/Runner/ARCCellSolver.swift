// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneAdaptation
import HoneModel
import Synchronization

/// Solves puzzles with a model, with programs, or with both.
///
/// A cell is a puzzle: all of its test inputs are answered by one adapted model, whichever of them
/// are wanted.
package final class ARCCellSolver: CellSolver {
  /// nil where no strategy asks one.
  private let model: LanguageModel?
  private let collection: ARCCollection
  private struct State {
    var solvers: [ARCRecipe: ARCSolver] = [:]
    /// The adapter that the puzzles of a seed share; one at a time, for they are large.
    var shared: (key: CellKey, adapter: SharedARCAdapter)?
  }
  private let state = Mutex(State())

  /// - Parameter model: nil if all strategies do without.
  package init(model: LanguageModel?, collection: ARCCollection) {
    self.model = model
    self.collection = collection
  }

  package func solve(
    _ cell: PlannedCell, strategy: StrategyConfiguration, pending: Set<String>,
    plan: [PlannedCell], emit: @escaping @Sendable (CellEvent) throws -> Void
  ) async throws {
    let puzzle = try puzzle(cell.key.task)
    let progress: @Sendable (ARCEvent) -> Void = { event in
      if case .trained(let step, let loss, let fraction) = event {
        // How many steps there will be the time decides.
        let all = fraction > 0 ? Int((Double(step) / fraction).rounded()) : step
        try? emit(.trainingStep(step, of: max(step, all), loss: loss))
      }
    }
    let solution: ARCSolution
    do {
      solution = try await self.solution(cell, strategy, puzzle, plan, progress, emit)
    } catch let error as ARCError where error.code == .tooLong {
      // As published: what the model cannot hold is answered by nothing, and counts.
      return try leaveUnanswered(cell, pending, emit)
    }
    if let training = solution.training, !strategy.sharesAdapter {
      try emit(.training(TrainingRecord(training, cell.key, task: cell.key.task)))
    }
    try emit(.prefix(Cost(tokens: 0, seconds: 0)))
    let attempts = solution.attempts
    for (place, item) in cell.draw.queries.enumerated() where pending.contains(item.id) {
      guard let index = Int(item.id), solution.queries.indices.contains(index - 1) else {
        throw BenchError(.mismatch, "\(cell.key.task): has no test input \(item.id)")
      }
      let query = solution.queries[index - 1]
      let answer = ARCScorer.answer(attempts[index - 1].map(\.grid))
      let score = ARCScorer().score(answer, for: item)
      try emit(
        .answer(
          ItemResult(
            cell: cell.key, item: item.id, position: place, answer: answer,
            normalized: score.normalized, score: score.value,
            candidates: Candidate.storing(query.programs) + Candidate.storing(query.candidates),
            expectedLogLikelihood: query.expected.map { -$0.nats },
            cost: Cost(tokens: query.tokens, seconds: query.seconds))))
    }
  }

  private func solution(
    _ cell: PlannedCell, _ strategy: StrategyConfiguration, _ puzzle: ARCTask,
    _ plan: [PlannedCell], _ progress: @escaping @Sendable (ARCEvent) -> Void,
    _ emit: @Sendable (CellEvent) throws -> Void
  ) async throws -> ARCSolution {
    guard var recipe = strategy.puzzle else {
      guard let induction = strategy.induction else {
        throw BenchError(.mismatch, "\(strategy.name): is no strategy for puzzles")
      }
      return try await ProgramSolver(configuration: induction).solve(puzzle)
    }
    recipe.seed = cell.key.seed
    let solver = try solver(recipe)
    if let induction = strategy.induction {
      return try await ProgramSolver(configuration: induction).solve(
        puzzle, with: solver, choice: ARCStrategy(rawValue: strategy.name)?.choice ?? .ensemble,
        onEvent: progress)
    }
    var shared: SharedARCAdapter?
    if strategy.sharesAdapter {
      shared = try await sharedAdapter(cell, strategy, solver, plan, progress, emit)
    }
    return try await solver.solution(of: puzzle, adapter: shared, onEvent: progress)
  }

  private func leaveUnanswered(
    _ cell: PlannedCell, _ pending: Set<String>, _ emit: (CellEvent) throws -> Void
  ) throws {
    try emit(.prefix(Cost(tokens: 0, seconds: 0)))
    for (place, item) in cell.draw.queries.enumerated() where pending.contains(item.id) {
      try emit(
        .answer(
          ItemResult(
            cell: cell.key, item: item.id, position: place, answer: "", normalized: "", score: 0,
            cost: Cost(tokens: 0, seconds: 0))))
    }
  }

  private func puzzle(_ id: String) throws -> ARCTask {
    guard let puzzle = collection[id] else {
      throw BenchError(.mismatch, "\(id): is no puzzle of this run")
    }
    return puzzle
  }

  /// A recipe's solver, which learns what its work costs.
  private func solver(_ recipe: ARCRecipe) throws -> ARCSolver {
    if let known = state.withLock({ $0.solvers[recipe] }) { return known }
    guard let model else {
      throw BenchError(.mismatch, "this strategy asks a model, and the run has none")
    }
    let solver = try ARCSolver(model: model, recipe: recipe)
    return state.withLock { state in
      state.solvers[recipe] = solver
      return solver
    }
  }

  private func sharedAdapter(
    _ cell: PlannedCell, _ strategy: StrategyConfiguration, _ solver: ARCSolver,
    _ plan: [PlannedCell], _ progress: @escaping @Sendable (ARCEvent) -> Void,
    _ emit: @Sendable (CellEvent) throws -> Void
  ) async throws -> SharedARCAdapter {
    let key = CellKey(strategy: strategy.name, seed: cell.key.seed, task: "")
    if let adapter = state.withLock({ $0.shared?.key == key ? $0.shared?.adapter : nil }) {
      return adapter
    }
    let puzzles = try plan.filter {
      $0.key.strategy == strategy.name && $0.key.seed == cell.key.seed
    }.map { try puzzle($0.key.task) }
    let adapter = try await solver.sharedAdapter(for: puzzles, onEvent: progress)
    try emit(.training(TrainingRecord(adapter.training, cell.key, task: nil)))
    state.withLock { $0.shared = (key, adapter) }
    return adapter
  }
}

extension TrainingRecord {
  fileprivate init(_ training: ARCSolution.Training, _ key: CellKey, task: String?) {
    self.init(
      strategy: key.strategy, seed: key.seed, task: task, losses: training.losses,
      cost: Cost(tokens: training.tokens, seconds: training.seconds))
  }
}

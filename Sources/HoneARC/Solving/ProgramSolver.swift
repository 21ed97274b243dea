// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Solves puzzles by programs, and by programs and a model together.
public struct ProgramSolver: Sendable {
  private let configuration: InductionConfiguration
  private let search: InductionSolver
  /// Programs of a test input that are kept.
  private static let mostKept = 16

  /// - Throws: ``ARCError`` for a setting out of its range.
  public init(configuration: InductionConfiguration) throws {
    self.configuration = configuration
    search = try InductionSolver(configuration: configuration)
  }

  /// What programs alone make of a puzzle.
  ///
  /// - Throws: ``ARCError`` (`invalidTask`) for a puzzle without demonstrations or test inputs;
  ///   `CancellationError`.
  public func solve(_ puzzle: ARCTask) async throws -> ARCSolution {
    guard !puzzle.demonstrations.isEmpty, !puzzle.queries.isEmpty else {
      throw ARCError(
        .invalidTask, "\(puzzle.id): a puzzle needs a demonstration and a test input at least")
    }
    // For seconds at a time; on a thread that nobody else's work waits for.
    let work = Task.detached(priority: .userInitiated) { [search] in await search.solve(puzzle) }
    let results = await withTaskCancellationHandler {
      await work.value
    } onCancel: {
      work.cancel()
    }
    // The next puzzle may be smaller.
    SystemMemory.releaseUnused()
    try Task.checkCancellation()
    return ARCSolution(
      taskID: puzzle.id, recipe: ARCRecipe(), induction: configuration, choice: .programs,
      queries: results.map { result in
        ARCSolution.Query(
          candidates: [], seconds: result.effort.seconds,
          programs: Array(result.candidates.prefix(Self.mostKept)), effort: result.effort)
      }, training: nil, seconds: results.reduce(0) { $0 + $1.effort.seconds })
  }

  /// Programs first, then a model in what is left of its recipe's time.
  ///
  /// - Parameter choice: Who makes the attempts.
  /// - Throws: As ``solve(_:)`` and ``ARCSolver``.
  public func solve(
    _ puzzle: ARCTask, with solver: ARCSolver, choice: AttemptChoice = .ensemble,
    onEvent: @escaping @Sendable (ARCEvent) -> Void
  ) async throws -> ARCSolution {
    let induced = try await solve(puzzle)
    let written = try await solver.solution(
      of: puzzle, adapter: nil, spent: induced.seconds, onEvent: onEvent)
    return ARCSolution(
      taskID: puzzle.id, recipe: written.recipe, induction: configuration, choice: choice,
      queries: zip(written.queries, induced.queries).map { query, programs in
        var query = query
        query.programs = programs.programs
        query.effort = programs.effort
        return query
      }, training: written.training, seconds: induced.seconds + written.seconds)
  }
}

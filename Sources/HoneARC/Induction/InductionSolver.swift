// SPDX-License-Identifier: Apache-2.0

/// What was found for one test input.
public struct InductionResult: Sendable {
  /// Different answers, the best first.
  public let candidates: [InducedCandidate]
  public let effort: InductionEffort
}

/// What a search took.
public struct InductionEffort: Sendable, Hashable, Codable {
  /// Programs that do not make the same of every grid as a shorter one.
  public let programs: Int
  /// Functions that were worked out on a grid.
  public let functionCalls: Int
  public let seconds: Double
  /// Whether time or memory ended it; else the result is the same on every machine.
  public let isCutShort: Bool
}

/// Searches for programs that turn a puzzle's inputs into its outputs.
///
/// No model is needed. Without a time, or where neither time nor memory is reached, the result is the
/// same on every machine. After the published search by J. S. Wind (first place, Kaggle's
/// Abstraction and Reasoning Challenge, 2020), with other functions and another way of putting
/// outputs together.
public struct InductionSolver: Sendable {
  private let configuration: InductionConfiguration
  private let now: @Sendable () -> Double

  /// - Throws: ``ARCError`` for a setting out of its range.
  public init(configuration: InductionConfiguration) throws {
    try configuration.validate()
    self.configuration = configuration
    now = TaskClock.continuous()
  }

  /// What was found for each test input; cancelling the task that calls it ends the search within a
  /// fraction of a second, with what there is.
  public func solve(_ puzzle: ARCTask) -> [InductionResult] {
    let start = now()
    return puzzle.queries.indices.map { query in
      let share = configuration.secondsPerTask.map {
        (start + $0 - now()) / Double(puzzle.queries.count - query)
      }
      return solve(puzzle, query, seconds: share)
    }
  }

  private func solve(_ puzzle: ARCTask, _ query: Int, seconds: Double?) -> InductionResult {
    let start = now()
    let prepared = Preparation.allCases.compactMap {
      $0.apply(puzzle.demonstrations, puzzle.queries[query].input)
    }
    let limit = SearchLimit(
      now: now, deadline: seconds.map { start + $0 } ?? .infinity,
      maxBytes: configuration.maxBytes / (2 * prepared.count))
    let searches = prepared.map {
      QuerySearch($0, configuration: configuration, limit: limit)
    }
    run(searches)
    var best: [Grid: InducedCandidate] = [:]
    for candidate in searches.flatMap(\.candidates) {
      best[candidate.grid] = best[candidate.grid]?.merged(with: candidate) ?? candidate
    }
    return InductionResult(
      candidates: best.values.sorted { $0.isBetter(than: $1) },
      effort: InductionEffort(
        programs: searches.reduce(0) { $0 + $1.programs },
        functionCalls: searches.reduce(0) { $0 + $1.applications }, seconds: now() - start,
        isCutShort: searches.contains(where: \.isCutShort)))
  }

  /// Short programs before longer ones, those for the puzzle as it is first, until one convinces.
  private func run(_ searches: [QuerySearch]) {
    let short = min(2, configuration.maxLength)
    for search in searches {
      for length in 1...short {
        search.advance(to: length)
        if search.isConvinced { return }
      }
      search.learnCellRules()
      if search.isConvinced { return }
    }
    for length in stride(from: short + 1, through: configuration.maxLength, by: 1) {
      for search in searches {
        search.advance(to: length)
        if search.isConvinced { return }
      }
    }
    searches.first?.settleForLess()
  }
}

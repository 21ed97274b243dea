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
  public func solve(_ puzzle: ARCTask) async -> [InductionResult] {
    let start = now()
    var results: [InductionResult] = []
    for query in puzzle.queries.indices {
      let share = configuration.secondsPerTask.map {
        (start + $0 - now()) / Double(puzzle.queries.count - query)
      }
      results.append(await solve(puzzle, query, seconds: share))
    }
    return results
  }

  private func solve(
    _ puzzle: ARCTask, _ query: Int, seconds: Double?
  ) async -> InductionResult {
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
    var best: [Grid: InducedCandidate] = [:]
    for candidate in await candidates(of: searches) {
      best[candidate.grid] = best[candidate.grid]?.merged(with: candidate) ?? candidate
    }
    return InductionResult(
      candidates: best.values.sorted { $0.isBetter(than: $1) },
      effort: InductionEffort(
        programs: searches.reduce(0) { $0 + $1.programs },
        functionCalls: searches.reduce(0) { $0 + $1.applications }, seconds: now() - start,
        isCutShort: searches.contains(where: \.isCutShort)))
  }

  /// What searches find: short programs before longer ones, those for the puzzle as it is first, until
  /// one convinces.
  private func candidates(of searches: [QuerySearch]) async -> [InducedCandidate] {
    func all() -> [InducedCandidate] { searches.flatMap(\.candidates) }
    let short = min(2, configuration.maxLength)
    for search in searches {
      for length in 1...short {
        search.advance(to: length)
        if search.isConvinced { return all() }
      }
      search.learnCellRules()
      if search.isConvinced { return all() }
    }
    for length in stride(from: short + 1, through: configuration.maxLength, by: 1) {
      for first in stride(from: 0, to: searches.count, by: configuration.threads) {
        let group = first..<min(searches.count, first + configuration.threads)
        // What comes behind a search that convinces is as if it had not been looked for.
        let earlier = searches.map(\.candidates)
        await withTaskGroup { tasks in
          for place in group {
            let search = searches[place]
            tasks.addTask { search.advance(to: length) }
          }
        }
        if let place = group.first(where: { searches[$0].isConvinced }) {
          return searches.indices.flatMap {
            $0 <= place ? searches[$0].candidates : earlier[$0]
          }
        }
      }
    }
    searches.first?.settleForLess()
    return all()
  }
}

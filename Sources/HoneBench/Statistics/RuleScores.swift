// SPDX-License-Identifier: Apache-2.0
import HoneARC

/// What every selection rule makes of the candidates that a run of puzzles stored.
package struct RuleScores: Sendable {
  /// One strategy under one seed.
  package struct Row: Sendable {
    package let strategy: String
    package let seed: UInt64
    package let rule: SelectionRule
    /// With one attempt and with two; of the oracle, with all candidates in both.
    package let first: PassCount
    package let second: PassCount
    /// Candidates of a test input, on average.
    package let candidates: Double
    /// Test inputs for whose candidates the rule has what it goes by.
    package let applicable: Int
  }

  package let rows: [Row]
  /// The mean negative log-likelihood of the right outputs, in nats a test input, by strategy: what
  /// falls long before an output is right.
  package let expectedCosts: [String: Double]

  /// - Returns: nil for a run of another suite.
  package init?(_ run: RunRecord, in store: RunStore) throws {
    guard run.configuration.suite == ARCSuite.name else { return nil }
    let items = try store.items(of: run.id)
    var rows: [Row] = []
    var expectedCosts: [String: Double] = [:]
    for strategy in run.configuration.strategies.map(\.name) {
      let results = try store.results(of: run.id, strategy: strategy)
      let costs = results.compactMap(\.expectedLogLikelihood)
      if !costs.isEmpty {
        expectedCosts[strategy] = -costs.reduce(0, +) / Double(costs.count)
      }
      for seed in run.configuration.seeds {
        let mine = results.filter { $0.cell.seed == seed }
        if mine.isEmpty { continue }
        rows += Self.rows(mine, items, run, strategy: strategy, seed: seed)
      }
    }
    self.rows = rows
    self.expectedCosts = expectedCosts
  }

  private static func rows(
    _ results: [ItemResult], _ items: [String: [BenchItem]], _ run: RunRecord, strategy: String,
    seed: UInt64
  ) -> [Row] {
    let candidates = results.map { Candidate.puzzleCandidates($0.candidates) }
    let byTask = Dictionary(grouping: results.indices) { results[$0].cell.task }
    let queries = run.configuration.tasks.reduce(0) { $0 + (items[$1]?.count ?? 0) }
    return SelectionRule.allCases.map { rule in
      let scores = run.configuration.tasks.compactMap { task -> TaskScore? in
        guard let places = byTask[task] else { return nil }
        let expected = Dictionary((items[task] ?? []).map { ($0.id, $0.expected) }) { a, _ in a }
        return TaskScore(
          id: task,
          queries: places.sorted { results[$0].position < results[$1].position }.compactMap {
            guard let output = Grid(digits: expected[results[$0].item] ?? "") else { return nil }
            return QueryScore(attempts: rule.select(candidates[$0]).map(\.grid), output: output)
          })
      }
      func count(_ attempts: Int) -> PassCount {
        PassCount(
          scores, within: rule.maxAttempts == nil ? nil : attempts,
          taskCount: run.configuration.tasks.count, queryCount: queries)
      }
      return Row(
        strategy: strategy, seed: seed, rule: rule, first: count(1), second: count(2),
        candidates: Double(candidates.reduce(0) { $0 + $1.count })
          / Double(max(1, candidates.count)),
        applicable: candidates.count { rule.isApplicable(to: $0) })
    }
  }
}

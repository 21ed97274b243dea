// SPDX-License-Identifier: Apache-2.0
import HoneARC

/// What every way of choosing makes of the candidates that a run of puzzles stored.
package struct RuleScores: Sendable {
  /// Who chooses.
  package enum Chooser: Sendable, Hashable {
    /// A rule, among what a model wrote.
    case rule(SelectionRule)
    /// The best programs.
    case programs
    /// Programs that fit, else a rule on what a model wrote.
    case ensemble(SelectionRule)
    /// Whichever answer is likelier to be right.
    case calibrated

    package var name: String {
      switch self {
      case .rule(let rule): rule.rawValue
      case .programs: "programs"
      case .ensemble(let rule): "ensemble with \(rule.rawValue)"
      case .calibrated: "calibrated"
      }
    }
  }

  /// One strategy under one seed.
  package struct Row: Sendable {
    package let strategy: String
    package let seed: UInt64
    package let rule: Chooser
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
    let queries = results.map { result in
      ARCSolution.Query(
        candidates: Candidate.puzzleCandidates(result.candidates),
        programs: result.candidates.compactMap(\.program))
    }
    let byTask = Dictionary(grouping: results.indices) { results[$0].cell.task }
    let asked = run.configuration.tasks.reduce(0) { $0 + (items[$1]?.count ?? 0) }
    return choosers(of: strategy, run).map { chooser in
      let scores = run.configuration.tasks.compactMap { task -> TaskScore? in
        guard let places = byTask[task] else { return nil }
        let expected = Dictionary((items[task] ?? []).map { ($0.id, $0.expected) }) { a, _ in a }
        let ordered = places.sorted { results[$0].position < results[$1].position }
        let attempts = chooser.attempts(ordered.map { queries[$0] })
        return TaskScore(
          id: task,
          queries: zip(ordered, attempts).compactMap { place, attempts in
            guard let output = Grid(digits: expected[results[place].item] ?? "") else { return nil }
            return QueryScore(attempts: attempts.map(\.grid), output: output)
          })
      }
      func count(_ attempts: Int) -> PassCount {
        PassCount(
          scores, within: chooser == .rule(.oracle) ? nil : attempts,
          taskCount: run.configuration.tasks.count, queryCount: asked)
      }
      return Row(
        strategy: strategy, seed: seed, rule: chooser, first: count(1), second: count(2),
        candidates: Double(queries.reduce(0) { $0 + chooser.candidateCount($1) })
          / Double(max(1, queries.count)),
        applicable: queries.count { chooser.isApplicable(to: $0) })
    }
  }

  /// All that can be asked of what a strategy stores.
  private static func choosers(of strategy: String, _ run: RunRecord) -> [Chooser] {
    let configuration = run.configuration.strategies.first { $0.name == strategy }
    let rules = configuration?.puzzle == nil ? [] : SelectionRule.allCases.map(Chooser.rule)
    guard configuration?.induction != nil else { return rules }
    let both = configuration?.puzzle.map { [.ensemble($0.inference.rule), Chooser.calibrated] }
    return rules + [.programs] + (both ?? [])
  }
}

extension RuleScores.Chooser {
  fileprivate func attempts(_ queries: [ARCSolution.Query]) -> [[Attempt]] {
    switch self {
    case .rule(let rule): AttemptChoice.model.attempts(queries, rule: rule)
    case .programs: AttemptChoice.programs.attempts(queries, rule: .productOfExperts)
    case .ensemble(let rule): AttemptChoice.ensemble.attempts(queries, rule: rule)
    case .calibrated: AttemptChoice.calibrated.attempts(queries, rule: .productOfExperts)
    }
  }

  fileprivate func candidateCount(_ query: ARCSolution.Query) -> Int {
    switch self {
    case .rule: query.candidates.count
    case .programs: query.programs.count
    case .ensemble, .calibrated:
      Set(query.candidates.map(\.grid)).union(query.programs.map(\.grid)).count
    }
  }

  /// Whether a query has what is gone by.
  fileprivate func isApplicable(to query: ARCSolution.Query) -> Bool {
    switch self {
    case .rule(let rule), .ensemble(let rule): rule.isApplicable(to: query.candidates)
    case .programs: !query.programs.isEmpty
    case .calibrated: !query.programs.isEmpty || !query.candidates.isEmpty
    }
  }
}

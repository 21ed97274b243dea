// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// How attempts are chosen among the candidates of a test input.
///
/// The names are those of reports and files; they stay.
public enum SelectionRule: String, Sendable, Hashable, CaseIterable, Codable {
  /// ``HierarchicalVote`` with ties decided the same way always.
  case hierarchical
  /// ``HierarchicalVote`` as the authors' program decides ties.
  case hierarchicalCompat = "hierarchical-compat"
  /// The most frequent predictions.
  case flat
  /// The most frequent predictions of the puzzle as it is, under any order of its demonstrations.
  case vanilla
  /// The most frequent predictions of turned puzzles.
  case rotate
  /// The most frequent predictions of flipped puzzles.
  case flip
  /// The most frequent predictions of puzzles mirrored along a diagonal.
  case transpose
  /// The least sum of scoring costs: the product of the probabilities.
  ///
  /// - SeeAlso: Franzen et al. 2025, arXiv 2505.07859.
  case productOfExperts = "product-of-experts"
  /// The least scoring cost of any view.
  case maxProbability = "max-probability"
  /// The least of the highest scoring costs.
  case minProbability = "min-probability"
  /// The highest sum of probabilities over the views.
  case sumOfProbabilities = "sum-of-probabilities"
  /// The least cost of producing it.
  case generationProbability = "generation-probability"
  /// Every candidate: right if any is. No method, but the limit of all.
  case oracle

  /// The most attempts that the rule makes; nil for the oracle.
  public var maxAttempts: Int? { self == .oracle ? nil : ARCTask.maxAttempts }

  /// Whether the rule asks for ``ARCCandidate/scoringCosts``.
  public var needsScoring: Bool {
    switch self {
    case .productOfExperts, .maxProbability, .minProbability, .sumOfProbabilities: true
    default: false
    }
  }

  /// Whether the rule can tell the candidates apart by what it goes by.
  ///
  /// Not where a cost that it asks for was not measured: those candidates come behind all others.
  /// True without candidates.
  public func isApplicable(to candidates: [ARCCandidate]) -> Bool {
    if self == .generationProbability { return candidates.allSatisfy { $0.generationCost != nil } }
    guard needsScoring else { return true }
    let views = candidates.first?.scoringCosts.count
    return views != 0 && candidates.allSatisfy { $0.scoringCosts.count == views }
  }

  /// The attempts, the best first: at most ``maxAttempts``, all different, fewer where there are
  /// not as many candidates that the rule looks at.
  ///
  /// Ties go, among counted grids, to the one that more of the identity's predictions have, among
  /// probabilities, to the one predicted more often; then to the one predicted first.
  ///
  /// - Parameter candidates: Of one test input, all different.
  public func select(_ candidates: [ARCCandidate]) -> [Attempt] {
    switch self {
    case .hierarchical: HierarchicalVote(candidates).attempts
    case .hierarchicalCompat: HierarchicalVote(candidates, order: .compatible).attempts
    case .flat: mostFrequent(candidates, of: Set(ViewGroup.allCases))
    case .vanilla: mostFrequent(candidates, of: [.identity])
    case .rotate: mostFrequent(candidates, of: [.rot90, .rot180, .rot270])
    case .flip: mostFrequent(candidates, of: [.flip0, .flip1])
    case .transpose: mostFrequent(candidates, of: [.transpose, .antitranspose])
    case .productOfExperts, .maxProbability, .minProbability, .sumOfProbabilities:
      likeliest(candidates, scoringCosts: candidates.map(\.scoringCosts.count).max() ?? 0)
    case .generationProbability: likeliest(candidates, scoringCosts: 0)
    case .oracle:
      candidates.sorted { Self.firstIndex($0) < Self.firstIndex($1) }
        .map { Attempt(grid: $0.grid, votes: $0.votes) }
    }
  }

  private static func firstIndex(_ candidate: ARCCandidate) -> Int {
    candidate.productions.first?.index ?? .max
  }

  private func mostFrequent(_ candidates: [ARCCandidate], of groups: Set<ViewGroup>) -> [Attempt] {
    let rows = candidates.compactMap { candidate -> (key: (Int, Int, Int), attempt: Attempt)? in
      let productions = candidate.productions.filter { groups.contains($0.group) }
      guard let first = productions.first else { return nil }
      let identity = productions.count { $0.group == .identity }
      return (
        (-productions.count, -identity, first.index),
        Attempt(grid: candidate.grid, votes: productions.count)
      )
    }
    return rows.sorted { $0.key < $1.key }.prefix(ARCTask.maxAttempts).map(\.attempt)
  }

  // MARK: Probabilities

  private func likeliest(_ candidates: [ARCCandidate], scoringCosts count: Int) -> [Attempt] {
    let rows = candidates.map { candidate -> (key: (Int, Double, Int, Int), attempt: Attempt) in
      let cost = cost(of: candidate, scoringCosts: count)
      return (
        (cost == nil ? 1 : 0, cost ?? 0, -candidate.votes, Self.firstIndex(candidate)),
        Attempt(grid: candidate.grid, votes: candidate.votes, cost: cost)
      )
    }
    return rows.sorted { $0.key < $1.key }.prefix(ARCTask.maxAttempts).map(\.attempt)
  }

  /// - Parameter count: How many scoring costs make a candidate comparable.
  private func cost(of candidate: ARCCandidate, scoringCosts count: Int) -> Double? {
    if self == .generationProbability { return candidate.generationCost }
    let costs = candidate.scoringCosts
    // A cost that is no number was not measured.
    guard count > 0, costs.count == count, !costs.contains(where: \.isNaN) else { return nil }
    return switch self {
    case .maxProbability: costs.min()
    case .minProbability: costs.max()
    case .sumOfProbabilities: Self.costOfSum(costs)
    default: costs.reduce(0, +)
    }
  }

  /// `−ln Σ exp(−cost)`, whatever the costs' size.
  static func costOfSum(_ costs: [Double]) -> Double {
    guard let least = costs.min(), least.isFinite else { return costs.min() ?? .infinity }
    return least - logarithm(costs.reduce(0) { $0 + exponential(least - $1) })
  }
}

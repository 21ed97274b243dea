// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// How sure a rule is of an attempt, in the terms that it goes by.
package struct AttemptConfidence: Sendable, Hashable {
  /// How often the attempt was counted, and out of how many.
  package let votes: Int
  package let voters: Int
  /// What the rule ranked it by, in nats, as the cost of the whole answer under one view; nil by
  /// the rules that count, and where it was not measured.
  ///
  /// The product of experts takes the mean over its views, the sum of probabilities the cost of
  /// their mean; the others go by a single view as it is.
  package let nats: Double?
  /// Whether the rule goes by costs.
  private let isProbability: Bool
  /// ``Attempt/probability``.
  private let given: Double?

  /// - Parameters:
  ///   - attempt: One of those that the rule made.
  ///   - candidates: All that it chose from.
  package init(_ attempt: Attempt, by rule: SelectionRule, among candidates: [ARCCandidate]) {
    given = attempt.probability
    votes = attempt.votes
    voters = rule.voterCount(among: candidates)
    isProbability = rule.needsScoring || rule == .generationProbability
    let views = Double(max(1, candidates.map(\.scoringCosts.count).max() ?? 1))
    nats = attempt.cost.map { cost in
      switch rule {
      case .productOfExperts: cost / views
      case .sumOfProbabilities: cost + logarithm(views)
      default: cost
      }
    }
  }

  /// ``Attempt/probability``, or else `exp(−nats)`; 0 … 1.
  package var probability: Double? {
    given ?? nats.map { min(1, max(0, exponential(-$0))) }
  }

  /// The share of the votes; 0 … 1.
  package var share: Double { voters > 0 ? Double(votes) / Double(voters) : 0 }

  /// ``Attempt/probability`` where it has one. Else the probability by rules of probabilities, 0 where it was not measured; the share of the votes
  /// by those that count. 0 … 1, higher is surer; scores of different rules do not compare.
  package var score: Double {
    given ?? (isProbability ? probability ?? 0 : share)
  }
}

extension SelectionRule {
  /// The predictions that a rule looks at; of the hierarchical ones, the grids that groups name.
  fileprivate func voterCount(among candidates: [ARCCandidate]) -> Int {
    let groups: Set<ViewGroup> =
      switch self {
      case .hierarchical, .hierarchicalCompat:
        []
      case .vanilla: [.identity]
      case .rotate: [.rot90, .rot180, .rot270]
      case .flip: [.flip0, .flip1]
      case .transpose: [.transpose, .antitranspose]
      default: Set(ViewGroup.allCases)
      }
    if groups.isEmpty {
      return HierarchicalVote(candidates).groups.reduce(0) { $0 + $1.choices.count }
    }
    return candidates.reduce(0) { count, candidate in
      count + candidate.productions.count { groups.contains($0.group) }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import HoneTesting
import Testing

@testable import HoneARC

@Suite struct AttemptConfidenceTests {
  private let candidates = mergedCandidates([
    (.identity, "1"), (.identity, "1"), (.transpose, "2"), (.rot90, "1"),
  ]).enumerated().map { place, candidate in
    candidate.scored(place == 0 ? [1, 2, 6] : [4, 5, 6])
  }

  private func confidence(_ rule: SelectionRule) throws -> AttemptConfidence {
    let attempt = try #require(rule.select(candidates).first)
    return AttemptConfidence(attempt, by: rule, among: candidates)
  }

  @Test func `rules that count give the share of the votes they look at`() throws {
    for (rule, votes, voters) in [
      (SelectionRule.flat, 3, 4), (.vanilla, 2, 2), (.transpose, 1, 1), (.rotate, 1, 1),
    ] {
      let confidence = try confidence(rule)
      #expect(confidence.votes == votes && confidence.voters == voters)
      #expect(confidence.nats == nil && confidence.probability == nil)
      #expect(confidence.score == Double(votes) / Double(voters))
    }
    // Four groups, all predictions among them, name three grids each.
    #expect(try confidence(.hierarchical).voters == 12)
  }

  @Test func `rules of probabilities give that of one view`() throws {
    func expect(_ rule: SelectionRule, _ probability: Double) throws {
      let confidence = try confidence(rule)
      #expect(abs(confidence.score - probability) < 1e-12)
      #expect(confidence.votes == 3 && confidence.voters == 4)
    }
    try expect(.productOfExperts, exponential(-3))
    try expect(.maxProbability, exponential(-1))
    try expect(.minProbability, exponential(-6))
    try expect(
      .sumOfProbabilities, (exponential(-1) + exponential(-2) + exponential(-6)) / 3)
  }

  @Test(arguments: SelectionRule.allCases)
  func `a score is a number in 0 to 1 whatever the costs are`(rule: SelectionRule) {
    for costs in [[], [.infinity], [-0.5], [1e9], [.nan], [0]] as [[Double]] {
      let candidates = ["1", "2"].enumerated().map { index, text in
        ARCCandidate(
          grid: digits(text),
          productions: [
            .init(index: index, view: "x", group: .identity, cost: costs.first)
          ], scoringCosts: index == 0 ? costs : [2])
      }
      for attempt in rule.select(candidates) {
        let score = AttemptConfidence(attempt, by: rule, among: candidates).score
        #expect((0...1).contains(score), "\(costs) \(score)")
      }
    }
  }
}

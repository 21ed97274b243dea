// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import HoneARC

@Suite struct SelectionRuleTests {
  private func chosen(_ rule: SelectionRule, _ candidates: [ARCCandidate]) -> [String] {
    digitTexts(rule.select(candidates).map(\.grid))
  }

  private func scored(_ costs: [(String, [Double])]) -> [ARCCandidate] {
    zip(mergedCandidates(costs.map { (.identity, $0.0) }), costs).map { $0.scored($1.1) }
  }

  @Test func `the names of the rules stay`() {
    #expect(
      SelectionRule.allCases.map(\.rawValue) == [
        "hierarchical", "hierarchical-compat", "flat", "vanilla", "rotate", "flip", "transpose",
        "product-of-experts", "max-probability", "min-probability", "sum-of-probabilities",
        "generation-probability", "oracle",
      ])
  }

  @Test(arguments: SelectionRule.allCases)
  func `no rule answers without candidates, nor twice with one`(rule: SelectionRule) {
    #expect(rule.select([]) == [])
    #expect(rule.isApplicable(to: []))
    let one = mergedCandidates([(.identity, "1"), (.identity, "1")])
    #expect(rule.select(one).count <= 1)
  }

  // MARK: Counting

  @Test func `the flat vote counts all predictions; the identity, then the first seen, wins ties`()
  {
    let given = mergedCandidates([
      (.flip0, "1"), (.flip1, "2"), (.rot180, "3"), (.transpose, "3"), (.identity, "2"),
      (.rot270, "1"), (.rot180, "3"),
    ])
    #expect(chosen(.flat, given) == ["3", "2"])
    #expect(SelectionRule.flat.select(given).map(\.votes) == [3, 2])
    #expect(SelectionRule.flat.select(given).map(\.cost) == [nil, nil])
    #expect(
      chosen(.flat, mergedCandidates([(.flip0, "1"), (.flip1, "2"), (.rot180, "3")])) == ["1", "2"])
    #expect(
      chosen(.flat, mergedCandidates([(.flip0, "1"), (.flip1, "2"), (.rot180, "3")]).reversed())
        == ["1", "2"])
  }

  @Test func `rules of one kind of view count its predictions only`() {
    let given = mergedCandidates([
      (.identity, "1"), (.identity, "2"), (.identity, "2"), (.transpose, "3"), (.flip0, "4"),
      (.flip1, "4"), (.rot180, "5"), (.rot270, "6"), (.rot90, "6"), (.antitranspose, "7"),
    ])
    #expect(chosen(.vanilla, given) == ["2", "1"])
    #expect(chosen(.rotate, given) == ["6", "5"])
    #expect(chosen(.flip, given) == ["4"])
    #expect(chosen(.transpose, given) == ["3", "7"])
    #expect(chosen(.flip, mergedCandidates([(.identity, "1")])) == [])
  }

  @Test func `the hierarchical rules give what the vote gives`() {
    let tie = mergedCandidates([(.identity, "1"), (.identity, "2")])
    #expect(chosen(.hierarchical, tie) == ["1", "2"])
    #expect(chosen(.hierarchicalCompat, tie) == ["1"])
  }

  @Test func `the oracle names every candidate, in the order in which they were seen`() {
    let given = mergedCandidates([(.flip0, "1"), (.flip1, "2"), (.rot180, "3"), (.flip1, "2")])
    #expect(chosen(.oracle, given.reversed()) == ["1", "2", "3"])
    #expect(SelectionRule.oracle.maxAttempts == nil && SelectionRule.flat.maxAttempts == 2)
    let score = QueryScore(
      attempts: SelectionRule.oracle.select(given).map(\.grid), output: digits("3"))
    #expect(score.isSolved(within: SelectionRule.oracle.maxAttempts) && !score.isSolved())
  }

  // MARK: Probabilities

  @Test func `rules of probabilities rank by sums, bests, worsts and sums of probabilities`() {
    let given = scored([("1", [1, 5]), ("2", [2, 3]), ("3", [0.5, 9])])
    #expect(chosen(.productOfExperts, given) == ["2", "1"])
    #expect(SelectionRule.productOfExperts.select(given).map(\.cost) == [5, 6])
    #expect(chosen(.maxProbability, given) == ["3", "1"])
    #expect(SelectionRule.maxProbability.select(given).map(\.cost) == [0.5, 1])
    #expect(chosen(.minProbability, given) == ["2", "1"])
    #expect(SelectionRule.minProbability.select(given).map(\.cost) == [3, 5])
    #expect(chosen(.sumOfProbabilities, given) == ["3", "1"])
    let sum = SelectionRule.sumOfProbabilities.select(given)[0].cost ?? 0
    #expect(abs(sum + log(exp(-0.5) + exp(-9))) < 1e-12)
  }

  @Test func `sums of probabilities that no number holds are compared all the same`() {
    let given = scored([("1", [2000, 2000]), ("2", [2000, 1999.9]), ("3", [5000, .infinity])])
    #expect(chosen(.sumOfProbabilities, given) == ["2", "1"])
    #expect(abs(SelectionRule.costOfSum([2000, 2000]) - (2000 - log(2.0))) < 1e-9)
    #expect(SelectionRule.costOfSum([.infinity, .infinity]) == .infinity)
    #expect(SelectionRule.costOfSum([]) == .infinity)
  }

  @Test func `the cost of producing is the least of all times`() {
    let predictions = [("1", 4.0), ("2", 3.0), ("1", 2.0), ("3", 2.5)].enumerated().map {
      Prediction(
        grid: digits($1.0), index: $0, view: "v", group: .identity, cost: $1.1)
    }
    let given = ARCCandidate.merging(predictions)
    #expect(chosen(.generationProbability, given) == ["1", "3"])
    #expect(SelectionRule.generationProbability.select(given).map(\.cost) == [2, 2.5])
    #expect(SelectionRule.generationProbability.isApplicable(to: given))
    #expect(!SelectionRule.productOfExperts.isApplicable(to: given))
  }

  @Test(arguments: SelectionRule.allCases.filter(\.needsScoring))
  func `equal costs go to more votes, then to the first seen`(rule: SelectionRule) {
    let given = mergedCandidates([
      (.identity, "1"), (.identity, "2"), (.flip0, "3"), (.flip0, "3"), (.identity, "4"),
    ]).map { $0.scored([1, 2]) }
    #expect(chosen(rule, given.reversed()) == ["3", "1"])
    #expect(rule.isApplicable(to: given))
  }

  @Test(arguments: SelectionRule.allCases.filter(\.needsScoring))
  func `candidates that were not scored alike come behind all others`(rule: SelectionRule) {
    let given = scored([("1", []), ("2", [100]), ("3", [900, 900]), ("4", [.nan, 1])])
    #expect(chosen(rule, given) == ["3", "1"])
    #expect(rule.select(given).map { $0.cost == nil } == [false, true])
    #expect(!rule.isApplicable(to: given))
  }

  // MARK: Candidates

  @Test func `predictions merge by grid and come back out of their candidates`() throws {
    let predictions = [("1", ViewGroup.flip0), ("2", .identity), ("1", .transpose)]
      .enumerated().map {
        Prediction(grid: digits($1.0), index: $0, view: "v\($0)", group: $1.1, cost: Double($0))
      }
    let merged = ARCCandidate.merging(predictions.reversed())
    #expect(digitTexts(merged.map(\.grid)) == ["1", "2"])
    #expect(merged.map(\.votes) == [2, 1])
    #expect(merged[0].productions.map(\.view) == ["v0", "v2"])
    #expect(merged[0].generationCost == 0)
    #expect(ARCCandidate.predictions(of: merged.reversed()) == predictions)
    let stored = try JSONEncoder().encode(merged.map { $0.scored([0.5, 2]) })
    let read = try JSONDecoder().decode([ARCCandidate].self, from: stored)
    #expect(read == merged.map { $0.scored([0.5, 2]) })
  }
}

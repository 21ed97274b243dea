// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneAdaptation

@Suite struct DecisionRuleTests {
  /// All errors go together as far as said.
  private func rule(_ preference: AutoPreference, correlation: Double = 0.5) -> DecisionRule {
    let all = CandidateStrategy.allCases
    return DecisionRule(
      preference: preference,
      priors: AutoPriors.Kind(
        means: [:], estimators: [:],
        correlations: Dictionary(
          uniqueKeysWithValues: all.map { a in
            (a, Dictionary(uniqueKeysWithValues: all.map { ($0, correlation) }))
          })))
  }

  private func candidate(
    _ strategy: CandidateStrategy, _ mean: Double, _ error: Double
  ) -> AutoDecision.Candidate {
    var result = AutoDecision.Candidate(strategy, work: TokenWork(), obstacle: nil)
    result.estimate = AccuracyEstimate(mean: mean, standardError: error)
    return result
  }

  private func choose(
    _ preference: AutoPreference, _ candidates: [AutoDecision.Candidate],
    correlation: Double = 0.5
  ) -> (CandidateStrategy, AutoDecision.Basis) {
    let place = Dictionary(
      uniqueKeysWithValues: CandidateStrategy.allCases.enumerated().map { ($1, Double($0)) })
    let (choice, basis) = rule(preference, correlation: correlation).choose(candidates) {
      place[$0.strategy] ?? 0
    }
    return (choice.strategy, basis)
  }

  @Test func `the clearly more accurate is taken at any price`() {
    let candidates = [
      candidate(.zeroShot, 0.05, 0.05), candidate(.inContext, 0.2, 0.1),
      candidate(.testTimeTraining, 0.9, 0.1),
    ]
    for preference in AutoPreference.allCases {
      #expect(choose(preference, candidates) == (.testTimeTraining, .mostAccurate))
    }
  }

  @Test func `of those that cannot be told apart the cheaper is taken`() {
    let candidates = [
      candidate(.zeroShot, 0.1, 0.1), candidate(.inContext, 0.50, 0.1),
      candidate(.direct, 0.51, 0.1), candidate(.testTimeTraining, 0.515, 0.1),
    ]
    for preference in AutoPreference.allCases {
      #expect(choose(preference, candidates) == (.inContext, .cheaper))
    }
  }

  @Test func `speed asks for a clearer lead than accuracy`() {
    let candidates = [
      candidate(.inContext, 0.50, 0.1), candidate(.testTimeTraining, 0.56, 0.1),
    ]
    #expect(choose(.accuracy, candidates).0 == .testTimeTraining)
    #expect(choose(.speed, candidates).0 == .inContext)
  }

  @Test func `strategies whose errors go together are told apart by less`() {
    let candidates = [
      candidate(.halfTestTimeTraining, 0.50, 0.2), candidate(.testTimeTraining, 0.53, 0.2),
    ]
    #expect(choose(.accuracy, candidates, correlation: 0.97).0 == .testTimeTraining)
    #expect(choose(.accuracy, candidates, correlation: 0.5).0 == .halfTestTimeTraining)
  }

  @Test func `one candidate is no choice`() {
    #expect(choose(.accuracy, [candidate(.zeroShot, 0, 0)]) == (.zeroShot, .onlyOne))
  }

  @Test func `what may be gained grows with the doubt, and with the lead`() {
    let rule = rule(.accuracy)
    func gain(_ a: Double, _ b: Double, _ error: Double) -> Double {
      rule.expectedGain(
        candidate(.testTimeTraining, a, error), over: candidate(.inContext, b, error))
    }
    #expect(gain(0.5, 0.5, 0) == 0)
    #expect(gain(0.7, 0.5, 0) == 0.7 - 0.5)
    #expect(gain(0.4, 0.5, 0) == 0)
    // The mean of a normal variable's positive part: σ/√(2π) about zero.
    #expect(abs(gain(0.5, 0.5, 0.1) - 0.1 * 0.398_942_28) < 1e-7)
    #expect(gain(0.5, 0.5, 0.2) > gain(0.5, 0.5, 0.1))
    #expect(gain(0.6, 0.5, 0.1) > gain(0.5, 0.5, 0.1))
    #expect(gain(0.4, 0.5, 0.1) > 0 && gain(0.4, 0.5, 0.1) < gain(0.5, 0.5, 0.1))
  }
}

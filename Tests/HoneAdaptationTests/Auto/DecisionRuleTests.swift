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
    _ preference: AutoPreference, _ candidates: [AutoDecision.Candidate]
  ) -> (CandidateStrategy, AutoDecision.Basis) {
    let place = Dictionary(
      uniqueKeysWithValues: CandidateStrategy.allCases.enumerated().map { ($1, Double($0)) })
    let (choice, basis) = rule(preference).choose(
      candidates, unit: place[.testTimeTraining] ?? 0
    ) { place[$0.strategy] ?? 0 }
    return (choice.strategy, basis)
  }

  @Test func `what is far more accurate is taken, whatever counts`() {
    let candidates = [
      candidate(.zeroShot, 0.05, 0.05), candidate(.inContext, 0.2, 0.1),
      candidate(.testTimeTraining, 0.9, 0.1),
    ]
    for preference in AutoPreference.allCases {
      #expect(choose(preference, candidates) == (.testTimeTraining, .mostAccurate))
    }
  }

  @Test func `of those that are hardly expected to differ the cheaper is taken`() {
    let candidates = [
      candidate(.zeroShot, 0.1, 0.1), candidate(.inContext, 0.50, 0.1),
      candidate(.direct, 0.501, 0.1), candidate(.testTimeTraining, 0.502, 0.1),
    ]
    for preference in AutoPreference.allCases {
      #expect(choose(preference, candidates) == (.inContext, .cheaper))
    }
  }

  /// Of the cost of test-time training, that between `icl` and it is five sixths here.
  @Test(arguments: [
    (0.02, AutoPreference.accuracy), (0.08, .balanced), (0.3, .speed),
  ])
  func `the more speed counts, the more must be gained`(lead: Double, last: AutoPreference) {
    let candidates = [
      candidate(.inContext, 0.5, 0.1), candidate(.testTimeTraining, 0.5 + lead, 0.1),
    ]
    let preferences: [AutoPreference] = [.accuracy, .balanced, .speed]
    let trains = preferences.map { choose($0, candidates).0 == .testTimeTraining }
    let place = preferences.firstIndex(of: last) ?? 0
    #expect(trains == preferences.indices.map { $0 <= place })
  }

  @Test func `where nothing costs anything the most accurate is taken`() {
    let candidates = [candidate(.inContext, 0.5, 0.1), candidate(.direct, 0.501, 0.1)]
    let (choice, _) = rule(.speed).choose(candidates, unit: 0) { _ in 0 }
    #expect(choice.strategy == .direct)
  }

  @Test func `what errors have in common is no doubt about the difference`() {
    func gain(_ correlation: Double) -> Double {
      rule(.balanced, correlation: correlation).expectedGain(
        candidate(.testTimeTraining, 0.5, 0.2), over: candidate(.inContext, 0.5, 0.2))
    }
    #expect(gain(0.97) < gain(0.5))
    #expect(gain(1) == 0)
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

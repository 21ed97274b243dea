// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneAdaptation

@Suite struct AutoPriorsTests {
  @Test func `every model has an estimator for whatever may be known`() throws {
    let all = try AutoPriors.all()
    #expect(!all.isEmpty)
    for (priors, areLabels) in all.flatMap({ [($0.labels, true), ($0.texts, false)] }) {
      let measured = CandidateStrategy.allCases.filter { areLabels || $0 != .calibrated }
      for strategy in measured {
        let stages = try #require(priors.estimators[strategy]).keys
        #expect(
          Set(stages) == (strategy.hasPilots ? Set(AutoPriors.Stage.allCases) : [.prompting]))
      }
      for estimator in priors.estimators.values.flatMap(\.values) {
        #expect(estimator.worth > 0)
        for feature in estimator.weights.keys
        where feature.rawValue.hasSuffix("reproduced") || feature.rawValue.hasSuffix("probability")
        {
          let mean = try #require(priors.means[feature])
          #expect(mean > 0 && mean < 1)
        }
      }
      for (index, a) in measured.enumerated() {
        #expect(priors.correlation(a, a) == 1)
        for b in measured[(index + 1)...] {
          let correlation = priors.correlation(a, b)
          #expect(abs(correlation) < 1 && correlation == priors.correlation(b, a))
          #expect(!a.isTrained || !b.isTrained || correlation > 0.5)
        }
      }
      for estimator in priors.estimators.values.compactMap({ $0[.prompting] }) {
        #expect(!estimator.weights.keys.contains { $0.rawValue.hasPrefix("pilot") })
      }
    }
  }

  @Test func `a model of any size has priors`() throws {
    for count in [0, 1, 135_000_000, 8_000_000_000, .max] {
      #expect(try AutoPriors.nearest(to: count).parameterCount > 0)
    }
  }

  @Test func `more right answers held out never lower an estimate of prompting`() throws {
    let demonstrations = (0..<10).map { Demonstration(input: "\($0)", output: "o\($0)") }
    for priors in try AutoPriors.all() {
      var last = -1.0
      for right in [0, 3, 7, 10] {
        var features = TaskFeatures(
          demonstrations, answerTokens: Array(repeating: 2, count: 10),
          plan: HeldOutPlan(demonstrations, seed: 0))
        features.inContext = HeldOutEvidence(
          (0..<10).map {
            HeldOutTrial(
              demonstration: $0, shots: 5, nats: $0 < right ? 0.1 : 4, tokens: 2,
              isReproduced: $0 < right)
          })
        let mean = priors.of(features).estimate(
          of: .inContext, at: .prompting, features: features, pilot: nil
        ).mean
        #expect(mean > last)
        last = mean
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import Testing

@testable import HoneAdaptation

@Suite struct TaskFeaturesTests {
  private func features(_ outputs: [String]) -> TaskFeatures {
    let demonstrations = outputs.enumerated().map { Demonstration(input: "\($0)", output: $1) }
    return TaskFeatures(
      demonstrations, answerTokens: outputs.map(\.count),
      plan: HeldOutPlan(demonstrations, seed: 0))
  }

  private func evidence(_ nats: [Double], of demonstrations: Int) -> HeldOutEvidence {
    HeldOutEvidence(
      nats.enumerated().map {
        HeldOutTrial(
          demonstration: $0 % demonstrations, shots: 5, nats: $1, tokens: 2, isReproduced: $1 < 0.5)
      })
  }

  @Test func `labels are told from texts`() {
    for labels in [["yes", "no", "yes", " no"], ["a", "b", "c", "a", "a", "a"], ["a", "a"]] {
      #expect(features(labels).areLabels)
    }
    for texts in [["a", "b", "c", "a"], ["a", "b"], ["a"], []] {
      #expect(!features(texts).areLabels)
    }
  }

  @Test func `an answer is as long as they are in the mean, whatever is there twice`() {
    #expect(
      features(["abc", "abcde"]).value(.answerLength, pilot: nil, means: [:]) == logarithm(4))
    let same = Demonstration(input: "x", output: "abcdefg")
    let demonstrations = [same, same, Demonstration(input: "y", output: "a")]
    let features = TaskFeatures(
      demonstrations, answerTokens: [7, 7, 1], plan: HeldOutPlan(demonstrations, seed: 0))
    #expect(features.value(.answerLength, pilot: nil, means: [:]) == logarithm(4))
    #expect(self.features([]).value(.answerLength, pilot: nil, means: [:]) == 0)
  }

  @Test func `nats a token are those of all tokens`() {
    var features = features(["a", "b"])
    #expect(features.value(.inContextTokenNats, pilot: nil, means: [:]) == 0)
    // Of two tokens each.
    features.inContext = evidence([1, 5], of: 2)
    #expect(
      abs(features.value(.inContextTokenNats, pilot: nil, means: [:]) - logarithm(1.5)) < 1e-12)
    features.inContext = evidence([0, 0], of: 2)
    #expect(
      abs(features.value(.inContextTokenNats, pilot: nil, means: [:]) - logarithm(0.01)) < 1e-12)
  }

  @Test func `without evidence a task is like others`() {
    let features = features(["a", "b"])
    let value = features.value(
      .inContextReproduced, pilot: nil, means: [.inContextReproduced: 0.2])
    #expect(abs(value - logarithm(0.2 / 0.8)) < 1e-12)
  }

  @Test func `evidence weighs by the demonstrations that differ`() {
    var features = features(["a", "b", "c", "d"])
    let means: [TaskFeature: Double] = [.inContextReproduced: 0.5, .inContextProbability: 0.5]
    func share(_ feature: TaskFeature) -> Double {
      let odds = exponential(features.value(feature, pilot: nil, means: means))
      return odds / (1 + odds)
    }
    // Of two demonstrations all: (2·1 + 2·½) / 4.
    features.inContext = evidence([0, 0, 0, 0], of: 2)
    #expect(abs(share(.inContextReproduced) - 0.75) < 1e-12)
    features.inContext = evidence([0, 0, 0, 0], of: 4)
    #expect(abs(share(.inContextReproduced) - 5.0 / 6) < 1e-12)
    features.inContext = evidence([0, 50], of: 2)
    #expect(abs(share(.inContextReproduced) - 0.5) < 1e-12)
    #expect(abs(share(.inContextProbability) - 0.5) < 1e-12)
  }

  @Test func `a label that most have counts no more than another`() {
    // Nine times "no", always written; once "yes", never.
    var features = features(Array(repeating: "no", count: 9) + ["yes"])
    features.inContext = evidence(Array(repeating: 0, count: 9) + [50], of: 10)
    let means: [TaskFeature: Double] = [
      .inContextReproduced: 0.5, .inContextProbability: 0.5, .commonestOutput: 0.5,
    ]
    for feature in [TaskFeature.inContextReproduced, .inContextProbability] {
      #expect(abs(features.value(feature, pilot: nil, means: means)) < 1e-12)
    }
    // Without demonstrations shown there is nothing to copy: (10·0.9 + 2·0.5) / 12.
    features.zeroShot = features.inContext
    let zeroShot = features.value(
      .zeroShotReproduced, pilot: nil, means: [.zeroShotReproduced: 0.5])
    #expect(abs(zeroShot - logarithm(10.0 / 2)) < 1e-12)
    let commonest = features.value(.commonestOutput, pilot: nil, means: means)
    #expect(abs(commonest - logarithm(10.0 / 2)) < 1e-12)
    #expect(features.sameOutputs == Array(repeating: 0, count: 9) + [9])
  }

  @Test func `a pilot's gain is against the same demonstrations in context`() {
    var features = features(["a", "b", "c", "d"])
    features.beforePilot = evidence([3, 1], of: 2)
    #expect(features.value(.pilotGain, pilot: evidence([1, 0.5], of: 2), means: [:]) == 1.25)
    #expect(features.value(.pilotGain, pilot: evidence([90, 90], of: 2), means: [:]) == -4)
    #expect(features.value(.pilotGain, pilot: nil, means: [:]) == 0)
  }

  @Test func `an estimate is logistic, and as sure as it is worth`() {
    let estimator = AccuracyEstimator(
      intercept: -1, weights: [.answerLength: 2, .pilotGain: 0.5], worth: 15)
    let estimate = estimator.estimate { $0 == .answerLength ? 1 : -2 }
    #expect(abs(estimate.mean - 0.5) < 1e-12)
    #expect(abs(estimate.standardError - 0.125) < 1e-12)
  }
}

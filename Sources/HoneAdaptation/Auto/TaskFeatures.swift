// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// A figure by which an accuracy is predicted, as it is named in the file of priors.
public enum TaskFeature: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable, Hashable {
  /// Log-odds of the share of answers that are written without demonstrations.
  case zeroShotReproduced = "zero-shot reproduced"
  /// Log-odds of the mean likelihood of the answers without demonstrations.
  case zeroShotProbability = "zero-shot probability"
  /// The same two behind at least half of the other demonstrations.
  case inContextReproduced = "icl reproduced"
  case inContextProbability = "icl probability"
  /// The same two of what was not trained on, after the pilot of the strategy in question.
  case pilotReproduced = "pilot reproduced"
  case pilotProbability = "pilot probability"
  /// Nats that an answer costs less after the pilot than before it in context, −4 … 4.
  case pilotGain = "pilot gain"
  /// The share of demonstrations whose output is that of another one, too: high where answers are
  /// labels.
  case repeatedOutputs = "repeated outputs"
}

/// All that is known of a task before any query is answered.
struct TaskFeatures: Sendable, Hashable {
  let repeatedOutputs: Double
  var zeroShot = HeldOutEvidence()
  var inContext = HeldOutEvidence()
  /// In context, of the demonstrations that pilots are not trained on, as a pilot is asked them.
  var beforePilot = HeldOutEvidence()

  init(_ demonstrations: [Demonstration], plan: HeldOutPlan) {
    let outputs = plan.order.map { demonstrations[$0].output.trimmingWhitespace() }
    var counts: [String: Int] = [:]
    for output in outputs { counts[output, default: 0] += 1 }
    let repeated = outputs.count { counts[$0, default: 0] > 1 }
    repeatedOutputs = Double(repeated) / Double(max(1, outputs.count))
  }

  /// - Parameters:
  ///   - pilot: Of the strategy in question; nil before there is one.
  ///   - means: Shares and likelihoods of tasks at large, each with the weight of two
  ///     demonstrations, so that little evidence says little.
  func value(
    _ feature: TaskFeature, pilot: HeldOutEvidence?, means: [TaskFeature: Double]
  ) -> Double {
    func logOdds(_ rate: Double?, of distinct: Int) -> Double {
      let mean = min(0.99, max(0.01, means[feature] ?? 0.5))
      let share = (Double(distinct) * (rate ?? 0) + 2 * mean) / Double(distinct + 2)
      return logarithm(share / (1 - share))
    }
    switch feature {
    case .zeroShotReproduced: return logOdds(zeroShot.reproduced, of: zeroShot.distinct)
    case .zeroShotProbability: return logOdds(zeroShot.probability, of: zeroShot.distinct)
    case .inContextReproduced: return logOdds(inContext.reproduced, of: inContext.distinct)
    case .inContextProbability: return logOdds(inContext.probability, of: inContext.distinct)
    case .pilotReproduced: return logOdds(pilot?.reproduced, of: pilot?.distinct ?? 0)
    case .pilotProbability: return logOdds(pilot?.probability, of: pilot?.distinct ?? 0)
    case .pilotGain:
      guard let before = beforePilot.nats, let after = pilot?.nats else { return 0 }
      return min(4, max(-4, before - after))
    case .repeatedOutputs: return repeatedOutputs
    }
  }
}

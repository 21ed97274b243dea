// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// A figure by which an accuracy is predicted, as it is named in the file of priors.
///
/// Shares and likelihoods in context and after a pilot are means over distinct outputs of what their
/// demonstrations give: a model that always writes the commonest label does not look right as often as
/// that label is there. Without demonstrations no label is known to be the commonest.
public enum TaskFeature: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable, Hashable {
  /// Log-odds of the share of answers that are written without demonstrations.
  case zeroShotReproduced = "zero-shot reproduced"
  /// The same behind at least half of the other demonstrations.
  case inContextReproduced = "icl reproduced"
  /// Log-odds of the mean likelihood of the answers there.
  case inContextProbability = "icl probability"
  /// The same of labels read off and calibrated, which are likely among each other alone.
  case calibratedReproduced = "icl-calibrated reproduced"
  case calibratedProbability = "icl-calibrated probability"
  /// The logarithm of the nats that a token of the answers costs there: a long answer may be unlikely,
  /// and yet hardly any of its tokens unforeseen.
  case inContextTokenNats = "icl nats a token"
  /// The shares and likelihoods of what was not trained on, after the pilot of the strategy in question.
  case pilotReproduced = "pilot reproduced"
  case pilotProbability = "pilot probability"
  /// Nats that an answer costs less after the pilot than before it in context, −4 … 4.
  case pilotGain = "pilot gain"
  /// Log-odds of the share of demonstrations that have the commonest output: what always writing that
  /// one would get right.
  case commonestOutput = "commonest output"
  /// The logarithm of the mean number of an answer's tokens.
  case answerLength = "answer length"
}

/// All that is known of a task before any query is answered.
struct TaskFeatures: Sendable, Hashable {
  /// Of every demonstration the first one with the same output.
  let sameOutputs: [Int]
  /// Whether answers look like labels, of which training teaches something else than of texts.
  let areLabels: Bool
  /// Of the demonstrations that differ.
  private let commonestOutput: Double
  private let count: Int
  private let answerLength: Double
  var zeroShot = HeldOutEvidence()
  var inContext = HeldOutEvidence()
  var calibrated = HeldOutEvidence()
  /// In context, of the demonstrations that pilots are not trained on, as a pilot is asked them.
  var beforePilot = HeldOutEvidence()

  /// - Parameter answerTokens: Tokens of each demonstration's answer and its line end.
  init(_ demonstrations: [Demonstration], answerTokens: [Int], plan: HeldOutPlan) {
    sameOutputs = demonstrations.sameOutputs
    var counts: [Int: Int] = [:]
    for index in plan.order { counts[sameOutputs[index], default: 0] += 1 }
    count = plan.order.count
    let tokens = plan.order.reduce(0) { $0 + answerTokens[$1] }
    answerLength = logarithm(max(1, Double(tokens) / Double(max(1, count))))
    areLabels = LabelSet.areFew(counts.count, among: count)
    commonestOutput = Double(counts.values.max() ?? 0) / Double(max(1, count))
  }

  /// The mean over outputs of the mean over their trials; nil without trials.
  private func balancedMean(
    _ evidence: HeldOutEvidence?, _ value: (HeldOutTrial) -> Double
  ) -> Double? {
    let byOutput = Dictionary(grouping: evidence?.trials ?? []) { sameOutputs[$0.demonstration] }
    guard !byOutput.isEmpty else { return nil }
    // In order, for sums that are the same each time.
    return byOutput.sorted { $0.key < $1.key }.reduce(0) { sum, trials in
      sum + trials.value.reduce(0) { $0 + value($1) } / Double(trials.value.count)
    } / Double(byOutput.count)
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
    func reproduced(_ evidence: HeldOutEvidence?) -> Double {
      logOdds(balancedMean(evidence) { $0.isReproduced ? 1 : 0 }, of: evidence?.distinct ?? 0)
    }
    func probability(_ evidence: HeldOutEvidence?) -> Double {
      logOdds(balancedMean(evidence, \.probability), of: evidence?.distinct ?? 0)
    }
    switch feature {
    case .zeroShotReproduced: return logOdds(zeroShot.reproduced, of: zeroShot.distinct)
    case .inContextReproduced: return reproduced(inContext)
    case .inContextProbability: return probability(inContext)
    case .calibratedReproduced: return reproduced(calibrated)
    case .calibratedProbability: return probability(calibrated)
    case .inContextTokenNats: return logarithm(max(0.01, inContext.natsPerToken ?? 1))
    case .pilotReproduced: return reproduced(pilot)
    case .pilotProbability: return probability(pilot)
    case .commonestOutput: return logOdds(commonestOutput, of: count)
    case .answerLength: return answerLength
    case .pilotGain:
      guard let before = beforePilot.nats, let after = pilot?.nats else { return 0 }
      return min(4, max(-4, before - after))
    }
  }
}

// SPDX-License-Identifier: Apache-2.0

extension AutoDecision {
  /// The choice with its reason, in one line.
  public var explanation: String {
    let reason = choice.isTrained ? trainingReason : promptingReason
    return isHopeless ? "hardly any answer will be right, whatever is done; \(reason)" : reason
  }

  private var trainingReason: String {
    var text = "trained \(trainedSteps) steps"
    if trainedSteps == 0 { text = "train (\(choice.rawValue))" }
    if let candidate = self[choice], candidate.pilotSteps > 0 {
      text +=
        ": held-out answers \(beforePilot.tally) → \(candidate.evidence.tally) "
        + "after \(candidate.pilotSteps)"
    } else if basis != .onlyOne {
      text += ", on what such tasks gain by it"
    }
    text += "; expected \(Self.percent(expected)) right"
    if let prompting = candidates.mostAccurate(isTrained: false) {
      text += ", prompting alone \(Self.percent(prompting.estimate))"
    }
    return text
  }

  private var promptingReason: String {
    var text = "prompted (\(choice.rawValue))"
    if let evidence = self[choice]?.evidence, !evidence.trials.isEmpty {
      text += ": held-out answers \(evidence.tally)"
    }
    text += "; expected \(Self.percent(expected)) right"
    if let trained = candidates.mostAccurate(isTrained: true) {
      text += ", trained \(Self.percent(trained.estimate))"
      if basis == .cheaper, trained.estimate.mean > expected.mean {
        text += ", which is not worth its cost"
      }
    }
    return text
  }

  private static func percent(_ estimate: AccuracyEstimate) -> String {
    "\(Int((100 * estimate.mean).rounded())) ± \(Int((100 * estimate.standardError).rounded())) %"
  }
}

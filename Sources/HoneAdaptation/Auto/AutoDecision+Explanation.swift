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
        ": held-out answers \(Self.share(beforePilot)) → \(Self.share(candidate.evidence)) "
        + "after \(candidate.pilotSteps)"
    } else if basis != .onlyOne {
      text += ", on what such tasks gain by it"
    }
    text += "; expected \(Self.percent(expected)) right"
    if let prompting = bestUntrained {
      text += ", prompting alone \(Self.percent(prompting.estimate))"
    }
    return text
  }

  private var promptingReason: String {
    var text = "prompted (\(choice.rawValue))"
    if let evidence = self[choice]?.evidence, !evidence.trials.isEmpty {
      text += ": held-out answers \(Self.share(evidence))"
    }
    text += "; expected \(Self.percent(expected)) right"
    let trained = candidates.filter { $0.strategy.isTrained && $0.obstacle == nil }
      .max { $0.estimate.mean < $1.estimate.mean }
    if let trained {
      text += ", trained \(Self.percent(trained.estimate))"
      if basis == .cheaper, trained.estimate.mean > expected.mean {
        text += ", which cannot be told apart"
      }
    }
    return text
  }

  private var bestUntrained: Candidate? {
    candidates.filter { !$0.strategy.isTrained && $0.obstacle == nil }
      .max { $0.estimate.mean < $1.estimate.mean }
  }

  /// Right of all, as `7/10`.
  private static func share(_ evidence: HeldOutEvidence) -> String {
    "\(evidence.trials.count { $0.isReproduced })/\(evidence.trials.count)"
  }

  private static func percent(_ estimate: AccuracyEstimate) -> String {
    "\(Int((100 * estimate.mean).rounded())) ± \(Int((100 * estimate.standardError).rounded())) %"
  }
}

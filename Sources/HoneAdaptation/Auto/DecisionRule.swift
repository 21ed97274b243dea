// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Chooses between strategies by expected accuracy and cost.
///
/// The thresholds were chosen on the tasks of the priors; `Tools/auto/thresholds.py` shows what others
/// would have done there.
struct DecisionRule: Sendable, Hashable {
  let preference: AutoPreference
  /// Says how far the errors of two strategies' estimates go together.
  let priors: AutoPriors.Kind

  /// The share of right answers that is worth what always answering by test-time training costs.
  private var price: Double {
    switch preference {
    case .accuracy: 0.01
    case .balanced: 0.06
    case .speed: 0.3
    }
  }

  /// The standard error of the difference.
  ///
  /// Errors of two strategies on one task go together, for the task is easier or harder than it
  /// looks for both.
  private func difference(_ a: AutoDecision.Candidate, _ b: AutoDecision.Candidate) -> Double {
    let (first, second) = (a.estimate.standardError, b.estimate.standardError)
    let common = priors.correlation(a.strategy, b.strategy) * first * second
    return max(0, first * first + second * second - 2 * common).squareRoot()
  }

  /// The one of which most is expected, less what its cost is worth: with a price that is the same for
  /// all tasks, no other choice gets more answers right at the same cost altogether, as far as the
  /// estimates tell.
  ///
  /// - Parameters:
  ///   - candidates: Those that can be taken; not empty.
  ///   - unit: What answering by test-time training costs.
  ///   - cost: Of a candidate.
  func choose(
    _ candidates: [AutoDecision.Candidate], unit: Double,
    cost: (AutoDecision.Candidate) -> Double
  ) -> (choice: AutoDecision.Candidate, basis: AutoDecision.Basis) {
    precondition(!candidates.isEmpty)
    func worth(_ candidate: AutoDecision.Candidate) -> Double {
      candidate.estimate.mean - price * cost(candidate) / max(unit, 1)
    }
    var (best, choice) = (candidates[0], candidates[0])
    for candidate in candidates.dropFirst() {
      if candidate.estimate.mean > best.estimate.mean { best = candidate }
      if worth(candidate) > worth(choice) { choice = candidate }
    }
    let basis: AutoDecision.Basis =
      candidates.count == 1 ? .onlyOne : choice == best ? .mostAccurate : .cheaper
    return (choice, basis)
  }

  /// What of accuracy is to be expected from knowing better: the mean, over what may be true, of how
  /// far the dearer strategy is ahead, where it is.
  func expectedGain(_ a: AutoDecision.Candidate, over b: AutoDecision.Candidate) -> Double {
    let error = difference(a, b)
    let gain = a.estimate.mean - b.estimate.mean
    guard error > 0 else { return max(0, gain) }
    let z = gain / error
    let density = exponential(-z * z / 2) / (2 * Double.pi).squareRoot()
    return error * density + gain * complementaryError(-z / 2.0.squareRoot()) / 2
  }

  /// Whether a gain in accuracy is worth a cost: as many points as it has of percent of what answering
  /// with the strategy in question takes anyway, and more where speed counts.
  func isWorth(_ gain: Double, cost: Double, of total: Double) -> Bool {
    gain >= exchange * cost / max(total, 1)
  }

  private var exchange: Double { preference == .speed ? 3 : 1 }
}

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

  /// How many standard errors of the difference a dearer strategy must be ahead to be told apart.
  private var errors: Double { preference == .accuracy ? 0.3 : 1 }
  /// How far ahead it must be at least.
  private var margin: Double { preference == .accuracy ? 0.01 : 0.05 }

  /// How far `a` must be ahead of `b` to be preferred in spite of its cost.
  func lead(_ a: AutoDecision.Candidate, over b: AutoDecision.Candidate) -> Double {
    max(margin, errors * difference(a, b))
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

  /// The cheapest of those that the most accurate is not clearly ahead of.
  ///
  /// - Parameters:
  ///   - candidates: Those that can be taken; not empty.
  ///   - cost: Of a candidate.
  func choose(
    _ candidates: [AutoDecision.Candidate], cost: (AutoDecision.Candidate) -> Double
  ) -> (choice: AutoDecision.Candidate, basis: AutoDecision.Basis) {
    precondition(!candidates.isEmpty)
    var best = candidates[0]
    for candidate in candidates.dropFirst() where candidate.estimate.mean > best.estimate.mean {
      best = candidate
    }
    var choice = best
    for candidate in candidates where cost(candidate) < cost(choice) {
      let lag = best.estimate.mean - candidate.estimate.mean
      if lag < lead(best, over: candidate) { choice = candidate }
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

  /// Whether a gain in accuracy is worth a cost: as many points as it has of percent, for `accuracy`,
  /// of what answering with the strategy in question takes anyway.
  func isWorth(_ gain: Double, cost: Double, of total: Double) -> Bool {
    gain >= exchange * cost / max(total, 1)
  }

  private var exchange: Double { preference == .accuracy ? 1 : 3 }
}

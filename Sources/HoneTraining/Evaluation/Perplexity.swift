// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// How well a model predicts the targets of some sequences.
public struct Perplexity: Sendable, Hashable {
  /// Of one sequence.
  private struct Score: Sendable, Hashable {
    let sum: Double
    let tokens: Int
  }

  private var scores: [Score] = []

  init() {}

  /// Adds a sequence.
  ///
  /// - Parameter logLikelihoods: `log p` of its targets; nothing is counted without any.
  mutating func add(_ logLikelihoods: some Collection<Float>) {
    guard !logLikelihoods.isEmpty else { return }
    scores.append(
      Score(sum: -logLikelihoods.reduce(0) { $0 + Double($1) }, tokens: logLikelihoods.count))
  }

  /// Sequences with a target.
  public var sequences: Int { scores.count }

  /// Targets of all sequences.
  public var tokens: Int { scores.reduce(0) { $0 + $1.tokens } }

  /// The mean over all targets, in nats; 0 without any.
  public var negativeLogLikelihood: Double {
    scores.reduce(0) { $0 + $1.sum } / Double(max(1, tokens))
  }

  /// The standard error of ``negativeLogLikelihood``; nil for fewer than two sequences.
  ///
  /// Tokens of one sequence depend on each other, so the sequences count as what was drawn: the
  /// error of a ratio of two sums over them (Cochran, Sampling Techniques, 1977, eq. 6.9).
  public var negativeLogLikelihoodStandardError: Double? {
    guard scores.count > 1 else { return nil }
    let mean = negativeLogLikelihood
    let squares = scores.reduce(0.0) { result, score in
      let residual = score.sum - mean * Double(score.tokens)
      return result + residual * residual
    }
    let n = Double(scores.count)
    return (squares * n / (n - 1)).squareRoot() / Double(tokens)
  }

  /// `exp` of ``negativeLogLikelihood``: among how many tokens, all alike, the model is undecided.
  public var perplexity: Double { exponential(negativeLogLikelihood) }

  /// The standard error of ``perplexity``, to first order; nil for fewer than two sequences.
  public var perplexityStandardError: Double? {
    negativeLogLikelihoodStandardError.map { $0 * perplexity }
  }
}

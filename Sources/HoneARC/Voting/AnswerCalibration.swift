// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// How likely an answer is right, given what programs and a model say of it: a logistic regression over
/// three figures that both arms leave behind.
public struct AnswerCalibration: Sendable, Hashable, Codable {
  public var bias: Double
  /// Of the log-odds of ``InducedCandidate/confidence``; an answer of no program has
  /// ``noProgram``.
  public var program: Double
  /// Of the share of the model's replies.
  public var voteShare: Double
  /// Of `exp(−nats)`, the nats being the mean cost under the views that score.
  public var likelihood: Double

  static let noProgram = 0.01

  /// Fitted by Tools/arc/calibrate.py to 331 answers at 31 puzzles of the training half, for the
  /// stock model of 135 million parameters, of whose 105 answers one was right.
  public static let stockModel = AnswerCalibration(
    bias: -1.97, program: 0.889, voteShare: 0.419, likelihood: 0.751)

  /// - Parameters:
  ///   - confidence: Of the program; nil for none.
  ///   - nats: A view; nil where nobody measured it.
  public func probability(confidence: Double?, voteShare share: Double, nats: Double?) -> Double {
    let odds = min(0.99, max(Self.noProgram, confidence ?? Self.noProgram))
    let sum =
      bias + program * logarithm(odds / (1 - odds)) + voteShare * share
      + likelihood * (nats.map { exponential(-$0) } ?? 0)
    return 1 / (1 + exponential(-sum))
  }
}

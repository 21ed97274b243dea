// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// A demonstration's answer as a model has it that was not shown that demonstration.
public struct HeldOutTrial: Codable, Sendable, Hashable {
  /// Its index in the task.
  public let demonstration: Int
  /// Demonstrations that stood before it.
  public let shots: Int
  /// `−log p` of the answer and its line end, in nats, all tokens summed.
  public let nats: Double
  /// Tokens of the answer and its line end.
  public let tokens: Int
  /// Whether greedy decoding writes exactly that answer; without demonstrations, one that is read as
  /// that.
  public let isReproduced: Bool

  /// The likelihood of writing exactly that answer when sampling.
  var probability: Double { exponential(-nats) }
}

/// What a way of answering made of demonstrations that it had not seen.
public struct HeldOutEvidence: Codable, Sendable, Hashable {
  public internal(set) var trials: [HeldOutTrial]

  init(_ trials: [HeldOutTrial] = []) { self.trials = trials }

  /// Demonstrations held out; several trials of one tell little more than one.
  public var distinct: Int { Set(trials.map(\.demonstration)).count }
  /// The share of trials in which the answer was written; nil without trials.
  public var reproduced: Double? { mean { $0.isReproduced ? 1 : 0 } }
  /// The mean likelihood of the answers; nil without trials.
  public var probability: Double? { mean(\.probability) }
  /// The mean cost of an answer, in nats; nil without trials.
  public var nats: Double? { mean(\.nats) }
  /// What a token of the answers costs in the mean; nil without trials.
  public var natsPerToken: Double? {
    let tokens = trials.reduce(0) { $0 + $1.tokens }
    return tokens == 0 ? nil : trials.reduce(0) { $0 + $1.nats } / Double(tokens)
  }

  /// Answers written of all trials, as `7/10`.
  package var tally: String { "\(trials.count { $0.isReproduced })/\(trials.count)" }

  private func mean(_ value: (HeldOutTrial) -> Double) -> Double? {
    trials.isEmpty ? nil : trials.reduce(0) { $0 + value($1) } / Double(trials.count)
  }
}

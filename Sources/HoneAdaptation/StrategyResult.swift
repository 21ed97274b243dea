// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// An answer beside what was expected.
public struct Answer: Codable, Sendable, Hashable {
  public let input: String
  /// The model's answer without white space at its ends.
  public let output: String
  /// The right output; nil if the task does not say.
  public let expected: String?
  /// Whether output and expected are the same text, white space at their ends aside.
  public let correct: Bool?
}

/// What a strategy answered, and what it cost.
public struct StrategyResult: Sendable, Hashable {
  public let kind: StrategyKind
  public let answers: [Answer]
  /// From the first training step to the last answer.
  public let duration: Duration
  /// Losses of the training steps, in nats; empty without training.
  public let losses: [Double]
  /// Tokens run in training, in that of pilots, too.
  public let trainTokens: Int
  /// Tokens run and generated in answering and, where a strategy was chosen, in choosing; a shared
  /// prefix counts once.
  public let inferenceTokens: Int
  /// Which strategy answered and why; nil where it was given.
  public let decision: AutoDecision?

  init(kind: StrategyKind, task: FewShotTask, outcome: StrategyOutcome, duration: Duration) {
    self.kind = kind
    self.duration = duration
    answers = zip(task.queries, outcome.answers).map { query, output in
      let expected = query.output?.trimmingWhitespace()
      return Answer(
        input: query.input, output: output, expected: expected,
        correct: expected.map { $0 == output })
    }
    losses = outcome.training.map(\.loss)
    decision = outcome.decision
    let trained = outcome.training.reduce(0) { $0 + $1.tokens }
    let evidence = outcome.decision?.evidenceWork.untrained ?? 0
    trainTokens = outcome.decision.map { $0.tokens - evidence } ?? trained
    inferenceTokens =
      outcome.promptTokens + outcome.generationTokens + evidence
  }

  /// Right answers.
  public var correct: Int { answers.count { $0.correct == true } }
  /// Queries whose right output is known.
  public var total: Int { answers.count { $0.correct != nil } }
  /// The share of right answers; nil if no right output is known.
  public var accuracy: Double? { total == 0 ? nil : Double(correct) / Double(total) }
  /// The binomial standard error of the accuracy, √(p(1 − p)/n).
  public var standardError: Double? {
    accuracy.map { ($0 * (1 - $0) / Double(total)).squareRoot() }
  }
}

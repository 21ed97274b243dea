// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// A way of answering a task's queries, by its name on the command line.
public enum StrategyKind: String, Codable, CaseIterable, Sendable, Hashable {
  /// Instruction and query only.
  case zeroShot = "zero-shot"
  /// All demonstrations in the prompt.
  case inContext = "icl"
  /// The same, answering with the likeliest of the demonstrated labels where outputs are labels, the
  /// model's leaning towards some of them taken out.
  case calibrated = "icl-calibrated"
  /// All demonstrations in the prompt of a model trained on them.
  case testTimeTraining = "ttt"
  /// Whichever of these suits the task, as its demonstrations show.
  case auto
}

/// What a strategy did besides answering.
struct StrategyOutcome {
  /// An answer for each query.
  var answers: [String]
  /// Tokens run and generated at inference; a shared prefix counts once.
  var promptTokens = 0
  var generationTokens = 0
  /// One entry for each optimiser step of the adapter that answered.
  var training: [TrainingStepSummary] = []
  /// Where the strategy was chosen.
  var decision: AutoDecision?
}

/// One optimiser step, as reported.
public struct TrainingStepSummary: Sendable, Hashable {
  /// Counted from 1.
  public let step: Int
  public let of: Int
  /// Mean cross-entropy of the step's targets before the update, in nats.
  public let loss: Double
  /// Tokens run in the step.
  public let tokens: Int
}

/// Implemented by each strategy, one file each; see CONTRIBUTING for how to add one.
protocol Strategy: Sendable {
  var kind: StrategyKind { get }
  /// Answers every query, in order. Runs inside the model's actor.
  func answer(_ run: StrategyRun) throws -> StrategyOutcome
}

/// What a strategy works with.
struct StrategyRun {
  let decoder: Decoder
  let tokenizer: Tokenizer
  let task: FewShotTask
  let prompt: TaskPrompt
  let maxAnswerTokens: Int
  /// Called as answers come: how many of all.
  let onAnswered: (Int, Int) -> Void
  let onTrainingStep: (TrainingStepSummary) -> Void
  let onAutoEvent: (AutoEvent) -> Void
  let onDecision: (AutoDecision) -> Void
}

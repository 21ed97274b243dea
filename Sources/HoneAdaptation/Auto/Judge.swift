// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// What happens while a strategy is chosen.
public enum AutoEvent: Sendable, Hashable {
  /// So many passes over the demonstrations are done.
  case pass(Int, of: Int)
  /// A step of a training that holds some demonstrations out.
  case pilot(CandidateStrategy, TrainingStepSummary)
}

/// What a judge decided, with what is needed to answer.
package struct Judgement {
  package let decision: AutoDecision
  /// Of the chosen strategy; nil where it is not trained.
  package let adapter: LoRAAdapter?
  /// The first tokens of the chosen strategy's prefix, as far as the evidence ran them.
  package let cache: KVCache?
  /// What it answers with; nil where it writes its answers.
  package let labels: TaskLabels?
  /// Of that adapter.
  package let training: [TrainingStepSummary]
}

/// Chooses a strategy for a task by what the model makes of demonstrations held out; no query's
/// output is ever looked at.
///
/// First every demonstration is predicted from others in a few packed passes, and some are asked by
/// themselves. Where training is expected to gain enough over that, pilots are trained without some
/// demonstrations and asked them, at three tenths and six tenths of their steps; the better goes on,
/// and if it is chosen its remaining steps see all demonstrations.
/// - SeeAlso: Jamieson & Talwalkar 2016, arXiv 1502.07943, successive halving.
package struct Judge {
  package let configuration: AutoConfiguration
  /// Of test-time training; its seed decides which demonstrations are held out, too.
  package let recipe: TestTimeTrainingConfiguration
  /// Whether an answer that was written without demonstrations shown is that of one.
  let isRight: AnswerCheck
  /// Whether that looks at more than the answer's first line.
  let keepsAll: Bool

  package typealias AnswerCheck = @Sendable (QueryAnswer, Demonstration) -> Bool

  package init(
    configuration: AutoConfiguration, recipe: TestTimeTrainingConfiguration,
    keepsAll: Bool = false,
    isRight: @escaping AnswerCheck = { $0.text == $1.output.trimmingWhitespace() }
  ) {
    self.configuration = configuration
    self.recipe = recipe
    self.keepsAll = keepsAll
    self.isRight = isRight
  }

  /// Decides, and trains what the decision needs.
  ///
  /// - Parameters:
  ///   - isAnswering: Whether the chosen strategy's training is to be finished.
  ///   - onStep: Called after each step of the adapter that will answer, but for those of its pilot.
  /// - Throws: ``AdaptationError`` if no strategy can answer; ``TrainingError``;
  ///   `CancellationError`.
  package func judge(
    _ task: FewShotTask, prompt: TaskPrompt, maxAnswerTokens: Int, decoder: Decoder,
    tokenizer: Tokenizer, isAnswering: Bool = true, onEvent: (AutoEvent) -> Void = { _ in },
    onStep: (TrainingStepSummary) -> Void = { _ in }
  ) throws -> Judgement {
    var hearing = try Hearing(
      self, task, prompt: prompt, maxAnswerTokens: maxAnswerTokens, decoder: decoder,
      tokenizer: tokenizer)
    try hearing.hear(onEvent)
    let (choice, basis) = hearing.choose()
    let (adapter, training) =
      isAnswering ? try hearing.train(choice.strategy, onStep: onStep) : (nil, [])
    return Judgement(
      decision: hearing.decision(choice, basis, training: training), adapter: adapter,
      cache: hearing.cache(choice.strategy), labels: hearing.labels(choice.strategy),
      training: training)
  }
}

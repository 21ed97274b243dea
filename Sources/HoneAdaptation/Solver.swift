// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// How to solve: the strategies' settings.
public struct SolverConfiguration: Sendable, Hashable {
  public var testTimeTraining: TestTimeTrainingConfiguration
  public var auto: AutoConfiguration
  /// New tokens of an answer at most; nil for twice the longest demonstrated answer.
  public var maxAnswerTokens: Int?

  public init(
    testTimeTraining: TestTimeTrainingConfiguration,
    auto: AutoConfiguration = AutoConfiguration(), maxAnswerTokens: Int? = nil
  ) {
    self.testTimeTraining = testTimeTraining
    self.auto = auto
    self.maxAnswerTokens = maxAnswerTokens
  }

  /// - Throws: ``AdaptationError`` (`invalidSetting`) for a setting out of its range.
  func validate() throws {
    try testTimeTraining.validate()
    try auto.validate()
    if let maxAnswerTokens, maxAnswerTokens < 1 {
      throw AdaptationError(
        .invalidSetting, "max tokens \(maxAnswerTokens): expected at least 1")
    }
  }

  /// New tokens of an answer at most.
  func maxAnswerTokens(for prompt: TaskPrompt) -> Int {
    maxAnswerTokens ?? prompt.maxAnswerTokens
  }
}

/// What happens while solving.
public enum SolveEvent: Sendable {
  case started(StrategyKind)
  /// A strategy is being chosen.
  case judging(AutoEvent)
  /// It was chosen.
  case decided(AutoDecision)
  case trained(TrainingStepSummary)
  /// So many of all queries are answered.
  case answered(Int, of: Int)
  case finished(StrategyResult)
}

/// Answers a task's queries with one strategy after the other, leaving the model as it was.
public struct Solver: Sendable {
  private let model: LanguageModel
  private let configuration: SolverConfiguration

  /// - Throws: ``AdaptationError`` for a setting out of its range.
  public init(model: LanguageModel, configuration: SolverConfiguration) throws {
    try configuration.validate()
    self.model = model
    self.configuration = configuration
  }

  /// Runs the strategies in order; each ends with a ``SolveEvent/finished(_:)``.
  ///
  /// The stream throws ``AdaptationError``, ``TrainingError`` or ``ModelError``; cancelling the
  /// task that reads it stops the work at the next layer.
  public func solve(
    _ task: FewShotTask, strategies: [StrategyKind]
  ) -> AsyncThrowingStream<SolveEvent, any Error> {
    events { yield in
      for kind in strategies {
        try Task.checkCancellation()
        yield(.started(kind))
        let result = try await model.run(strategy(kind), task, configuration, onEvent: yield)
        yield(.finished(result))
      }
    }
  }

  /// Chooses a strategy without answering.
  ///
  /// The stream ends with a ``SolveEvent/decided(_:)``; see ``solve(_:strategies:)``.
  public func decide(_ task: FewShotTask) -> AsyncThrowingStream<SolveEvent, any Error> {
    events { yield in
      yield(.decided(try await model.judge(task, configuration, onEvent: yield)))
    }
  }

  /// What a piece of work tells of; it ends with the task that reads it.
  private func events(
    of work: @escaping @Sendable (@escaping @Sendable (SolveEvent) -> Void) async throws -> Void
  ) -> AsyncThrowingStream<SolveEvent, any Error> {
    AsyncThrowingStream { continuation in
      let work = Task {
        do {
          try await work { continuation.yield($0) }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in work.cancel() }
    }
  }

  private func strategy(_ kind: StrategyKind) -> any Strategy {
    switch kind {
    case .zeroShot: ZeroShot()
    case .inContext: InContext()
    case .calibrated: CalibratedInContext()
    case .testTimeTraining: TestTimeTraining(configuration: configuration.testTimeTraining)
    case .auto:
      Automatic(configuration: configuration.auto, recipe: configuration.testTimeTraining)
    }
  }
}

extension LanguageModel {
  fileprivate func judge(
    _ task: FewShotTask, _ configuration: SolverConfiguration,
    onEvent: @escaping (SolveEvent) -> Void
  ) throws -> AutoDecision {
    let prompt = TaskPrompt(task, tokenizer: tokenizer)
    return try Judge(configuration: configuration.auto, recipe: configuration.testTimeTraining)
      .judge(
        task, prompt: prompt,
        maxAnswerTokens: configuration.maxAnswerTokens(for: prompt),
        decoder: decoder, tokenizer: tokenizer, isAnswering: false,
        onEvent: { onEvent(.judging($0)) }
      ).decision
  }

  fileprivate func run(
    _ strategy: any Strategy, _ task: FewShotTask, _ configuration: SolverConfiguration,
    onEvent: @escaping (SolveEvent) -> Void
  ) throws -> StrategyResult {
    let clock = ContinuousClock()
    let start = clock.now
    let prompt = TaskPrompt(task, tokenizer: tokenizer)
    let outcome = try strategy.answer(
      StrategyRun(
        decoder: decoder, tokenizer: tokenizer, task: task, prompt: prompt,
        maxAnswerTokens: configuration.maxAnswerTokens(for: prompt),
        onAnswered: { onEvent(.answered($0, of: $1)) }, onTrainingStep: { onEvent(.trained($0)) },
        onAutoEvent: { onEvent(.judging($0)) }, onDecision: { onEvent(.decided($0)) }))
    return StrategyResult(
      kind: strategy.kind, task: task, outcome: outcome, duration: clock.now - start)
  }
}

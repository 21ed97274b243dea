// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// Answers one task's queries as they come, with the strategy that pays for as many as there have been.
///
/// The first query is answered by what one query is worth. Each time that there have been twice as many
/// as a decision was made for, it is made again: evidence that was too dear for a few queries may be
/// worth its cost for many. What was heard and trained before is kept, so all decisions together cost
/// hardly more than one made for the true number.
public actor QueryStream {
  private let model: LanguageModel
  private let session: Session

  /// - Parameter task: Its own queries, if it has any, say how long queries are; they are not answered.
  /// - Throws: ``AdaptationError`` for a setting out of its range, or a task without demonstrations.
  public init(
    model: LanguageModel, configuration: SolverConfiguration, task: FewShotTask
  ) throws {
    try configuration.validate()
    guard !task.demonstrations.isEmpty else {
      throw AdaptationError(.invalidTask, "demonstrations: none; give at least one")
    }
    self.model = model
    session = Session(
      task: task, prompt: TaskPrompt(task, tokenizer: model.tokenizer),
      configuration: configuration)
  }

  /// The answer to a query, without white space at its ends.
  ///
  /// - Parameter onEvent: Is told of evidence, of each decision that changes the strategy, and of
  ///   training.
  /// - Throws: ``AdaptationError`` for a query that does not fit the context, after which others can be
  ///   answered; ``TrainingError``; `CancellationError`.
  public func answer(
    _ input: String, onEvent: @escaping @Sendable (SolveEvent) -> Void = { _ in }
  ) async throws -> String {
    try await model.answer(input, in: session, onEvent: onEvent)
  }
}

extension LanguageModel {
  fileprivate func answer(
    _ input: String, in session: Session, onEvent: @Sendable (SolveEvent) -> Void
  ) throws -> String {
    try session.answer(input, decoder: decoder, tokenizer: tokenizer, onEvent: onEvent)
  }
}

/// What a stream of queries has been told and has trained.
// Unchecked: made by the stream and from then on used by the model's actor only.
private final class Session: @unchecked Sendable {
  private let task: FewShotTask
  private let prompt: TaskPrompt
  private let configuration: SolverConfiguration
  private let maxAnswerTokens: Int
  private var hearing: Hearing?
  private var trainings:
    [CandidateStrategy: (adapter: LoRAAdapter?, steps: [TrainingStepSummary])] = [:]
  /// By the last decision.
  private var answering: Answering?
  private typealias Answering = (
    strategy: CandidateStrategy, answerer: QueryAnswerer, labels: TaskLabels?
  )
  /// Of each label for each query so far that was answered with one.
  private var labelProbabilities: [[Double]] = []

  /// Queries so far, and those that the last decision was made for.
  private var asked = 0
  private var expected = 0

  init(task: FewShotTask, prompt: TaskPrompt, configuration: SolverConfiguration) {
    self.task =
      task.queries.isEmpty
      ? FewShotTask(
        name: task.name, instruction: task.instruction, demonstrations: task.demonstrations,
        queries: task.demonstrations.map { Query(input: $0.input) }) : task.withoutOutputs
    self.prompt = prompt
    self.configuration = configuration
    maxAnswerTokens = configuration.maxAnswerTokens(for: prompt)
  }

  func answer(
    _ input: String, decoder: Decoder, tokenizer: Tokenizer, onEvent: (SolveEvent) -> Void
  ) throws -> String {
    let (strategy, answerer, labels) = try ready(decoder, tokenizer, onEvent)
    let questions = try prompt.questions(
      [input], after: prompt.prefix(showsDemonstrations: strategy.showsDemonstrations),
      maxAnswerTokens: maxAnswerTokens,
      contextLength: decoder.configuration.maxPositionEmbeddings)
    let prompted = try answerer.prompt(questions)
    let answer: String
    if let labels {
      let read = try answerer.labelScores(prompted, labels).logProbabilities
      answer = labels.answers(read, others: labelProbabilities)[0]
      labelProbabilities += read
    } else {
      answer = try answerer.answer(prompted)[0].text
    }
    asked += 1
    return answer
  }

  /// What answers the next query; where there have been as many as were expected, it is decided anew,
  /// for twice as many.
  private func ready(
    _ decoder: Decoder, _ tokenizer: Tokenizer, _ onEvent: (SolveEvent) -> Void
  ) throws -> Answering {
    if let answering, asked < expected { return answering }
    let queries = max(configuration.auto.expectedQueries ?? 1, 2 * asked)
    var hearing =
      try self.hearing
      ?? Hearing(
        Judge(configuration: configuration.auto, recipe: configuration.testTimeTraining), task,
        prompt: prompt, maxAnswerTokens: maxAnswerTokens, decoder: decoder,
        tokenizer: tokenizer)
    hearing.expect(queries)
    try hearing.hear { onEvent(.judging($0)) }
    let (choice, basis) = hearing.choose()
    let strategy = choice.strategy
    let current: Answering
    if let answering, answering.strategy == strategy {
      current = answering
    } else {
      let training =
        try trainings[strategy] ?? hearing.train(strategy) { onEvent(.trained($0)) }
      trainings[strategy] = training
      let answerer = try QueryAnswerer(
        decoder: decoder, tokenizer: tokenizer, prompt: prompt,
        prefix: prompt.prefix(showsDemonstrations: strategy.showsDemonstrations),
        from: hearing.cache(strategy), adapter: training.adapter,
        maxAnswerTokens: maxAnswerTokens, knowsForm: strategy.knowsForm)
      current = (strategy, answerer, hearing.labels(strategy))
      onEvent(.decided(hearing.decision(choice, basis, training: training.steps)))
    }
    self.hearing = hearing
    expected = queries
    answering = current
    return current
  }
}

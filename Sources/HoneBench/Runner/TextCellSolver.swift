// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneModel
import HoneTensor
import Synchronization

/// Answers the items of text suites with a model.
///
/// Queries are answered in fixed batches by their places in the cell, and a batch of which any
/// answer is wanted is computed as a whole, so that every answer is the same to its last bit however
/// often a run was interrupted.
package final class TextCellSolver: CellSolver {
  private let model: LanguageModel
  private let suite: any BenchSuite
  private let tasks: [String: BenchTask]
  /// The adapter that the tasks of a seed share; one at a time, for they are large.
  private let shared = Mutex<(key: CellKey, adapter: LoRAAdapter)?>(nil)

  /// - Parameter tasks: Every task of the run.
  package init(model: LanguageModel, suite: any BenchSuite, tasks: [BenchTask]) {
    self.model = model
    self.suite = suite
    self.tasks = Dictionary(tasks.map { ($0.name, $0) }) { first, _ in first }
  }

  package func solve(
    _ cell: PlannedCell, strategy: StrategyConfiguration, pending: Set<String>,
    plan: [PlannedCell], emit: @escaping @Sendable (CellEvent) throws -> Void
  ) async throws {
    let task = try prompt(cell)
    var sharers: [CellPrompt] = []
    var adapter: LoRAAdapter?
    if strategy.sharesAdapter {
      let key = CellKey(strategy: strategy.name, seed: cell.key.seed, task: "")
      adapter = shared.withLock { $0?.key == key ? $0?.adapter : nil }
      if adapter == nil {
        sharers = try plan.filter {
          $0.key.strategy == strategy.name && $0.key.seed == cell.key.seed
        }.map(prompt)
      }
    }
    let work = CellWork(
      cell: cell, strategy: strategy, pending: pending, task: task, sharers: sharers,
      scorer: suite.scorer(for: cell.key.task), emit: emit)
    let trained = try await model.run(work, adapter: adapter)
    if strategy.sharesAdapter, let trained {
      shared.withLock {
        $0 = (CellKey(strategy: strategy.name, seed: cell.key.seed, task: ""), trained)
      }
    }
  }

  private func prompt(_ cell: PlannedCell) throws -> CellPrompt {
    guard let task = tasks[cell.key.task] else {
      throw BenchError(.mismatch, "\(cell.key.task): is no task of this run")
    }
    return CellPrompt(
      task: FewShotTask(
        name: task.name, instruction: task.instruction,
        demonstrations: cell.draw.demonstrations.map {
          Demonstration(input: $0.input, output: $0.expected)
        }, queries: cell.draw.queries.map { Query(input: $0.input, output: $0.expected) }),
      maxAnswerTokens: task.maxAnswerTokens)
  }
}

/// A cell's task, as prompts are made of it.
private struct CellPrompt: Sendable {
  let task: FewShotTask
  let maxAnswerTokens: Int
}

/// All that the model's actor needs to answer a cell.
private struct CellWork: Sendable {
  let cell: PlannedCell
  let strategy: StrategyConfiguration
  let pending: Set<String>
  let task: CellPrompt
  /// The tasks of an adapter that is yet to be trained and shared; empty if there is none.
  let sharers: [CellPrompt]
  let scorer: any AnswerScorer
  let emit: @Sendable (CellEvent) throws -> Void

  /// What is scored of an answer.
  func scored(_ answer: QueryAnswer) -> String {
    scorer.findsAnswers ? answer.written : answer.text
  }
}

extension LanguageModel {
  /// - Parameter adapter: A shared one that is trained already.
  /// - Returns: The adapter used.
  fileprivate func run(_ work: CellWork, adapter: LoRAAdapter?) throws -> LoRAAdapter? {
    let run = CellRun(work: work, decoder: decoder, tokenizer: tokenizer)
    return try run.solve(adapter: adapter)
  }
}

/// The work on a cell, inside the model's actor.
private struct CellRun {
  let work: CellWork
  let decoder: Decoder
  let tokenizer: Tokenizer
  let prompt: TaskPrompt
  private let clock = ContinuousClock()

  init(work: CellWork, decoder: Decoder, tokenizer: Tokenizer) {
    self.work = work
    self.decoder = decoder
    self.tokenizer = tokenizer
    prompt = TaskPrompt(work.task.task, tokenizer: tokenizer)
  }

  func solve(adapter given: LoRAAdapter?) throws -> LoRAAdapter? {
    if let auto = work.strategy.auto {
      let judgement = try judge(auto)
      let choice = judgement.decision.choice
      let prefixes = prefixes(showing: choice.showsDemonstrations)
      try answer(
        questions(after: prefixes[0]), behind: prefixes, from: judgement.cache,
        adapter: judgement.adapter, knowsForm: choice.knowsForm, labels: judgement.labels)
      return nil
    }
    let prefixes = prefixes(showing: work.strategy.showsDemonstrations)
    // Before any training: a query that does not fit would waste it.
    let questions = try questions(after: prefixes[0])
    let adapter = try given ?? trainedAdapter()
    try answer(
      questions, behind: prefixes, adapter: adapter,
      knowsForm: work.strategy.showsDemonstrations || work.strategy.training != nil,
      labels: work.strategy.labels.flatMap { _ in
        TaskLabels(work.task.task.demonstrations, prompt: prompt)
      })
    return adapter
  }

  private func questions(after prefix: [Int32]) throws -> [[Int32]] {
    try prompt.questions(
      work.cell.draw.queries.map(\.input), after: prefix,
      maxAnswerTokens: work.task.maxAnswerTokens,
      contextLength: decoder.configuration.maxPositionEmbeddings)
  }

  /// Answers all queries that are wanted.
  ///
  /// - Parameters:
  ///   - questions: Of all queries.
  ///   - prefixes: Each has a vote.
  ///   - cache: Holds the first prefix's first tokens; nil for none.
  ///   - knowsForm: Whether the model was shown or taught how answers end.
  ///   - labels: What is answered with; nil where answers are written.
  private func answer(
    _ questions: [[Int32]], behind prefixes: [[Int32]], from cache: KVCache? = nil,
    adapter: LoRAAdapter?, knowsForm: Bool, labels: TaskLabels?
  ) throws {
    var answerers: [QueryAnswerer] = []
    let start = clock.now
    for (index, prefix) in prefixes.enumerated() {
      answerers.append(
        try QueryAnswerer(
          decoder: decoder, tokenizer: tokenizer, prompt: prompt, prefix: prefix,
          from: index == 0 ? cache : nil, adapter: adapter,
          maxAnswerTokens: work.task.maxAnswerTokens, knowsForm: knowsForm,
          keepsAll: work.scorer.findsAnswers))
    }
    try work.emit(
      .prefix(
        Cost(
          tokens: answerers.reduce(0) { $0 + $1.prefixTokens },
          seconds: (clock.now - start).inSeconds)))
    if let labels { return try label(questions, labels, answerers) }
    for places in QueryAnswerer.batches(of: questions.count) {
      let items = work.cell.draw.queries[places]
      guard items.contains(where: { work.pending.contains($0.id) }) else { continue }
      for result in try answers(places, Array(questions[places]), answerers)
      where work.pending.contains(result.item) {
        try work.emit(.answer(result))
      }
    }
  }

  /// Answers with labels, whose calibration rests on all queries: none is answered before all are
  /// read.
  private func label(
    _ questions: [[Int32]], _ labels: TaskLabels, _ answerers: [QueryAnswerer]
  ) throws {
    struct Row {
      let logProbabilities: [Double]
      let expectedLogLikelihood: Double
      let cost: Cost
    }
    var rows: [Row] = []
    for places in QueryAnswerer.batches(of: questions.count) {
      let batch = Array(questions[places])
      let expected = work.cell.draw.queries[places].map(\.expected)
      var duration = Duration.zero
      // Of each answerer.
      var scores: [QueryAnswerer.LabelScores] = []
      var likelihoods: [[Double]] = []
      for answerer in answerers {
        let prompted = try timed(&duration) { try answerer.prompt(batch) }
        likelihoods.append(try answerer.logLikelihoods(prompted, expected: expected))
        scores.append(try timed(&duration) { try answerer.labelScores(prompted, labels) })
      }
      for row in batch.indices {
        let count = Double(answerers.count)
        let tokens = scores.reduce(0) { $0 + batch[row].count + $1.tokens }
        rows.append(
          Row(
            logProbabilities: labels.set.labels.indices.map { label in
              scores.reduce(0) { $0 + $1.logProbabilities[row][label] } / count
            }, expectedLogLikelihood: likelihoods.reduce(0) { $0 + $1[row] } / count,
            cost: Cost(tokens: tokens, seconds: duration.inSeconds / Double(batch.count))))
      }
    }
    let answers = labels.answers(rows.map(\.logProbabilities))
    for (place, (row, answer)) in zip(rows, answers).enumerated() {
      let item = work.cell.draw.queries[place]
      guard work.pending.contains(item.id) else { continue }
      let score = work.scorer.score(answer, for: item)
      try work.emit(
        .answer(
          ItemResult(
            cell: work.cell.key, item: item.id, position: place, answer: answer,
            normalized: score.normalized, score: score.value, candidates: [],
            expectedLogLikelihood: row.expectedLogLikelihood, cost: row.cost)))
    }
  }

  /// What stands before the queries: the demonstrations in orders of which the first is as drawn, or
  /// the instruction alone.
  private func prefixes(showing isShowing: Bool) -> [[Int32]] {
    guard isShowing else { return [prompt.opening] }
    var random = RandomSource(seed: work.cell.key.seed).derived("orders")
    let drawn = Array(prompt.demonstrations.indices)
    return (0..<max(1, work.strategy.orders)).map {
      prompt.demonstrationPrefix(order: $0 == 0 ? drawn : random.shuffled(drawn))
    }
  }

  /// The recipe under the cell's seed; nil without training.
  private var recipe: TestTimeTrainingConfiguration? {
    var recipe = work.strategy.training
    recipe?.seed = work.cell.key.seed
    return recipe
  }

  /// Chooses a strategy by the demonstrations, and trains what it needs.
  private func judge(_ configuration: AutoConfiguration) throws -> Judgement {
    guard let recipe else {
      throw BenchError(.mismatch, "\(work.strategy.name): has no recipe to train by")
    }
    return try recordingTraining(of: work.cell.key.task) { onStep in
      let judge = Judge(
        configuration: configuration, recipe: recipe, keepsAll: work.scorer.findsAnswers
      ) { [work] answer, shown in
        let item = BenchItem(id: "", input: shown.input, expected: shown.output)
        return work.scorer.score(work.scored(answer), for: item).value == 1
      }
      // The right outputs stay outside.
      let judgement = try judge.judge(
        work.task.task.withoutOutputs, prompt: prompt,
        maxAnswerTokens: work.task.maxAnswerTokens, decoder: decoder, tokenizer: tokenizer,
        onEvent: { if case .pilot(_, let step) = $0 { onStep(step) } }, onStep: onStep)
      try work.emit(.decision(judgement.decision))
      return (judgement, judgement.training.map(\.loss), judgement.decision.tokens)
    }
  }

  private func trainedAdapter() throws -> LoRAAdapter? {
    guard let recipe else { return nil }
    let prompts =
      work.strategy.sharesAdapter
      ? work.sharers.map { TaskPrompt($0.task, tokenizer: tokenizer) } : [prompt]
    return try recordingTraining(of: work.strategy.sharesAdapter ? nil : work.cell.key.task) {
      onStep in
      var losses: [Double] = []
      var tokens = 0
      let adapter = try DemonstrationTraining(configuration: recipe).adapter(
        for: prompts, decoder: decoder
      ) { step in
        losses.append(step.loss)
        tokens += step.tokens
        onStep(step)
      }
      return (adapter, losses, tokens)
    }
  }

  /// Tells of a training's steps, and keeps its losses and what it cost.
  ///
  /// - Parameter task: Nil if it is for all.
  private func recordingTraining<Result>(
    of task: String?,
    _ train: (_ onStep: (TrainingStepSummary) -> Void) throws -> (
      result: Result, losses: [Double], tokens: Int
    )
  ) throws -> Result {
    var failure: (any Error)?
    let start = clock.now
    let trained = try train { step in
      do {
        try work.emit(.trainingStep(step.step, of: step.of, loss: step.loss))
      } catch { failure = error }
    }
    if let failure { throw failure }
    try work.emit(
      .training(
        TrainingRecord(
          strategy: work.strategy.name, seed: work.cell.key.seed, task: task,
          losses: trained.losses,
          cost: Cost(tokens: trained.tokens, seconds: (clock.now - start).inSeconds))))
    return trained.result
  }

  private func timed<T>(_ duration: inout Duration, _ body: () throws -> T) rethrows -> T {
    let start = clock.now
    defer { duration += clock.now - start }
    return try body()
  }

  /// The results of one batch.
  private func answers(
    _ places: Range<Int>, _ questions: [[Int32]], _ answerers: [QueryAnswerer]
  ) throws -> [ItemResult] {
    let expected = work.cell.draw.queries[places].map(\.expected)
    var duration = Duration.zero
    var answers: [[QueryAnswer]] = []
    var likelihoods: [[Double]] = []
    for answerer in answerers {
      let prompted = try timed(&duration) { try answerer.prompt(questions) }
      // How likely the right answer was is no part of answering, and of its cost.
      likelihoods.append(try answerer.logLikelihoods(prompted, expected: expected))
      answers.append(try timed(&duration) { try answerer.answer(prompted) })
    }
    let seconds = duration.inSeconds / Double(questions.count)
    return places.enumerated().map { row, place in
      let item = work.cell.draw.queries[place]
      let texts = answers.map { work.scored($0[row]) }
      let vote = Vote(texts, item: item, scorer: work.scorer)
      return ItemResult(
        cell: work.cell.key, item: item.id, position: place, answer: vote.answer,
        normalized: vote.score.normalized, score: vote.score.value, candidates: vote.candidates,
        expectedLogLikelihood: likelihoods.reduce(0) { $0 + $1[row] } / Double(likelihoods.count),
        cost: Cost(
          tokens: answers.reduce(0) { $0 + $1[row].questionTokens + $1[row].generatedTokens },
          seconds: seconds))
    }
  }
}

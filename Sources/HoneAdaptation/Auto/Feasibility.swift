// SPDX-License-Identifier: Apache-2.0

/// What each strategy would run to answer a task's queries, and what stands in its way.
struct Feasibility {
  private let task: FewShotTask
  private let prompt: TaskPrompt
  private let recipe: TestTimeTrainingConfiguration
  private let maxAnswerTokens: Int
  private let contextLength: Int
  private let questions: [[Int32]]

  init(
    task: FewShotTask, prompt: TaskPrompt, recipe: TestTimeTrainingConfiguration,
    maxAnswerTokens: Int, contextLength: Int
  ) {
    self.task = task
    self.prompt = prompt
    self.recipe = recipe
    self.maxAnswerTokens = maxAnswerTokens
    self.contextLength = contextLength
    questions = task.queries.map { prompt.question($0.input) }
  }

  func candidate(
    _ strategy: CandidateStrategy, expectedQueries: Int?
  ) -> AutoDecision.Candidate {
    var obstacle: String?
    do {
      try check(strategy)
    } catch {
      obstacle = (error as? AdaptationError)?.message ?? "\(error)"
    }
    return AutoDecision.Candidate(
      strategy, work: work(strategy, expectedQueries: expectedQueries), obstacle: obstacle)
  }

  /// Refuses a strategy that cannot answer every query.
  func check(_ strategy: CandidateStrategy) throws {
    if strategy != .zeroShot, prompt.demonstrations.isEmpty {
      throw AdaptationError(.invalidTask, "demonstrations: none")
    }
    try TaskPrompt.check(
      questions, after: prefix(strategy), maxAnswerTokens: maxAnswerTokens,
      contextLength: contextLength)
    if let recipe = strategy.recipe(recipe, demonstrations: prompt.demonstrations.count) {
      try DemonstrationTraining(configuration: recipe).check(prompt, contextLength: contextLength)
    }
  }

  private func prefix(_ strategy: CandidateStrategy) -> [Int32] {
    prompt.prefix(showsDemonstrations: strategy.showsDemonstrations)
  }

  /// What answering takes, its training included.
  ///
  /// - Parameter expectedQueries: Queries as long as those of the task, or else as the
  ///   demonstrations; nil for those of the task.
  func work(_ strategy: CandidateStrategy, expectedQueries: Int?) -> TokenWork {
    let blocks = prompt.demonstrations.reduce(0) { $0 + $1.count }
    let answers = prompt.demonstrations.reduce(0) { $0 + $1.answer.count }
    let count = max(1, prompt.demonstrations.count)
    let asked = questions.reduce(0) { $0 + $1.count }
    let queries = expectedQueries ?? questions.count
    let read =
      questions.isEmpty
      ? Double(blocks - answers) / Double(count) : Double(asked) / Double(questions.count)
    // Of a label no line end is written.
    let written = max(1, answers / count - (strategy == .calibrated ? 1 : 0))
    var work = TokenWork(
      read: prefix(strategy).count + Int((Double(queries) * read).rounded()),
      generated: queries * written)
    if let recipe = strategy.recipe(recipe, demonstrations: prompt.demonstrations.count) {
      let sample = recipe.sampleForm == .direct ? blocks / count : blocks
      work.trained = recipe.steps * recipe.batchSize * (prompt.opening.count + sample)
    }
    return work
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneModel
import HoneTraining
import Testing

@Suite struct SolverTests {
  /// A short recipe that learns quickly.
  static func recipe(steps: Int = 6, seed: UInt64 = 0) -> TestTimeTrainingConfiguration {
    var recipe = TestTimeTrainingConfiguration.defaults(parameterCount: 0)
    recipe.steps = steps
    recipe.warmupSteps = min(2, steps)
    recipe.learningRate = 1e-2
    recipe.seed = seed
    return recipe
  }

  private func solver(
    _ model: LanguageModel, steps: Int = 6, seed: UInt64 = 0, maxAnswerTokens: Int? = 6
  ) throws -> Solver {
    try Solver(
      model: model,
      configuration: SolverConfiguration(
        testTimeTraining: Self.recipe(steps: steps, seed: seed), maxAnswerTokens: maxAnswerTokens))
  }

  private func results(
    _ solver: Solver, _ task: FewShotTask, _ strategies: [StrategyKind] = StrategyKind.allCases
  ) async throws -> [StrategyResult] {
    var results: [StrategyResult] = []
    for try await event in solver.solve(task, strategies: strategies) {
      if case .finished(let result) = event { results.append(result) }
    }
    return results
  }

  /// The error that solving throws.
  private func failure<E: Error>(
    _ type: E.Type, _ solver: Solver, _ task: FewShotTask, _ strategies: [StrategyKind],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> E {
    let error = await #expect(throws: E.self, sourceLocation: sourceLocation) {
      _ = try await results(solver, task, strategies)
    }
    return try #require(error, sourceLocation: sourceLocation)
  }

  @Test func `the events tell of each strategy in the order asked for`() async throws {
    let solver = try solver(try TinyModel.load(), steps: 3)
    let order: [StrategyKind] = [.testTimeTraining, .zeroShot, .inContext]
    var names: [String] = []
    for try await event in solver.solve(TinyModel.task(), strategies: order) {
      switch event {
      case .started(let kind): names.append("started \(kind.rawValue)")
      case .judging, .decided: names.append("auto")
      case .trained(let step): names.append("trained \(step.step)/\(step.of)")
      case .answered(let done, let all): names.append("answered \(done)/\(all)")
      case .finished(let result): names.append("finished \(result.kind.rawValue)")
      }
    }
    let answered = (1...3).map { "answered \($0)/3" }
    #expect(
      names == ["started ttt"] + (1...3).map { "trained \($0)/3" } + answered + ["finished ttt"]
        + ["started zero-shot"] + answered + ["finished zero-shot", "started icl"] + answered
        + ["finished icl"])
  }

  @Test func `every query has its answer, and the weights stay as they were`() async throws {
    let model = try TinyModel.load()
    let before = await model.weightsChecksum()
    // More queries than are answered side by side.
    let task = TinyModel.task(demonstrations: 3, queries: 35)
    let results = try await results(try solver(model), task)
    #expect(results.map(\.kind) == StrategyKind.allCases)
    for result in results {
      #expect(result.answers.map(\.input) == task.queries.map(\.input))
      #expect(result.answers.allSatisfy { $0.expected == "the dog" })
      #expect(result.answers.allSatisfy { $0.correct == ($0.output == "the dog") })
      #expect(result.answers.allSatisfy { !$0.output.contains("\n") })
      #expect(result.total == 35)
      #expect(result.inferenceTokens > 0)
    }
    #expect(results[0].losses.isEmpty && results[0].trainTokens == 0)
    #expect(results[3].losses.count == 6 && results[3].trainTokens > 0)
    #expect(await model.weightsChecksum() == before)
  }

  @Test func `calibrated answers are labels, or what is written where there are none`() async throws
  {
    let solver = try solver(try TinyModel.load())
    let labels = FewShotTask(
      name: "labels",
      demonstrations: (0..<6).map { .init(input: "x\($0)", output: $0 < 3 ? "red" : "blue") },
      queries: (0..<35).map { .init(input: "y\($0)") })
    var answered: [Int] = []
    for try await event in solver.solve(labels, strategies: [.calibrated]) {
      switch event {
      case .answered(let done, let all): answered.append(all == 35 ? done : -1)
      case .finished(let result):
        #expect(result.kind == .calibrated && result.losses.isEmpty)
        #expect(result.answers.allSatisfy { ["red", "blue"].contains($0.output) })
      default: break
      }
    }
    #expect(answered == [32, 35])
    let results = try await results(solver, TinyModel.task(), [.inContext, .calibrated])
    #expect(results[0].answers == results[1].answers)
  }

  @Test func `a strategy after training answers as it did before`() async throws {
    let solver = try solver(try TinyModel.load())
    let results = try await results(
      solver, TinyModel.task(), [.inContext, .testTimeTraining, .inContext])
    #expect(results[0].answers == results[2].answers)
  }

  @Test func `runs with one seed are equal, whatever the number of threads`() async throws {
    var runs: [[StrategyResult]] = []
    for threads in [2, 2, 1] {
      runs.append(
        try await results(
          try solver(try TinyModel.load(threads: threads), seed: 7), TinyModel.task()))
    }
    for run in runs.dropFirst() {
      #expect(run.map(\.answers) == runs[0].map(\.answers))
      #expect(run.map(\.losses) == runs[0].map(\.losses))
    }
    let other = try await results(
      try solver(try TinyModel.load(), seed: 8), TinyModel.task(), [.testTimeTraining])
    #expect(other[0].losses != runs[0][3].losses)
  }

  @Test(arguments: SampleForm.allCases)
  func `what is trivial is learned in thirty steps`(form: SampleForm) async throws {
    var recipe = Self.recipe(steps: 30)
    recipe.sampleForm = form
    let solver = try Solver(
      model: try TinyModel.load(), configuration: SolverConfiguration(testTimeTraining: recipe))
    let result = try await results(solver, TinyModel.task(), [.testTimeTraining])[0]
    let first = try #require(result.losses.first)
    let last = try #require(result.losses.last)
    // The tiny model's embeddings are short, so its most certain answer still costs 1.23.
    #expect(first > 4 && last < 1.3, "the losses are \(result.losses)")
    #expect(result.accuracy == 1)
  }

  @Test func `queries without a right output are answered and not counted`() async throws {
    let task = FewShotTask(
      name: "n", demonstrations: [.init(input: "a", output: "b")],
      queries: [.init(input: "q"), .init(input: "r", output: "never this")])
    let result = try await results(try solver(try TinyModel.load()), task, [.inContext])[0]
    #expect(result.answers.count == 2)
    #expect(result.answers[0].correct == nil)
    #expect(result.total == 1 && result.correct == 0 && result.accuracy == 0)
    #expect(result.standardError == 0)
  }

  @Test func `a task without queries has no answers and no accuracy`() async throws {
    let task = FewShotTask(name: "n", demonstrations: [.init(input: "a", output: "b")], queries: [])
    for result in try await results(try solver(try TinyModel.load()), task) {
      #expect(result.answers.isEmpty)
      #expect(result.accuracy == nil && result.standardError == nil)
    }
  }

  // MARK: What does not fit

  @Test(arguments: StrategyKind.allCases)
  func `a query beyond the context is named by its index`(kind: StrategyKind) async throws {
    var task = TinyModel.task()
    task = FewShotTask(
      name: task.name, demonstrations: task.demonstrations,
      queries: task.queries + [.init(input: String(repeating: "dog ", count: 600))])
    let error = try await failure(
      AdaptationError.self, try solver(try TinyModel.load()), task, [kind])
    #expect(error.code == .tooLong)
    #expect(error.message.hasPrefix("queries[3]: "), "\(error.message)")
    #expect(error.message.contains("holds 512"))
  }

  @Test func `a query beyond the context is refused before any training`() async throws {
    let short = TinyModel.task()
    let task = FewShotTask(
      name: short.name, demonstrations: short.demonstrations,
      queries: [.init(input: String(repeating: "dog ", count: 600))])
    var steps = 0
    await #expect(throws: AdaptationError.self) {
      for try await event in try solver(try TinyModel.load()).solve(
        task, strategies: [.testTimeTraining])
      {
        if case .trained = event { steps += 1 }
      }
    }
    #expect(steps == 0)
  }

  @Test func `demonstrations beyond the context are refused by those who show them`() async throws {
    let model = try TinyModel.load()
    let task = TinyModel.task(demonstrations: 2000, queries: 1)
    let error = try await failure(
      AdaptationError.self, try solver(model), task, [.testTimeTraining])
    #expect(error.code == .tooLong)
    #expect(error.message.hasPrefix("demonstrations: "), "\(error.message)")
    let inContext = try await failure(
      AdaptationError.self, try solver(model), task, [.inContext])
    #expect(inContext.code == .tooLong)
    #expect(inContext.message.hasPrefix("queries[0]: "), "\(inContext.message)")
    #expect(try await results(try solver(model), task, [.zeroShot]).count == 1)
    var direct = Self.recipe(steps: 2)
    direct.sampleForm = .direct
    let solver = try Solver(
      model: model, configuration: .init(testTimeTraining: direct, maxAnswerTokens: 4))
    #expect(try await results(solver, task, [.testTimeTraining])[0].losses.count == 2)
  }

  @Test(arguments: [513, Int.max])
  func `an answer beyond the context is refused`(maxAnswerTokens: Int) async throws {
    let solver = try solver(try TinyModel.load(), maxAnswerTokens: maxAnswerTokens)
    let error = try await failure(AdaptationError.self, solver, TinyModel.task(), [.zeroShot])
    #expect(error.code == .tooLong)
  }

  @Test(arguments: SampleForm.allCases)
  func `nothing to train on is refused`(form: SampleForm) async throws {
    var recipe = Self.recipe()
    recipe.sampleForm = form
    let solver = try Solver(
      model: try TinyModel.load(), configuration: SolverConfiguration(testTimeTraining: recipe))
    let task = TinyModel.task(demonstrations: 0)
    let error = try await failure(AdaptationError.self, solver, task, [.testTimeTraining])
    #expect(error.code == .invalidTask)
    #expect(try await results(solver, task, [.zeroShot, .inContext]).count == 2)
  }

  @Test func `a setting out of its range is refused before any work`() throws {
    let model = try TinyModel.load()
    var recipe = Self.recipe()
    recipe.steps = 0
    #expect(throws: AdaptationError.self) {
      try Solver(model: model, configuration: SolverConfiguration(testTimeTraining: recipe))
    }
    for tokens in [0, -1, Int.min] {
      #expect(throws: AdaptationError.self) {
        try Solver(
          model: model,
          configuration: SolverConfiguration(
            testTimeTraining: Self.recipe(), maxAnswerTokens: tokens))
      }
    }
  }

  // On the main actor, whose thread the work cannot take: it fills one of the shared ones, of which
  // a small machine has no other.
  @MainActor @Test func `cancelling the reader ends the work, and the model stays usable`()
    async throws
  {
    let model = try TinyModel.load()
    let before = await model.weightsChecksum()
    let long = try solver(model, steps: 100_000)
    let reader = Task {
      var steps = 0
      for try await event in long.solve(TinyModel.task(), strategies: [.testTimeTraining]) {
        switch event {
        case .trained: steps += 1
        case .finished: Issue.record("finished all the same")
        default: break
        }
        if steps == 3 { withUnsafeCurrentTask { $0?.cancel() } }
      }
      return steps
    }
    let steps = try await reader.value
    // The model answers once the training has stopped.
    #expect(await model.weightsChecksum() == before)
    #expect(steps >= 3 && steps < 100_000)
    let results = try await results(try solver(model), TinyModel.task(), [.inContext])
    #expect(results[0].answers.count == 3)
  }
}

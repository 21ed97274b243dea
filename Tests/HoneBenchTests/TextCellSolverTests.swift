// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneBench
import HoneModel
import HoneTesting
import Synchronization
import Testing

/// Passes on to another solver and breaks off after some answers, or steps of a training.
private final class BreakingSolver: CellSolver {
  struct Broken: Error {}
  private let solver: TextCellSolver
  private let left: Mutex<Int>
  private let countsSteps: Bool

  init(_ solver: TextCellSolver, answers: Int) {
    self.solver = solver
    left = Mutex(answers)
    countsSteps = false
  }

  init(_ solver: TextCellSolver, trainingSteps: Int) {
    self.solver = solver
    left = Mutex(trainingSteps)
    countsSteps = true
  }

  func solve(
    _ cell: PlannedCell, strategy: StrategyConfiguration, pending: Set<String>,
    plan: [PlannedCell], emit: @escaping @Sendable (CellEvent) throws -> Void
  ) async throws {
    try await solver.solve(cell, strategy: strategy, pending: pending, plan: plan) { event in
      let counts =
        switch event {
        case .answer: !self.countsSteps
        case .trainingStep: self.countsSteps
        default: false
        }
      if counts {
        let left = self.left.withLock { left in
          left -= 1
          return left
        }
        if left < 0 { throw Broken() }
      }
      try emit(event)
    }
  }
}

@Suite struct TextCellSolverTests {
  private struct Suite: BenchSuite {
    var name: String { "made-up" }
    var title: String { "Made up" }
    var version: Int { 1 }
    var taskNames: [String] { ["dogs", "cats"] }
    var demonstrationCount: Int { 3 }
    func scorer(for task: String) -> any AnswerScorer { ExactScorer() }
    func task(named name: String) -> BenchTask { MadeUpRun.task(name, items: 43) }
  }

  private let folder: TemporaryFolder
  private let suite = Suite()
  private let model: LanguageModel

  init() throws {
    folder = try TemporaryFolder()
    model = try LanguageModel.load(path: Fixtures.path("tiny-llama"), threads: 2)
  }

  private var tasks: [BenchTask] { suite.taskNames.map(suite.task(named:)) }

  private func run(
    _ strategies: [BenchStrategy], steps: Int = 3, mayResume: Bool = false
  ) throws -> BenchRun {
    var recipe = TestTimeTrainingConfiguration.defaults(parameterCount: 0)
    recipe.steps = steps
    recipe.warmupSteps = 1
    recipe.learningRate = 1e-2
    let configuration = RunConfiguration(
      suite: suite.name, suiteVersion: 1, dataSHA256: try RunConfiguration.digest(of: tasks),
      model: try ModelIdentity(model, name: "tiny"), compute: model.compute,
      strategies: strategies.map {
        $0.configuration(recipe: recipe, tasks: 2, demonstrations: 3)
      }, seeds: [5], tasks: suite.taskNames, demonstrations: 3, limit: nil)
    return try BenchRun(
      configuration: configuration, tasks: tasks, mayResume: mayResume,
      environment: MadeUpRun.environment)
  }

  private func store(_ name: String = "runs.sqlite") throws -> RunStore {
    try RunStore(path: "\(folder.path)/\(name)", access: .writing)
  }

  private func solver() -> TextCellSolver {
    TextCellSolver(model: model, suite: suite, tasks: tasks)
  }

  private func finish(_ run: BenchRun, _ store: RunStore, _ solver: some CellSolver) async throws {
    for try await _ in run.events(store: store, solver: solver) {}
  }

  /// All of an answer but what it cost in time.
  private func timeless(_ result: ItemResult) -> ItemResult {
    ItemResult(
      cell: result.cell, item: result.item, position: result.position, answer: result.answer,
      normalized: result.normalized, score: result.score, candidates: result.candidates,
      expectedLogLikelihood: result.expectedLogLikelihood,
      cost: Cost(tokens: result.cost.tokens, seconds: 0))
  }

  @Test func `every strategy answers, and is kept with its costs`() async throws {
    let store = try store()
    try await finish(try run(BenchStrategy.allCases), store, solver())
    let record = try store.run("latest")
    #expect(record.isComplete && record.total == BenchStrategy.allCases.count * 2 * 40)
    for series in try StrategySeries.all(of: record, in: store) {
      let results = series.results
      #expect(results.count == 80)
      #expect(results.allSatisfy { ($0.expectedLogLikelihood ?? 1) < 0 })
      #expect(results.allSatisfy { $0.cost.tokens > 0 && $0.cost.seconds > 0 })
      let orders = series.configuration.orders
      #expect(results.allSatisfy { $0.candidates.count == (orders > 1 ? orders : 0) })
      #expect(series.cells.allSatisfy { $0.prefix != nil })
      switch series.name {
      case "zero-shot", "icl", "icl-majority", "icl-calibrated": #expect(series.trainings.isEmpty)
      case "auto", "auto-evidence":
        let decisions = try store.decisions(of: record.id).filter {
          $0.cell.strategy == series.name
        }
        #expect(decisions.map(\.cell.task) == ["cats", "dogs"])
        #expect(series.trainings.map(\.cost.tokens) == decisions.map(\.decision.tokens))
        #expect(series.trainings.map(\.losses.count) == decisions.map(\.decision.trainedSteps))
      case "ttt-shared":
        #expect(series.trainings.count == 1 && series.trainings[0].task == nil)
      default:
        #expect(series.trainings.map(\.task) == ["cats", "dogs"])
        let steps = ["ttt-half": 2, "ttt-double": 6][series.name] ?? 3
        #expect(series.trainings.allSatisfy { $0.losses.count == steps })
      }
    }
  }

  @Test func `a chosen strategy answers as it does when it is given`() async throws {
    let store = try store()
    let strategies: [BenchStrategy] = [
      .zeroShot, .inContext, .calibrated, .direct, .half, .testTimeTraining, .double, .auto,
    ]
    try await finish(try run(strategies), store, solver())
    let id = try store.run("latest").id
    let decisions = try store.decisions(of: id)
    #expect(decisions.count == 2)
    for record in decisions {
      let chosen = record.decision.choice.rawValue
      func answers(_ strategy: String) throws -> [String] {
        try store.results(of: id, strategy: strategy, task: record.cell.task).map(\.answer)
      }
      // Three demonstrations are too few for a pilot, so a training would be the same, too.
      #expect(try answers("auto") == answers(chosen))
    }
    var rows: [String] = []
    try RunExport(try store.run(id), in: store).write { rows.append($0) }
    #expect(rows.count { $0.contains("\"row\":\"decision\"") } == 2)
    let other = try self.store("other.sqlite")
    _ = try other.merge([store])
    #expect(try other.decisions(of: id) == decisions)
  }

  @Test func `answers are those of hone solve`() async throws {
    let store = try store()
    try await finish(try run([.inContext, .testTimeTraining]), store, solver())
    let id = try store.run("latest").id
    let draw = try tasks[0].draw(seed: 5, demonstrations: 3, limit: nil)
    let task = FewShotTask(
      name: "dogs", instruction: tasks[0].instruction,
      demonstrations: draw.demonstrations.map { .init(input: $0.input, output: $0.expected) },
      queries: draw.queries.map { Query(input: $0.input) })
    var recipe = TestTimeTrainingConfiguration.defaults(parameterCount: 0)
    recipe.steps = 3
    recipe.warmupSteps = 1
    recipe.learningRate = 1e-2
    recipe.seed = 5
    let solver = try Solver(
      model: model, configuration: .init(testTimeTraining: recipe, maxAnswerTokens: 6))
    for try await event in solver.solve(task, strategies: [.inContext, .testTimeTraining]) {
      guard case .finished(let result) = event else { continue }
      let results = try store.results(of: id, strategy: result.kind.rawValue, task: "dogs")
      #expect(results.map(\.answer) == result.answers.map(\.output))
      let trainings = try store.trainings(of: id).filter { $0.task == "dogs" }
      if result.kind == .testTimeTraining { #expect(trainings.map(\.losses) == [result.losses]) }
    }
  }

  @Test func `broken off and resumed, every answer is the same to its last bit`() async throws {
    let strategies: [BenchStrategy] = [.inContext, .majority, .testTimeTraining, .shared]
    let whole = try store("whole.sqlite")
    try await finish(try run(strategies), whole, solver())
    let store = try store()
    for answers in [33, 1, 60, 0, 90] {
      await #expect(throws: BreakingSolver.Broken.self) {
        try await finish(
          try run(strategies, mayResume: true), store, BreakingSolver(solver(), answers: answers))
      }
    }
    try await finish(try run(strategies, mayResume: true), store, solver())
    let id = try run(strategies).id
    #expect(
      try store.results(of: id).map(timeless) == whole.results(of: id).map(timeless))
    #expect(
      try store.trainings(of: id).map(\.losses) == whole.trainings(of: id).map(\.losses))
  }

  /// An adapter is not kept, so a resumed run trains it again: by the seed alone, whatever came
  /// before.
  @Test(arguments: [(steps: 2, answers: 0), (0, 0), (0, 17), (0, 40), (0, 63)])
  func `a shared adapter is trained again to the same answers`(
    steps: Int, answers: Int
  ) async throws {
    let whole = try store("whole.sqlite")
    try await finish(try run([.shared], steps: 10), whole, solver())
    let store = try store()
    let breaking =
      steps > 0
      ? BreakingSolver(solver(), trainingSteps: steps) : BreakingSolver(solver(), answers: answers)
    await #expect(throws: BreakingSolver.Broken.self) {
      try await finish(try run([.shared], steps: 10), store, breaking)
    }
    let id = try run([.shared], steps: 10).id
    #expect(try store.run(id).attempted == answers)
    #expect(try store.trainings(of: id).count == (steps > 0 ? 0 : 1))
    // The training's memory is overwritten by another one before it is trained again.
    try await finish(try run([.testTimeTraining]), try self.store("other.sqlite"), solver())
    var trained = 0
    for try await event in try run([.shared], steps: 10, mayResume: true).events(
      store: store, solver: solver())
    {
      if case .trainingStep = event { trained += 1 }
    }
    #expect(trained == 4)
    #expect(try store.results(of: id).map(timeless) == whole.results(of: id).map(timeless))
    #expect(
      try store.trainings(of: id).map(\.losses) == whole.trainings(of: id).map(\.losses))
  }

  @Test func `a query beyond the context ends the run before it trains`() async throws {
    let long = BenchTask(
      name: "dogs", instruction: "",
      items: (0..<9).map {
        BenchItem(id: "\($0)", input: String(repeating: "dog ", count: 600), expected: "a")
      }, maxAnswerTokens: 6)
    let run = try run([.testTimeTraining])
    let solver = TextCellSolver(model: model, suite: suite, tasks: [long])
    let store = try store()
    let broken = try BenchRun(
      configuration: run.configuration, tasks: [long, MadeUpRun.task("cats", items: 9)],
      environment: MadeUpRun.environment)
    await #expect(throws: AdaptationError.self) { try await finish(broken, store, solver) }
    #expect(try store.trainings(of: broken.id).isEmpty)
  }
}

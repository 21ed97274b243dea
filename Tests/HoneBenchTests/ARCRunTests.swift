// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneBench
import HoneModel
import HoneTensor
import HoneTesting
import Testing

@Suite struct ARCRunTests {
  private let folder: TemporaryFolder
  private let model: LanguageModel
  private let collection: ARCCollection

  init() throws {
    folder = try TemporaryFolder()
    model = try LanguageModel.load(path: Fixtures.path("tiny-llama"), threads: 2)
    func grid(_ number: Int, _ a: UInt8, _ b: UInt8) -> Grid {
      Grid(height: 2, width: 2, cells: (0..<4).map { (number >> $0) & 1 == 0 ? a : b })
    }
    func puzzle(_ id: String, queries: Int) -> ARCTask {
      ARCTask(
        id: id,
        demonstrations: (1...3).map { .init(input: grid($0, 1, 2), output: grid($0, 2, 1)) },
        queries: (0..<queries).map {
          .init(input: grid(9 + $0, 1, 2), output: grid(9 + $0, 2, 1))
        })
    }
    collection = ARCCollection(tasks: [puzzle("aa", queries: 1), puzzle("bb", queries: 2)])
  }

  private func run(
    _ strategies: [ARCStrategy], of puzzles: ARCCollection? = nil, mayResume: Bool = false
  ) throws -> BenchRun {
    let collection = puzzles ?? collection
    var training = ARCTraining()
    training.loraRank = 4
    training.learningRate = 0.02
    training.maxSteps = 4
    var recipe = ARCRecipe()
    recipe.training = training
    recipe.inference.scoringViews = 2
    let suite = ARCSuite(collection)
    let tasks = try suite.taskNames.map(suite.task(named:))
    let configuration = RunConfiguration(
      suite: suite.name, suiteVersion: suite.version,
      dataSHA256: try RunConfiguration.digest(of: tasks),
      model: try ModelIdentity(model, name: "tiny"), compute: model.compute,
      strategies: strategies.map { $0.configuration(recipe: recipe) }, seeds: [3],
      tasks: suite.taskNames, demonstrations: 0, limit: nil)
    return try BenchRun(
      configuration: configuration, tasks: tasks, mayResume: mayResume,
      environment: MadeUpRun.environment)
  }

  private func finish(
    _ run: BenchRun, _ name: String, collection puzzles: ARCCollection? = nil
  ) async throws -> RunStore {
    let store = try RunStore(path: "\(folder.path)/\(name).sqlite", access: .writing)
    let solver = ARCCellSolver(model: model, collection: puzzles ?? collection)
    for try await _ in run.events(store: store, solver: solver) {}
    return store
  }

  @Test func `every strategy answers every test input, and every rule judges its candidates`()
    async throws
  {
    let run = try run(ARCStrategy.allCases)
    let store = try await finish(run, "all")
    let record = try store.run("latest")
    #expect(record.isComplete && record.total == 3 * ARCStrategy.allCases.count)
    let rules = try #require(try RuleScores(record, in: store))
    // Programs alone have no candidates of a model, and the ensembles have both.
    #expect(rules.rows.count == 9 * SelectionRule.allCases.count + 1 + 2 * 3)
    for row in rules.rows {
      #expect(row.second.attemptedTasks == 2 && row.second.taskCount == 2)
      #expect(row.second.attemptedQueries == 3 && row.second.queryCount == 3)
      #expect(row.first.credit <= row.second.credit)
      guard case .rule = row.rule else { continue }
      let oracle = rules.rows.first { $0.strategy == row.strategy && $0.rule == .rule(.oracle) }
      #expect(row.second.credit <= (oracle?.second.credit ?? 0))
    }
    #expect(rules.expectedCosts.count == ARCStrategy.allCases.count - 1)
    #expect(rules.expectedCosts.values.allSatisfy { $0 > 0 })
    // One training for each puzzle; of the shared adapter, one for all.
    let trainings = try store.trainings(of: record.id)
    #expect(trainings.count == 2 * 7 + 1)
    #expect(trainings.allSatisfy { $0.losses.count == 4 })
    // The score kept is that of the recipe's rule.
    let product = rules.rows.first { $0.strategy == "ttt" && $0.rule == .rule(.productOfExperts) }
    let kept = try store.results(of: record.id, strategy: "ttt").reduce(0) { $0 + $1.score }
    #expect(product.map { Double($0.second.solvedQueries) } == kept)
  }

  @Test func `a run that was broken off ends as one that was not`() async throws {
    let whole = try await finish(try run([.inContext, .testTimeTraining]), "whole")
    let run = try run([.inContext, .testTimeTraining], mayResume: true)
    let store = try RunStore(path: folder.path + "/broken.sqlite", access: .writing)
    struct Broken: Error {}
    await #expect(throws: Broken.self) {
      let solver = ARCCellSolver(model: model, collection: collection)
      for try await event in run.events(store: store, solver: solver) {
        if case .answered(_, 3, _) = event { throw Broken() }
      }
    }
    let solver = ARCCellSolver(model: model, collection: collection)
    for try await _ in run.events(store: store, solver: solver) {}
    func answers(_ store: RunStore) throws -> [[String]] {
      try store.results(of: store.run("latest").id).map {
        [$0.cell.strategy, $0.cell.task, $0.item, $0.answer]
          + $0.candidates.map { "\($0.answer) \($0.source) \($0.viewLogLikelihoods ?? [])" }
      }
    }
    #expect(try answers(store) == answers(whole))
  }

  @Test func `a puzzle that the model cannot hold counts as unanswered, and the run goes on`()
    async throws
  {
    let huge = Grid(height: 30, width: 30) { UInt8(($0 + $1) % 10) }
    let tasks = [
      ARCTask(
        id: "huge", demonstrations: [.init(input: huge, output: huge)],
        queries: [.init(input: huge, output: huge)]), collection.tasks[0],
    ]
    let mixed = ARCCollection(tasks: tasks)
    let run = try run([.inContext, .testTimeTraining], of: mixed)
    let store = try await finish(run, "mixed", collection: mixed)
    let record = try store.run("latest")
    #expect(record.isComplete)
    let results = try store.results(of: record.id).filter { $0.cell.task == "huge" }
    #expect(results.count == 2 && results.allSatisfy { $0.score == 0 && $0.answer.isEmpty })
  }

  @Test func `candidates come out of the store as they went in`() throws {
    let grids = [[1, 2], [3, 4], [5, 6]].compactMap { Grid(rows: [$0]) }
    let views: [GridTransform] = GridTransform.symmetries
    var predictions: [Prediction] = []
    for (place, transform) in views.enumerated() {
      let view = try View(transform: transform, order: [1, 0])
      predictions.append(
        Prediction(
          grid: grids[place % 3], index: place, view: view.description,
          group: try #require(ViewGroup(undoing: transform)), cost: Double(place) + 0.5))
    }
    let candidates = ARCCandidate.merging(predictions).enumerated().map {
      $1.scored($0 == 2 ? [] : [Double($0), 2])
    }
    let stored = Candidate.storing(candidates)
    #expect(stored.count == 8)
    #expect(Candidate.puzzleCandidates(stored) == candidates)
  }

  @Test func `two attempts stand in an answer, and either may be right`() throws {
    let (right, wrong) = (try #require(Grid(digits: "12\n34")), try #require(Grid(digits: "5")))
    let item = BenchItem(id: "1", input: "1", expected: right.description)
    func score(_ attempts: [Grid]) -> Double {
      ARCScorer().score(ARCScorer.answer(attempts), for: item).value
    }
    #expect(score([right]) == 1 && score([wrong, right]) == 1 && score([right, wrong]) == 1)
    #expect(score([wrong]) == 0 && score([]) == 0 && score([wrong, wrong, right]) == 0)
    #expect(ARCScorer.attempts(ARCScorer.answer([wrong, right])) == [wrong, right])
    #expect(Grid(digits: "") == nil && Grid(digits: "12\n3") == nil && Grid(digits: "1a") == nil)
  }

  @Test func `a submission has two attempts for every test input`() async throws {
    let store = try await finish(try run([.inContext, .testTimeTraining]), "submitted")
    let record = try store.run("latest")
    let submission = try RunSubmission(record, in: store, strategy: nil)
    #expect(submission.strategy == "ttt" && submission.puzzleCount == 2)
    #expect(submission.submission.answers["bb"]?.count == 2)
    #expect(throws: BenchError.self) {
      try RunSubmission(record, in: store, strategy: "ttt-direct")
    }
  }

  @Test func `a report has a table of rules, in Markdown and on the page`() async throws {
    let store = try await finish(try run([.inContext, .testTimeTraining]), "reported")
    let report = try EvidenceReport([try store.run("latest")], in: store)
    let text = MarkdownReport(report).text
    #expect(text.hasPrefix("# Abstraction and Reasoning Corpus"))
    for rule in SelectionRule.allCases { #expect(text.contains("| ttt | \(rule.rawValue) |")) }
    #expect(text.contains("nats of a right output"))
    #expect(text.contains("hone bench run arc --strategies icl,ttt --seeds 3 --ids aa,bb"))
    #expect(!text.contains("always one answer"))
    let page = try HTMLReport(report).text()
    #expect(page.contains("Selection rules") && page.contains("product-of-experts"))
  }
}

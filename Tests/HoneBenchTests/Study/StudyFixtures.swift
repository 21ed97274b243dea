// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge
import HoneModel
import HoneTesting
import Synchronization

@testable import HoneBench

/// A small study of a tiny model.
struct StudyFixtures {
  static let arms: [StudyArm] = [.pretrained, .inContext, .fineTuned]
  let folder: TemporaryFolder
  let suite: StudySuite
  let model: LanguageModel
  let notes = Notes()

  final class Notes: Sendable {
    private let kept = Mutex<[String]>([])
    var lines: [String] { kept.withLock { $0 } }
    func add(_ line: String) { kept.withLock { $0.append(line) } }
  }

  init(seeds: [UInt64] = [5], compute: ComputeMode = .float32) throws {
    folder = try TemporaryFolder()
    suite = StudySuite(data: .simpleReversals, size: .small, seeds: seeds)
    model = try LanguageModel.load(
      path: Fixtures.path("tiny-llama"), threads: 2, compute: compute)
  }

  static func recipe(_ change: (inout StudyRecipe) -> Void = { _ in }) -> StudyRecipe {
    var recipe = StudyRecipe()
    recipe.training.epochs = 1
    recipe.training.loraRank = 4
    recipe.training.loraAlpha = 8
    change(&recipe)
    return recipe
  }

  func run(
    _ arms: [StudyArm] = arms, recipe: StudyRecipe = recipe(), label: String = "",
    mayResume: Bool = false
  ) throws -> BenchRun {
    let tasks = try suite.taskNames.map(suite.task(named:))
    return try BenchRun(
      configuration: RunConfiguration(
        suite: suite.name, suiteVersion: suite.version,
        dataSHA256: try RunConfiguration.digest(of: tasks),
        model: try ModelIdentity(model, name: "tiny"), compute: model.compute,
        strategies: arms.map {
          StrategyConfiguration(
            name: $0.rawValue, showsDemonstrations: false, sharesAdapter: true,
            study: StudyArmConfiguration(
              arm: $0, data: suite.data, size: suite.size, recipe: recipe, library: Self.library))
        }, seeds: suite.worlds.keys.sorted(), tasks: tasks.map(\.name), demonstrations: 0,
        limit: nil),
      tasks: tasks, label: label, mayResume: mayResume,
      environment: MadeUpRun.environment)
  }

  func solver(library: PromptLibrary = StudyFixtures.library) -> StudyCellSolver {
    StudyCellSolver(
      model: model, suite: suite,
      statements: StudyStatements(
        folder: folder.path + "/study", adapterFolder: folder.path + "/adapters",
        modelName: "tiny", library: library, onNote: { [notes] in notes.add($0) }))
  }

  /// Prompts that leave room in a context of 512 tokens.
  static let library = PromptLibrary(prompts: [
    AugmentationPrompt(
      name: "turning", strategy: .local, instruction: "",
      examples: [.init(input: "Oaks are less tall than pines.", output: "Nothing.")]),
    AugmentationPrompt(
      name: "linking", strategy: .global, instruction: "",
      examples: [.init(input: "All zug are drim.", output: "Nothing.")]),
  ])

  func store(_ name: String = "runs.sqlite") throws -> RunStore {
    try RunStore(path: "\(folder.path)/\(name)", access: .writing)
  }

  /// Runs it to its end.
  func finish(
    _ run: BenchRun, _ store: RunStore, _ solver: (any CellSolver)? = nil
  ) async throws {
    for try await _ in run.events(store: store, solver: solver ?? self.solver()) {}
  }

  /// All answers but what they cost in time.
  func answers(_ store: RunStore) throws -> [ItemResult] {
    try store.results(of: store.run("latest").id).map {
      ItemResult(
        cell: $0.cell, item: $0.item, position: $0.position, answer: $0.answer,
        normalized: $0.normalized, score: $0.score, candidates: $0.candidates,
        expectedLogLikelihood: $0.expectedLogLikelihood,
        cost: Cost(tokens: $0.cost.tokens, seconds: 0))
    }
  }
}

/// Passes on to another solver and breaks off after some answers, or steps of a training.
final class BreakingStudySolver: CellSolver {
  struct Broken: Error {}
  private let solver: StudyCellSolver
  private let answers: Mutex<Int>
  private let steps: Mutex<Int>

  init(_ solver: StudyCellSolver, answers: Int = .max, steps: Int = .max) {
    self.solver = solver
    self.answers = Mutex(answers)
    self.steps = Mutex(steps)
  }

  func solve(
    _ cell: PlannedCell, strategy: StrategyConfiguration, pending: Set<String>,
    plan: [PlannedCell], emit: @escaping @Sendable (CellEvent) throws -> Void
  ) async throws {
    try await solver.solve(cell, strategy: strategy, pending: pending, plan: plan) { event in
      switch event {
      case .answer: try Self.count(self.answers)
      case .trainingStep: try Self.count(self.steps)
      default: break
      }
      try emit(event)
    }
  }

  private static func count(_ left: borrowing Mutex<Int>) throws {
    let isLeft = left.withLock { left in
      left -= 1
      return left >= 0
    }
    if !isLeft { throw Broken() }
  }
}

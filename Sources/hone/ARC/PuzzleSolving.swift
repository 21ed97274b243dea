// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneBench
import HoneFormats
import HoneModel
import Synchronization

/// `hone solve` on a puzzle.
struct PuzzleSolving {
  let puzzle: ARCTask
  let strategies: [ARCStrategy]
  /// Of `ttt`.
  let recipe: ARCRecipe
  let induction: InductionConfiguration
  /// nil where no strategy asks one.
  let model: LanguageModel?
  /// As it was given.
  let modelName: String
  let printsJSON: Bool
  /// Where a page is to be written.
  let html: String?

  /// Solves the puzzle and prints what came of it.
  ///
  /// - Parameter verifiesWeights: Hash the weights before and after.
  func run(verifiesWeights: Bool) async throws {
    let before = verifiesWeights ? await model?.weightsChecksum() : nil
    let progress = ProgressReporter(isQuiet: printsJSON && !Console.errorCapabilities.isLive)
    var entries: [(strategy: String, solution: ARCSolution)] = []
    do {
      for strategy in strategies {
        entries.append((strategy.rawValue, try await solution(strategy, progress)))
      }
      progress.finish()
    } catch {
      progress.finish()
      throw error
    }
    let after = verifiesWeights ? await model?.weightsChecksum() : nil
    if let html { try writePage(entries, to: html) }
    if printsJSON {
      try Console.printJSON(
        ARCSolveReport(
          model: model == nil ? nil : modelName, compute: model?.compute, puzzle: puzzle,
          entries: entries,
          weightsUnchanged: before.map { $0 == after }))
      return
    }
    let text = ARCSolveText(
      model: modelName, weightFormat: model?.weightFormat, compute: model?.compute, puzzle: puzzle,
      entries: entries)
    for line in text.lines() { try Console.print(line) }
    if let line = WeightsText.line(before: before, after: after) { try Console.print(line) }
  }

  private func solution(
    _ strategy: ARCStrategy, _ progress: ProgressReporter
  ) async throws -> ARCSolution {
    if strategy == .induction {
      progress.begin("\(strategy.rawValue)")
      let solution = try await ProgramSolver(configuration: induction).solve(puzzle)
      progress.finish()
      return solution
    }
    let configuration = strategy.configuration(recipe: recipe, induction: induction)
    guard var recipe = configuration.puzzle, let model else {
      preconditionFailure("strategies that ask a model have recipes, and get one")
    }
    recipe.seed = self.recipe.seed
    let solver = try ARCSolver(model: model, recipe: recipe)
    let display = PuzzleDisplay(
      progress, strategy: strategy.rawValue, queryCount: puzzle.queries.count)
    if let induction = configuration.induction {
      progress.begin("\(strategy.rawValue) programs")
      let solution = try await ProgramSolver(configuration: induction).solve(
        puzzle, with: solver, choice: strategy.choice
      ) { display.show($0) }
      progress.finish()
      return solution
    }
    for try await event in solver.solve(puzzle) {
      if case .finished(let solution) = event {
        progress.finish()
        return solution
      }
      display.show(event)
    }
    // A cancelled stream ends without an error.
    throw CancellationError()
  }

  private func writePage(
    _ entries: [(strategy: String, solution: ARCSolution)], to path: String
  ) throws {
    let page = try ARCPage(
      puzzle: puzzle, model: model == nil ? "no model" : modelName, entries: entries
    ).html()
    try AtomicFile.write(page.utf8, to: path)
    Console.error("\(path): \(Quantities.bytes(page.utf8.count))")
  }
}

/// Shows on the console how far a puzzle's solution is.
private final class PuzzleDisplay: Sendable {
  private let progress: ProgressReporter
  private let strategy: String
  private let queryCount: Int
  private let stage = Mutex("")

  init(_ progress: ProgressReporter, strategy: String, queryCount: Int) {
    self.progress = progress
    self.strategy = strategy
    self.queryCount = queryCount
  }

  func show(_ event: ARCEvent) {
    switch event {
    case .trained(let step, let loss, let fraction):
      show("training", fraction, "step \(step), loss \(Quantities.fixed(loss, 3))")
    case .answered(let query, let views, let of):
      show("answers \(query + 1)/\(queryCount)", Double(views) / Double(of), "\(views)/\(of) views")
    case .scored(let query, let views, let of):
      show("scores \(query + 1)/\(queryCount)", Double(views) / Double(of), "\(views)/\(of) views")
    case .finished: break
    }
  }

  private func show(_ title: String, _ fraction: Double, _ note: String) {
    let begins = stage.withLock { stage in
      defer { stage = title }
      return stage != title
    }
    if begins { progress.begin("\(strategy) \(title)") }
    progress.update(fraction: fraction, note: note)
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneBench
import HoneFormats
import HoneModel

/// `hone solve` on a puzzle.
struct PuzzleSolving {
  let puzzle: ARCTask
  let strategies: [ARCStrategy]
  /// Of `ttt`.
  let recipe: ARCRecipe
  let model: LanguageModel
  /// As it was given.
  let modelName: String
  let printsJSON: Bool
  /// Where a page is to be written.
  let html: String?

  /// Solves the puzzle and prints what came of it.
  ///
  /// - Parameter verifiesWeights: Hash the weights before and after.
  func run(verifiesWeights: Bool) async throws {
    let before = verifiesWeights ? await model.weightsChecksum() : nil
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
    let after = verifiesWeights ? await model.weightsChecksum() : nil
    if let html { try writePage(entries, to: html) }
    if printsJSON {
      try Console.printJSON(
        ARCSolveReport(
          model: modelName, compute: model.compute, puzzle: puzzle, entries: entries,
          weightsUnchanged: before.map { $0 == after }))
      return
    }
    let text = ARCSolveText(
      model: modelName, weightFormat: model.weightFormat, compute: model.compute, puzzle: puzzle,
      entries: entries)
    for line in text.lines() { try Console.print(line) }
    if let line = WeightsText.line(before: before, after: after) { try Console.print(line) }
  }

  private func solution(
    _ strategy: ARCStrategy, _ progress: ProgressReporter
  ) async throws -> ARCSolution {
    guard var recipe = strategy.configuration(recipe: recipe).puzzle else {
      preconditionFailure("strategies for puzzles have recipes")
    }
    recipe.seed = self.recipe.seed
    let solver = try ARCSolver(model: model, recipe: recipe)
    var stage = ""
    func show(_ title: String, _ fraction: Double, _ note: String) {
      if title != stage {
        progress.begin("\(strategy.rawValue) \(title)")
        stage = title
      }
      progress.update(fraction: fraction, note: note)
    }
    for try await event in solver.solve(puzzle) {
      switch event {
      case .trained(let step, let loss, let fraction):
        show("training", fraction, "step \(step), loss \(Quantities.fixed(loss, 3))")
      case .answered(let query, let views, let of):
        show(
          "answers \(query + 1)/\(puzzle.queries.count)", Double(views) / Double(of),
          "\(views)/\(of) views")
      case .scored(let query, let views, let of):
        show(
          "scores \(query + 1)/\(puzzle.queries.count)", Double(views) / Double(of),
          "\(views)/\(of) views")
      case .finished(let solution):
        progress.finish()
        return solution
      }
    }
    // A cancelled stream ends without an error.
    throw CancellationError()
  }

  private func writePage(
    _ entries: [(strategy: String, solution: ARCSolution)], to path: String
  ) throws {
    let page = try ARCPage(puzzle: puzzle, model: modelName, entries: entries).html()
    try AtomicFile.write(page.utf8, to: path)
    Console.error("\(path): \(Quantities.bytes(page.utf8.count))")
  }
}

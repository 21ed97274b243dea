// SPDX-License-Identifier: Apache-2.0

/// A puzzle and how it was solved, as one HTML page that needs nothing else: grids and drawings
/// stand in it as SVG, and it has no script.
package struct ARCPage {
  private let puzzle: ARCTask
  private let model: String
  private let entries: [(strategy: String, solution: ARCSolution)]

  /// - Parameters:
  ///   - model: As it was given.
  ///   - entries: What came of the puzzle by each strategy; without any, the page shows the puzzle.
  package init(
    puzzle: ARCTask, model: String, entries: [(strategy: String, solution: ARCSolution)]
  ) {
    self.puzzle = puzzle
    self.model = model
    self.entries = entries
  }

  /// The whole page.
  ///
  /// - Throws: ``ARCError`` (`invalidSetting`) naming each solution that is another puzzle's.
  package func html() throws -> String {
    let problems = entries.filter {
      $0.solution.taskID != puzzle.id || $0.solution.queries.count != puzzle.queries.count
    }.map {
      "\($0.strategy): a solution of \($0.solution.taskID) with "
        + PageNumber.count($0.solution.queries.count, "test input")
        + ", expected \(puzzle.id) with \(puzzle.queries.count)"
    }
    guard problems.isEmpty else {
      throw ARCError(.invalidSetting, problems.joined(separator: "\n"))
    }
    return try PageTemplate.render(ARCPageContent(puzzle, model: model, entries))
  }
}

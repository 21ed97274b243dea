// SPDX-License-Identifier: Apache-2.0
import HoneARC

/// The attempts of a run of puzzles in the competition's form.
package struct RunSubmission: Sendable {
  package let submission: Submission
  package let strategy: String
  package var puzzleCount: Int { submission.entries.count }

  /// - Parameter strategy: Whose attempts; nil where the run has one only, or else for `ttt`.
  /// - Throws: ``BenchError`` for a run of another suite, an unknown strategy, or answers missing.
  package init(_ run: RunRecord, in store: RunStore, strategy: String?) throws {
    guard run.configuration.suite == ARCSuite.name else {
      throw BenchError(
        .mismatch, "\(run.id) is a run of \(run.configuration.suite); submissions are for arc")
    }
    let names = run.configuration.strategies.map(\.name)
    let usual = names.count == 1 ? names[0] : ARCStrategy.testTimeTraining.rawValue
    let name = strategy ?? usual
    guard names.contains(name) else {
      throw BenchError(
        .notFound, "\(run.id) has no strategy \(name); name one of \(names.joined(separator: ", "))"
      )
    }
    guard let seed = run.configuration.seeds.first else {
      throw BenchError(.damaged, "\(run.id): has no seed")
    }
    let results = try store.results(of: run.id, strategy: name).filter { $0.cell.seed == seed }
    let byTask = Dictionary(grouping: results, by: \.cell.task)
    let items = try store.items(of: run.id)
    let entries = try run.configuration.tasks.map { task -> Submission.Entry in
      let answers = (byTask[task] ?? []).sorted { $0.position < $1.position }
      let asked = items[task]?.count ?? 0
      guard answers.count == asked else {
        throw BenchError(
          .mismatch,
          "\(run.id): \(task) has \(answers.count) of \(asked) answers; a submission needs all: "
            + "finish the run with --resume")
      }
      return Submission.Entry(id: task, answers: answers.map { ARCScorer.attempts($0.answer) })
    }
    self.submission = Submission(entries: entries)
    self.strategy = name
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneARC

/// ARC-AGI-1 or any other collection of puzzles of its kind.
///
/// A puzzle is a task, its test inputs are the items; the demonstrations are the puzzle's own. An
/// answer is right if one of two attempts is the expected grid, cell for cell.
/// - SeeAlso: Chollet 2019, arXiv 1911.01547.
package struct ARCSuite: BenchSuite {
  package static let name = "arc"
  package var name: String { Self.name }
  package static let title = "Abstraction and Reasoning Corpus"
  package var title: String { Self.title }
  package var version: Int { 1 }
  package var taskNames: [String] { collection.ids }
  /// A puzzle brings its own.
  package var demonstrationCount: Int { 0 }
  package let collection: ARCCollection

  package init(_ collection: ARCCollection) { self.collection = collection }

  package func task(named name: String) throws -> BenchTask {
    guard let puzzle = collection[name] else {
      throw BenchError(.notFound, "there is no puzzle \(name)")
    }
    return BenchTask(
      name: name, instruction: "",
      items: puzzle.queries.enumerated().map { place, query in
        BenchItem(
          id: "\(place + 1)", input: query.input.description,
          expected: query.output?.description ?? "")
      },
      maxAnswerTokens: 0,
      givenDemonstrations: puzzle.demonstrations.enumerated().map { place, pair in
        BenchItem(
          id: "train \(place + 1)", input: pair.input.description,
          expected: pair.output.description)
      })
  }

  package func scorer(for task: String) -> any AnswerScorer { ARCScorer() }
}

/// Right is the expected grid among the attempts, which stand in the answer with an empty line
/// between them.
package struct ARCScorer: AnswerScorer {
  package let name = "arc-pass@2/1"

  package init() {}

  package func score(_ answer: String, for item: BenchItem) -> AnswerScore {
    let attempts = Self.attempts(answer)
    return AnswerScore(
      normalized: answer, value: attempts.contains { $0.description == item.expected } ? 1 : 0)
  }

  /// The attempts of an answer, at most two.
  package static func attempts(_ answer: String) -> [Grid] {
    answer.split(separator: "\n\n").prefix(ARCTask.maxAttempts).compactMap {
      Grid(digits: String($0))
    }
  }

  /// The answer that makes these attempts.
  package static func answer(_ attempts: [Grid]) -> String {
    attempts.map(\.description).joined(separator: "\n\n")
  }
}

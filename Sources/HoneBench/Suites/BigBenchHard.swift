// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneFormats

/// BIG-Bench Hard: 27 tasks of the BIG-Bench collection that were hard for models of 2022.
///
/// Ten items are shown, the rest is asked, as in the experiments of Akyürek et al. The sentences
/// that put the tasks into words are this project's own.
/// - SeeAlso: Suzgun et al. 2022, arXiv 2210.09261; Akyürek et al. 2024, arXiv 2411.07279, §5.
package struct BigBenchHard: BenchSuite {
  package static let name = "bbh"
  package var name: String { Self.name }
  package var title: String { "BIG-Bench Hard" }
  package var version: Int { 1 }
  package var taskNames: [String] { Self.tasks.map(\.name) }
  package var demonstrationCount: Int { 10 }
  /// The folder with one file for each task.
  private let folder: String

  package init(folder: String) { self.folder = folder }

  package func task(named name: String) throws -> BenchTask {
    guard let wording = Self.tasks.first(where: { $0.name == name }) else {
      throw BenchError(.notFound, "\(self.name) has no task \"\(name)\"")
    }
    let path = "\(folder)/\(name).json"
    guard FileSystem.exists(path) else {
      throw BenchError(
        .notFound,
        "\(path): is not there; fetch the data with: hone data pull \(self.name), or name a folder "
          + "that has it with --data")
    }
    return BenchTask(
      name: name, instruction: wording.sentence + " " + wording.format.sentence,
      items: BenchItem.numbered(try ExampleFile(path: path).examples),
      maxAnswerTokens: wording.format.maxAnswerTokens)
  }

  package func scorer(for task: String) -> any AnswerScorer {
    BigBenchHardScorer(
      format: Self.tasks.first { $0.name == task }?.format ?? .choice)
  }
}

/// What an answer of a task looks like.
package enum AnswerFormat: Sendable, Hashable {
  /// The letter of an option.
  case choice
  /// One of two words.
  case either(String, String)
  case number
  /// Words in their right order.
  case wordList
  /// Closing brackets.
  case brackets

  /// How to answer, in words.
  var sentence: String {
    switch self {
    case .choice: "Answer with the letter of the right option in parentheses, such as (A)."
    case .either(let first, let second): "Answer with \(first) or \(second) only."
    case .number: "Answer with a number only."
    case .wordList: "Answer with the words only, separated by spaces."
    case .brackets: "Answer with the missing closing brackets only, separated by spaces."
    }
  }

  /// Enough for an answer in every tokenizer, and for a few words around it.
  var maxAnswerTokens: Int {
    switch self {
    case .choice, .number: 12
    case .either: 8
    case .wordList: 96
    case .brackets: 16
    }
  }
}

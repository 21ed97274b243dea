// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A user's own suite: a folder with one file of examples for each task.
///
/// A file is `NAME.json`, `{"instruction"?, "examples": [{"input", "output"}…]}`, or `NAME.jsonl`,
/// rows of `{"input", "output"}`, or a task file of `hone solve`, whose demonstrations and queries
/// are all items. An answer is right if it is the expected text, white space at both
/// ends aside.
package struct FolderSuite: BenchSuite {
  package let name: String
  package var title: String { name }
  package var version: Int { 1 }
  package let taskNames: [String]
  package var demonstrationCount: Int { 10 }
  private let files: [String: String]

  /// - Throws: ``BenchError`` if the folder has no such file, or two of one name.
  package init(path: String) throws {
    let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    let last = path.split(separator: "/").last.map(String.init) ?? ""
    name = last.isEmpty || last == "." || last == ".." ? "suite" : last
    let entries: [String]
    do {
      entries = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw BenchError(.notFound, "\(path): the folder cannot be read; check the path")
    }
    var files: [String: String] = [:]
    for entry in entries.sorted() where !entry.hasPrefix(".") {
      guard let dot = entry.lastIndex(of: "."), [".json", ".jsonl"].contains(entry[dot...]) else {
        continue
      }
      let task = String(entry[..<dot])
      guard files.updateValue("\(path)/\(entry)", forKey: task) == nil else {
        throw BenchError(
          .damaged, "\(path): \(task).json and \(task).jsonl are one task; keep one of them")
      }
    }
    guard !files.isEmpty else {
      throw BenchError(
        .damaged,
        "\(path): has no task; expected files NAME.json with {\"examples\": […]} or NAME.jsonl")
    }
    self.files = files
    taskNames = files.keys.sorted()
  }

  package func task(named name: String) throws -> BenchTask {
    guard let path = files[name] else { throw BenchError(.notFound, "there is no task \(name)") }
    let file = try ExampleFile(path: path)
    let longest = file.examples.map(\.output.utf8.count).max() ?? 0
    return BenchTask(
      name: name, instruction: file.instruction ?? "", items: BenchItem.numbered(file.examples),
      // A token is a byte at least.
      maxAnswerTokens: min(256, longest + 4))
  }

  package func scorer(for task: String) -> any AnswerScorer { ExactScorer() }
}

/// Right is the expected text, without white space at both ends of either.
package struct ExactScorer: AnswerScorer {
  package let name = "exact/1"

  package init() {}

  package func score(_ answer: String, for item: BenchItem) -> AnswerScore {
    let answer = answer.trimmingWhitespace()
    return AnswerScore(
      normalized: answer, value: answer == item.expected.trimmingWhitespace() ? 1 : 0)
  }
}

extension BenchItem {
  /// Items named by their places, from 0.
  static func numbered(_ examples: [Demonstration]) -> [BenchItem] {
    examples.enumerated().map { place, example in
      BenchItem(id: "\(place)", input: example.input, expected: example.output)
    }
  }
}

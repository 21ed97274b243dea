// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneTesting
import Testing

/// Puzzles answered by programs, with no model on the machine.
@Suite struct ProgramCommandTests {
  private let command: Command
  private let folder: TemporaryFolder

  init() throws {
    command = try Command()
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/puzzles", withIntermediateDirectories: false)
    for name in ["aa", "bb"] {
      try folder.write("puzzles/\(name).json", Self.puzzle(test: Self.known))
    }
  }

  private static let known =
    #"{"input": [[0, 1, 2], [3, 0, 0]], "output": [[2, 1, 0], [0, 0, 3]]}"#

  private static func puzzle(test: String) -> String {
    """
    {"train": [{"input": [[1, 2, 0], [0, 0, 4]], "output": [[0, 2, 1], [4, 0, 0]]},
               {"input": [[5, 5, 1]], "output": [[1, 5, 5]]}],
     "test": [\(test)]}
    """
  }

  @Test func `a program is printed with the attempt that it makes, without any model`() async throws
  {
    let page = folder.path + "/page.html"
    let outcome = try await command.run([
      "solve", folder.path + "/puzzles/aa.json", "--strategy", "induction", "--html", page,
    ])
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.output.contains("attempt 1, 2×3 ✓"))
    #expect(outcome.output.contains("input | flip-horizontal"))
    #expect(!outcome.output.contains("model:"))
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.contains("<pre class=\"program\">input | flip-horizontal</pre>"))
    #expect(!html.contains("How the votes fell"))
  }

  @Test func `JSON has for each attempt its program and the demonstrations it reproduces`()
    async throws
  {
    try folder.write("open.json", Self.puzzle(test: #"{"input": [[7, 8]]}, {"input": [[1]]}"#))
    let outcome = try await command.run([
      "solve", folder.path + "/open.json", "--strategy", "induction", "--json",
    ])
    #expect(outcome.code == 0, "\(outcome.error)")
    let report = try outcome.json()
    #expect(report["model"] == nil)
    let strategies = try #require(report["strategies"] as? [[String: Any]])
    #expect(strategies.map { $0["strategy"] as? String } == ["induction"])
    #expect(strategies[0]["accuracy"] is NSNull)
    let answers = try #require(strategies[0]["answers"] as? [[String: Any]])
    #expect(answers.count == 2)
    #expect(answers[0]["output"] as? [[Int]] == [[8, 7]])
    let attempts = try #require(answers[0]["attempts"] as? [[String: Any]])
    #expect(attempts[0]["program"] as? String == "input | flip-horizontal")
    #expect(attempts[0]["reproduced"] as? [Bool] == [true, true])
    #expect((attempts[0]["score"] as? Double).map { $0 > 0.5 && $0 <= 1 } == true)
    let search = try #require(answers[0]["search"] as? [String: Any])
    #expect((search["programs"] as? Int).map { $0 > 0 } == true)
    #expect(search["isCutShort"] as? Bool == false)
  }

  @Test func `a run needs no model, is resumed and reported`() async throws {
    let arguments = [
      "bench", "run", "arc", "--data", folder.path + "/puzzles", "--strategies", "induction",
      "--program-length", "2", "--store", folder.path + "/runs.sqlite",
    ]
    let outcome = try await command.run(arguments)
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.output.contains("no model") && outcome.output.contains("100.0 %"))
    let again = try await command.run(arguments + ["--resume", "--json"])
    #expect(again.code == 0, "\(again.error)")
    let report = try await command.run([
      "report", "latest", "--store", folder.path + "/runs.sqlite",
    ])
    #expect(report.code == 0, "\(report.error)")
    #expect(report.output.contains("| induction | programs | 2 | 2 |"))
    #expect(report.output.contains("--program-length 2"))
    #expect(!report.output.contains("--model"))
  }

  @Test func `the ensemble lets a program decide and says whether the model agrees`() async throws {
    let outcome = try await command.run([
      "solve", folder.path + "/puzzles/aa.json", "--strategy", "ensemble", "--model",
      Command.tinyFolder, "--steps", "2", "--json",
    ])
    #expect(outcome.code == 0, "\(outcome.error)")
    let strategies = try #require(try outcome.json()["strategies"] as? [[String: Any]])
    #expect(strategies[0]["trainSteps"] as? Int == 2)
    let answers = try #require(strategies[0]["answers"] as? [[String: Any]])
    let attempts = try #require(answers[0]["attempts"] as? [[String: Any]])
    #expect(attempts[0]["source"] as? String == "program")
    #expect(attempts[0]["agreed"] is Bool)
    #expect(answers[0]["correct"] as? Bool == true)
  }

  @Test func `settings that programs cannot have end with a message`() async throws {
    let path = folder.path + "/puzzles/aa.json"
    for (options, says) in [
      (["--program-length", "9"], "program length 9: expected 1 … 4"),
      (["--without-functions", "nothing-like-it"], "nothing-like-it"),
    ] {
      let outcome = try await command.run(["solve", path, "--strategy", "induction"] + options)
      #expect(outcome.code == 64 || outcome.code == 65, "\(outcome.code)")
      #expect(outcome.error.contains(says), "\(outcome.error)")
    }
    let without = try await command.run([
      "solve", path, "--strategy", "induction", "--without-functions", "flip-horizontal", "--json",
    ])
    #expect(without.code == 0, "\(without.error)")
    #expect(!without.output.contains("flip-horizontal\""))
  }
}

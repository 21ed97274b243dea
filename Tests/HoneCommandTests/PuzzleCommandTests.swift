// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneTesting
import Testing

@Suite struct PuzzleCommandTests {
  private let command: Command
  private let folder: TemporaryFolder

  init() throws {
    command = try Command()
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/puzzles", withIntermediateDirectories: false)
    for name in ["aa", "bb"] { try folder.write("puzzles/\(name).json", Self.puzzle()) }
  }

  private static func puzzle(
    test: String = #"{"input": [[2, 1], [1, 1]], "output": [[1, 2], [2, 2]]}"#
  )
    -> String
  {
    """
    {"train": [{"input": [[1, 2], [2, 2]], "output": [[2, 1], [1, 1]]},
               {"input": [[1, 1], [2, 2]], "output": [[2, 2], [1, 1]]},
               {"input": [[2, 2], [2, 1]], "output": [[1, 1], [1, 2]]}],
     "test": [\(test)]}
    """
  }

  private func solve(_ file: String, _ more: String...) async throws -> Command.Outcome {
    try await command.run(
      ["solve", "\(folder.path)/\(file)", "--model", Command.tinyFolder, "--steps", "4"] + more)
  }

  private func bench(_ more: String...) async throws -> Command.Outcome {
    try await command.run(
      [
        "bench", "run", "arc", "--data", folder.path + "/puzzles", "--model", Command.tinyFolder,
        "--steps", "3", "--scoring-views", "2", "--store", folder.path + "/runs.sqlite",
      ] + more)
  }

  @Test func `a puzzle is answered with two attempts for each test input, as JSON`() async throws {
    let outcome = try await solve(
      "puzzles/aa.json", "--strategy", "icl,ttt", "--json", "--verify-weights", "--seed", "5")
    #expect(outcome.code == 0, "\(outcome.error)")
    let report = try outcome.json()
    #expect(report["task"] as? String == "aa")
    #expect(report["weightsUnchanged"] as? Bool == true)
    let strategies = try #require(report["strategies"] as? [[String: Any]])
    #expect(strategies.map { $0["strategy"] as? String } == ["icl", "ttt"])
    #expect(strategies[1]["trainSteps"] as? Int == 4)
    let answers = try #require(strategies[1]["answers"] as? [[String: Any]])
    #expect(answers.count == 1)
    for attempt in try #require(answers[0]["attempts"] as? [[String: Any]]) {
      #expect(attempt["output"] is [[Int]] && attempt["source"] is String)
      #expect((attempt["score"] as? Double).map { $0 >= 0 && $0 <= 1 } == true)
    }
    #expect(answers[0]["expected"] as? [[Int]] == [[1, 2], [2, 2]])
  }

  @Test func `a puzzle is shown within 80 columns, and on a page`() async throws {
    let page = folder.path + "/page.html"
    let outcome = try await solve("puzzles/aa.json", "--html", page)
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.output.contains("aa: 3 demonstrations, 1 test input"))
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(try String(contentsOfFile: page, encoding: .utf8).hasPrefix("<!DOCTYPE html>"))
  }

  @Test func `the samples of a training are written in the order of its steps`() async throws {
    let path = folder.path + "/samples.jsonl"
    let outcome = try await solve(
      "puzzles/aa.json", "--write-samples", path, "--batch-size", "2")
    #expect(outcome.code == 0, "\(outcome.error)")
    let rows = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    let kept = try #require(rows[0]["keptTokens"] as? [Int])
    #expect(rows.dropFirst().map { $0["step"] as? Int } == [1, 1, 2, 2, 3, 3, 4, 4])
    for row in rows.dropFirst() {
      let ids = try #require(row["ids"] as? [Int])
      #expect(ids.allSatisfy { kept.indices.contains($0) })
      #expect((row["isTarget"] as? [Bool])?.count == ids.count)
    }
  }

  @Test func `a run of puzzles is kept, reported and submitted`() async throws {
    let run = try await bench("--strategies", "icl,ttt", "--json")
    #expect(run.code == 0, "\(run.error)")
    #expect(try run.json()["asked"] as? Int == 4)
    let one = try await bench("--ids", "bb", "--strategies", "ttt", "--json")
    #expect(try one.json()["asked"] as? Int == 1, "\(one.error)")
    let id = try #require(try run.json()["run"] as? String)
    let store = ["--store", folder.path + "/runs.sqlite"]
    let report = try await command.run(["report", id] + store)
    #expect(report.output.contains("## Selection rules"))
    let out = folder.path + "/submission.json"
    let export = try await command.run(
      ["runs", "export", id, "--submission", "--out", out] + store)
    #expect(export.code == 0, "\(export.error)")
    let submission = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: out)))
        as? [String: [[String: [[Int]]]]])
    #expect(submission.keys.sorted() == ["aa", "bb"])
    #expect(submission["aa"]?[0].keys.sorted() == ["attempt_1", "attempt_2"])
  }

  @Test func `Ctrl-C ends the training on a puzzle at once`() async throws {
    let file = folder.path + "/puzzles/aa.json"
    let outcome = try await command.interrupt(
      [
        "solve", file, "--model", Command.tinyFolder, "--seconds-per-task", "100000",
      ], isReady: { $0.contains("ttt training") })
    #expect(outcome.code == 130, "\(outcome.output)")
  }

  @Test(arguments: [
    (#"{"input": [[1, 2], [3]]}"#, "row 2"), (#"{"input": [[1, 10]]}"#, "10"),
    (#"{"input": []}"#, "no rows"), (#"{"output": [[1]]}"#, "input"),
  ])
  func `a broken puzzle is refused with the place`(test: String, says: String) async throws {
    try folder.write("broken.json", Self.puzzle(test: test))
    let outcome = try await solve("broken.json")
    #expect(outcome.code == 65, "\(outcome.error)")
    #expect(outcome.error.contains("broken.json") && outcome.error.contains("test 1"))
    #expect(outcome.error.contains(says))
  }

  @Test func `options that make no sense end with 64`() async throws {
    let wrong = [
      ["--strategy", "zero-shot"], ["--strategy", "ttt-shared"],
      ["--threshold", "2", "--search", "dfs"],
      ["--seconds-per-task", "0"], ["--views", "0"], ["--max-tokens", "5"], ["--input-loss"],
      ["--html", ""], ["--rule", "oracle"],
    ]
    for arguments in wrong {
      let outcome = try await command.run(
        ["solve", folder.path + "/puzzles/aa.json", "--model", Command.tinyFolder] + arguments)
      #expect(outcome.code == 64, "\(arguments): \(outcome.error)")
    }
    #expect(try await bench("--ids", "cc").code == 66)
    #expect(try await bench("--strategies", "zero-shot").code == 64)
    #expect(try await bench("--demonstrations", "3").code == 64)
    let text = try await command.run(["bench", "run", "bbh", "--ids", "aa"])
    #expect(text.code == 64)
  }
}

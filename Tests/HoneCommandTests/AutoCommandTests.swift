// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneTesting
import Testing

@Suite struct AutoCommandTests {
  private let command: Command
  private let task: String

  init() throws {
    command = try Command()
    let outputs = ["the dog", "a cat", "the mat", "dog", "sat", "on"]
    let object: [String: Any] = [
      "name": "words",
      "demonstrations": outputs.enumerated().map { ["input": "x\($0)", "output": $1] },
      "queries": (0..<4).map { ["input": "q\($0)", "output": "the dog"] },
    ]
    task = try command.home.write("task.json", JSONSerialization.data(withJSONObject: object))
  }

  private func run(_ arguments: String...) async throws -> Command.Outcome {
    try await command.run(arguments + ["--model", Command.tinyFolder])
  }

  @Test func `solving with auto says what was chosen and why`() async throws {
    let short = try await run("solve", task, "--strategy", "auto", "--steps", "5")
    #expect(short.code == 0, "\(short.error)")
    #expect(short.output.contains("\nauto: "))
    #expect(!short.output.contains("held out"))
    let long = try await run("solve", task, "--strategy", "auto", "--steps", "5", "--explain")
    #expect(long.code == 0, "\(long.error)")
    for part in ["strategy", "zero-shot", "icl", "ttt-direct", "ttt", "chosen", "held out"] {
      #expect(long.output.contains(part), "\(part) is missing in \(long.output)")
    }
    #expect(long.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func `JSON has the whole decision`() async throws {
    let outcome = try await run("solve", task, "--strategy", "auto", "--steps", "5", "--json")
    #expect(outcome.code == 0, "\(outcome.error)")
    let strategies = try #require(try outcome.json()["strategies"] as? [[String: Any]])
    let decision = try #require(strategies[0]["decision"] as? [String: Any])
    let candidates = try #require(decision["candidates"] as? [[String: Any]])
    #expect(
      candidates.map { $0["strategy"] as? String } == [
        "zero-shot", "icl", "ttt-direct", "ttt-half", "ttt", "ttt-double",
      ])
    for candidate in candidates {
      let estimate = try #require(candidate["estimate"] as? [String: Double])
      #expect((0...1).contains(estimate["mean"] ?? -1))
      #expect((estimate["standardError"] ?? 0) > 0)
      #expect(candidate["work"] is [String: Int])
    }
    #expect((strategies[0]["explanation"] as? String)?.isEmpty == false)
  }

  @Test func `advice judges a task and answers nothing`() async throws {
    let text = try await run("advise", task)
    #expect(text.code == 0, "\(text.error)")
    #expect(text.output.hasPrefix("auto: "))
    #expect(text.output.contains("4 queries"))
    #expect(!text.output.contains("✓") && !text.output.contains("✗"))
    let json = try await run("advise", task, "--json", "--prefer", "speed")
    let object = try json.json()
    #expect(object["task"] as? String == "words")
    #expect((object["decision"] as? [String: Any])?["trainedSteps"] as? Int == 0)
  }

  @Test func `lines of standard input are answered as they come`() async throws {
    let lines = "q0\n\n q1 \nq2\n"
    let arguments = ["solve", task, "--stream", "--steps", "5", "--model", Command.tinyFolder]
    let text = try await command.run(arguments, input: Array(lines.utf8))
    #expect(text.code == 0, "\(text.error)")
    #expect(text.output.split(separator: "\n", omittingEmptySubsequences: false).count == 4)
    #expect(text.error.contains("auto: "))
    let json = try await command.run(arguments + ["--json"], input: Array(lines.utf8))
    #expect(json.code == 0, "\(json.error)")
    let inputs = try json.output.split(separator: "\n").map { line in
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
    }.map { $0?["input"] }
    #expect(inputs == ["q0", "q1", "q2"])
  }

  @Test func `a stream needs no queries of its own, and takes no puzzle`() async throws {
    let file = try command.home.write(
      "open.json",
      #"{"name": "t", "demonstrations": [{"input": "x", "output": "the dog"}]}"#)
    let outcome = try await command.run(
      ["solve", file, "--stream", "--model", Command.tinyFolder], input: Array("y\n".utf8))
    #expect(outcome.code == 0, "\(outcome.error)")
    let refused = try await run("solve", file)
    #expect(refused.code == 65, "\(refused.error)")
  }

  @Test func `auto is what solve does unasked`() async throws {
    let outcome = try await run("solve", task, "--steps", "5", "--json")
    let strategies = try #require(try outcome.json()["strategies"] as? [[String: Any]])
    #expect(strategies.map { $0["strategy"] as? String } == ["auto"])
  }

  @Test func `a budget of a moment is kept to what prompting takes`() async throws {
    let outcome = try await run(
      "solve", task, "--strategy", "auto", "--budget", "0.000001", "--explain")
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.output.contains("note: no strategy answers all queries within"))
  }

  @Test(arguments: [
    (["advise"], "name a task file"),
    (["advise", "task.json", "--docs", "docs"], "exclude each other"),
    (["advise", "--docs", "docs"], "--queries-per-month"),
    (["solve", "task.json", "--strategy", "auto", "--budget", "0"], "--budget"),
    (["solve", "task.json", "--strategy", "auto", "--budget", "nan"], "--budget"),
    (["solve", "task.json", "--strategy", "auto", "--prefer", "luck"], "--prefer"),
    (["solve", "task.json", "--expected-queries", "0"], "--expected-queries"),
    (["solve", "task.json", "--stream", "--strategy", "icl"], "--stream"),
    (["solve", "task.json", "--stream", "--explain"], "--stream"),
  ])
  func `what makes no sense is refused`(arguments: [String], part: String) async throws {
    let outcome = try await command.run(arguments)
    #expect(outcome.code == 64, "\(outcome.error)")
    #expect(outcome.error.contains(part), "\(outcome.error)")
    #expect(outcome.output.isEmpty)
  }
}

// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneTesting
import Testing

@Suite struct PerplexityCommandTests {
  private let command: Command
  private let folder: TemporaryFolder

  init() throws {
    command = try Command()
    folder = try TemporaryFolder()
  }

  private static let text = "The lighthouse keeper counted 1,482 steps on a Tuesday. He slept."
  private static let rows = (0..<7).map {
    #"{"prompt": "\#($0) and", "completion": " \#($0 + 1), then \#($0 * 7)"}"#
  }.joined(separator: "\n")

  private func run(_ arguments: [String]) async throws -> Command.Outcome {
    try await command.run(["perplexity", "--model", Command.tinyFolder] + arguments)
  }

  @Test func `A text's perplexity is that of the scores of its windows`() async throws {
    let path = try folder.write("text.txt", Self.text)
    let arguments = ["--text", path, "--sequence-length", "64"]
    let outcome = try await run(arguments + ["--json"])
    #expect(outcome.code == 0)
    #expect(outcome.error == "")
    let json = try outcome.json()
    #expect(
      Set(json.keys) == [
        "model", "weightFormat", "compute", "text", "available", "sequences", "tokens",
        "scoredTokens", "negativeLogLikelihood", "perplexity", "seconds", "tokensPerSecond",
        "peakMemoryBytes",
      ])
    #expect(json["compute"] as? String == "float32")
    #expect(json["sequences"] as? Int == 1)
    let score = try await command.run(
      "score", "--model", Command.tinyFolder, "--prompt", "", "--completion", Self.text, "--json")
    let sum = try #require(score.json()["logLikelihood"] as? Double)
    let mean = try #require(json["negativeLogLikelihood"] as? Double)
    let count = try #require(json["scoredTokens"] as? Int)
    #expect(json["tokens"] as? Int == count + 1)
    #expect(abs(mean + sum / Double(count)) < 1e-5)
    #expect(try abs(#require(json["perplexity"] as? Double) / exp(mean) - 1) < 1e-9)

    let piped = try await command.run(
      "perplexity", "--model", Command.tinyFolder, "--text", "-", input: Self.text)
    #expect(piped.code == 0)
    #expect(piped.output.contains("text          standard input\nwindows       1\n"))
    #expect(piped.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(!piped.output.contains("±"))
  }

  @Test func `Rows are read as in training and the draw is the seed's`() async throws {
    let path = try folder.write("rows.jsonl", Self.rows)
    let json = try await run(["--data", path, "--json"]).json()
    #expect(json["sequences"] as? Int == 7)
    #expect(json["negativeLogLikelihoodStandardError"] is Double)
    #expect(json["perplexityStandardError"] is Double)
    let report = try #require(json["data"] as? [String: Any])
    #expect(report["lossScope"] as? String == "completion-only")
    #expect(report["targetTokens"] as? Int == json["scoredTokens"] as? Int)
    // mlx-lm's name for it, and batches that do not matter.
    let same = try await run(["--data-path", path, "--json", "--batch-size", "2"]).json()
    let figures = [json, same].compactMap { $0["negativeLogLikelihood"] as? Double }
    #expect(figures.count == 2 && abs(figures[0] - figures[1]) < 1e-6)
    let adapted = try await run([
      "--data", path, "--adapter-path", AdapterCommandTests.adapters + "/peft-default", "--json",
    ]).json()
    #expect(adapted["negativeLogLikelihood"] as? Double != figures[0])

    func drawn(_ seed: String) async throws -> Double? {
      let json = try await run([
        "--data", path, "--num-samples", "2", "--seed", seed, "--loss", "every-token", "--json",
      ]).json()
      #expect(json["sequences"] as? Int == 2 && json["available"] as? Int == 7)
      return json["negativeLogLikelihood"] as? Double
    }
    let first = try await drawn("1")
    #expect(try await drawn("1") == first)
    var others: Set<Double?> = []
    for seed in ["2", "3", "4"] { others.insert(try await drawn(seed)) }
    #expect(others != [first])
  }

  @Test func `People read what counts, on lines of 80 columns`() async throws {
    let path = try folder.write(
      "rows.jsonl", Self.rows + "\n{\"prompt\": \"\", \"completion\": 1}\n")
    let refused = try await run(["--data", path])
    #expect(refused.code == 65)
    #expect(refused.error.contains("line 8"))
    let outcome = try await run(["--data", path, "--skip-bad-rows", "--num-samples", "3"])
    #expect(outcome.code == 0)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.allSatisfy { $0.count <= 80 || $0.hasPrefix("data ") || $0.hasPrefix("model ") })
    #expect(lines.contains("form          completions, loss on completion-only"))
    #expect(lines.contains("              1 row cannot be used, left out"))
    #expect(lines.contains("rows          3 of 7"))
    #expect(lines.contains { $0.hasPrefix("nats a token  ") && $0.contains(" ± ") })
    #expect(lines.contains { $0.hasPrefix("perplexity    ") && $0.contains(" ± ") })
  }

  @Test func `Of a folder the test file is read, or else the validation file`() async throws {
    try folder.write("train.jsonl", Self.rows)
    #expect(try await run(["--data", folder.path]).code == 66)
    for name in ["valid.jsonl", "test.jsonl"] {
      try folder.write(name, Self.rows)
      let json = try await run(["--data", folder.path, "--json"]).json()
      #expect((json["data"] as? [String: Any])?["path"] as? String == "\(folder.path)/\(name)")
    }
  }

  @Test(arguments: [
    ([], 64), (["--text", "x", "--data", "y"], 64), (["--text", "x", "--loss", "every-token"], 64),
    (["--text", "x", "--skip-bad-rows"], 64), (["--data", "y", "--sequence-length", "8"], 64),
    (["--text", "x", "--sequence-length", "1"], 64), (["--data", "y", "--num-samples", "0"], 64),
    (["--data", "y", "--batch-size", "0"], 64), (["--data", "y", "--max-seq-length", "1"], 64),
    (["--text", "/none/there.txt"], 66), (["--data", "/none/there.jsonl"], 66),
    (["--text", "/dev/null"], 66), (["--text", "-"], 65),
  ])
  func `Arguments that do not fit, and texts without a token, are told`(
    arguments: [String], code: Int
  ) async throws {
    let outcome = try await run(arguments)
    #expect(outcome.code == code, "\(outcome)")
    #expect(outcome.output == "" && outcome.error.hasPrefix("hone: error: "))
  }

  @Test func `A window or row longer than the context is told`() async throws {
    let path = try folder.write("text.txt", Self.text)
    #expect(try await run(["--text", path, "--sequence-length", "513"]).code == 64)
    #expect(try await run(["--data", path, "--max-seq-length", "513"]).code == 64)
  }

  @Test func `Ctrl-C ends it with 130`() async throws {
    let path = try folder.write("text.txt", String(repeating: Self.text, count: 300_000))
    let outcome = try await command.interrupt(
      ["perplexity", "--model", Command.tinyFolder, "--text", path]
    ) { $0.contains("scoring") }
    #expect(outcome.code == 130)
    #expect(outcome.output.contains("hone: interrupted"))
  }

  @Test func `Help fits 80 columns`() async throws {
    let outcome = try await command.run("perplexity", "--help")
    #expect(outcome.code == 0)
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }
}

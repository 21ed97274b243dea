// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite struct BenchAccuracyCommandTests {
  private let command: Command
  private let text: String

  init() throws {
    command = try Command()
    text = try command.home.write("text.txt", Data(Self.contents.utf8))
  }

  private static let contents = (0..<60).map { "Line \($0): the quick brown fox.\n" }.joined()

  /// Small enough for the tiny model's context of 512 tokens, and for a debug build.
  private static let small = [
    "bench", "accuracy", "--model", Command.tinyFolder, "--tokens", "40", "--window", "16",
    "--train-tokens", "12", "--lora-rank", "2", "--samples", "2", "--sample-tokens", "10",
    "--steps", "11", "--trainings", "2",
  ]

  @Test func `bench accuracy prints one JSON object with every figure`() async throws {
    let outcome = try await command.run(Self.small + ["--text", text, "--json"])
    #expect(outcome.code == 0)
    #expect(outcome.output.split(separator: "\n").count == 1)
    let json = try outcome.json()
    for key in [
      "perplexityFloat32", "perplexityInt8", "logLikelihoodMeanAbsoluteDifference",
      "topTokenAgreement", "gradientCosine", "gradientAtStartCosine", "gradientRelativeError",
      "lossBeforeTrainingFloat32", "lossBeforeTrainingInt8", "lossOfLastStepsFloat32",
      "lossOfLastStepsInt8", "lossAfterStepsFloat32", "lossAfterStepsInt8",
      "lossAfterStepsInt8RunInFloat32", "learningRate", "peakMemoryBytes", "scoredTokens",
      "lossAfterStepsStandardErrorPercent", "lossOfLastStepsStandardErrorPercent",
      "lossAfterStepsRunInFloat32StandardErrorPercent", "lossAfterStepsFloat32SeedDeviationPercent",
      "textTokens", "threads",
    ] {
      #expect(try #require(json[key] as? Double) > 0, "\(key)")
    }
    for key in [
      "perplexityDifferencePercent", "lossOfLastStepsDifferencePercent",
      "lossAfterStepsDifferencePercent", "lossAfterStepsRunInFloat32DifferencePercent",
    ] {
      #expect(abs(try #require(json[key] as? Double)) < 5, "\(key)")
    }
    for key in ["gradientCosineWorst", "gradientAtStartCosineWorst"] {
      let worst = try #require(json[key] as? [String: Any])
      #expect(worst["layer"] is Int)
      #expect((worst["module"] as? String)?.hasSuffix("_proj") == true)
      #expect(try #require(worst["cosine"] as? Double) > 0.9)
    }
    #expect(json["compute"] as? String == "int8")
    #expect(json["model"] as? String == Command.tinyFolder)
    #expect(json["text"] as? String == text)
    #expect((json["settings"] as? [String: Any])?["steps"] as? Int == 11)
  }

  @Test func `bench accuracy names the text by its hash, also from standard input`()
    async throws
  {
    let outcome = try await command.run(
      Self.small + ["--text", "-", "--json"], input: Array("abc\n".utf8) + Self.contents.utf8)
    let json = try outcome.json()
    #expect(json["text"] as? String == "standard input")
    let file = try await command.run(Self.small + ["--text", text, "--json"]).json()
    let (a, b) = (json["textSHA256"] as? String, file["textSHA256"] as? String)
    #expect(a?.count == 64)
    #expect(b?.count == 64)
    #expect(a != b)
  }

  @Test func `bench accuracy prints a table of 80 columns`() async throws {
    let outcome = try await command.run(Self.small + ["--text", text])
    #expect(outcome.code == 0)
    for row in [
      "perplexity of 37 tokens", "likeliest token the same", "cosine of the gradient, 2 × 12",
      "worst, layers.", "the same at B = 0", "loss of steps 2 … 11", "both run in float32",
      "means of 2 trainings",
    ] {
      #expect(outcome.output.contains(row), "\(row)")
    }
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test(arguments: [
    (["--trainings", "0"], 64, "--trainings 0"),
    (["--steps", "0"], 64, "--steps 0: expected 1 … 1000000"),
    (["--window", "1"], 64, "--window 1"), (["--batch-size", "3"], 64, "--batch-size 3"),
    (["--learning-rate", "2"], 64, "--learning-rate 2.0"),
    (["--threads", "0"], 64, "--threads 0"), (["--samples", "0"], 64, "--samples 0"),
    (["--tokens", "1000000"], 65, "1000000 are needed"),
    (["--window", "600", "--tokens", "600"], 65, "context"),
  ])
  func `bench accuracy refuses what cannot be run`(
    extra: [String], code: Int, message: String
  ) async throws {
    let outcome = try await command.run(Self.small + ["--text", text] + extra)
    #expect(outcome.code == code)
    #expect(outcome.output == "")
    #expect(outcome.error.contains("hone: error: "))
    #expect(outcome.error.contains(message))
  }

  @Test func `bench accuracy refuses texts that it cannot read`() async throws {
    func outcome(_ path: String) async throws -> Command.Outcome {
      try await command.run(Self.small + ["--text", path])
    }
    let missing = try await outcome(command.home.path + "/nothing.txt")
    #expect(missing.code == 66)
    #expect(missing.error.contains("nothing.txt"))
    #expect(try await outcome(command.home.path).code == 66)
    let binary = try command.home.write("binary", Data([0x41, 0xFF, 0xFE, 0x42]))
    let invalid = try await outcome(binary)
    #expect(invalid.code == 65)
    #expect(invalid.error.contains("UTF-8"))
    let empty = try await outcome(try command.home.write("empty", Data()))
    #expect(empty.code == 65)
    #expect(empty.error.contains("the text has 0 tokens, 40 are needed"))
    #expect(try await command.run(Self.small).code == 64)
  }

  @Test func `SIGINT ends bench accuracy`() async throws {
    let outcome = try await command.interrupt(
      Self.small + ["--text", text, "--steps", "1000000"]
    ) { $0.contains("int8: training") }
    #expect(outcome.code == 130)
  }

  @Test func `Help of bench accuracy fits 80 columns`() async throws {
    let outcome = try await command.run("bench", "accuracy", "--help")
    #expect(outcome.code == 0)
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }
}

// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite struct VerbTests {
  private let command: Command
  init() throws { command = try Command() }

  @Test func `Version and help go to standard output`() async throws {
    #expect(try await command.run("--version").output == "0.1.0\n")
    let bare = try await command.run()
    let help = try await command.run("--help")
    #expect(bare.code == 0)
    #expect(bare.output == help.output)
    for verb in ["generate", "chat", "score", "tokenize", "models"] {
      #expect(help.output.contains("\n  \(verb) "))
    }
  }

  @Test(arguments: [
    "--help", "generate --help", "chat --help", "score --help", "tokenize --help",
    "models --help", "models pull --help", "models list --help", "models inspect --help",
  ])
  func `Help fits 80 columns`(line: String) async throws {
    let outcome = try await command.run(line.split(separator: " ").map(String.init))
    #expect(outcome.code == 0)
    #expect(outcome.error == "")
    #expect(outcome.output.hasPrefix("OVERVIEW: "))
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func `generate prints one JSON object with its keys`() async throws {
    let arguments = [
      "generate", "--model", Command.tinyModel, "--max-tokens", "5", "--prompt", "hello",
    ]
    let outcome = try await command.run(arguments + ["--json"])
    #expect(outcome.code == 0)
    #expect(outcome.error == "")
    #expect(outcome.output.split(separator: "\n").count == 1)
    let json = try outcome.json()
    #expect(
      Set(json.keys) == [
        "text", "promptTokens", "generationTokens", "promptTokensPerSecond",
        "generationTokensPerSecond", "peakMemoryBytes", "finishReason", "compute",
        "acceptedTokens", "passes",
      ])
    #expect(json["compute"] as? String == "float32")
    #expect(json["promptTokens"] as? Int == 5)
    #expect(json["generationTokens"] as? Int == 5)
    // The same text streams out without --json, and from standard input, on any threads.
    let text = try #require(json["text"] as? String)
    #expect(try await command.run(arguments).output == text + "\n")
    let piped = try await command.run(
      "generate", "--model", Command.tinyModel, "--max-tokens", "5", "--prompt", "-", "--threads",
      "1", input: "hello")
    #expect(piped.output == text + "\n")
    #expect(piped.error.contains("peak memory"))
  }

  @Test func `generate draws the same with the same seed and ends before a stop text`()
    async throws
  {
    func text(_ extra: String...) async throws -> String {
      let outcome = try await command.run(
        ["generate", "--model", Command.tinyModel, "--max-tokens", "20", "--prompt", "hello"]
          + ["--json"] + extra)
      return try #require(outcome.json()["text"] as? String)
    }
    let drawn = try await text("--temp", "1", "--seed", "7")
    #expect(try await text("--temp", "1", "--seed", "7") == drawn)
    #expect(try await text("--temp", "1", "--seed", "8") != drawn)
    #expect(try await text("--temp", "1", "--seed", "7", "--top-k", "1") == text())
    let whole = try await text()
    let stop = String(whole.dropFirst(3).prefix(1))
    let end = try #require(whole.firstRange(of: stop)).lowerBound
    #expect(try await text("--stop", stop) == String(whole[..<end]))
  }

  @Test func `generate writes the same text sooner with guesses at it`() async throws {
    let arguments = [
      "generate", "--model", Command.tinyModel, "--max-tokens", "30", "--prompt", "x",
    ]
    let plain = try await command.run(arguments + ["--json"]).json()
    let text = try #require(plain["text"] as? String)
    #expect(plain["acceptedTokens"] as? Int == 0)
    #expect(plain["passes"] as? Int == 30)
    let file = try command.home.write("guess.txt", text)
    for guesses in [["@" + file], ["nothing like it", "@" + file], [text, ""]] {
      let extra = guesses.flatMap { ["--guess", $0] }
      let json = try await command.run(arguments + ["--json"] + extra).json()
      #expect(json["text"] as? String == text)
      let accepted = try #require(json["acceptedTokens"] as? Int)
      #expect(json["passes"] as? Int == 30 - accepted)
      let outcome = try await command.run(arguments + extra)
      #expect(outcome.output == text + "\n")
      #expect(outcome.error.contains("guessed") == (accepted > 0))
    }
    let broken = try command.home.write("broken.txt", [0x61, 0xFF])
    for (extra, code, says) in [
      (["--guess", "@/no/such/file"], 66, "/no/such/file"),
      (["--guess", "@" + broken], 65, "UTF-8"),
      (["--guess", "x", "--temp", "0.5"], 64, "--guess needs --temp 0"),
    ] {
      let outcome = try await command.run(arguments + extra)
      #expect(outcome.code == code, "\(outcome.error)")
      #expect(outcome.error.contains(says))
      #expect(outcome.output == "")
    }
  }

  @Test func `tokenize prints ids and tokens`() async throws {
    let arguments = ["tokenize", "--model", Command.tinyModel, "--text", "hi \n"]
    let json = try await command.run(arguments + ["--json"]).json()
    #expect(Set(json.keys) == ["ids", "tokens"])
    #expect(json["tokens"] as? [String] == ["h", "i", "Ġ", "Ċ"])
    let ids = try #require(json["ids"] as? [Int])
    let listing = try await command.run(arguments)
    #expect(
      listing.output.split(separator: "\n").map { $0.filter { $0 != " " } } == [
        "IDTEXT", "\(ids[0])\"h\"", "\(ids[1])\"i\"", "\(ids[2])\"\"", "\(ids[3])\"\\n\"",
      ])
    #expect(listing.error == "4 tokens\n")
  }

  @Test func `score gives each token of the completion and their sum`() async throws {
    func scores(_ prompt: String, _ completion: String) async throws -> (Double, [Double]) {
      let json = try await command.run(
        "score", "--json", "--model", Command.tinyModel, "--prompt", prompt, "--completion",
        completion
      ).json()
      #expect(Set(json.keys) == ["compute", "logLikelihood", "tokenLogLikelihoods"])
      #expect(json["compute"] as? String == "float32")
      return (
        try #require(json["logLikelihood"] as? Double),
        try #require(json["tokenLogLikelihoods"] as? [Double])
      )
    }
    let (sum, parts) = try await scores("ab", "cd")
    #expect(parts.count == 2)
    #expect(abs(sum - parts.reduce(0, +)) < 1e-4)
    #expect(parts.allSatisfy { $0 < 0 })
    // The whole text is scored from its second token, the last two of which are those.
    let (_, whole) = try await scores("", "abcd")
    #expect(whole.count == 3)
    for (a, b) in zip(whole.suffix(2), parts) { #expect(abs(a - b) < 1e-4) }
  }

  @Test func `Quantised models run in int8 where that is fast, and every verb says so`()
    async throws
  {
    let doctor = try await command.run("doctor", "--json").json()
    let kernels = try #require(doctor["kernels"] as? [String: Any])
    let best = try #require(kernels["hasFastInt8"] as? Bool) ? "int8" : "float32"
    let quantized = Command.root + "/Tests/Fixtures/tiny-llama-gguf/model-q8_0.gguf"
    let task = try command.home.write(
      "task.json",
      #"{"name": "t", "demonstrations": [{"input": "a", "output": "b"}],"#
        + #" "queries": [{"input": "c"}]}"#)
    let generate = ["generate", "--prompt", "x", "--max-tokens", "2"]
    let solve = ["solve", task, "--strategy", "zero-shot"]
    let bench = ["bench", "speed", "--only", "prompt", "--prompt-tokens", "4", "--repeats", "1"]
    let score = ["score", "--prompt", "x", "--completion", "y"]
    func compute(_ verb: [String], _ extra: String..., model: String) async throws -> String? {
      try await command.run(verb + ["--json", "--model", model] + extra).json()["compute"]
        as? String
    }
    for verb in [generate, solve, bench] {
      #expect(try await compute(verb, model: quantized) == best)
      #expect(try await compute(verb, model: Command.tinyModel) == "float32")
      #expect(try await compute(verb, "--compute", "float32", model: quantized) == "float32")
      #expect(try await compute(verb, "--compute", "int8", model: Command.tinyModel) == "int8")
    }
    // Likelihoods are to agree with other software's.
    #expect(try await compute(score, model: quantized) == "float32")
    #expect(try await compute(score, "--compute", "auto", model: quantized) == best)
    // For people, too.
    #expect(try await command.run(solve + ["--model", quantized]).output.contains("in \(best)\n"))
    #expect(try await command.run(generate + ["--model", quantized]).error.contains("; \(best),"))
  }

  @Test func `A folder and a GGUF file of one model give the same`() async throws {
    for verb in [["score", "--prompt", "ab", "--completion", "cd"], ["tokenize", "--text", "ab"]] {
      let a = try await command.run(verb + ["--json", "--model", Command.tinyModel])
      let b = try await command.run(verb + ["--json", "--model", Command.tinyFolder])
      #expect(a.code == 0)
      #expect(a.output == b.output)
    }
  }

  @Test func `models list tells what is there`() async throws {
    let json = try await command.run("models", "list", "--json").json()
    let models = try #require(json["models"] as? [[String: Any]])
    let model = try #require(models.first)
    #expect(model["name"] as? String == "smollm2-135m")
    #expect(model["status"] as? String == "absent")
    #expect(model["sizeBytes"] as? Int == 98_362_432)
    #expect(model["license"] as? String == "Apache-2.0")
    let path = try #require(model["path"] as? String)
    #expect(path.hasPrefix(command.home.path))
    #expect(try await command.run("models", "list").output.contains("not pulled"))
  }

  @Test(arguments: [Command.tinyModel, Command.tinyFolder])
  func `models inspect reads what the files say`(model: String) async throws {
    let json = try await command.run("models", "inspect", model, "--json").json()
    #expect(json["architecture"] as? String == "llama")
    #expect(json["contextLength"] as? Int == 512)
    #expect(json["vocabSize"] as? Int == 320)
    #expect(json["hasChatTemplate"] as? Bool == false)
    #expect(json["sha256"] == nil)
    let formats = try #require(json["weightFormats"] as? [[String: Any]])
    #expect(formats.map { $0["format"] as? String } == ["F32"])
    let sum = try await command.run("models", "inspect", model, "--checksum", "--json").json()
    let digest = try #require(sum["sha256"] as? String)
    #expect(digest.count == 64)
    let text = try await command.run("models", "inspect", model, "--checksum")
    #expect(text.output.contains(digest))
    #expect(text.output.contains("F32"))
  }
}

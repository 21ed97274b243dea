// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite struct AdapterCommandTests {
  private let command: Command
  init() throws { command = try Command() }

  static let adapters = Command.root + "/Tests/Fixtures/adapters"

  @Test(arguments: ["peft-default", "mlx"])
  func `score, generate and chat take an adapter`(name: String) async throws {
    let adapter = ["--adapter-path", Self.adapters + "/" + name]
    let score = [
      "score", "--model", Command.tinyFolder, "--prompt", "the dog", "--completion", " sleeps",
      "--json",
    ]
    let base = try await command.run(score).json()["logLikelihood"] as? Double
    let adapted = try await command.run(score + adapter).json()["logLikelihood"] as? Double
    #expect(try abs(#require(base) - #require(adapted)) > 0.01)

    let generate = ["generate", "--model", Command.tinyFolder, "--prompt", "the dog"]
    let text = try await command.run(generate + ["--max-tokens", "8"] + adapter)
    #expect(text.code == 0)
    #expect(try await command.run(generate + ["--max-tokens", "8"]).output != text.output)
    let help = try await command.run("chat", "--help")
    #expect(help.output.contains("--adapter-path"))
  }

  @Test func `An adapter that cannot be used ends the command with its reason`() async throws {
    func run(_ path: String) async throws -> Command.Outcome {
      try await command.run(
        "generate", "--model", Command.tinyFolder, "--prompt", "a", "--adapter-path", path)
    }
    let missing = try await run(command.home.path + "/none")
    #expect(missing.code == 66)
    #expect(missing.error.contains("none"))
    let empty = try await run(command.home.path)
    #expect(empty.code == 66)
    #expect(empty.error.contains("adapter_config.json"))
    try command.home.write("adapter_config.json", "{\"peft_type\": \"LOHA\"}")
    let other = try await run(command.home.path)
    #expect(other.code == 65)
    #expect(other.error.contains("LOHA"))
    #expect(try await run("").code == 64)
  }

  // MARK: Export and fuse

  @Test func `export writes models and adapters that the command reads`() async throws {
    let home = command.home.path
    func export(_ arguments: String...) async throws -> Command.Outcome {
      try await command.run(["export", "--model", Command.tinyFolder] + arguments)
    }
    let gguf = try await export("--format", "gguf", "--save-path", home + "/m.gguf", "--json")
    #expect(gguf.code == 0)
    let json = try gguf.json()
    #expect(json["tensors"] as? [String: Int] == ["F32": 20])
    #expect(try #require(json["sizeBytes"] as? Int) > 400_000)
    let folder = try await export("--format", "safetensors", "--save-path", home + "/m")
    #expect(folder.code == 0)
    #expect(folder.output.contains("20 F32"))
    let mlx = ["--adapter-path", Self.adapters + "/mlx"]
    for (format, name) in [("peft", "a"), ("gguf-lora", "a.gguf")] {
      let outcome = try await command.run(
        ["export", "--model", Command.tinyFolder, "--format", format, "--save-path"]
          + [home + "/" + name] + mlx)
      #expect(outcome.code == 0, "\(outcome.error)")
      #expect(outcome.output.contains("q_proj"))
    }
    func text(_ model: String, _ adapter: String) async throws -> String {
      try await command.run(
        "generate", "--model", model, "--prompt", "the dog", "--max-tokens", "8",
        "--adapter-path", adapter
      ).output
    }
    let expected = try await text(Command.tinyFolder, Self.adapters + "/mlx")
    #expect(expected.count > 1)
    for model in ["/m", "/m.gguf"] {
      #expect(try await text(home + model, home + "/a") == expected)
    }
    let again = try await export("--format", "gguf", "--save-path", home + "/m.gguf")
    #expect(again.code == 65)
    #expect(again.error.contains("exists already"))
  }

  @Test(arguments: [
    ["--format", "gguf-lora"], ["--format", "peft"], ["--format", "onnx"],
    ["--format", "gguf", "--adapter-path", "x"], ["--format", "safetensors", "--outtype", "q8_0"],
    ["--format", "gguf", "--outtype", "q6_k"],
    ["--format", "peft", "--adapter-path", "x", "--outtype", "f16"],
  ])
  func `export refuses what makes no sense`(arguments: [String]) async throws {
    let outcome = try await command.run(
      ["export", "--model", Command.tinyFolder, "--save-path", command.home.path + "/out"]
        + arguments)
    #expect(outcome.code == 64)
    #expect(outcome.error.hasPrefix("hone: error: "))
    #expect(command.home.names == [])
  }

  @Test func `fuse merges and says what it cost`() async throws {
    let adapter = ["--adapter-path", Self.adapters + "/peft-default", "--threads", "1"]
    let fuse = ["fuse", "--model", Command.tinyFolder] + adapter
    let outcome = try await command.run(fuse + ["--save-path", command.home.path + "/merged"])
    #expect(outcome.code == 0, "\(outcome.error)")
    for part in ["KL(adapter ‖ base)", "KL(adapter ‖ merged)", "largest difference", "20 F32"] {
      #expect(outcome.output.contains(part), "\(part)")
    }
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.contains("/") })
    let json = try await command.run(
      fuse + ["--save-path", command.home.path + "/other", "--json", "--text", "-"],
      input: Array("the dog sleeps".utf8)
    ).json()
    let proof = try #require(json["proof"] as? [String: Any])
    #expect(try #require(proof["maxLogitDifference"] as? Double) < 1e-4)
    #expect(try #require(proof["tokens"] as? Int) < 14)

    let text = ["--prompt", "the dog", "--max-tokens", "8"]
    let merged = try await command.run(
      ["generate", "--model", command.home.path + "/merged"] + text)
    let beside = try await command.run(
      ["generate", "--model", Command.tinyFolder] + adapter + text)
    #expect(merged.output == beside.output)
  }

  @Test(arguments: [
    (["--outtype", "f16"], 64), (["--dequantize", "--outtype", "q8_0"], 64),
    (["--text", "/nonexistent/text"], 66), (["--adapter-path", "/nonexistent"], 66),
  ])
  func `fuse refuses what cannot be done`(extra: [String], code: Int) async throws {
    var arguments = [
      "fuse", "--model", Command.tinyFolder, "--save-path", command.home.path + "/out",
    ]
    if !extra.contains("--adapter-path") {
      arguments += ["--adapter-path", Self.adapters + "/peft-default"]
    }
    let outcome = try await command.run(arguments + extra)
    #expect(outcome.code == code)
    #expect(outcome.error.hasPrefix("hone: error: "))
    #expect(command.home.names == [])
  }

  @Test(arguments: ["export --help", "fuse --help"])
  func `Help fits 80 columns`(line: String) async throws {
    let outcome = try await command.run(line.split(separator: " ").map(String.init))
    #expect(outcome.code == 0)
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }
}

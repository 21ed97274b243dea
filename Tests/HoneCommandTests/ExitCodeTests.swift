// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite struct ExitCodeTests {
  private let command: Command
  init() throws { command = try Command() }

  @Test(arguments: [
    "--no-such-flag", "nonsense", "generate", "generate --prompt", "generate --prompt x --top-k -1",
    "generate --prompt x --max-tokens 0", "generate --prompt x --max-tokens many",
    "generate --prompt x --temp -1", "generate --prompt x --temp nan",
    "generate --prompt x --top-p 0", "generate --prompt x --min-p 2",
    "generate --prompt x --seed -1", "generate --prompt x --threads 0",
    "generate --prompt x --system-prompt y", "generate --prompt x --model=",
    "generate --prompt x --stop=", "generate --prompt x --maxTokens 3", "score --prompt x",
    "score --prompt - --completion -", "tokenize", "models pull", "models inspect",
  ])
  func `Wrong usage ends with 64`(line: String) async throws {
    let outcome = try await command.run(
      line.split(separator: " ").map(String.init) + ["--json"].filter { _ in line.count > 30 })
    #expect(outcome.code == 64)
    #expect(outcome.output == "")
    #expect(outcome.error.hasPrefix("hone: error: "))
    #expect(outcome.error.contains("Usage: hone"))
    #expect(outcome.error.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(outcome.error)")
  }

  @Test(arguments: [
    ("smollm2-135m", "hone models pull smollm2-135m"), ("no-such-model", "known: smollm2-135m"),
    ("/no/such/file.gguf", "/no/such/file.gguf"), ("/dev/null", "/dev/null"),
  ])
  func `A model that cannot be read ends with 66`(model: String, says: String) async throws {
    for verb in [
      ["generate", "--prompt", "x", "--model"], ["tokenize", "--text", "x", "--model"],
      ["score", "--prompt", "", "--completion", "x", "--model"], ["models", "inspect"],
    ] {
      let outcome = try await command.run(verb + [model, "--json"])
      #expect(outcome.code == 66, "\(verb) \(outcome.error)")
      #expect(outcome.output == "")
      #expect(outcome.error.hasPrefix("hone: error: "))
      #expect(outcome.error.contains(says))
    }
  }

  @Test func `A prompt that is not UTF-8 ends with 65`() async throws {
    for verb in [["generate", "--prompt"], ["tokenize", "--text"]] {
      let outcome = try await command.run(
        verb + ["-", "--model", Command.tinyModel], input: [0x61, 0xFF, 0x62])
      #expect(outcome.code == 65)
      #expect(outcome.output == "")
      #expect(outcome.error.contains("UTF-8"))
    }
  }

  @Test func `A prompt longer than the context ends with 65`() async throws {
    let outcome = try await command.run(
      "generate", "--prompt", "-", "--model", Command.tinyModel,
      input: String(repeating: "word ", count: 1000))
    #expect(outcome.code == 65)
    #expect(outcome.error.contains("512"))
  }

  @Test func `A conversation without a template ends with 65`() async throws {
    for verb in [["generate", "--chat", "--prompt", "x"], ["chat"]] {
      let outcome = try await command.run(verb + ["--model", Command.tinyModel])
      #expect(outcome.code == 65)
      #expect(outcome.error.contains("chat template"))
    }
  }

  @Test func `A truncated or damaged model ends with 65 wherever it is cut`() async throws {
    let model = try Data(contentsOf: URL(fileURLWithPath: Command.tinyModel))
    for count in [0, 3, 4, 10, 24, 25, 100, 1000, 5000, 7000, model.count / 2, model.count - 1] {
      let file = try command.home.write("cut.gguf", model.prefix(count))
      let outcome = try await command.run("generate", "--prompt", "x", "--json", "--model", file)
      #expect(outcome.code == 65, "cut to \(count): \(outcome.error)")
      #expect(outcome.output == "")
      #expect(outcome.error.hasPrefix("hone: error: \(file): "))
    }
  }

  @Test func `A byte that is wrong anywhere in the head never ends the command by a signal`()
    async throws
  {
    let model = try Data(contentsOf: URL(fileURLWithPath: Command.tinyModel))
    for position in stride(from: 0, to: 7400, by: 197) {
      var damaged = model
      damaged[position] ^= 0xA5
      let file = try command.home.write("damaged.gguf", damaged)
      let outcome = try await command.run(
        "generate", "--prompt", "x", "--max-tokens", "1", "--json", "--model", file)
      #expect([0, 65].contains(outcome.code), "byte \(position): \(outcome.error)")
    }
  }

  @Test(arguments: [(">/dev/full", 70), (">&-", 70), ("<&-", 66)])
  func `A standard stream that does not work is said`(redirection: String, code: Int)
    async throws
  {
    let shell = try command.home.script(
      "redirect",
      "'\(Command.executable)' tokenize --text - --model '\(Command.tinyModel)' \(redirection)")
    let outcome = try await command.run(script: shell, input: "x")
    #expect(outcome.code == code)
    #expect(outcome.error.hasPrefix("hone: error: standard "))
  }

  @Test func `A reader that goes away ends the command quietly`() async throws {
    let shell = try command.home.script(
      "pipe",
      "'\(Command.executable)' generate --max-tokens 400 --prompt x --model "
        + "'\(Command.tinyModel)' | true")
    let outcome = try await command.run(script: shell)
    #expect(outcome.code == 0)
    #expect(outcome.error == "" || outcome.error.hasPrefix("prompt "))
  }

  @Test func `What a template or a path says cannot steer the terminal`() async throws {
    let folder = command.home.path
    for name in ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/\(name)", withDestinationPath: "\(Command.tinyFolder)/\(name)")
    }
    try command.home.write(
      "chat_template.jinja", "{{ raise_exception('a\u{1B}[2Jb\u{7}\nsecond line') }}")
    let outcome = try await command.run("generate", "--chat", "--prompt", "x", "--model", folder)
    #expect(outcome.code == 65)
    #expect(outcome.error.contains(#"a\u{1b}[2Jb\u{7}"# + "\nsecond line"))
    let missing = try await command.run("tokenize", "--text", "x", "--model", "/none/\u{1B}]0;x")
    #expect(missing.code == 66)
    #expect(missing.error.contains(#"\u{1b}]0;x"#) && !missing.error.contains("\u{1B}"))
  }
}

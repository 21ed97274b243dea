// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite struct ChatTests {
  private let command: Command
  private let model: String

  init() throws {
    command = try Command()
    let template =
      "{% for m in messages %}{{ m.role[:1] }}:{{ m.content }};{% endfor %}"
      + "{% if add_generation_prompt %}a:{% endif %}"
    let tiny = try Data(contentsOf: URL(fileURLWithPath: Command.tinyModel))
    model = try command.home.write("chat.gguf", Self.add(template, to: tiny))
  }

  /// Puts a chat template before the other metadata, as long as an alignment's multiple, so that
  /// the tensors need not be moved.
  private static func add(_ template: String, to model: Data) -> Data {
    func bytes(_ value: some FixedWidthInteger) -> Data {
      withUnsafeBytes(of: value.littleEndian) { Data($0) }
    }
    let key = "tokenizer.chat_template"
    let length = 8 + key.utf8.count + 4 + 8 + template.utf8.count
    let comment = "{#" + String(repeating: " ", count: 31 - (length + 3) % 32) + "#}"
    let template = template + comment
    let entry =
      bytes(UInt64(key.utf8.count)) + Data(key.utf8) + bytes(UInt32(8))
      + bytes(UInt64(template.utf8.count)) + Data(template.utf8)
    let count = model[16..<24].enumerated().reduce(UInt64(0)) {
      $0 | UInt64($1.element) << (8 * UInt64($1.offset))
    }
    return model[..<16] + bytes(count + 1) + entry + model[24...]
  }

  private func chat(_ lines: String..., maxTokens: Int = 4, extra: [String] = []) async throws
    -> Command.Outcome
  {
    try await command.run(
      ["chat", "--model", model, "--max-tokens", "\(maxTokens)"] + extra,
      input: Array(lines.map { $0 + "\n" }.joined().utf8))
  }

  @Test func `Each line of a pipe is a turn, and turns are remembered`() async throws {
    let outcome = try await chat("hello", "", "hello")
    #expect(outcome.code == 0)
    #expect(outcome.error == "")
    let first = try await chat("hello")
    #expect(outcome.output.hasPrefix(first.output))
    // The second answer follows from the whole conversation.
    let answer = first.output.dropLast()
    let whole = try await command.run(
      "generate", "--model", model, "--max-tokens", "4", "--prompt",
      "u:hello;a:\(answer);u:hello;a:")
    #expect(outcome.output == first.output + whole.output)
  }

  @Test func `The template has the system message, in generate too`() async throws {
    let chatted = try await chat("hello", extra: ["--system-prompt", "be brief"])
    let generated = try await command.run(
      "generate", "--chat", "--model", model, "--max-tokens", "4", "--prompt", "hello",
      "--system-prompt", "be brief")
    let raw = try await command.run(
      "generate", "--model", model, "--max-tokens", "4", "--prompt", "s:be brief;u:hello;a:")
    #expect(chatted.output == raw.output)
    #expect(generated.output == raw.output)
  }

  @Test func `A line /exit ends the conversation`() async throws {
    let outcome = try await chat("/exit", "hello")
    #expect(outcome.code == 0)
    #expect(outcome.output == "")
  }

  @Test func `The oldest turns make room in a full context, and that is said`() async throws {
    let long = String(repeating: "x", count: 200)
    let outcome = try await chat(long, long, long, maxTokens: 100)
    #expect(outcome.code == 0)
    #expect(outcome.error.contains("512 tokens: the oldest turn is forgotten"))
  }

  @Test func `A question that alone is too long ends a pipe with 65`() async throws {
    let outcome = try await chat(String(repeating: "xy ", count: 300))
    #expect(outcome.code == 65)
    #expect(outcome.error.contains("shorten it"))
  }

  @Test func `SIGINT ends the conversation`() async throws {
    let outcome = try await command.interrupt(
      ["chat", "--model", model, "--max-tokens", "4"], input: "hello\n",
      isReady: { $0.contains("\n") })
    #expect(outcome.code == 130)
    #expect(outcome.output.hasSuffix("hone: interrupted\n"))
  }
}

// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneModel
import HoneTensor

struct GenerateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Continues a prompt.",
    usage: "hone generate --prompt <text> [<options>]")

  @OptionGroup(title: "Model") var model: ModelOptions

  @Option(help: ArgumentHelp("The prompt; - reads standard input.", valueName: "text"))
  var prompt: String

  @Flag(help: "Put the prompt through the model's chat template.")
  var chat = false

  @Option(help: ArgumentHelp("System message, with --chat.", valueName: "text"))
  var systemPrompt: String?

  @OptionGroup(title: "Generation") var generation: GenerationOptions
  @OptionGroup var output: JSONOption

  func validate() throws {
    if systemPrompt != nil, !chat { throw ValidationError("--system-prompt needs --chat") }
  }

  private func messages(_ prompt: String) -> [ChatMessage] {
    let system = systemPrompt.map { [ChatMessage(role: "system", content: $0)] } ?? []
    return system + [ChatMessage(role: "user", content: prompt)]
  }

  func run() async throws {
    let prompt = try TextArgument.read(prompt)
    let model = try model.load()
    let ids =
      chat
      ? try model.encodeChat(messages(prompt))
      : model.tokenizer.encode(prompt, addSpecialTokens: true)
    let printer = StreamPrinter(isQuiet: output.json)
    let result = try await model.generate(
      prompt: ids, maxTokens: generation.maxTokens, sampling: try generation.sampling,
      stopStrings: generation.stop, onText: { printer.append($0) })
    try printer.finish()
    if output.json {
      try Console.printJSON(Report(result))
    } else {
      Console.error(Report(result).summary)
    }
  }
}

extension GenerateCommand {
  /// What `--json` prints.
  struct Report: Encodable {
    let text: String
    let promptTokens: Int
    let generationTokens: Int
    let promptTokensPerSecond: Double
    let generationTokensPerSecond: Double
    let peakMemoryBytes: Int
    let finishReason: FinishReason

    init(_ result: GenerationResult) {
      text = result.text
      promptTokens = result.promptTokens
      generationTokens = result.generationTokens
      promptTokensPerSecond = result.promptTokensPerSecond
      generationTokensPerSecond = result.generationTokensPerSecond
      peakMemoryBytes = SystemMemory.peakBytes
      finishReason = result.finishReason
    }

    /// One line for people.
    var summary: String {
      func speed(_ value: Double) -> String { Quantities.fixed(value, 1) + "/s" }
      let prompt = "prompt \(promptTokens) tokens, \(speed(promptTokensPerSecond))"
      let text = "generation \(generationTokens), \(speed(generationTokensPerSecond))"
      return "\(prompt); \(text); peak memory \(Quantities.bytes(peakMemoryBytes))"
    }
  }
}

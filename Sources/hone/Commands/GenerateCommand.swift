// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneModel
import HoneTensor

struct GenerateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Continues a prompt.",
    usage: "hone generate --prompt <text> [<options>]")

  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Model") var adapter: AdapterOption

  @Option(help: ArgumentHelp("The prompt; - reads standard input.", valueName: "text"))
  var prompt: String

  @Flag(help: "Put the prompt through the model's chat template.")
  var chat = false

  @Option(help: ArgumentHelp("System message, with --chat.", valueName: "text"))
  var systemPrompt: String?

  @OptionGroup(title: "Generation") var generation: GenerationOptions

  @Option(
    help: ArgumentHelp(
      "What the answer may be or contain: the same text, sooner (repeatable).",
      valueName: "text|@file"))
  var guess: [String] = []

  @OptionGroup var output: JSONOption

  func validate() throws {
    if systemPrompt != nil, !chat { throw ValidationError("--system-prompt needs --chat") }
    if !guess.isEmpty, try !generation.sampling.isGreedy {
      throw ValidationError("--guess needs --temp 0: drawn texts cannot be guessed")
    }
  }

  private func messages(_ prompt: String) -> [ChatMessage] {
    let system = systemPrompt.map { [ChatMessage(role: "system", content: $0)] } ?? []
    return system + [ChatMessage(role: "user", content: prompt)]
  }

  func run() async throws {
    let prompt = try TextArgument.read(prompt)
    let guesses = try guess.map(TextArgument.readTextOrFile)
    let model = try model.load()
    let adapter = try adapter.load(for: model)
    let ids =
      chat
      ? try model.encodeChat(messages(prompt))
      : model.tokenizer.encode(prompt, addSpecialTokens: true)
    let printer = StreamPrinter(isQuiet: output.json)
    let result = try await model.generate(
      prompt: ids, maxTokens: generation.maxTokens, sampling: try generation.sampling,
      stopStrings: generation.stop,
      guesses: guesses.map {
        model.tokenizer.encode($0, addSpecialTokens: false, continuing: true)
      },
      adapter: adapter, onText: { printer.append($0) })
    try printer.finish()
    let report = Report(result, compute: model.compute)
    if output.json {
      try Console.printJSON(report)
    } else {
      Console.error(report.summary)
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
    let compute: ComputeMode
    let acceptedTokens: Int
    let passes: Int

    init(_ result: GenerationResult, compute: ComputeMode) {
      self.compute = compute
      acceptedTokens = result.acceptedTokens
      passes = result.passes
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
      var text = "generation \(generationTokens), \(speed(generationTokensPerSecond))"
      if acceptedTokens > 0 { text += ", \(acceptedTokens) guessed, \(passes) passes" }
      let memory = "peak memory \(Quantities.bytes(peakMemoryBytes))"
      return "\(prompt); \(text); \(compute.rawValue), \(memory)"
    }
  }
}

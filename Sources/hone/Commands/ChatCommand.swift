// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneModel

struct ChatCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chat", abstract: "Talks with a model, a line at a time.",
    usage: "hone chat [<options>]",
    discussion: "Ends with /exit, with the end of the input, or with Ctrl-C.")

  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Model") var adapter: AdapterOption

  @Option(help: ArgumentHelp("System message.", valueName: "text"))
  var systemPrompt: String?

  @OptionGroup(title: "Generation") var generation: GenerationOptions

  func run() async throws {
    let model = try model.load()
    let adapter = try adapter.load(for: model)
    var conversation = Conversation(model: model, system: systemPrompt)
    // Fails now rather than after the first question.
    _ = try model.chatTemplate()
    let dialogue = LineDialogue(
      greeting: "Talking with \(self.model.name), \(model.compute.rawValue); /exit ends.",
      farewell: "/exit")
    try await dialogue.run { try await answer($0, in: &conversation, adapter) }
  }

  private func answer(
    _ question: String, in conversation: inout Conversation, _ adapter: LoRAAdapter?
  ) async throws {
    let dropped = try conversation.ask(question, room: generation.maxTokens)
    if dropped > 0 {
      Console.error(
        "(the conversation is longer than the model's context of "
          + "\(conversation.model.contextLength) tokens: the oldest "
          + (dropped == 1 ? "turn is" : "\(dropped) turns are") + " forgotten)")
    }
    let printer = StreamPrinter()
    do {
      let result = try await conversation.model.generate(
        prompt: try conversation.ids(), maxTokens: generation.maxTokens,
        sampling: try generation.sampling, stopStrings: generation.stop,
        adapter: adapter, onText: { printer.append($0) })
      conversation.answered(result.text)
    } catch {
      conversation.retract()
      try? printer.finish()
      throw error
    }
    try printer.finish()
  }
}

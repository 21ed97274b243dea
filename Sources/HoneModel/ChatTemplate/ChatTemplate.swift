// SPDX-License-Identifier: Apache-2.0

/// One message of a conversation.
public struct ChatMessage: Sendable, Codable, Hashable {
  /// Who speaks: `system`, `user` or `assistant`, and whatever else the model's template knows.
  public var role: String
  public var content: String

  public init(role: String, content: String) {
    self.role = role
    self.content = content
  }
}

/// A model's chat template: how messages become the text that the model reads.
///
/// Runs the part of Jinja2 that the chat templates of Hugging Face models use, as transformers
/// 5.23 sets it up (`trim_blocks`, `lstrip_blocks`, a sandbox without side effects,
/// `raise_exception`, `strftime_now`, `{% generation %}`). What it does not run it refuses by name
/// and line; a template is untrusted and can neither crash nor exhaust the process.
public struct ChatTemplate: Sendable {
  /// What messages call the template, for example its file.
  public let name: String
  private let body: [TemplateStatement]

  /// Parses a template.
  ///
  /// - Parameters:
  ///   - source: The template's text, `chat_template` in tokenizer_config.json or
  ///     `tokenizer.chat_template` in a GGUF file.
  ///   - name: What errors call it.
  /// - Throws: `ModelError.invalid` for a syntax error and `ModelError.unsupported` for a tag,
  ///   filter or test that Hone does not run, both with the line.
  public init(source: String, name: String) throws {
    self.name = name
    body = try TemplateParser.parse(source, name: name)
  }

  /// Renders a conversation.
  ///
  /// - Parameters:
  ///   - messages: The conversation so far.
  ///   - addGenerationPrompt: Ends the text where the assistant's answer begins.
  ///   - bosToken: The text of the beginning-of-sequence token; undefined in the template if nil.
  ///   - eosToken: The text of the end-of-sequence token; undefined in the template if nil.
  ///   - extra: Further variables, such as `tools` or `enable_thinking`; they win over the others.
  /// - Returns: The text; special tokens are in it as text.
  /// - Throws: `ModelError` with the template's own message where it calls `raise_exception`, and
  ///   for every error while it runs, with the line.
  public func render(
    messages: [ChatMessage], addGenerationPrompt: Bool, bosToken: String? = nil,
    eosToken: String? = nil, extra: [String: TemplateValue] = [:]
  ) throws -> String {
    try renderTrackingGeneration(
      messages: messages, addGenerationPrompt: addGenerationPrompt, bosToken: bosToken,
      eosToken: eosToken, extra: extra
    ).text
  }

  /// A rendered text and the parts of it that `{% generation %}` blocks wrote.
  package struct Rendering: Sendable, Hashable {
    package let text: String
    /// Ranges of UTF-8 offsets, ascending, none empty.
    package let generated: [Range<Int>]
  }

  /// Renders a conversation like ``render(messages:addGenerationPrompt:bosToken:eosToken:extra:)``
  /// and tells what the assistant wrote, for a loss mask.
  package func renderTrackingGeneration(
    messages: [ChatMessage], addGenerationPrompt: Bool, bosToken: String? = nil,
    eosToken: String? = nil, extra: [String: TemplateValue] = [:]
  ) throws -> Rendering {
    var context = Self.context(
      messages: messages.map { ["role": .string($0.role), "content": .string($0.content)] },
      tools: .none, addGenerationPrompt: addGenerationPrompt, bosToken: bosToken,
      eosToken: eosToken)
    context += extra.map { .init($0.key, $0.value) }
    return try render(context: context)
  }

  /// The variables that every rendering of a conversation has.
  ///
  /// - Parameter messages: Dictionaries with `role`, `content` and whatever else they have.
  package static func context(
    messages: [TemplateValue], tools: TemplateValue, addGenerationPrompt: Bool, bosToken: String?,
    eosToken: String?
  ) -> [TemplateValue.Member] {
    var context: [TemplateValue.Member] = [
      .init("messages", .list(messages)),
      .init("tools", tools),
      .init("documents", .none),
      .init("add_generation_prompt", .bool(addGenerationPrompt)),
    ]
    if let bosToken { context.append(.init("bos_token", .string(bosToken))) }
    if let eosToken { context.append(.init("eos_token", .string(eosToken))) }
    return context
  }

  /// Renders the template with exactly these variables; a later one wins over an earlier.
  package func render(
    context: [TemplateValue.Member], limits: TemplateLimits = TemplateLimits(),
    clock: TemplateClock = TemplateClock()
  ) throws -> Rendering {
    let interpreter = TemplateInterpreter(name: name, limits: limits, clock: clock)
    try interpreter.render(body, context: context)
    return Rendering(text: interpreter.output, generated: interpreter.generated)
  }
}

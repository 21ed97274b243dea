// SPDX-License-Identifier: Apache-2.0

extension LanguageModel {
  /// The model's chat template, parsed.
  ///
  /// - Throws: ``ModelError`` if the model has none, or one that Hone does not run.
  public nonisolated func chatTemplate() throws -> ChatTemplate {
    guard let source = chatTemplateSource else {
      throw ModelError(
        .unsupported,
        "\(path): has no chat template, so it takes plain prompts only; choose a model made for "
          + "conversations")
    }
    return try ChatTemplate(source: source, name: "\(path): chat template")
  }

  /// A conversation as tokens, up to where the model's answer begins.
  ///
  /// - Throws: ``ModelError`` if the model has no chat template or the template refuses.
  public nonisolated func encodeChat(_ messages: [ChatMessage]) throws -> [Int32] {
    func text(_ id: Int32?) -> String? { id.flatMap { tokenizer.token(for: $0) } }
    let text = try chatTemplate().render(
      messages: messages, addGenerationPrompt: true, bosToken: text(tokenizer.bosTokenID),
      eosToken: text(tokenizer.eosTokenID))
    // The template writes the special tokens that belong here.
    return tokenizer.encode(text, addSpecialTokens: false)
  }
}

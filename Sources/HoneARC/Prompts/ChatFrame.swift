// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// The text that a model's chat template writes around a system message, a user message and an
/// answer; of a model without one, next to nothing.
struct ChatFrame: Sendable, Hashable {
  /// Before the system message, or before all where the template takes none.
  let opening: String
  /// Between the system message and the user's.
  let userOpening: String
  /// Behind the user's message.
  let userClosing: String
  /// What opens the answer.
  let replyOpening: String
  /// Behind the answer, its end token first.
  let closing: String

  /// For models that continue plain text.
  static let plain = ChatFrame(
    opening: "", userOpening: "\n", userClosing: "", replyOpening: "", closing: "")

  /// - Throws: ``ModelError`` if the template refuses a plain conversation.
  init(_ model: LanguageModel) throws {
    guard model.chatTemplateSource != nil else {
      self = .plain
      return
    }
    let template = try model.chatTemplate()
    let tokenizer = model.tokenizer
    func text(_ id: Int32?) -> String? { id.flatMap { tokenizer.token(for: $0) } }
    func render(_ messages: [ChatMessage], asks: Bool) throws -> String {
      try template.render(
        messages: messages, addGenerationPrompt: asks, bosToken: text(tokenizer.bosTokenID),
        eosToken: text(tokenizer.eosTokenID))
    }
    let (system, user, answer) = ("SYSTEM-0", "USER-1", "ANSWER-2")
    // Not every template takes a system message.
    let conversations = [
      [ChatMessage(role: "system", content: system), ChatMessage(role: "user", content: user)],
      [ChatMessage(role: "user", content: system + "\n\n" + user)],
    ]
    var failure: (any Error)?
    for messages in conversations {
      do {
        let asked = try render(messages, asks: true)
        let unasked = try render(messages, asks: false)
        let whole = try render(
          messages + [ChatMessage(role: "assistant", content: answer)], asks: false)
        if let frame = ChatFrame(
          asked: asked, unasked: unasked, whole: whole, marks: (system, user, answer))
        {
          self = frame
          return
        }
      } catch { failure = error }
    }
    throw failure
      ?? ARCError(
        .unsuitableModel,
        "\(model.path): its chat template changes what is said, so no puzzle can be told with it; "
          + "use the grid format cells, which needs none")
  }

  private init(
    opening: String, userOpening: String, userClosing: String, replyOpening: String,
    closing: String
  ) {
    self.opening = opening
    self.userOpening = userOpening
    self.userClosing = userClosing
    self.replyOpening = replyOpening
    self.closing = closing
  }

  /// - Parameters:
  ///   - asked: The conversation up to where the answer begins.
  ///   - unasked: The same without what opens the answer.
  ///   - whole: With the answer.
  /// - Returns: nil if one of the marks is not where it should be.
  private init?(
    asked: String, unasked: String, whole: String, marks: (String, String, String)
  ) {
    guard let system = whole.firstRange(of: marks.0), let user = whole.firstRange(of: marks.1),
      let answer = whole.firstRange(of: marks.2), system.upperBound <= user.lowerBound,
      user.upperBound <= answer.lowerBound
    else { return nil }
    let behindUser = whole[user.upperBound..<answer.lowerBound]
    // Where the template writes the same with and without an answer to come, what it adds to ask
    // for one opens the answer.
    var header = ""
    if asked.hasPrefix(unasked), whole.hasPrefix(asked) {
      header = String(asked.dropFirst(unasked.count))
    }
    if !behindUser.hasSuffix(header) { header = "" }
    self.init(
      opening: String(whole[..<system.lowerBound]),
      userOpening: String(whole[system.upperBound..<user.lowerBound]),
      userClosing: String(behindUser.dropLast(header.count)), replyOpening: header,
      closing: String(whole[answer.upperBound...]))
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// Makes samples out of conversations with a model's chat template.
///
/// Where the answers stand comes from the template's `{% generation %}` marks, or, without them,
/// from rendering the conversation up to each answer and comparing.
struct ConversationEncoder: Sendable {
  private let template: ChatTemplate
  private let tokenizer: Tokenizer
  /// One moment for all rows, so that a template which writes the date is the same for all.
  private let clock = TemplateClock()

  init(template: ChatTemplate, tokenizer: Tokenizer) {
    self.template = template
    self.tokenizer = tokenizer
  }

  /// A part of the rendered text with loss, in UTF-8 offsets.
  private struct Span {
    var range: Range<Int>
    /// From comparing renderings: ends where the turn does, white space behind its end included.
    let endsWithTurn: Bool
  }

  /// - Returns: The sample, and whether one of its answers has no token that ends a generation.
  /// - Throws: ``ModelError`` if the template refuses the conversation, ``TrainingError`` if it
  ///   cannot be told where the answers are.
  func encode(
    _ conversation: TrainingConversation, lossScope: LossScope
  ) throws -> (TrainingSample, isOpenEnded: Bool) {
    let turns = conversation.turns
    let rendering = try render(conversation, turns.count)
    var sample = TrainingSample()
    if lossScope == .everyToken {
      sample.append(tokenizer.encode(rendering.text, addSpecialTokens: false), isTarget: true)
      return (sample, false)
    }
    var answers = turns.indices.filter { turns[$0].isAnswer }
    if lossScope == .completionOnly {
      guard let last = answers.last, last == turns.count - 1 else {
        throw TrainingError(
          .invalid,
          "the last message is no answer, expected one for the loss completion-only; remove what "
            + "follows it, or use all-answers")
      }
      answers = [last]
    }
    let spans = try spans(of: answers.filter { turns[$0].isTrained }, conversation, rendering)
    let bytes = Array(rendering.text.utf8)
    func ids(_ range: Range<Int>) -> [Int32] {
      tokenizer.encode(String(decoding: bytes[range], as: UTF8.self), behind: sample.ids)
    }
    var place = 0
    var isOpenEnded = false
    for span in spans {
      sample.append(ids(place..<span.range.lowerBound), isTarget: false)
      let answer = ids(span.range)
      let count = span.endsWithTurn ? countWithoutTail(answer) : answer.count
      sample.append(Array(answer[..<count]), isTarget: true)
      sample.append(Array(answer[count...]), isTarget: false)
      if !answer[..<count].contains(where: tokenizer.eosTokenIDs.contains) { isOpenEnded = true }
      place = span.range.upperBound
    }
    sample.append(ids(place..<bytes.count), isTarget: false)
    return (sample, isOpenEnded)
  }

  /// How many tokens of an answer are left without the white space behind its last special token:
  /// a generation ends with that token.
  private func countWithoutTail(_ ids: [Int32]) -> Int {
    guard let end = ids.lastIndex(where: tokenizer.isSpecial) else { return ids.count }
    return tokenizer.decode(Array(ids[(end + 1)...])).isBlank ? end + 1 : ids.count
  }

  // MARK: Where the answers are

  private func spans(
    of answers: [Int], _ conversation: TrainingConversation, _ rendering: ChatTemplate.Rendering
  ) throws -> [Span] {
    if rendering.generated.isEmpty {
      return try answers.map { try span(of: $0, conversation, rendering.text) }
    }
    let all = conversation.turns.indices.filter { conversation.turns[$0].isAnswer }
    let marks = rendering.generated.map { Span(range: $0, endsWithTurn: false) }
    if answers == all { return marks }
    if marks.count == all.count {
      return zip(all, marks).filter { answers.contains($0.0) }.map(\.1)
    }
    // Several marks in an answer, or none: they belong to the turns that they stand in.
    return try answers.flatMap { answer in
      let range =
        try length(
          conversation, answer, rendering)..<length(
          conversation, answer + 1, rendering)
      return marks.filter { range.contains($0.range.lowerBound) }
    }
  }

  /// The length of the rendering of the first `count` turns, which must begin the whole one.
  private func length(
    _ conversation: TrainingConversation, _ count: Int, _ whole: ChatTemplate.Rendering
  ) throws -> Int {
    if count == 0 { return 0 }
    let part = try render(conversation, count).text
    try check(part, begins: whole.text, turn: count - 1)
    return part.utf8.count
  }

  /// From where a generation would begin to the end of the turn.
  private func span(
    of answer: Int, _ conversation: TrainingConversation, _ whole: String
  ) throws -> Span {
    guard answer > 0 else {
      throw TrainingError(
        .invalid,
        "the first message is an answer, which nothing precedes to begin it; put a message before "
          + "it, or use the loss every-token")
    }
    let prompt = try render(conversation, answer, addGenerationPrompt: true).text
    try check(prompt, begins: whole, turn: answer)
    let end: Int
    if answer == conversation.turns.count - 1 {
      end = whole.utf8.count
    } else {
      let part = try render(conversation, answer + 1).text
      try check(part, begins: whole, turn: answer)
      end = part.utf8.count
    }
    guard prompt.utf8.count <= end else { throw misfit(answer) }
    return Span(range: prompt.utf8.count..<end, endsWithTurn: true)
  }

  private func check(_ part: String, begins whole: String, turn: Int) throws {
    guard whole.utf8.starts(with: part.utf8) else { throw misfit(turn) }
  }

  private func misfit(_ turn: Int) -> TrainingError {
    TrainingError(
      .invalid,
      "message \(turn + 1): the chat template writes the conversation up to here differently once "
        + "more follows, so the answer's place cannot be told; use the loss every-token or, if "
        + "only earlier answers are concerned, completion-only, or a template with "
        + "{% generation %} marks")
  }

  private func render(
    _ conversation: TrainingConversation, _ count: Int, addGenerationPrompt: Bool = false
  ) throws -> ChatTemplate.Rendering {
    func text(_ id: Int32?) -> String? { id.flatMap { tokenizer.token(for: $0) } }
    let context = ChatTemplate.context(
      messages: conversation.turns.prefix(count).map { .dictionary($0.message) },
      tools: conversation.tools ?? .none, addGenerationPrompt: addGenerationPrompt,
      bosToken: text(tokenizer.bosTokenID), eosToken: text(tokenizer.eosTokenID))
    return try template.render(context: context, clock: clock)
  }
}

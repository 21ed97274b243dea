// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// A task as tokens: the instruction, then `Q: …` / `A: …` blocks separated by empty lines.
///
/// Each piece is tokenised by itself and the pieces are joined, so that a demonstration has the
/// same tokens in every order and at inference as in training.
/// - SeeAlso: Akyürek et al. 2024, arXiv 2411.07279, the BIG-Bench Hard experiments.
package struct TaskPrompt: Sendable {
  /// A demonstration's tokens.
  package struct Block: Sendable {
    /// The question up to and including `A:`.
    package let question: [Int32]
    /// A space, the answer and the end of its line.
    package let answer: [Int32]
    /// Tokens of both.
    var count: Int { question.count + answer.count }
  }

  /// The beginning token, where the model wants one, and the instruction.
  package let opening: [Int32]
  package private(set) var demonstrations: [Block]
  private let tokenizer: Tokenizer
  private let isSingleLine: Bool

  package init(_ task: FewShotTask, tokenizer: Tokenizer) {
    self.tokenizer = tokenizer
    let instruction = (task.instruction ?? "").trimmingWhitespace()
    opening =
      tokenizer.prefixTokenIDs
      + (instruction.isEmpty ? [] : Self.encode(instruction + "\n", tokenizer))
    demonstrations = task.demonstrations.map { demonstration in
      Block(
        question: Self.question(demonstration.input, tokenizer),
        answer: Self.answer(demonstration.output, tokenizer))
    }
    isSingleLine = task.demonstrations.allSatisfy {
      !$0.output.trimmingWhitespace().contains(where: \.isNewline)
    }
  }

  /// The instruction and all demonstrations, in the task's order.
  package var demonstrationPrefix: [Int32] {
    demonstrationPrefix(order: demonstrations.indices)
  }

  /// The instruction and demonstrations, in an order of their indices.
  package func demonstrationPrefix(order: some Sequence<Int>) -> [Int32] {
    opening + order.flatMap { demonstrations[$0].question + demonstrations[$0].answer }
  }

  /// What stands before a question: the instruction, with all demonstrations or without.
  package func prefix(showsDemonstrations: Bool) -> [Int32] {
    showsDemonstrations ? demonstrationPrefix : opening
  }

  /// The same prompt with some of its demonstrations only, in an order of their indices.
  package func showing(_ indices: some Sequence<Int>) -> TaskPrompt {
    var result = self
    result.demonstrations = indices.map { demonstrations[$0] }
    return result
  }

  /// An answer's tokens as demonstrated: behind a space and up to its line's end.
  package func answer(_ output: String) -> [Int32] { Self.answer(output, tokenizer) }

  package func question(_ input: String) -> [Int32] { Self.question(input, tokenizer) }

  /// The tokens of questions to be answered.
  ///
  /// - Throws: ``AdaptationError`` naming the first one that does not fit the context behind the
  ///   prefix.
  package func questions(
    _ inputs: [String], after prefix: [Int32], maxAnswerTokens: Int, contextLength context: Int
  ) throws -> [[Int32]] {
    let questions = inputs.map(question)
    try Self.check(
      questions, after: prefix, maxAnswerTokens: maxAnswerTokens, contextLength: context)
    return questions
  }

  /// Refuses the first question that cannot be answered behind a prefix.
  static func check(
    _ questions: [[Int32]], after prefix: [Int32], maxAnswerTokens: Int,
    contextLength context: Int
  ) throws {
    for (index, question) in questions.enumerated() {
      if let problem = problem(
        of: question, at: index, after: prefix, maxAnswerTokens: maxAnswerTokens,
        contextLength: context)
      {
        throw problem
      }
    }
  }

  /// Why a question cannot be answered behind a prefix; nil if it can.
  package static func problem(
    of question: [Int32], at index: Int, after prefix: [Int32], maxAnswerTokens: Int,
    contextLength context: Int
  ) -> AdaptationError? {
    guard !question.isEmpty else {
      return AdaptationError(
        .invalidTask,
        "queries[\(index)]: the model's tokenizer makes no token of it; use another model")
    }
    let (tokens, isOver) = (prefix.count + question.count).addingReportingOverflow(
      maxAnswerTokens)
    guard isOver || tokens > context else { return nil }
    return AdaptationError(
      .tooLong,
      "queries[\(index)]: prompt and answer need \(isOver ? Int.max : tokens) tokens (instruction and "
        + "demonstrations \(prefix.count), query \(question.count), answer \(maxAnswerTokens)), "
        + "the model's context holds \(context); shorten the query or the demonstrations, or "
        + "use a model with a longer context")
  }

  /// What ends an answer: its line, if every demonstrated answer is one line, else the next question.
  ///
  /// - Parameters:
  ///   - knowsForm: Whether the model was shown or taught how answers end; else one may begin with
  ///     empty lines.
  ///   - keepsAll: Whether of a model that was not everything up to the next question is wanted.
  func stopRule(
    maxTokens: Int, endTokens: Set<Int32>, knowsForm: Bool, keepsAll: Bool
  ) -> StopRule {
    let endsWithLine = isSingleLine && (knowsForm || !keepsAll)
    return StopRule(
      maxTokens: maxTokens, stopStrings: [endsWithLine ? "\n" : "\nQ:"], endTokens: endTokens,
      skipsLeadingSpace: endsWithLine && !knowsForm)
  }

  /// The answer in what a model wrote that did not know how answers end: the first line that is not
  /// empty, if every demonstrated answer is one line, else all of it.
  package func reading(_ text: String) -> String {
    let text = text.trimmingWhitespace()
    guard isSingleLine else { return text }
    return String(text.prefix { !$0.isNewline }).trimmingWhitespace()
  }

  /// Twice the longest demonstrated answer and some more: enough for any answer of the kind.
  package var maxAnswerTokens: Int { 2 * (demonstrations.map(\.answer.count).max() ?? 0) + 8 }

  private static func question(_ input: String, _ tokenizer: Tokenizer) -> [Int32] {
    encode("\nQ: \(input.trimmingWhitespace())\nA:", tokenizer)
  }

  private static func answer(_ output: String, _ tokenizer: Tokenizer) -> [Int32] {
    encode(" \(output.trimmingWhitespace())\n", tokenizer)
  }

  // Text of a task is text: a "<|im_end|>" in it is no control token. Pieces begin with the white
  // space that they want, so no tokenizer is to add its own.
  private static func encode(_ text: String, _ tokenizer: Tokenizer) -> [Int32] {
    tokenizer.encode(
      text, addSpecialTokens: false, parseSpecialTokens: false, continuing: true)
  }
}

extension String {
  /// Without white space and line ends at both ends.
  package func trimmingWhitespace() -> String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}

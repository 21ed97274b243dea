// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// A task as tokens: the instruction, then `Q: …` / `A: …` blocks separated by empty lines.
///
/// Each piece is tokenised by itself and the pieces are joined, so that a demonstration has the
/// same tokens in every order and at inference as in training.
/// - SeeAlso: Akyürek et al. 2024, arXiv 2411.07279, the BIG-Bench Hard experiments.
struct TaskPrompt {
  /// A demonstration's tokens.
  struct Block {
    /// The question up to and including `A:`.
    let question: [Int32]
    /// A space, the answer and the end of its line.
    let answer: [Int32]
  }

  /// The beginning token, where the model wants one, and the instruction.
  let opening: [Int32]
  let demonstrations: [Block]
  private let tokenizer: Tokenizer
  private let isSingleLine: Bool

  init(_ task: FewShotTask, tokenizer: Tokenizer) {
    self.tokenizer = tokenizer
    let instruction = (task.instruction ?? "").trimmingWhitespace()
    opening =
      tokenizer.prefixTokenIDs
      + (instruction.isEmpty ? [] : Self.encode(instruction + "\n", tokenizer))
    demonstrations = task.demonstrations.map { demonstration in
      Block(
        question: Self.question(demonstration.input, tokenizer),
        answer: Self.encode(" \(demonstration.output.trimmingWhitespace())\n", tokenizer))
    }
    isSingleLine = task.demonstrations.allSatisfy {
      !$0.output.trimmingWhitespace().contains(where: \.isNewline)
    }
  }

  /// The instruction and all demonstrations, in the task's order.
  var demonstrationPrefix: [Int32] {
    opening + demonstrations.flatMap { $0.question + $0.answer }
  }

  func question(_ input: String) -> [Int32] { Self.question(input, tokenizer) }

  /// What ends an answer: its line, if every demonstrated answer is one line, else the next question.
  var stopStrings: [String] { isSingleLine ? ["\n"] : ["\nQ:"] }

  /// Twice the longest demonstrated answer and some more: enough for any answer of the kind.
  var maxAnswerTokens: Int { 2 * (demonstrations.map(\.answer.count).max() ?? 0) + 8 }

  private static func question(_ input: String, _ tokenizer: Tokenizer) -> [Int32] {
    encode("\nQ: \(input.trimmingWhitespace())\nA:", tokenizer)
  }

  // Text of a task is text: a "<|im_end|>" in it is no control token.
  private static func encode(_ text: String, _ tokenizer: Tokenizer) -> [Int32] {
    tokenizer.encode(text, addSpecialTokens: false, parseSpecialTokens: false)
  }
}

extension String {
  /// Without white space and line ends at both ends.
  func trimmingWhitespace() -> String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}

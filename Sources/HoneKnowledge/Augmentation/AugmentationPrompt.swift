// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneModel

/// Worked examples that show a model what to make of statements.
public struct AugmentationPrompt: Sendable, Hashable {
  /// What a statement is made from.
  public enum Strategy: String, Codable, CaseIterable, Sendable, Hashable {
    /// One sentence by itself: rephrasings, reversals, direct inferences.
    case local
    /// A sentence together with others of the corpus: chains of inference.
    case global
  }

  /// The file's name without its ending.
  public let name: String
  public let strategy: Strategy
  /// What to do, in words.
  public let instruction: String
  public let examples: [Demonstration]

  public init(
    name: String, strategy: Strategy, instruction: String, examples: [Demonstration]
  ) {
    self.name = name
    self.strategy = strategy
    self.instruction = instruction
    self.examples = examples
  }

  init(_ file: ExampleFile, name: String, strategy: Strategy) {
    self.init(
      name: name, strategy: strategy, instruction: file.instruction ?? "", examples: file.examples)
  }

  /// The answer of those worked examples from which nothing follows; nil if there is none.
  var refusal: String? { examples.lazy.map(\.output).first(where: Self.isRefusal) }

  /// Whether a text says that there is nothing to say.
  static func isRefusal(_ text: String) -> Bool {
    ["nothing", "nothing follows"].contains(
      StatementLanguage.lowercasedWords(text).joined(separator: " "))
  }

  /// The prompt as a task, whose queries are the statements.
  func task(tokenizer: Tokenizer) -> TaskPrompt {
    TaskPrompt(
      FewShotTask(name: name, instruction: instruction, demonstrations: examples, queries: []),
      tokenizer: tokenizer)
  }

  /// The text before a statement's answer, for models that are asked in text.
  ///
  /// - Parameter context: What stands before the worked examples, such as the whole corpus.
  func text(for input: String, context: String?) -> (prefix: String, question: String) {
    var prefix = context.map { $0 + "\n\n" } ?? ""
    if !instruction.isEmpty { prefix += instruction + "\n" }
    prefix += examples.map { "\nQ: \($0.input)\nA: \($0.output)\n" }.joined()
    return (prefix, "\nQ: \(input)\nA:")
  }
}

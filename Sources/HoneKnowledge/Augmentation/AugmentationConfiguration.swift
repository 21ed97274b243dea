// SPDX-License-Identifier: Apache-2.0

/// How statements are made of documents.
public struct AugmentationConfiguration: Codable, Sendable, Hashable {
  /// What a model sees beside the sentence that it is to link.
  public enum GlobalContext: String, Codable, CaseIterable, Sendable, Hashable {
    /// One other sentence of the corpus at a time that shares a rare word with it: what a small
    /// model manages.
    case related
    /// All documents, one of them singled out, as the paper has it: for large models.
    case corpus
  }

  public var strategies = AugmentationPrompt.Strategy.allCases
  /// Texts drawn for each prompt and statement; the first is the most likely one.
  public var samples = 1
  /// Of all but the first.
  public var temperature = 0.7
  /// Of one text, at most.
  public var maxTokens = 64
  public var globalContext = GlobalContext.related
  /// Related sentences that each document is linked with at most.
  public var linksPerDocument = 4
  /// Train the model on the worked examples before it writes, instead of showing them.
  public var adaptsToPrompts = true
  /// How much likelier a statement must be than its negation, in nats; nil for no such test.
  public var minMargin: Double? = 2
  public var seed: UInt64 = 0

  public init() {}

  /// - Throws: ``KnowledgeError`` listing every value out of its range.
  public func validate() throws {
    var problems: [String] = []
    if strategies.isEmpty { problems.append("strategy: name local, global or both") }
    if !(1...64).contains(samples) { problems.append("samples \(samples): expected 1 … 64") }
    if !(temperature > 0 && temperature <= 10) {
      problems.append("temperature \(temperature): expected above 0, at most 10")
    }
    if !(1...4096).contains(maxTokens) {
      problems.append("max tokens \(maxTokens): expected 1 … 4096")
    }
    if !(0...1000).contains(linksPerDocument) {
      problems.append("links per document \(linksPerDocument): expected 0 … 1000")
    }
    if let minMargin, !minMargin.isFinite {
      problems.append("min margin \(minMargin): expected a number")
    }
    if !problems.isEmpty {
      throw KnowledgeError(.invalidSetting, problems.joined(separator: "\n"))
    }
  }
}

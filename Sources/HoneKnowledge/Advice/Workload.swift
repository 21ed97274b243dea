// SPDX-License-Identifier: Apache-2.0

/// How much text is to be known.
public struct CorpusSize: Codable, Sendable, Hashable {
  public var tokens: Int
  public var documents: Int
  public var sentences: Int

  public init(tokens: Int, documents: Int, sentences: Int) {
    self.tokens = tokens
    self.documents = documents
    self.sentences = sentences
  }
}

/// A question and its answer, in tokens.
public struct QueryShape: Codable, Sendable, Hashable {
  public enum Answer: Codable, Sendable, Hashable {
    /// The model writes so many tokens.
    case written(tokens: Double)
    /// The likeliest of some options of so many tokens each.
    case chosen(options: Int, tokens: Double)

    /// Of one answer or option.
    public var tokens: Double {
      switch self {
      case .written(let tokens), .chosen(_, let tokens): tokens
      }
    }
  }

  public var questionTokens: Double
  public var answer: Answer
  /// Queries whose options are scored side by side; texts are written one after another.
  public var queriesAtOnce: Int
  public var source: Assumption.Source

  public init(
    questionTokens: Double, answer: Answer, queriesAtOnce: Int = 1,
    source: Assumption.Source = .assumed
  ) {
    self.questionTokens = questionTokens
    self.answer = answer
    self.queriesAtOnce = max(1, queriesAtOnce)
    self.source = source
  }
}

/// Tokens that are trained, every repetition counted.
public struct TrainingVolume: Codable, Sendable, Hashable {
  public var fineTunedTokens: Double
  public var augmentedTokens: Double
  public var source: Assumption.Source

  public init(
    fineTunedTokens: Double, augmentedTokens: Double, source: Assumption.Source = .assumed
  ) {
    self.fineTunedTokens = fineTunedTokens
    self.augmentedTokens = augmentedTokens
    self.source = source
  }

  /// - Parameters:
  ///   - epochs: Times that all is trained.
  ///   - corpusTokens: Of the documents' samples.
  ///   - addedTokens: Of what augmentation adds to them.
  public init(
    epochs: Double, corpusTokens: Double, addedTokens: Double,
    source: Assumption.Source = .assumed
  ) {
    self.init(
      fineTunedTokens: epochs * corpusTokens,
      augmentedTokens: epochs * (corpusTokens + addedTokens), source: source)
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTraining

/// The settings of the study.
public struct StudyRecipe: Codable, Sendable, Hashable {
  /// How documents become training samples.
  public enum Sentences: String, Codable, CaseIterable, Sendable, Hashable {
    /// Each sentence by itself, but for plain fine-tuning on the semantic structure, which the paper
    /// found better whole and so gives the stronger baseline.
    case auto
    /// Each sentence by itself.
    case split
    /// Each document as a whole.
    case whole
  }

  /// Every trained arm sees so many passes over documents and oracle statements, in number of
  /// samples.
  public var training = KnowledgeRecipe(epochs: 20)
  public var sentences = Sentences.auto
  /// Tokens of documents in the prompt at most; nil for what the model's context holds.
  public var maxContextTokens: Int?
  public var augmentation = AugmentationConfiguration()

  public init() {}

  /// - Throws: ``KnowledgeError`` listing every value out of its range.
  public func validate() throws {
    var problems = training.problems
    if let maxContextTokens, maxContextTokens < 1 {
      problems.append("context-tokens \(maxContextTokens): expected 1 or more")
    }
    if !problems.isEmpty {
      throw KnowledgeError(.invalidSetting, problems.joined(separator: "\n"))
    }
    try augmentation.validate()
  }
}

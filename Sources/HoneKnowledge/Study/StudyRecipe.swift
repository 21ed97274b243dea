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

  public var loraRank = 16
  public var loraAlpha = 32.0
  public var learningRate = 1e-3
  public var batchSize = 8
  /// Passes over documents and oracle statements together; every arm sees as many samples.
  public var epochs = 20
  public var sentences = Sentences.auto
  /// Tokens of documents in the prompt at most; nil for what the model's context holds.
  public var maxContextTokens: Int?
  public var augmentation = AugmentationConfiguration()

  public init() {}

  /// - Throws: ``KnowledgeError`` listing every value out of its range.
  public func validate() throws {
    var problems: [String] = []
    if !(1...4096).contains(loraRank) {
      problems.append("lora-rank \(loraRank): expected 1 … 4096")
    }
    if !(loraAlpha > 0 && loraAlpha.isFinite) {
      problems.append("lora-alpha \(loraAlpha): expected a positive number")
    }
    if !(learningRate > 0 && learningRate <= 1) {
      problems.append("learning-rate \(learningRate): expected above 0, at most 1")
    }
    if !(1...65_536).contains(batchSize) {
      problems.append("batch-size \(batchSize): expected 1 … 65536")
    }
    if !(1...100_000).contains(epochs) { problems.append("epochs \(epochs): expected 1 … 100000") }
    if let maxContextTokens, maxContextTokens < 1 {
      problems.append("context-tokens \(maxContextTokens): expected 1 or more")
    }
    if !problems.isEmpty {
      throw KnowledgeError(.invalidSetting, problems.joined(separator: "\n"))
    }
    try augmentation.validate()
  }
}

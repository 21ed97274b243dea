// SPDX-License-Identifier: Apache-2.0

/// How documents are learned.
public struct LearnConfiguration: Codable, Sendable, Hashable {
  /// Passes over sentences and statements together; fine-tuning without statements sees as many
  /// samples.
  public var training = KnowledgeRecipe(epochs: 8)
  /// Questions at most.
  public var questions = 150
  public var augmentation = AugmentationConfiguration()
  public var seed: UInt64 = 0

  public init() { augmentation.linksPerDocument = 6 }

  /// - Throws: ``KnowledgeError`` listing every value out of its range.
  public func validate() throws {
    var problems = training.problems
    if !(0...1_000_000).contains(questions) {
      problems.append("questions \(questions): expected 0 … 1000000")
    }
    if !problems.isEmpty {
      throw KnowledgeError(.invalidSetting, problems.joined(separator: "\n"))
    }
    try augmentation.validate()
  }
}

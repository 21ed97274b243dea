// SPDX-License-Identifier: Apache-2.0

/// How documents are learned.
public struct LearnConfiguration: Codable, Sendable, Hashable {
  /// Passes over sentences and statements together; fine-tuning without statements sees as many
  /// samples.
  public var epochs = 8
  public var loraRank = 16
  public var loraAlpha = 32.0
  public var learningRate = 1e-3
  public var batchSize = 8
  /// Questions at most.
  public var questions = 150
  public var augmentation = AugmentationConfiguration()
  public var seed: UInt64 = 0

  public init() { augmentation.linksPerDocument = 6 }

  /// - Throws: ``KnowledgeError`` listing every value out of its range.
  public func validate() throws {
    var problems: [String] = []
    if !(1...100_000).contains(epochs) { problems.append("epochs \(epochs): expected 1 … 100000") }
    if !(1...4096).contains(loraRank) {
      problems.append("lora-rank \(loraRank): expected 1 … 4096")
    }
    if !(learningRate > 0 && learningRate <= 1) {
      problems.append("learning-rate \(learningRate): expected above 0, at most 1")
    }
    if !(1...65_536).contains(batchSize) {
      problems.append("batch-size \(batchSize): expected 1 … 65536")
    }
    if !(0...1_000_000).contains(questions) {
      problems.append("questions \(questions): expected 0 … 1000000")
    }
    if !problems.isEmpty {
      throw KnowledgeError(.invalidSetting, problems.joined(separator: "\n"))
    }
    try augmentation.validate()
  }
}

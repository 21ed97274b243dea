// SPDX-License-Identifier: Apache-2.0

/// How an adapter is trained on what documents say.
public struct KnowledgeRecipe: Codable, Sendable, Hashable {
  public var loraRank = 16
  public var loraAlpha = 32.0
  public var learningRate = 1e-3
  public var batchSize = 8
  /// Passes over all texts of the largest training; others see as many samples.
  public var epochs: Int

  public init(epochs: Int) { self.epochs = epochs }

  /// A line for each value out of its range.
  var problems: [String] {
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
    return problems
  }
}

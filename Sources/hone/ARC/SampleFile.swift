// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneFormats
import HoneTraining

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The samples that training on a puzzle sees, as JSON Lines: first the recipe and the tokens that
/// the grid format keeps, then a row for each sample, in the order of the steps.
struct SampleFile {
  private struct Head: Encodable {
    let recipe: ARCRecipe
    /// The model's ids of the tokens in the rows, whose ids are places in this list; null where
    /// they are the model's own.
    let keptTokens: [Int32]?

    enum CodingKeys: String, CodingKey { case recipe, keptTokens }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(recipe, forKey: .recipe)
      try container.encode(keptTokens, forKey: .keptTokens)
    }
  }

  private struct Row: Encodable {
    let step: Int
    let ids: [Int32]
    /// Whether each token is learned.
    let isTarget: [Bool]
  }

  let solver: ARCSolver
  let puzzle: ARCTask

  /// - Returns: How many samples were written.
  func write(to path: String) async throws -> Int {
    let batches = try await solver.trainingBatches(of: puzzle)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let file = try AtomicFile(path: path)
    do {
      func write(_ row: some Encodable) throws {
        var text = String(decoding: try encoder.encode(row), as: UTF8.self) + "\n"
        try text.withUTF8 { try file.write(UnsafeRawBufferPointer($0)) }
      }
      try write(Head(recipe: solver.recipe, keptTokens: solver.keptTokens))
      for (index, batch) in batches.enumerated() {
        for sample in batch {
          try write(Row(step: index + 1, ids: sample.ids, isTarget: sample.isTarget))
        }
      }
      try file.commit()
    } catch {
      file.abandon()
      throw error
    }
    return batches.reduce(0) { $0 + $1.count }
  }
}

// SPDX-License-Identifier: Apache-2.0

/// Which views of a puzzle are answered before they vote.
///
/// Defaults are those of Akyürek et al. 2024, arXiv 2411.07279, after training on the puzzle.
public struct QueryConfiguration: Codable, Sendable, Hashable {
  /// Demonstrations left out of each view; the paper takes 0 for a model not trained on the puzzle.
  public var leaveOut = 1
  /// Random orders, beside the puzzle's own, of each choice of demonstrations.
  public var reorderings = 2
  /// What further views are made with; each has an inverse.
  public var transforms: [GridTransform] = [
    .transpose, .flipUpDown, .flipLeftRight, .rotate90, .rotate180,
  ]
  /// Untransformed views, chosen at random, that each transform is applied to. The paper says two;
  /// its released code takes one.
  public var viewsPerTransform = 2
  /// Views whose prompt and answer have fewer tokens than this are kept; nil to keep all.
  public var tokenLimit: Int? = 8192
  public var seed: UInt64 = 0

  public init() {}

  /// - Throws: ``ARCError`` (`invalidSetting`) listing every value out of its range.
  public func validate() throws {
    var problems: [String] = []
    if !(0...2).contains(leaveOut) { problems.append("leave out \(leaveOut): expected 0 … 2") }
    if !(0...1000).contains(reorderings) {
      problems.append("reorderings \(reorderings): expected 0 … 1000")
    }
    for transform in transforms where !transform.isValid || transform.inverse == nil {
      problems.append("transform \(transform.name): expected one that can be undone")
    }
    if !(0...1000).contains(viewsPerTransform) {
      problems.append("views per transform \(viewsPerTransform): expected 0 … 1000")
    }
    if let tokenLimit, tokenLimit < 1 {
      problems.append("token limit \(tokenLimit): expected 1 or more, or none")
    }
    if !problems.isEmpty {
      throw ARCError(.invalidSetting, problems.joined(separator: "\n"))
    }
  }
}

// SPDX-License-Identifier: Apache-2.0

/// How training tasks are made of a puzzle's demonstrations.
///
/// Defaults are those of Akyürek et al. 2024, arXiv 2411.07279; of ``Form/chain``, those of Franzen
/// et al. 2025, arXiv 2505.07859.
public struct SyntheticTaskConfiguration: Codable, Sendable, Hashable {
  /// What a task is made of.
  public enum Form: String, Codable, CaseIterable, Sendable, Hashable {
    /// One demonstration to be answered behind the others; with few of those, one more left out.
    case leaveOut = "leave-out"
    /// One demonstration to be answered, nothing before it.
    case direct
    /// All demonstrations in one chain.
    case chain
  }

  public var form = Form.leaveOut
  /// What copies are made with; none leaves colours alone, too, and only orders vary. Not for
  /// chains, which take the eight symmetries of the square.
  public var transforms = TaskTransform.paper
  /// How a drawn shift among the transforms draws.
  public var shiftDraw = TaskTransform.ShiftDraw.perTask
  /// Recoloured and reordered copies of each task and of each of its transformed copies. The first
  /// version of the paper says two. Not for chains.
  public var permutations = 1
  /// The most tasks that are kept, but for puzzles none of whose tasks with one left out fits: of
  /// those, all with two left out are. Not for chains.
  public var maxTasks = 250
  /// Chains of each symmetry.
  public var chainRepeats = 8
  /// The colours that chains exchange.
  public var chainColors = ColorPermutation.Scope.all
  /// Tasks of fewer tokens than this are kept; nil to keep all.
  public var tokenLimit: Int? = 8192
  public var seed: UInt64 = 0

  public init() {}

  /// - Throws: ``ARCError`` (`invalidSetting`) listing every value out of its range.
  public func validate() throws {
    var problems: [String] = []
    for case .grid(let transform) in transforms where !transform.isValid {
      problems.append(
        "transform \(transform.name): expected numbers 1 … \(Grid.maxSide), "
          + "and chains of two or more transforms")
    }
    if !(0...1000).contains(permutations) {
      problems.append("permutations \(permutations): expected 0 … 1000")
    }
    if !(1...1_000_000).contains(maxTasks) {
      problems.append("max tasks \(maxTasks): expected 1 … 1000000")
    }
    if !(1...1000).contains(chainRepeats) {
      problems.append("chain repeats \(chainRepeats): expected 1 … 1000")
    }
    if let tokenLimit, tokenLimit < 1 {
      problems.append("token limit \(tokenLimit): expected 1 or more, or none")
    }
    if !problems.isEmpty {
      throw ARCError(.invalidSetting, problems.joined(separator: "\n"))
    }
  }
}

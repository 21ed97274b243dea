// SPDX-License-Identifier: Apache-2.0

/// The training tasks of a puzzle, and what became of those that are not among them.
public struct SyntheticTaskSet: Sendable, Hashable {
  /// What one pass over the demonstrations made.
  ///
  /// `base + transformed + recolored = duplicates + tooLong + unneeded + kept`.
  public struct Counts: Codable, Sendable, Hashable {
    /// Demonstrations that a task does not show, the one to be answered among them; 0 for chains.
    public var leftOut = 0
    /// Tasks straight from the demonstrations; of chains, all.
    public var base = 0
    /// Copies with all grids transformed.
    public var transformed = 0
    /// Copies not made: a grid would have been larger than a puzzle may hold.
    public var tooLarge = 0
    /// Copies in other colours and orders.
    public var recolored = 0
    /// Tasks that were there before.
    public var duplicates = 0
    /// Tasks with too many tokens.
    public var tooLong = 0
    /// Tasks not looked at: there were enough.
    public var unneeded = 0
    /// Chains that lost pairs at their end to fit; they are kept.
    public var shortened = 0
    /// Tasks that remain, before the cut to the most that are wanted.
    public var kept = 0
  }

  public let tasks: [SyntheticTask]
  /// One for each pass, in their order.
  public let counts: [Counts]

  /// Tasks cut because there were more than wanted.
  public var cut: Int { counts.map(\.kept).reduce(0, +) - tasks.count }
}

// SPDX-License-Identifier: Apache-2.0

/// A grid that a ``SelectionRule`` submits for a test input.
public struct Attempt: Codable, Sendable, Hashable {
  public let grid: Grid
  /// How often it was counted: by the hierarchical rules, among what the groups named; by all
  /// others, among the predictions that the rule looks at.
  public let votes: Int
  /// What a rule of probabilities ranked it by, in nats, lower is better; nil by the rules that
  /// count, and where it was not scored.
  public let cost: Double?

  public init(grid: Grid, votes: Int, cost: Double? = nil) {
    self.grid = grid
    self.votes = votes
    self.cost = cost
  }
}

extension ARCTask {
  /// How many answers a test input may be given.
  public static let maxAttempts = 2
}

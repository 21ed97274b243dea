// SPDX-License-Identifier: Apache-2.0

/// A grid that a ``SelectionRule`` or an ``AttemptChoice`` submits for a test input.
public struct Attempt: Codable, Sendable, Hashable {
  public let grid: Grid
  /// How often it was counted: by the hierarchical rules, among what the groups named; by all
  /// others, among the predictions that the rule looks at.
  public let votes: Int
  /// What a rule of probabilities ranked it by, in nats, lower is better; nil by the rules that
  /// count, and where it was not scored.
  public let cost: Double?
  /// The program that it comes from; nil where a model wrote it.
  public let program: InducedCandidate?
  /// Whether a model wrote what a program made.
  public let isAgreed: Bool
  /// How likely it is right by what is known of its program, or by an ``AnswerCalibration``; nil of
  /// attempts that a rule makes.
  public let probability: Double?

  public init(
    grid: Grid, votes: Int, cost: Double? = nil, program: InducedCandidate? = nil,
    isAgreed: Bool = false, probability: Double? = nil
  ) {
    self.grid = grid
    self.votes = votes
    self.cost = cost
    self.program = program
    self.isAgreed = isAgreed
    self.probability = probability
  }
}

extension ARCTask {
  /// How many answers a test input may be given.
  public static let maxAttempts = 2
}

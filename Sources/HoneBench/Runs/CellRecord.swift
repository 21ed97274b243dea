// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation

/// Names the answers of one strategy to one task with one seed's demonstrations.
package struct CellKey: Codable, Sendable, Hashable {
  package let strategy: String
  package let seed: UInt64
  package let task: String

  package init(strategy: String, seed: UInt64, task: String) {
    self.strategy = strategy
    self.seed = seed
    self.task = task
  }
}

/// What a run planned to do in one cell and what that cost, its answers aside.
package struct CellRecord: Sendable, Hashable {
  package let key: CellKey
  /// Items to answer; a figure over fewer must say so.
  package let total: Int
  /// Items that could have been asked but for the run's limit.
  package let available: Int
  /// Ids of the items shown as demonstrations, in order.
  package let demonstrations: [String]
  /// Items answered.
  package let attempted: Int
  /// Sum of the scores of those answered.
  package let score: Double
  /// Tokens and seconds of what stands before every query, run once; nil if not yet run.
  package let prefix: Cost?
  /// Summed over the answered items.
  package let answering: Cost

  package init(
    key: CellKey, total: Int, available: Int, demonstrations: [String], attempted: Int,
    score: Double, prefix: Cost?, answering: Cost
  ) {
    self.key = key
    self.total = total
    self.available = available
    self.demonstrations = demonstrations
    self.attempted = attempted
    self.score = score
    self.prefix = prefix
    self.answering = answering
  }
}

/// Tokens run, generated ones included, and how long that took.
package struct Cost: Codable, Sendable, Hashable {
  package var tokens: Int
  package var seconds: Double

  package init(tokens: Int, seconds: Double) {
    self.tokens = tokens
    self.seconds = seconds
  }
}

/// A training of one strategy and seed.
package struct TrainingRecord: Sendable, Hashable {
  package let strategy: String
  package let seed: UInt64
  /// The task it was for; nil for an adapter that all tasks share.
  package let task: String?
  /// The mean loss of each step, in nats.
  package let losses: [Double]
  package let cost: Cost

  package init(strategy: String, seed: UInt64, task: String?, losses: [Double], cost: Cost) {
    self.strategy = strategy
    self.seed = seed
    self.task = task
    self.losses = losses
    self.cost = cost
  }
}

/// The strategy that was chosen for a cell, and why.
package struct DecisionRecord: Sendable, Hashable {
  package let cell: CellKey
  package let decision: AutoDecision

  package init(cell: CellKey, decision: AutoDecision) {
    self.cell = cell
    self.decision = decision
  }
}

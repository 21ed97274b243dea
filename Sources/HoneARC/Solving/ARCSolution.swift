// SPDX-License-Identifier: Apache-2.0

/// What came of a puzzle.
public struct ARCSolution: Sendable, Hashable {
  /// What was found for one test input.
  public struct Query: Codable, Sendable, Hashable {
    /// All grids that any view's reply meant, with the costs that rules go by.
    public let candidates: [ARCCandidate]
    /// Replies that meant no grid, or were broken off.
    public let failedReplies: Int
    /// `−ln p` of the right output under the puzzle as it is, in nats, and its tokens; nil where the
    /// output is unknown. No rule sees it.
    public let expected: ExpectedCost?
    /// Tokens run and generated.
    public let tokens: Int
    public let seconds: Double
    /// What programs answer, the best first; empty where none were searched for.
    public var programs: [InducedCandidate]
    /// What searching for programs took; nil where none were.
    public var effort: InductionEffort?

    package init(
      candidates: [ARCCandidate], failedReplies: Int = 0, expected: ExpectedCost? = nil,
      tokens: Int = 0, seconds: Double = 0, programs: [InducedCandidate] = [],
      effort: InductionEffort? = nil
    ) {
      self.candidates = candidates
      self.failedReplies = failedReplies
      self.expected = expected
      self.tokens = tokens
      self.seconds = seconds
      self.programs = programs
      self.effort = effort
    }

    /// The attempts by a rule, the best first.
    public func attempts(by rule: SelectionRule) -> [Attempt] { rule.select(candidates) }
  }

  /// The cost of a right output.
  public struct ExpectedCost: Codable, Sendable, Hashable {
    public let nats: Double
    public let tokens: Int
  }

  /// What was trained; nil where nothing was.
  public struct Training: Codable, Sendable, Hashable {
    /// Of each step, in nats a target.
    public let losses: [Double]
    public let tokens: Int
    public let seconds: Double
    /// Synthetic tasks that the steps were drawn from.
    public let sampleCount: Int
  }

  public let taskID: String
  /// The model's; not used where programs alone answer.
  public let recipe: ARCRecipe
  /// How programs were searched for; nil where they were not.
  public var induction: InductionConfiguration?
  /// Who makes the attempts.
  public var choice: AttemptChoice = .model
  public let queries: [Query]
  public let training: Training?
  /// From the first sample to the last score; without the cost of right outputs.
  public let seconds: Double

  /// The attempts at each test input.
  public var attempts: [[Attempt]] { choice.attempts(queries, rule: recipe.inference.rule) }
}

/// What happens while a puzzle is solved.
public enum ARCEvent: Sendable {
  /// A step was made; the fraction of the training that is done.
  case trained(step: Int, loss: Double, fraction: Double)
  /// So many views of a test input are answered.
  case answered(query: Int, views: Int, of: Int)
  /// So many views have scored its candidates.
  case scored(query: Int, views: Int, of: Int)
  case finished(ARCSolution)
}

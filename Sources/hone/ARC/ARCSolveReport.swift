// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneModel

/// What `hone solve --json` prints when the task is an ARC puzzle: ``SolveReport`` with grids.
struct ARCSolveReport: Encodable {
  /// Null where no model was asked; ``compute`` too.
  let model: String?
  /// What the products with the weights were computed with, never `auto`.
  let compute: ComputeMode?
  /// The puzzle's id.
  let task: String
  let strategies: [Entry]
  /// With `--verify-weights`: whether the weights' hash is the same after as before.
  let weightsUnchanged: Bool?

  init(
    model: String?, compute: ComputeMode?, puzzle: ARCTask,
    entries: [(strategy: String, solution: ARCSolution)], weightsUnchanged: Bool?
  ) {
    self.model = model
    self.compute = compute
    task = puzzle.id
    strategies = entries.map {
      Entry(strategy: $0.strategy, solution: $0.solution, puzzle: puzzle)
    }
    self.weightsUnchanged = weightsUnchanged
  }

  struct Entry: Encodable {
    let strategy: String
    let solution: ARCSolution
    let puzzle: ARCTask

    enum CodingKeys: String, CodingKey {
      case strategy, accuracy, correct, total, seconds, trainSeconds, trainSteps, trainTokens
      case inferenceTokens
      case losses, answers
    }

    func encode(to encoder: any Encoder) throws {
      let scores = solution.scores(of: puzzle)
      let correct = scores.count { $0.isSolved() }
      let losses = solution.training?.losses ?? []
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(strategy, forKey: .strategy)
      // Null, not absent, where no right output is known.
      try container.encode(
        scores.isEmpty ? nil : Double(correct) / Double(scores.count), forKey: .accuracy)
      try container.encode(correct, forKey: .correct)
      try container.encode(scores.count, forKey: .total)
      try container.encode(solution.seconds, forKey: .seconds)
      try container.encode(solution.training?.seconds ?? 0, forKey: .trainSeconds)
      try container.encode(losses.count, forKey: .trainSteps)
      try container.encode(solution.training?.tokens ?? 0, forKey: .trainTokens)
      try container.encode(
        solution.queries.reduce(0) { $0 + $1.tokens }, forKey: .inferenceTokens)
      // JSON has no infinities: null for a loss that is no number.
      try container.encode(losses.map { $0.isFinite ? $0 : nil }, forKey: .losses)
      try container.encode(
        puzzle.queries.indices.map {
          AnswerEntry(puzzle: puzzle.queries[$0], solution, $0)
        }, forKey: .answers)
    }
  }

  /// The answer to a test input.
  struct AnswerEntry: Encodable {
    let input: Grid
    /// The first attempt's grid.
    let output: Grid?
    let expected: Grid?
    /// Whether one of the attempts is right.
    let correct: Bool?
    let attempts: [AttemptEntry]
    /// Of the programs; absent where none were searched for.
    let search: InductionEffort?

    enum CodingKeys: String, CodingKey { case input, output, expected, correct, attempts, search }

    init(puzzle: ARCTask.Query, _ solution: ARCSolution, _ index: Int) {
      let attempts = solution.attempts[index].prefix(ARCTask.maxAttempts)
      input = puzzle.input
      output = attempts.first?.grid
      expected = puzzle.output
      correct = puzzle.output.map { right in attempts.contains { $0.grid == right } }
      search = solution.queries[index].effort
      self.attempts = attempts.map {
        AttemptEntry(
          $0, by: solution.recipe.inference.rule, among: solution.queries[index].candidates)
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(input, forKey: .input)
      try container.encode(output, forKey: .output)
      try container.encode(expected, forKey: .expected)
      try container.encode(correct, forKey: .correct)
      try container.encode(attempts, forKey: .attempts)
      try container.encodeIfPresent(search, forKey: .search)
    }
  }

  struct AttemptEntry: Encodable {
    let output: Grid
    /// ``AttemptConfidence/score``: 0 … 1, higher is surer. By the product of experts, e to the
    /// minus mean cost per view in nats; by rules that count, the share of the votes; of a program,
    /// how often such programs are right.
    let score: Double
    /// The first view that produced it, `vote` for a grid that the vote put together, or
    /// `program`.
    let source: String
    /// The program that made it, a line for each layer, with what speaks for it.
    let program: String?
    /// For each demonstration whether the program reproduces it.
    let reproduced: [Bool]?
    /// Whether a model wrote what the program made.
    let agreed: Bool?

    init(_ attempt: Attempt, by rule: SelectionRule, among candidates: [ARCCandidate]) {
      output = attempt.grid
      score = AttemptConfidence(attempt, by: rule, among: candidates).score
      source =
        attempt.program == nil
        ? candidates.first { $0.grid == attempt.grid }?.productions.first?.view ?? "vote"
        : "program"
      program = attempt.program?.program.description
      reproduced = attempt.program?.reproduced
      agreed = attempt.program == nil ? nil : attempt.isAgreed
    }
  }
}

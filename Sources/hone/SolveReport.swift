// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneModel

/// What `hone solve --json` prints.
struct SolveReport: Encodable {
  let model: String
  /// What the products with the weights were computed with, never `auto`.
  let compute: ComputeMode
  let task: String
  let strategies: [Entry]
  /// With `--verify-weights`: whether the weights' hash is the same after as before.
  let weightsUnchanged: Bool?

  init(
    model: String, compute: ComputeMode, task: String, results: [StrategyResult],
    weightsUnchanged: Bool?
  ) {
    self.model = model
    self.compute = compute
    self.task = task
    self.weightsUnchanged = weightsUnchanged
    strategies = results.map(Entry.init)
  }

  struct Entry: Encodable {
    let result: StrategyResult

    enum CodingKeys: String, CodingKey {
      case strategy, accuracy, standardError, correct, total, seconds, trainSteps, trainTokens
      case inferenceTokens, losses, decision, explanation, answers
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(result.kind, forKey: .strategy)
      // Null, not absent, where no right output is known.
      try container.encode(result.accuracy, forKey: .accuracy)
      try container.encode(result.standardError, forKey: .standardError)
      try container.encode(result.correct, forKey: .correct)
      try container.encode(result.total, forKey: .total)
      try container.encode(result.duration.inSeconds, forKey: .seconds)
      try container.encode(result.losses.count, forKey: .trainSteps)
      try container.encode(result.trainTokens, forKey: .trainTokens)
      try container.encode(result.inferenceTokens, forKey: .inferenceTokens)
      try container.encode(result.losses, forKey: .losses)
      try container.encodeIfPresent(result.decision, forKey: .decision)
      try container.encodeIfPresent(result.decision?.explanation, forKey: .explanation)
      try container.encode(result.answers.map(AnswerEntry.init), forKey: .answers)
    }
  }

  struct AnswerEntry: Encodable {
    let answer: Answer

    enum CodingKeys: String, CodingKey { case input, output, expected, correct }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(answer.input, forKey: .input)
      try container.encode(answer.output, forKey: .output)
      try container.encode(answer.expected, forKey: .expected)
      try container.encode(answer.correct, forKey: .correct)
    }
  }
}

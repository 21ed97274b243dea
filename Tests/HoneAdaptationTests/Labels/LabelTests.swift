// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import Testing

@testable import HoneAdaptation

@Suite struct LabelTests {
  private func demonstrations(_ outputs: [String]) -> [Demonstration] {
    outputs.map { Demonstration(input: "x", output: $0) }
  }

  @Test func `labels are outputs that were demonstrated twice on average`() throws {
    let set = try #require(LabelSet(demonstrations(["yes", " no\n", "yes", "yes"])))
    #expect(set.labels == ["yes", "no"])
    #expect(set.shares == [4.0 / 6, 2.0 / 6])
  }

  @Test(arguments: [
    [], ["a"], ["a", "a"], ["a", "b"], ["a", "b", "a"], ["a", "b\nc", "a", "b\nc"],
    ["a", "", "a", ""],
  ])
  func `other outputs are no labels`(outputs: [String]) {
    #expect(LabelSet(demonstrations(outputs)) == nil)
  }

  // MARK: What tells labels apart

  @Test func `what labels have in common is run once, what follows a difference never`() {
    let tree = LabelTree([[7, 1, 9], [7, 2, 9], [7, 1, 8, 3]])
    guard case .choice(let common, let branches) = tree else {
      Issue.record("no choice")
      return
    }
    #expect(common == [7])
    #expect(branches.map(\.token) == [1, 2])
    #expect(branches[1].rest == .label(1))
    guard case .choice(let inner, let leaves) = branches[0].rest else {
      Issue.record("no choice")
      return
    }
    #expect(inner.isEmpty && leaves.map(\.token) == [9, 8])
    #expect(leaves.map(\.rest) == [.label(0), .label(2)])
    #expect(LabelTree([[5, 6]]) == .label(0))
  }

  // MARK: Scores

  /// What whole likelihoods of labels that differ in one token say, in proportion.
  @Test(arguments: [["yes", "no", "yes", "no"], ["a dog", "a cat", "a dog", "a cat", "a", "a"]])
  func `labels are as likely as their tokens among those that may stand there`(
    outputs: [String]
  ) async throws {
    let model = try TinyModel.load()
    let task = FewShotTask(
      name: "n", instruction: "Say it.",
      demonstrations: outputs.enumerated().map { .init(input: "x\($0)", output: $1) },
      queries: (0..<5).map { Query(input: "y\($0)", output: nil) })
    let (scores, expected, before, after) = try await model.labelScores(task)
    #expect(scores.logProbabilities.count == 5)
    for (row, values) in scores.logProbabilities.enumerated() {
      #expect(abs(values.reduce(0) { $0 + exponential($1) } - 1) < 1e-5)
      for (value, other) in zip(values, expected[row]) { #expect(abs(value - other) < 1e-3) }
    }
    // The questions stay as they were.
    #expect(before == after)
    #expect(scores.tokens >= 0)
  }

  // MARK: Calibration

  @Test func `what a model says of everything counts for nothing`() {
    // Always the first label, whatever is asked; of half of the inputs less surely.
    let rows = (0..<100).map { index in
      let first = index.isMultiple(of: 2) ? 0.95 : 0.8
      return [logarithm(first), logarithm(1 - first)]
    }
    let calibration = LabelCalibration(rows, shares: [0.5, 0.5])
    let choices = rows.map(calibration.choice)
    #expect(choices == (0..<100).map { $0.isMultiple(of: 2) ? 0 : 1 })
  }

  @Test func `a label that was shown more often is answered more often`() {
    let rows = [[0.5, 0.5], [0.55, 0.45], [0.45, 0.55]].map { $0.map(logarithm) }
    let calibration = LabelCalibration(rows, shares: [0.8, 0.2])
    #expect(rows.map(calibration.choice) == [0, 0, 0])
  }

  @Test func `one input corrects little, no input nothing`() {
    let row = [0.7, 0.3].map(logarithm)
    #expect(LabelCalibration([], shares: [0.5, 0.5]).corrections == [0, 0])
    #expect(LabelCalibration([row], shares: [0.5, 0.5]).choice(row) == 0)
    #expect(LabelCalibration([row], shares: [0.5, 0.5]).choice([0.5, 0.5].map(logarithm)) == 1)
  }
}

extension LanguageModel {
  /// Scores of a task's labels; the same from whole likelihoods of those tokens; and what greedy
  /// answers are before and after.
  fileprivate func labelScores(_ task: FewShotTask) throws -> (
    QueryAnswerer.LabelScores, [[Double]], [String], [String]
  ) {
    let prompt = TaskPrompt(task, tokenizer: tokenizer)
    let set = try #require(LabelSet(task.demonstrations))
    let answerer = try QueryAnswerer(
      decoder: decoder, tokenizer: tokenizer, prompt: prompt, prefix: prompt.demonstrationPrefix,
      adapter: nil, maxAnswerTokens: 6)
    let questions = task.queries.map { prompt.question($0.input) }
    let before = try answerer.answer(answerer.prompt(questions)).map(\.text)
    let prompted = try answerer.prompt(questions)
    let scores = try answerer.labelScores(prompted, set)
    #expect(
      try answerer.labelScores(prompted, set).logProbabilities == scores.logProbabilities)
    let tree = LabelTree(set.labels.map(prompt.answer))
    var expected = questions.map { _ in set.labels.map { _ in 0.0 } }
    func visit(_ tree: LabelTree, behind ids: [Int32], _ sums: [Double]) throws {
      switch tree {
      case .label(let place):
        for (row, sum) in sums.enumerated() { expected[row][place] = sum }
      case .choice(let common, let branches):
        let ids = ids + common
        // Of each branch and question.
        let whole = try branches.map { branch in
          try answerer.logLikelihoods(
            prompted, answers: questions.map { _ in ids + [branch.token] })
        }
        for (branch, values) in zip(branches, whole) {
          let sums = sums.indices.map { row in
            let total = logarithm(whole.reduce(0) { $0 + exponential($1[row]) })
            return sums[row] + values[row] - total
          }
          try visit(branch.rest, behind: ids + [branch.token], sums)
        }
      }
    }
    try visit(tree, behind: [], questions.map { _ in 0 })
    return (scores, expected, before, try answerer.answer(prompted).map(\.text))
  }
}

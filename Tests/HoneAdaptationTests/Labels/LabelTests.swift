// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import Testing

@testable import HoneAdaptation

@Suite struct LabelTests {
  private func demonstrations(_ outputs: [String]) -> [Demonstration] {
    outputs.enumerated().map { Demonstration(input: "x\($0)", output: $1) }
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

  @Test func `copies of a demonstration count once`() throws {
    let shown = demonstrations(["a", "b", "a", "b"])
    #expect(LabelSet([shown[0], shown[0], shown[1], shown[1]]) == nil)
    let set = try #require(LabelSet(shown + [shown[0], shown[0]]))
    #expect(set.shares == [0.5, 0.5])
  }

  // MARK: What tells labels apart

  @Test func `what labels have in common is run once, what follows a difference never`() throws {
    let tree = try #require(LabelTree([[7, 1, 9], [7, 2, 9], [7, 1, 8, 3]]))
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

  @Test(arguments: [[], [[1, 2], [1, 2]], [[1, 2], [3], [1, 2, 4]]] as [[[Int32]]])
  func `labels of which one begins another make no tree`(labels: [[Int32]]) {
    #expect(LabelTree(labels) == nil)
  }

  @Test func `a pass over one label tells of the others, up to where they part from it`() throws {
    let tree = try #require(LabelTree([[7, 1, 9], [7, 2, 9], [7, 1, 8, 3], [7, 2, 4]]))
    let choices = tree.choices(to: 2)
    #expect(choices.map(\.offset) == [1, 2])
    #expect(choices.map(\.tokens) == [[1, 2], [9, 8]])
    let logits = [[1.0, 0], [0, 2.0]]
    let values = tree.logProbabilities(on: 2, logits: logits)
    #expect(abs(values.reduce(0) { $0 + exponential($1) } - 1) < 1e-12)
    let first = 1 / (1 + exponential(-1))
    let second = 1 / (1 + exponential(-2))
    for (value, expected) in zip(
      values, [first * (1 - second), (1 - first) / 2, first * second, (1 - first) / 2])
    {
      #expect(abs(exponential(value) - expected) < 1e-12)
    }
  }

  @Test func `labels that a model's tokens do not tell apart are none`() throws {
    let tokenizer = try TinyModel.tokenizer()
    for (outputs, areLabels) in [
      (["yes", "no"], true), (["yes", "maybe not"], true), (["yes"], false),
    ] {
      let task = FewShotTask(
        name: "n", demonstrations: demonstrations(outputs + outputs), queries: [])
      let labels = TaskLabels(
        task.demonstrations, prompt: TaskPrompt(task, tokenizer: tokenizer))
      #expect((labels != nil) == areLabels)
      if let labels { #expect(labels.places == [0, 1, 0, 1]) }
    }
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

  // MARK: Demonstrations held out

  @Test(arguments: [["yes", "no", "yes", "no", "no"], ["(A)", "(B)", "(C)", "(A)", "(B)", "(C)"]])
  func `a pass over demonstrations reads labels off as queries behind them would`(
    outputs: [String]
  ) async throws {
    let model = try TinyModel.load()
    let task = FewShotTask(
      name: "n", instruction: "Say it.",
      demonstrations: outputs.enumerated().map { .init(input: "x\($0)", output: $1) }, queries: [])
    let (readings, expected) = try await model.labelReadings(task)
    #expect(readings.map(\.demonstration) == Array(outputs.indices))
    #expect(readings.map(\.shots) == Array(outputs.indices))
    for (reading, values) in zip(readings, expected) {
      #expect(outputs.firstIndex(of: outputs[reading.demonstration]) == reading.label)
      for (value, other) in zip(reading.logProbabilities, values) {
        #expect(abs(value - other) < 1e-3)
      }
    }
  }

  @Test func `calibrated evidence is of likelihoods among the labels`() throws {
    let set = try #require(LabelSet(demonstrations(["a", "b", "a", "b"])))
    // Leans towards the first label and is right of all but the last.
    let readings = [(0, 0.9), (1, 0.6), (0, 0.9), (1, 0.85)].enumerated().map { index, row in
      LabelReading(
        demonstration: index, shots: 2, tokens: 2, label: row.0,
        logProbabilities: [logarithm(row.1), logarithm(1 - row.1)])
    }
    let evidence = HeldOutEvidence(readings, of: set)
    #expect(evidence.trials.map(\.isReproduced) == [true, true, true, false])
    #expect(evidence.trials.map(\.demonstration) == [0, 1, 2, 3])
    #expect(evidence.trials.allSatisfy { $0.nats > 0 && $0.tokens == 2 })
    // Calibrated, the second is more likely than the model says.
    #expect(evidence.trials[1].nats < -logarithm(0.4))
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
    let labels = try #require(TaskLabels(task.demonstrations, prompt: prompt))
    let answerer = try QueryAnswerer(
      decoder: decoder, tokenizer: tokenizer, prompt: prompt, prefix: prompt.demonstrationPrefix,
      adapter: nil, maxAnswerTokens: 6)
    let questions = task.queries.map { prompt.question($0.input) }
    let before = try answerer.answer(answerer.prompt(questions)).map(\.text)
    let prompted = try answerer.prompt(questions)
    let scores = try answerer.labelScores(prompted, labels)
    #expect(
      try answerer.labelScores(prompted, labels).logProbabilities == scores.logProbabilities)
    var expected = questions.map { _ in labels.set.labels.map { _ in 0.0 } }
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
    try visit(labels.tree, behind: [], questions.map { _ in 0 })
    return (scores, expected, before, try answerer.answer(prompted).map(\.text))
  }
}

extension LanguageModel {
  /// Readings of one pass over all demonstrations; the same of each as a query behind those before it.
  fileprivate func labelReadings(_ task: FewShotTask) throws -> ([LabelReading], [[Double]]) {
    let prompt = TaskPrompt(task, tokenizer: tokenizer)
    let labels = try #require(TaskLabels(task.demonstrations, prompt: prompt))
    var scorer = HeldOutScorer(decoder: decoder, prompt: prompt, labels: labels)
    let order = Array(prompt.demonstrations.indices)
    _ = try scorer.trials(order)
    let expected = try order.map { index in
      let answerer = try QueryAnswerer(
        decoder: decoder, tokenizer: tokenizer, prompt: prompt,
        prefix: prompt.demonstrationPrefix(order: order[..<index]), adapter: nil,
        maxAnswerTokens: 6)
      let prompted = try answerer.prompt([prompt.demonstrations[index].question])
      return try answerer.labelScores(prompted, labels).logProbabilities[0]
    }
    return (scorer.labelReadings, expected)
  }
}

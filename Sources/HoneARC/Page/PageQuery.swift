// SPDX-License-Identifier: Apache-2.0

/// A test input with what each strategy answered.
struct PageQuery {
  let queryNumber: String
  let input: PageFigure
  /// None or one.
  let expected: [PageFigure]
  let answers: [PageAnswer]
  /// Its answer stands beside it.
  let isAnsweredOnce: Bool
  let votes: [PageVote]

  init(_ puzzle: ARCTask, index: Int, _ entries: [PageEntry]) {
    let query = puzzle.queries[index]
    let attempts = entries.map {
      Array($0.solution.attempts[index].prefix(ARCTask.maxAttempts))
    }
    let grids =
      [query.input] + [query.output].compactMap { $0 } + attempts.flatMap { $0.map(\.grid) }
    let scale = PageScale(grids, room: 210, largest: 28)
    let number = index + 1
    queryNumber = "\(number)"
    input = PageFigure(query.input, scale, label: "test input \(number)")
    expected = [query.output].compactMap { $0 }.map {
      PageFigure($0, scale, label: "right output \(number)")
    }
    answers = zip(entries, attempts).map {
      PageAnswer($0, attempts: $1, index: index, right: query.output, scale)
    }
    isAnsweredOnce = answers.count == 1
    votes = zip(entries, attempts).filter { $0.0.solution.choice != .programs }.map {
      PageVote($0, attempts: $1, index: index, right: query.output)
    }
  }
}

/// A strategy's attempts at a test input.
struct PageAnswer {
  let answerName: String
  let answerColor: String
  let ruleName: String
  let attempts: [PageAttempt]
  let hasNoAttempt: Bool
  /// What the right output costs, where it is known.
  let rightCost: String?

  init(_ entry: PageEntry, attempts: [Attempt], index: Int, right: Grid?, _ scale: PageScale) {
    let rule = entry.solution.recipe.inference.rule
    let query = entry.solution.queries[index]
    answerName = entry.name
    answerColor = entry.color
    ruleName = entry.solution.choice == .model ? rule.rawValue : entry.solution.choice.rawValue
    self.attempts = attempts.enumerated().map { place, attempt in
      PageAttempt(
        attempt, number: place + 1, right: right, scale,
        AttemptConfidence(attempt, by: rule, among: query.candidates),
        unit: rule == .productOfExperts ? "nats a view" : "nats")
    }
    hasNoAttempt = attempts.isEmpty
    rightCost = query.expected.map {
      "The right output costs \(PageNumber.nats($0.nats)) nats under the puzzle as it is, over "
        + PageNumber.count($0.tokens, "token") + "."
    }
  }
}

struct PageAttempt {
  let attemptNumber: String
  let figure: PageFigure
  let mark: String
  let markKind: String
  let confidence: String
  let counted: String
  /// The confidence's length in percent.
  let level: String
  /// How far a wrong attempt is off.
  let distance: String?
  /// The program that made it; lines.
  let program: String?

  init(
    _ attempt: Attempt, number: Int, right: Grid?, _ scale: PageScale,
    _ confidence: AttemptConfidence, unit: String
  ) {
    let isRight = right.map { $0 == attempt.grid }
    attemptNumber = "\(number)"
    figure = PageFigure(attempt.grid, scale, label: "attempt \(number)", right: right)
    mark = isRight.map { $0 ? "✓ right" : "✗ wrong" } ?? ""
    markKind = isRight.map { $0 ? "right" : "wrong" } ?? "open"
    let votes = "\(confidence.votes) of \(PageNumber.count(confidence.voters, "vote"))"
    program = attempt.program?.program.description
    if let induced = attempt.program {
      self.confidence = "p " + PageNumber.percent(confidence.probability ?? 0)
      counted =
        "program, \(induced.reproduced.count { $0 }) of "
        + PageNumber.count(induced.reproduced.count, "demonstration")
        + (attempt.isAgreed ? ", the model agrees" : "")
    } else if let nats = confidence.nats {
      self.confidence = "p " + PageNumber.percent(confidence.probability ?? 0)
      counted = "\(PageNumber.nats(nats)) \(unit), \(votes)"
    } else {
      self.confidence = PageNumber.percent(confidence.share)
      counted = votes
    }
    level = PageNumber.fixed(100 * (confidence.probability ?? confidence.share), 1)
    distance = right.flatMap { right in
      guard right != attempt.grid else { return nil }
      guard let accuracy = attempt.grid.cellAccuracy(against: right) else {
        return "its shape is wrong: expected \(right.height)×\(right.width)"
      }
      let wrong = (Double(right.cells.count) * (1 - accuracy)).rounded()
      return
        "\(PageNumber.whole(Int(wrong))) of \(PageNumber.count(right.cells.count, "cell")) wrong"
    }
  }
}

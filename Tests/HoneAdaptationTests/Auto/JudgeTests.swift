// SPDX-License-Identifier: Apache-2.0
import HoneModel
import Testing

@testable import HoneAdaptation

@Suite struct JudgeTests {
  private func solver(
    _ model: LanguageModel, budget: Double? = nil, everything: Bool = false,
    preference: AutoPreference = .balanced
  ) throws -> Solver {
    var recipe = TestTimeTrainingConfiguration.defaults(parameterCount: 0)
    recipe.steps = 10
    recipe.warmupSteps = 2
    recipe.learningRate = 1e-2
    var auto = AutoConfiguration()
    auto.budgetSeconds = budget
    auto.measuresEverything = everything
    auto.preference = preference
    return try Solver(
      model: model, configuration: SolverConfiguration(testTimeTraining: recipe, auto: auto))
  }

  private func result(_ solver: Solver, _ task: FewShotTask) async throws -> StrategyResult {
    var result: StrategyResult?
    for try await event in solver.solve(task, strategies: [.auto]) {
      if case .finished(let finished) = event { result = finished }
    }
    return try #require(result)
  }

  private func task(_ pairs: [(String, String)], queries: Int = 3) -> FewShotTask {
    FewShotTask(
      name: "t", demonstrations: pairs.map { .init(input: $0.0, output: $0.1) },
      queries: (0..<queries).map { .init(input: "q\($0)") })
  }

  private static let varied = [
    "the dog", "a cat", "the mat", "dog", "sat", "on", "the cat", "a dog",
  ]

  private var ordinary: FewShotTask {
    task(Self.varied.enumerated().map { ("x\($0)", $1) })
  }

  @Test func `everything measured is told, and the evidence is held out`() async throws {
    let result = try await result(try solver(try TinyModel.load(), everything: true), ordinary)
    let decision = try #require(result.decision)
    // None of these outputs is a label.
    #expect(
      decision.candidates.map(\.strategy)
        == CandidateStrategy.allCases.filter { $0 != .calibrated })
    #expect(decision.demonstrations == 8)
    let icl = try #require(decision[.inContext])
    #expect(icl.evidence.trials.allSatisfy { $0.shots >= 4 })
    #expect(icl.evidence.distinct == 8)
    let zeroShot = try #require(decision[.zeroShot]).evidence
    #expect(zeroShot.trials.allSatisfy { $0.shots == 0 })
    #expect(zeroShot.distinct == 8 && zeroShot.trials.count == 8)
    #expect(decision.evidenceWork.generated >= 8)
    for strategy in [CandidateStrategy.direct, .testTimeTraining] {
      let candidate = try #require(decision[strategy])
      #expect(candidate.pilotSteps == 6)
      #expect(candidate.evidence.distinct == 8 && candidate.evidence.trials.count == 8)
      #expect(Set(candidate.evidenceByStage.keys) == [.firstPilot, .secondPilot])
      // The same demonstrations as before the pilot.
      #expect(
        candidate.evidence.trials.map(\.demonstration)
          == decision.beforePilot.trials.map(\.demonstration))
    }
    #expect(result.answers.count == 3)
    #expect(result.trainTokens + decision.evidenceWork.untrained == decision.tokens)
    #expect(decision.trainedSteps == result.losses.count)
    let steps: [CandidateStrategy: Int] = [
      .direct: 10, .halfTestTimeTraining: 5, .testTimeTraining: 10, .doubleTestTimeTraining: 20,
    ]
    #expect(result.losses.count == steps[decision.choice] ?? 0)
  }

  @Test func `labels are read off from the same passes, of demonstrations held out`() async throws {
    let labels = task((0..<8).map { ("x\($0)", $0 % 3 == 0 ? "the dog" : "a cat") })
    let decision = try #require(
      try await result(try solver(try TinyModel.load(), everything: true), labels).decision)
    #expect(decision.candidates.map(\.strategy) == CandidateStrategy.allCases)
    let calibrated = try #require(decision[.calibrated])
    let written = try #require(decision[.inContext])
    #expect(
      calibrated.evidence.trials.map(\.demonstration)
        == written.evidence.trials.map(\.demonstration))
    #expect(calibrated.evidence.trials.allSatisfy { $0.shots >= 4 })
    #expect(calibrated.evidence.trials.allSatisfy { $0.nats >= 0 && $0.nats.isFinite })
  }

  @Test func `labels are answered with where that is worth most`() async throws {
    let labels = task((0..<8).map { ("x\($0)", $0 % 3 == 0 ? "the dog" : "a cat") })
    let result = try await result(
      try solver(try TinyModel.load(), preference: .speed), labels)
    let decision = try #require(result.decision)
    #expect(decision.choice == .calibrated && result.losses.isEmpty)
    #expect(result.answers.allSatisfy { ["the dog", "a cat"].contains($0.output) })
    // The same answers as without a decision: what the evidence read is only gone on from.
    var alone: StrategyResult?
    for try await event in try solver(try TinyModel.load()).solve(
      labels, strategies: [.calibrated])
    {
      if case .finished(let finished) = event { alone = finished }
    }
    #expect(alone?.answers.map(\.output) == result.answers.map(\.output))
  }

  @Test func `the choice does not depend on queries' outputs or the number of threads`()
    async throws
  {
    let answered = FewShotTask(
      name: "t", demonstrations: ordinary.demonstrations,
      queries: ordinary.queries.map { .init(input: $0.input, output: "the dog") })
    var decisions: [AutoDecision] = []
    for (threads, task) in [(2, ordinary), (2, answered), (1, ordinary)] {
      let solver = try solver(try TinyModel.load(threads: threads), everything: true)
      decisions.append(try #require(try await result(solver, task).decision))
    }
    for decision in decisions.dropFirst() {
      #expect(decision.choice == decisions[0].choice)
      #expect(decision.candidates.map(\.estimate) == decisions[0].candidates.map(\.estimate))
      #expect(
        decision.candidates.map(\.evidenceByStage)
          == decisions[0].candidates.map(\.evidenceByStage))
    }
  }

  @Test func `the weights stay as they were, and judging answers nothing`() async throws {
    let model = try TinyModel.load()
    let before = await model.weightsChecksum()
    let solver = try solver(model, everything: true)
    var decided: AutoDecision?
    for try await event in solver.decide(ordinary) {
      switch event {
      case .decided(let decision): decided = decision
      case .judging: break
      default: Issue.record("\(event)")
      }
    }
    let answered = try await result(solver, ordinary).decision
    #expect(decided?.choice == answered?.choice)
    #expect(decided?.trainedSteps == 0)
    #expect(await model.weightsChecksum() == before)
  }

  // MARK: Awkward demonstrations

  @Test func `without demonstrations the instruction is all there is`() async throws {
    let decision = try #require(
      try await result(try solver(try TinyModel.load()), task([])).decision)
    #expect(decision.choice == .zeroShot && decision.basis == .onlyOne)
    #expect(decision.candidates.filter { $0.obstacle == nil }.map(\.strategy) == [.zeroShot])
  }

  @Test(arguments: [1, 2])
  func `one or two demonstrations leave nothing to hold out of a training`(count: Int) async throws
  {
    let task = task(Array([("x", "the dog"), ("y", "a cat")].prefix(count)))
    let result = try await result(try solver(try TinyModel.load(), everything: true), task)
    let decision = try #require(result.decision)
    #expect(decision.candidates.allSatisfy { $0.pilotSteps == 0 })
    #expect(decision.candidates.allSatisfy { $0.obstacle == nil })
    #expect(try #require(decision[.inContext]).evidence.distinct == (count == 1 ? 0 : 2))
    #expect(decision.notes.contains { $0.contains("too few demonstrations") })
    #expect(result.answers.count == 3)
  }

  @Test func `copies of one demonstration are no evidence of learning it`() async throws {
    let task = task(Array(repeating: ("x", "the dog"), count: 10))
    let decision = try #require(
      try await result(try solver(try TinyModel.load(), everything: true), task).decision)
    #expect(decision.demonstrations == 1)
    #expect(try #require(decision[.inContext]).evidence.trials.isEmpty)
    #expect(decision.candidates.allSatisfy { $0.pilotSteps == 0 })
    #expect(decision.notes.contains { $0.hasPrefix("9 of 10 demonstrations repeat") })
  }

  @Test func `contradictions are told`() async throws {
    let task = task((0..<6).map { ("x\($0 / 2)", $0 % 2 == 0 ? "the dog" : "a cat") })
    let result = try await result(try solver(try TinyModel.load()), task)
    let decision = try #require(result.decision)
    #expect(decision.notes.contains { $0.hasSuffix("among the demonstrations: 3") })
    #expect(result.answers.count == 3)
  }

  @Test func `demonstrations that fill the context are asked one by one`() async throws {
    // Some 200 tokens each, of the tiny model's 512.
    let long = Array(repeating: "the dog", count: 50).joined(separator: " ")
    let task = task((0..<6).map { ("x\($0)", long) }, queries: 1)
    let decision = try #require(
      try await result(try solver(try TinyModel.load(), everything: true), task).decision)
    #expect(!decision.choice.showsDemonstrations)
    #expect(decision[.inContext]?.obstacle?.hasPrefix("queries[0]: ") == true)
    #expect(try #require(decision[.testTimeTraining]).obstacle?.contains("context holds") == true)
    #expect(try #require(decision[.zeroShot]).evidence.distinct == 6)
  }

  @Test func `outputs of a thousand tokens fit nothing, which is said`() async throws {
    let long = Array(repeating: "the dog", count: 500).joined(separator: " ")
    let error = await #expect(throws: AdaptationError.self) {
      _ = try await result(
        try solver(try TinyModel.load()), task((0..<6).map { ("x\($0)", long) }))
    }
    #expect(error?.code == .tooLong)
    #expect(error?.message.hasPrefix("queries[0]: ") == true)
  }

  // MARK: Budgets

  @Test func `a budget that covers nothing takes what is over soonest, and says so`() async throws {
    let result = try await result(try solver(try TinyModel.load(), budget: 1e-9), ordinary)
    let decision = try #require(result.decision)
    #expect(decision.choice == .zeroShot && decision.basis == .onlyOne)
    #expect(decision.candidates.allSatisfy { $0.pilotSteps == 0 })
    #expect(decision.notes.contains { $0.contains("within") })
    #expect(result.answers.count == 3)
  }

  @Test(arguments: [0, -1, Double.nan, .infinity])
  func `a budget must be a time`(budget: Double) throws {
    #expect(throws: AdaptationError.self) {
      try solver(try TinyModel.load(), budget: budget)
    }
  }

  @Test func `a decision survives being written and read`() async throws {
    let decision = try #require(
      try await result(try solver(try TinyModel.load(), everything: true), ordinary).decision)
    #expect(try decision.writtenAndRead == decision)
  }
}

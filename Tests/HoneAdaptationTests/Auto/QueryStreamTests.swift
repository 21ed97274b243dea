// SPDX-License-Identifier: Apache-2.0
import HoneModel
import Synchronization
import Testing

@testable import HoneAdaptation

@Suite struct QueryStreamTests {
  private let task = FewShotTask(
    name: "t",
    demonstrations: ["the dog", "a cat", "the mat", "dog", "sat", "on", "the cat", "a dog"]
      .enumerated().map { .init(input: "x\($0)", output: $1) }, queries: [])

  private func configuration(expecting queries: Int? = nil) -> SolverConfiguration {
    var recipe = TestTimeTrainingConfiguration.defaults(parameterCount: 0)
    recipe.steps = 10
    recipe.warmupSteps = 2
    recipe.learningRate = 1e-2
    var auto = AutoConfiguration()
    auto.expectedQueries = queries
    return SolverConfiguration(testTimeTraining: recipe, auto: auto)
  }

  /// What a stream told.
  private final class Log: Sendable {
    let passes = Mutex<[Int]>([])
    let decisions = Mutex<[AutoDecision]>([])
    let steps = Mutex(0)

    func note(_ event: SolveEvent) {
      switch event {
      case .judging(.pass(let pass, of: _)): passes.withLock { $0.append(pass) }
      case .decided(let decision): decisions.withLock { $0.append(decision) }
      case .trained: steps.withLock { $0 += 1 }
      default: break
      }
    }
  }

  @Test func `what was heard for few queries is not heard again for many`() async throws {
    let model = try TinyModel.load()
    let before = await model.weightsChecksum()
    let stream = try QueryStream(model: model, configuration: configuration(), task: task)
    let log = Log()
    for index in 0..<40 {
      _ = try await stream.answer("q\(index)") { log.note($0) }
    }
    let passes = log.passes.withLock { $0 }
    #expect(passes == Array(1...passes.count) && passes.count <= 4)
    let decisions = log.decisions.withLock { $0 }
    #expect(!decisions.isEmpty)
    for (one, next) in zip(decisions, decisions.dropFirst()) { #expect(one.choice != next.choice) }
    #expect(await model.weightsChecksum() == before)
  }

  @Test func `more queries let more be spent on the evidence`() async throws {
    func passes(expecting queries: Int) async throws -> Int {
      let stream = try QueryStream(
        model: try TinyModel.load(), configuration: configuration(expecting: queries), task: task)
      let log = Log()
      _ = try await stream.answer("q") { log.note($0) }
      return log.passes.withLock { $0.count }
    }
    let few = try await passes(expecting: 1)
    #expect(try await passes(expecting: 100_000) == 4)
    #expect(few >= 1 && few <= 4)
  }

  @Test func `answers are those of a task that has the queries`() async throws {
    let inputs = (0..<5).map { "q\($0)" }
    let whole = FewShotTask(
      name: "t", demonstrations: task.demonstrations, queries: inputs.map { .init(input: $0) })
    var result: StrategyResult?
    let solver = try Solver(model: try TinyModel.load(), configuration: configuration(expecting: 5))
    for try await event in solver.solve(whole, strategies: [.auto]) {
      if case .finished(let finished) = event { result = finished }
    }
    let stream = try QueryStream(
      model: try TinyModel.load(), configuration: configuration(expecting: 5), task: whole)
    var answers: [String] = []
    for input in inputs { answers.append(try await stream.answer(input)) }
    #expect(answers == result?.answers.map(\.output))
  }

  @Test func `labels are calibrated by the queries so far`() async throws {
    let labels = FewShotTask(
      name: "t",
      demonstrations: (0..<8).map {
        .init(input: "x\($0)", output: $0 % 3 == 0 ? "the dog" : "a cat")
      }, queries: [])
    var configuration = configuration(expecting: 1)
    configuration.auto.preference = .speed
    let stream = try QueryStream(
      model: try TinyModel.load(), configuration: configuration, task: labels)
    let log = Log()
    for index in 0..<6 {
      let answer = try await stream.answer("q\(index)") { log.note($0) }
      #expect(["the dog", "a cat"].contains(answer))
    }
    #expect(log.decisions.withLock { $0.map(\.choice) } == [.calibrated])
  }

  @Test func `a query that does not fit is refused, and the next one answered`() async throws {
    let stream = try QueryStream(
      model: try TinyModel.load(), configuration: configuration(), task: task)
    let long = Array(repeating: "the dog", count: 400).joined(separator: " ")
    let error = await #expect(throws: AdaptationError.self) { try await stream.answer(long) }
    #expect(error?.code == .tooLong)
    _ = try await stream.answer("q")
  }

  @Test func `without demonstrations there is nothing to stream for`() throws {
    #expect(throws: AdaptationError.self) {
      try QueryStream(
        model: try TinyModel.load(), configuration: configuration(),
        task: FewShotTask(name: "t", demonstrations: [], queries: []))
    }
  }
}

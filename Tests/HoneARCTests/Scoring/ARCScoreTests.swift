// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneARC

@Suite struct ARCScoreTests {
  private func task(_ id: String, _ outputs: [String?]) -> ARCTask {
    ARCTask(
      id: id, demonstrations: [],
      queries: outputs.map { .init(input: digits("0"), output: $0.map(digits)) })
  }

  private var set: ARCCollection {
    ARCCollection(tasks: [
      task("a", ["1"]), task("b", ["1", "2"]), task("c", ["3"]), task("d", ["4", nil]),
    ])
  }

  @Test func `first and second attempts, strict and with credit, are counted beside all there are`()
    throws
  {
    let score = try ARCScore(
      answers: [
        "a": [[digits("5"), digits("1")]],
        "b": [[digits("1")], [digits("7"), digits("8"), digits("2")]],
      ], of: set)
    let first = score.pass(at: 1)
    #expect(first.solvedTasks == 0 && first.credit == 0.5 && first.solvedQueries == 1)
    let second = score.pass(at: 2)
    #expect(second.solvedTasks == 1 && second.credit == 1.5 && second.solvedQueries == 2)
    #expect(second.attemptedTasks == 2 && second.taskCount == 4)
    #expect(second.attemptedQueries == 3 && second.queryCount == 6)
    #expect(score.pass(at: nil).solvedTasks == 2)
    #expect("\(second)" == "1 of 2 attempted puzzles, of 4 in all")
    #expect(score.tasks.map(\.id) == ["a", "b"])
    #expect(score.tasks[1].credit() == 0.5 && !score.tasks[1].isSolved())
    #expect(score.tasks[0].isSolved() && !score.tasks[0].isSolved(within: 1))
  }

  @Test func `missing answers and attempts are wrong`() throws {
    let score = try TaskScore(task("b", ["1", "2"]), answers: [[]])
    #expect(score.queries.map(\.attemptCount) == [0, 0])
    #expect(score.credit() == 0 && !score.isSolved())
    #expect(score.queries.map(\.cellAccuracy) == [nil, nil])
  }

  @Test func `cells in common are a fraction, if the shapes are the same`() throws {
    #expect(digits("12/34").cellAccuracy(against: digits("12/35")) == 0.75)
    #expect(digits("12/34").cellAccuracy(against: digits("12/34")) == 1)
    #expect(digits("12").cellAccuracy(against: digits("1/2")) == nil)
    let score = try ARCScore(
      answers: ["b": [[digits("1")], [digits("22"), digits("2")]]], of: set)
    #expect(score.tasks[0].queries.map(\.cellAccuracy) == [1, nil])
    #expect(score.meanCellAccuracy == 0.5)
    #expect(try ARCScore(answers: [:], of: set).meanCellAccuracy == nil)
  }

  @Test func `answers that cannot be scored are refused`() throws {
    let unknown = #expect(throws: ARCError.self) {
      try ARCScore(answers: ["x": [], "a": [], "y": []], of: set)
    }
    #expect(
      unknown?.message == "2 of 3 answered puzzles are not among the 4 puzzles: x, y")
    let many = #expect(throws: ARCError.self) {
      try ARCScore(answers: ["a": [[], []]], of: set)
    }
    #expect(many?.message == "a: answers to 2 test inputs, the puzzle has 1")
    let open = #expect(throws: ARCError.self) { try ARCScore(answers: ["d": [[]]], of: set) }
    #expect(open?.message == "d: 1 of 2 outputs are unknown; scoring needs them all")
  }
}

// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneTesting
import Testing

@testable import HoneARC
@testable import hone

@Suite struct GridDrawingTests {
  private static let small = Grid(height: 3, width: 2, cells: [0, 0, 1, 2, 9, 9])
  private static let modes: [GridDrawing] = [.none, .palette256, .trueColor].flatMap {
    [GridDrawing(colors: $0), GridDrawing(colors: $0, isUnicode: false)]
  }

  // MARK: One grid

  @Test func `without colours a cell is a digit`() {
    for size in [GridDrawing.CellSize.full, .half] {
      #expect(GridDrawing(colors: .none).lines(Self.small, size) == ["00", "12", "99"])
    }
  }

  @Test func `with all colours a cell is two columns`() {
    #expect(
      GridDrawing(colors: .trueColor).lines(Self.small) == [
        "\u{1B}[48;2;0;0;0m    \u{1B}[0m",
        "\u{1B}[48;2;0;116;217m  \u{1B}[48;2;255;65;54m  \u{1B}[0m",
        "\u{1B}[48;2;135;12;37m    \u{1B}[0m",
      ])
  }

  @Test func `with 256 colours a cell has the nearest`() {
    #expect(
      GridDrawing(colors: .palette256).lines(Self.small) == [
        "\u{1B}[48;5;16m    \u{1B}[0m", "\u{1B}[48;5;32m  \u{1B}[48;5;203m  \u{1B}[0m",
        "\u{1B}[48;5;88m    \u{1B}[0m",
      ])
  }

  @Test func `two rows share a line of half blocks`() {
    #expect(
      GridDrawing(colors: .palette256).lines(Self.small, .half) == [
        "\u{1B}[38;5;16;48;5;32m▀\u{1B}[38;5;16;48;5;203m▀\u{1B}[0m",
        "\u{1B}[38;5;88;49m▀▀\u{1B}[0m",
      ])
    #expect(
      GridDrawing(colors: .palette256, isUnicode: false).lines(Self.small, .half) == [
        "\u{1B}[48;5;16m  \u{1B}[0m", "\u{1B}[48;5;32m \u{1B}[48;5;203m \u{1B}[0m",
        "\u{1B}[48;5;88m  \u{1B}[0m",
      ])
  }

  @Test func `the terminal says how many colours it has`() {
    func colors(_ environment: [String: String], hasColor: Bool = true) -> GridDrawing.Colors {
      let capabilities = Console.Capabilities(
        isLive: true, hasColor: hasColor, isUnicode: true, width: 80)
      return GridDrawing(capabilities, environment: environment).colors
    }
    #expect(colors(["COLORTERM": "truecolor", "TERM": "xterm-256color"]) == .trueColor)
    #expect(colors(["COLORTERM": "24bit"]) == .trueColor)
    #expect(colors(["COLORTERM": "yes", "TERM": "screen-256color"]) == .palette256)
    #expect(colors(["TERM": "vt100"]) == .none)
    // NO_COLOR, or no terminal.
    #expect(colors(["COLORTERM": "truecolor", "TERM": "xterm-256color"], hasColor: false) == .none)
  }

  // MARK: Several

  @Test func `panels stand side by side with an arrow between`() {
    let drawing = GridDrawing(colors: .none)
    let output = Grid(height: 2, width: 3, cells: [1, 2, 3, 4, 5, 6])
    let lines = drawing.lines([
      .init(["in"], Self.small), .init(["output", "more"], output, followsArrow: true),
    ])
    #expect(lines == ["in     output", "       more", "00  →  123", "12     456", "99"])
  }

  @Test(arguments: modes)
  func `a pair of the largest grids fits 80 columns`(drawing: GridDrawing) {
    let grid = Grid(height: 30, width: 30) { UInt8(($0 + $1) % 10) }
    let lines = drawing.lines([
      .init(["input, 30×30"], grid), .init(["output, 30×30"], grid, followsArrow: true),
    ])
    #expect(lines.allSatisfy { visibleWidth($0) <= 80 })
    let isHalved = drawing.colors != .none && drawing.isUnicode
    #expect(lines.count == 1 + (isHalved ? 15 : 30))
    #expect(lines.contains { $0.contains("→") })
  }

  @Test(arguments: modes, [34, 60, 80, 120])
  func `no line is wider than the terminal`(drawing: GridDrawing, width: Int) {
    let drawing = GridDrawing(colors: drawing.colors, isUnicode: drawing.isUnicode, width: width)
    for side in [1, 3, 12, 20, 30] {
      let grid = Grid(height: side, width: side) { UInt8(($0 * $1) % 10) }
      let panels = (0..<4).map {
        GridDrawing.Panel(
          ["attempt \($0 + 1), \(side)×\(side) ✓", "p 12.3 %, 12.34 nats a view"], grid,
          followsArrow: $0 == 1)
      }
      let lines = drawing.lines(panels)
      #expect(lines.allSatisfy { visibleWidth($0) <= width }, "\(side)")
      #expect(lines.filter { $0.contains("attempt") }.joined().contains("attempt 4"))
      #expect(lines.allSatisfy { $0.last != " " })
    }
  }
}

@Suite struct ARCSolveTextTests {
  @Test func `the text says what was found and how sure it is`() {
    let text = SmallPuzzle.text([("compact", SmallPuzzle.solution())])
    #expect(
      text.lines(GridDrawing(colors: .none)) == [
        "tiny: 1 demonstration, 1 test input",
        "model: a-model (q8_0), computed in int8",
        "",
        "input 1, 1×2     output 1, 1×2",
        "12            →  21",
        "",
        "── compact " + String(repeating: "─", count: 69),
        "trained 2 steps on 5 samples: loss 1.50 → 0.25, 2.0 s",
        "",
        "test input 1, 1×2     attempt 1, 1×2 ✗       attempt 2, 1×2 ✓",
        "                      p 47.2 %, 2/3 votes    p 10.5 %, 1/3 votes",
        "34                 →  44                     43",
        "4 replies: 2 grids, 1 without one, scored under 2 views, 100 tokens, 1.5 s",
      ])
  }

  @Test func `several strategies are compared at the end`() {
    let text = SmallPuzzle.text([
      ("compact", SmallPuzzle.solution()), ("\u{1B}[2Jbad", SmallPuzzle.solution(isEmpty: true)),
    ])
    let lines = text.lines(GridDrawing(colors: .none))
    #expect(
      lines.suffix(3) == [
        "strategy      right  seconds  tokens  training",
        "compact         1/1      4.0     150  2 steps, loss 1.50 → 0.25",
        "\\u{1b}[2Jbad    0/1      4.0     150  2 steps, loss 1.50 → 0.25",
      ])
    #expect(lines.contains { $0.contains("no attempt") && $0.contains("right output, 1×2") })
    #expect(!lines.contains { $0.contains("\u{1B}") })
  }
}

@Suite struct ARCSolveReportTests {
  private func object(_ report: ARCSolveReport) throws -> [String: Any] {
    let data = try JSONEncoder().encode(report)
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private func report(_ solution: ARCSolution, isKnown: Bool = true) -> ARCSolveReport {
    ARCSolveReport(
      model: "a-model", compute: .int8, puzzle: SmallPuzzle.puzzle(isKnown: isKnown),
      entries: [("compact", solution)], weightsUnchanged: nil)
  }

  private func answers(_ report: ARCSolveReport) throws -> [[String: Any]] {
    let strategies = try #require(object(report)["strategies"] as? [[String: Any]])
    return try #require(strategies[0]["answers"] as? [[String: Any]])
  }

  @Test func `it has exactly these keys`() throws {
    let object = try object(report(SmallPuzzle.solution()))
    #expect(Set(object.keys) == ["model", "compute", "task", "strategies"])
    let strategy = try #require((object["strategies"] as? [[String: Any]])?.first)
    #expect(
      Set(strategy.keys) == [
        "strategy", "accuracy", "correct", "total", "seconds", "trainSeconds", "trainSteps",
        "trainTokens",
        "inferenceTokens", "losses", "answers",
      ])
    let answer = try #require((strategy["answers"] as? [[String: Any]])?.first)
    #expect(Set(answer.keys) == ["input", "output", "expected", "correct", "attempts"])
    let attempts = try #require(answer["attempts"] as? [[String: Any]])
    #expect(attempts.count == 2)
    for attempt in attempts { #expect(Set(attempt.keys) == ["output", "score", "source"]) }
  }

  @Test func `it says what was found`() throws {
    let object = try object(report(SmallPuzzle.solution()))
    #expect(object["task"] as? String == "tiny" && object["compute"] as? String == "int8")
    let strategy = try #require((object["strategies"] as? [[String: Any]])?.first)
    #expect(strategy["accuracy"] as? Double == 1 && strategy["total"] as? Int == 1)
    #expect(strategy["losses"] as? [Double] == [1.5, 0.25])
    #expect(strategy["trainTokens"] as? Int == 50 && strategy["inferenceTokens"] as? Int == 100)
    let answer = try #require(answers(report(SmallPuzzle.solution())).first)
    #expect(answer["input"] as? [[Int]] == [[3, 4]] && answer["output"] as? [[Int]] == [[4, 4]])
    #expect(answer["expected"] as? [[Int]] == [[4, 3]] && answer["correct"] as? Bool == true)
    let attempts = try #require(answer["attempts"] as? [[String: Any]])
    #expect(attempts.compactMap { $0["source"] as? String } == ["identity", "flip1"])
    let scores = attempts.compactMap { $0["score"] as? Double }
    #expect(abs(scores[0] - exp(-0.75)) < 1e-12 && abs(scores[1] - exp(-2.25)) < 1e-12)
  }

  @Test func `what is unknown or missing is null`() throws {
    let unknown = report(SmallPuzzle.solution(), isKnown: false)
    let strategy = try #require((object(unknown)["strategies"] as? [[String: Any]])?.first)
    #expect(strategy["accuracy"] is NSNull && strategy["total"] as? Int == 0)
    let open = try #require(answers(unknown).first)
    #expect(open["expected"] is NSNull && open["correct"] is NSNull)
    let empty = try #require(answers(report(SmallPuzzle.solution(isEmpty: true))).first)
    #expect(empty["output"] is NSNull && empty["correct"] as? Bool == false)
    #expect((empty["attempts"] as? [Any])?.isEmpty == true)
  }

  @Test func `infinities do not break it`() throws {
    let solution = SmallPuzzle.solution(losses: [.nan, 1], costs: [.infinity, .infinity])
    let strategy = try #require(
      (object(report(solution))["strategies"] as? [[String: Any]])?.first)
    #expect((strategy["losses"] as? [Any])?.first is NSNull)
    let attempts = try #require(answers(report(solution))[0]["attempts"] as? [[String: Any]])
    #expect(attempts.compactMap { $0["score"] as? Double }.contains(0))
  }

  @Test func `a grid that the vote put together says so`() throws {
    // Two predictions disagree, and rows of both make a third grid.
    let rows = Grid(height: 1, width: 2, cells: [7, 7])
    let entry = ARCSolveReport.AttemptEntry(
      Attempt(grid: rows, votes: 1), by: .hierarchical,
      among: SmallPuzzle.solution().queries[0].candidates)
    #expect(entry.source == "vote")
  }
}

/// A puzzle whose rows are turned round, and what was made of it.
private enum SmallPuzzle {
  private static func row(_ cells: UInt8...) -> Grid {
    Grid(height: 1, width: cells.count, cells: cells)
  }

  static func puzzle(isKnown: Bool = true) -> ARCTask {
    ARCTask(
      id: "tiny", demonstrations: [ARCPair(input: row(1, 2), output: row(2, 1))],
      queries: [ARCTask.Query(input: row(3, 4), output: isKnown ? row(4, 3) : nil)])
  }

  /// The right answer second.
  static func solution(
    losses: [Double] = [1.5, 0.25], costs: [Double] = [0.5, 1], isEmpty: Bool = false
  ) -> ARCSolution {
    let candidates = ARCCandidate.merging([
      Prediction(grid: row(4, 4), index: 0, view: "identity", group: .identity),
      Prediction(grid: row(4, 3), index: 1, view: "flip1", group: .flip1),
      Prediction(grid: row(4, 4), index: 2, view: "rot90", group: .rot90),
    ])
    let scored = [candidates[0].scored(costs), candidates[1].scored([2, 2.5])]
    return ARCSolution(
      taskID: "tiny", recipe: ARCRecipe(),
      queries: [
        .init(
          candidates: isEmpty ? [] : scored, failedReplies: 1, expected: nil, tokens: 100,
          seconds: 1.5)
      ], training: .init(losses: losses, tokens: 50, seconds: 2, sampleCount: 5), seconds: 4)
  }

  static func text(_ entries: [(strategy: String, solution: ARCSolution)]) -> ARCSolveText {
    ARCSolveText(
      model: "a-model", weightFormat: "q8_0", compute: .int8, puzzle: puzzle(), entries: entries)
  }
}

/// Columns of a line without its codes.
private func visibleWidth(_ line: String) -> Int {
  line.replacing(/\u{1B}\[[0-9;]*m/, with: "").displayWidth
}

// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneARC

@Suite struct InductionSolverTests {
  private func grid(_ text: String) throws -> Grid { try #require(Grid(digits: text.asRows)) }

  private func puzzle(
    _ pairs: [(String, String)], _ inputs: [String], id: String = "made-up"
  ) throws -> ARCTask {
    ARCTask(
      id: id,
      demonstrations: try pairs.map { ARCPair(input: try grid($0.0), output: try grid($0.1)) },
      queries: try inputs.map { ARCTask.Query(input: try grid($0)) })
  }

  private func solve(
    _ puzzle: ARCTask, length: Int = 2, seconds: Double? = nil, threads: Int = 1
  ) async throws -> [InductionResult] {
    var configuration = InductionConfiguration()
    configuration.maxLength = length
    configuration.secondsPerTask = seconds
    configuration.threads = threads
    return try await InductionSolver(configuration: configuration).solve(puzzle)
  }

  @Test func `a pipeline is found, and read as its functions`() async throws {
    let puzzle = try puzzle(
      [
        ("0000/0120/0340/0000", "21/43"), ("00000/00560/00780/00000", "65/87"),
      ], ["000000/001230/004560"])
    let best = try #require(try await solve(puzzle)[0].candidates.first)
    #expect(best.grid == (try grid("321/654")))
    #expect(best.reproduced == [true, true] && best.isConvincing)
    let functions = best.program.layers.map(\.functions)
    #expect(functions.count == 1 && Set(functions[0]) == ["crop", "flip-horizontal"])
    #expect(best.program.description.hasPrefix("input | "))
  }

  @Test func `an output is put together from layers`() async throws {
    // Rows of 2 and columns of 3 through cells, rows on top.
    let puzzle = try puzzle(
      [
        ("0000/2000/0000/0030", "0030/2222/0030/0030"),
        ("0300/0000/2000/0000", "0300/0300/2222/0300"),
        ("00003/00000/00000/20000", "00003/00003/00003/22222"),
      ], ["00030/00000/02000/00000/00000"])
    let best = try #require(try await solve(puzzle)[0].candidates.first)
    #expect(best.grid == (try grid("00030/00030/22222/00030/00030")))
    #expect(best.reproducesAll)
  }

  @Test func `a rule for cells is learned and checked on what it was not learned from`()
    async throws
  {
    // The largest shape turns 3, the others 2.
    let puzzle = try puzzle(
      [
        ("100011/000011/110000/000000", "200033/000033/220000/000000"),
        ("111000/000000/100010/000010", "333000/000000/200020/000020"),
        ("000100/010000/011100/000001", "000200/030000/033300/000002"),
      ], ["110000/000010/000010/101010"])
    let candidates = try await solve(puzzle)[0].candidates
    let expected = try grid("220000/000030/000030/202030")
    #expect(candidates.prefix(2).contains { $0.grid == expected })
  }

  @Test func `colours are told apart by how often they occur`() async throws {
    // What is rarer than the rest, cut out, whatever its colour.
    let puzzle = try puzzle(
      [("1110/1411/1111", "4"), ("2222/2262/0222", "6"), ("33333/37333", "7")],
      ["8888/8858/8888"])
    let best = try #require(try await solve(puzzle)[0].candidates.first)
    #expect(best.grid == (try grid("5")))
  }

  @Test func `side by side the same is found as one after the other`() async throws {
    // Grounds and colours that differ, so that there are three searches, and no short program.
    var random = RandomGrids(seed: 21)
    let puzzle = ARCTask(
      id: "three",
      demonstrations: (0..<2).map { round in
        ARCPair(
          input: random.grid(4, 4, colors: UInt8(2 * round)...UInt8(2 * round + 3)),
          output: random.grid(4, 4, colors: 1...3))
      }, queries: [.init(input: random.grid(4, 4, colors: 5...8))])
    let one = try await solve(puzzle, length: 3)[0]
    let three = try await solve(puzzle, length: 3, threads: 3)[0]
    #expect(one.candidates == three.candidates && !one.candidates.isEmpty)
  }

  @Test func `a search ends the same each time where no time is set`() async throws {
    let puzzle = try puzzle(
      [("120/000/003", "021/000/300"), ("400/050/006", "004/050/600")], ["007/080/900"])
    let first = try await solve(puzzle)[0]
    let second = try await solve(puzzle)[0]
    #expect(first.candidates == second.candidates && !first.effort.isCutShort)
    #expect(first.effort.programs == second.effort.programs)
    #expect(first.candidates.first?.grid == (try grid("700/080/009")))
  }

  // MARK: Hostile puzzles

  @Test func `one cell, noise, ten test inputs and one demonstration end with what there is`()
    async throws
  {
    let cell = try await solve(try puzzle([("1", "2")], ["1", "3"]))
    #expect(cell.count == 2)
    #expect(cell[0].candidates.first?.grid == (try grid("2")))

    var random = RandomGrids(seed: 3)
    func noise() -> Grid { random.grid(30, 30, colors: 0...9) }
    let noisy = ARCTask(
      id: "noise",
      demonstrations: (0..<3).map { _ in ARCPair(input: noise(), output: noise()) },
      queries: (0..<10).map { _ in ARCTask.Query(input: noise()) })
    let results = try await solve(noisy, length: 3, seconds: 2)
    #expect(results.count == 10)
    #expect(results.allSatisfy { result in !result.candidates.contains(where: \.isConvincing) })
    // Each gets a tenth; what is begun is ended.
    #expect(results.contains { $0.effort.isCutShort })
  }

  @Test func `memory ends a search before it is used up`() async throws {
    var random = RandomGrids(seed: 5)
    let pairs = (0..<3).map { _ in
      ARCPair(
        input: random.grid(20, 20, colors: 0...3),
        output: random.grid(20, 20, colors: 0...3))
    }
    var configuration = InductionConfiguration()
    configuration.maxBytes = 8 << 20
    let result = try await InductionSolver(configuration: configuration).solve(
      ARCTask(id: "wide", demonstrations: pairs, queries: [.init(input: pairs[0].input)]))[0]
    #expect(result.effort.isCutShort)
  }

  @Test func `a cancelled search ends at once and says so`() async throws {
    var random = RandomGrids(seed: 9)
    let pairs = (0..<4).map { _ in
      ARCPair(
        input: random.grid(30, 30, colors: 0...9),
        output: random.grid(30, 30, colors: 0...9))
    }
    let puzzle = ARCTask(
      id: "endless", demonstrations: pairs, queries: [.init(input: pairs[0].output)])
    var configuration = InductionConfiguration()
    configuration.maxLength = 4
    let solver = try ProgramSolver(configuration: configuration)
    let work = Task { try await solver.solve(puzzle) }
    work.cancel()
    await #expect(throws: CancellationError.self) { try await work.value }
  }

  @Test func `settings out of their range are named`() {
    var configuration = InductionConfiguration()
    configuration.maxLength = 9
    configuration.secondsPerTask = 0
    configuration.excludedFunctions = ["crop", "no-such"]
    let error = #expect(throws: ARCError.self) {
      try InductionSolver(configuration: configuration)
    }
    for word in ["length 9", "seconds per task", "no-such"] {
      #expect(error?.message.contains(word) == true)
    }
    #expect(error?.message.contains("crop") == false)
  }
}

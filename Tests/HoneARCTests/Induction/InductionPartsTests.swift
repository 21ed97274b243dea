// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneARC

@Suite struct InductionPartsTests {
  private func grid(_ text: String) throws -> Grid { try #require(Grid(digits: text.asRows)) }

  // MARK: Preparation

  @Test(arguments: Preparation.allCases)
  func `what a preparation does to a pair it undoes on the answer`(_ preparation: Preparation)
    throws
  {
    var random = RandomGrids(seed: 11)
    for round in 0..<40 {
      let pairs = (0..<3).map { _ in
        ARCPair(
          input: random.grid(2 + round % 5, 4, colors: 0...UInt8(3 + round % 7 - 1)),
          output: random.grid(3, 3, colors: 0...9))
      }
      let input = random.grid(4, 5, colors: 0...9)
      guard let prepared = preparation.apply(pairs, input) else { continue }
      #expect(prepared.demonstrations.count == 3)
      // The test's own change, undone.
      #expect(prepared.undo(prepared.input) == input)
    }
  }

  @Test func `a ground that is not black becomes black, and what is black takes its colour`() throws
  {
    let pairs = [
      ARCPair(input: try grid("555/505/555"), output: try grid("5")),
      ARCPair(input: try grid("777/787/777"), output: try grid("8")),
    ]
    let prepared = try #require(Preparation.background.apply(pairs, try grid("222/232/222")))
    #expect(prepared.demonstrations[0].input == (try grid("000/050/000")))
    #expect(prepared.demonstrations[1].output == (try grid("8")))
    #expect(prepared.undo(try grid("03")) == (try grid("23")))
    #expect(Preparation.background.apply([], try grid("000/010")) == nil)
  }

  // MARK: Candidates

  private func candidate(
    layers: Int, reproduced: [Bool] = [true, true], cost: Int = 30, heldOut: Int? = nil
  ) throws -> InducedCandidate {
    let layer = GridProgram.Layer(root: "input", functions: ["crop"], drawing: "")
    return InducedCandidate(
      grid: try grid("1"),
      program: GridProgram(
        preparation: nil, layers: Array(repeating: layer, count: layers)),
      reproduced: reproduced, cost: cost, heldOut: heldOut)
  }

  @Test func `only a simple program that reproduces everything is believed`() throws {
    #expect(try candidate(layers: 3).isConvincing)
    #expect(try !candidate(layers: 4).isConvincing)
    #expect(try !candidate(layers: 1, reproduced: [true, false]).isConvincing)
    #expect(try !candidate(layers: 3, cost: 90).isConvincing)
    #expect(try candidate(layers: 1, heldOut: 1).isConvincing)
    #expect(try !candidate(layers: 1, heldOut: 0).isConvincing)
    #expect(try candidate(layers: 1).confidence > candidate(layers: 3).confidence)
    #expect(try candidate(layers: 3).confidence > candidate(layers: 5).confidence)
    #expect(
      try candidate(layers: 1).isBetter(than: candidate(layers: 1, reproduced: [true, false])))
    let merged = try candidate(layers: 2, cost: 30).merged(with: candidate(layers: 1, cost: 20))
    #expect(merged.program.layers.count == 1)
    #expect(try merged.support > candidate(layers: 1, cost: 20).support)
  }

  // MARK: Attempts

  private func query(
    _ programs: [InducedCandidate], writes text: String?
  ) throws -> ARCSolution.Query {
    let written = try text.map {
      ARCCandidate.merging([
        Prediction(grid: try grid($0), index: 0, view: "identity", group: .identity, cost: 1)
      ])
    }
    return ARCSolution.Query(candidates: written ?? [], programs: programs)
  }

  @Test func `a program that fits decides for its puzzle, otherwise the model does`() throws {
    let fits = try query([candidate(layers: 1)], writes: "2")
    let agreed = try query([candidate(layers: 1)], writes: "1")
    let doubtful = try query([candidate(layers: 7)], writes: "2")
    let silent = try query([candidate(layers: 7)], writes: nil)
    func attempts(_ queries: [ARCSolution.Query]) -> [[String]] {
      AttemptChoice.ensemble.attempts(queries, rule: .flat).map { $0.map(\.grid.description) }
    }
    #expect(attempts([fits]) == [["1"]])
    // By what is likelier: both there, the program's first.
    let likelier = AttemptChoice.calibrated.attempts([fits, doubtful, silent], rule: .flat)
    #expect(likelier[0].map(\.grid.description) == ["1", "2"])
    #expect(likelier[0].allSatisfy { ($0.probability ?? -1) > 0 && ($0.probability ?? 2) < 1 })
    #expect(likelier[2].map(\.grid.description) == ["1"])
    #expect(attempts([doubtful]) == [["2"]])
    #expect(attempts([silent]) == [["1"]])
    // The first test input decides for all; where it has no program, the model answers.
    #expect(attempts([fits, doubtful]) == [["1"], ["2"]])
    #expect(attempts([doubtful, fits]) == [["2"], ["2"]])
    #expect(
      AttemptChoice.ensemble.attempts([agreed], rule: .flat)[0].map(\.isAgreed) == [true])
    #expect(AttemptChoice.ensemble.attempts([fits], rule: .flat)[0].map(\.isAgreed) == [false])
  }
}

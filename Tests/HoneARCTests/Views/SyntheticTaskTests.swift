// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import Testing

@testable import HoneARC

@Suite struct SyntheticTaskTests {
  private func task(seed: UInt64 = 0, count: Int = 3) -> SyntheticTask {
    var grids = RandomGrids(seed: seed)
    let pairs = grids.pairs(count + 1, height: 5, width: 7)
    return SyntheticTask(demonstrations: Array(pairs.dropLast()), heldOut: pairs[count])
  }

  /// The shifts that make one grid of another.
  private func shifts(_ from: Grid, _ to: Grid) -> [[Int]] {
    (0..<4).flatMap { rows in (0..<4).map { [rows, $0] } }.filter {
      GridTransform.shift(rows: $0[0], columns: $0[1]).applied(to: from) == to
    }
  }

  @Test func `tasks are equal by their grids and their order`() {
    #expect(task() == task())
    #expect(task() != task(seed: 1))
    let reversed = SyntheticTask(
      demonstrations: task().demonstrations.reversed(), heldOut: task().heldOut)
    #expect(reversed != task())
  }

  @Test func `a chain's last pair is the one to answer`() {
    let pairs = task().pairs
    #expect(SyntheticTask(chain: pairs)?.heldOut == pairs[3])
    #expect(SyntheticTask(chain: pairs)?.pairs == pairs)
    #expect(SyntheticTask(chain: [pairs[0]])?.demonstrations == [])
    #expect(SyntheticTask(chain: []) == nil)
  }

  @Test func `a transform that makes any grid too large makes no task`() {
    var grids = RandomGrids()
    let small = ARCPair(input: grids.grid(3, 3), output: grids.grid(15, 15))
    let large = ARCPair(input: grids.grid(3, 3), output: grids.grid(16, 2))
    let double = GridTransform.upscale(rows: 2, columns: 2)
    #expect(SyntheticTask(demonstrations: [small], heldOut: small).transformed(double) != nil)
    #expect(SyntheticTask(demonstrations: [small], heldOut: large).transformed(double) == nil)
    #expect(SyntheticTask(demonstrations: [large], heldOut: small).transformed(double) == nil)
    let wide = GridTransform.upscale(rows: 1, columns: 2)
    #expect(SyntheticTask(demonstrations: [large], heldOut: small).transformed(wide) != nil)
    // Larger than memory holds, and not made.
    let huge = GridTransform.chain(Array(repeating: .tile(rows: 30, columns: 30), count: 40))
    #expect(SyntheticTask(demonstrations: [], heldOut: small).transformed(huge) == nil)
  }

  @Test func `all grids of a task are shifted alike, those of the next in another way`() throws {
    var random = RandomSource(seed: 0)
    var seen: Set<[Int]> = []
    for _ in 0..<200 {
      let shifted = task().shifted(.perTask, using: &random)
      let all = zip(task().grids, shifted.grids).map { shifts($0, $1) }
      let first = try #require(all.first?.first)
      #expect(all.allSatisfy { $0 == [first] })
      seen.insert(first)
    }
    #expect(seen.count == 16)
  }

  @Test func `the released code's shifts differ between inputs and outputs only`() throws {
    var differ = false
    var seen: Set<[Int]> = []
    for seed in UInt64(0)..<50 {
      var random = RandomSource(seed: seed)
      let shifted = task().shifted(.inputAndOutput, using: &random)
      let next = task().shifted(.inputAndOutput, using: &random)
      #expect(next == shifted)
      let inputs = zip(task().pairs, shifted.pairs).map { shifts($0.input, $1.input) }
      let outputs = zip(task().pairs, shifted.pairs).map { shifts($0.output, $1.output) }
      #expect(Set(inputs).count == 1 && Set(outputs).count == 1)
      differ = differ || inputs != outputs
      seen.insert(try #require(inputs.first?.first))
    }
    #expect(differ && seen.count > 8)
  }

  @Test func `small grids are shifted within their sides`() {
    var random = RandomSource(seed: 0)
    let pair = ARCPair(
      input: Grid(height: 1, width: 1, cells: [3]),
      output: Grid(height: 2, width: 3, cells: [1, 2, 3, 4, 5, 6]))
    let task = SyntheticTask(demonstrations: [], heldOut: pair)
    var outputs: Set<Grid> = []
    for draw in TaskTransform.ShiftDraw.allCases {
      for _ in 0..<100 {
        let shifted = task.shifted(draw, using: &random)
        #expect(shifted.heldOut.input == pair.input)
        if draw == .perTask { outputs.insert(shifted.heldOut.output) }
      }
    }
    // The input's single cell does not keep the output where it is.
    #expect(outputs.count == 6)
  }

  @Test func `recolouring counts the answer's colours as used and is the same in all grids`() {
    var random = RandomSource(seed: 0)
    let shown = ARCPair(
      input: Grid(height: 1, width: 2, cells: [0, 1]),
      output: Grid(height: 1, width: 2, cells: [1, 2]))
    let asked = ARCPair(
      input: Grid(height: 1, width: 2, cells: [0, 1]),
      output: Grid(height: 1, width: 2, cells: [2, 3]))
    for _ in 0..<100 {
      let task = SyntheticTask(demonstrations: [shown], heldOut: asked)
        .recolored(using: &random)
      let (one, two) = (task.heldOut.input.cells[1], task.heldOut.output.cells[0])
      let three = task.heldOut.output.cells[1]
      #expect(Set([one, two, three]).isSubset(of: Set(4...9)))
      #expect(task.demonstrations[0].input.cells == [0, one])
      #expect(task.demonstrations[0].output.cells == [one, two])
    }
  }

  @Test func `reordering leaves the pair to be answered last`() {
    var random = RandomSource(seed: 0)
    let orders = (0..<100).map { _ in task().reordered(using: &random) }
    #expect(Set(orders).count == 6)
    #expect(orders.allSatisfy { $0.heldOut == task().heldOut })
    #expect(orders.allSatisfy { Set($0.demonstrations) == Set(task().demonstrations) })
  }
}

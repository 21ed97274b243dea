// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneARC

extension SyntheticTaskBuilderTests {
  // MARK: Length and number

  @Test func `a task as long as the limit is left out, a shorter one is not`() throws {
    let set = try build(pairs(3), tokens: { $0.heldOut.input.cells.count }) {
      $0.tokenLimit = 40
      $0.maxTasks = 10_000
    }
    #expect(set.counts[0].tooLong > 0 && set.counts[0].kept > 0)
    #expect(set.tasks.allSatisfy { $0.heldOut.input.cells.count < 40 })
    let all = try build(pairs(3), tokens: { _ in Int.max }) {
      $0.tokenLimit = nil
      $0.maxTasks = 10_000
    }
    #expect(all.counts[0].tooLong == 0 && all.counts[0].kept > set.counts[0].kept)
  }

  @Test func `tasks with two left out fill up what is missing, in their order`() throws {
    let all = try build(pairs(4)) { $0.maxTasks = 10_000 }
    let one = all.counts[0].kept
    #expect(one < 200 && one + all.counts[1].kept > 250)
    var counted = 0
    let set = try build(
      pairs(4),
      tokens: { _ in
        counted += 1
        return 1
      })
    #expect(set.tasks == Array(all.tasks.prefix(250)))
    #expect(counted == 250)
    #expect(set.counts[1].unneeded == all.counts[1].kept - (250 - one))
    #expect(set.cut == 0)
  }

  @Test func `more tasks than wanted are shuffled and cut`() throws {
    let all = try build(pairs(4)) { $0.maxTasks = 10_000 }
    let one = Array(all.tasks.prefix(all.counts[0].kept))
    let set = try build(pairs(4)) { $0.maxTasks = 50 }
    #expect(set.tasks.count == 50 && set.counts.count == 1)
    #expect(set.cut == one.count - 50)
    #expect(Set(set.tasks).count == 50 && Set(set.tasks).isSubset(of: Set(one)))
    #expect(set.tasks != Array(one.prefix(50)))
    let exact = try build(pairs(4)) { $0.maxTasks = one.count }
    #expect(exact.tasks == one)
  }

  @Test func `if no task with one left out fits, all that fit with two are kept`() throws {
    let all = try build(pairs(4)) { $0.maxTasks = 10_000 }
    let two = Array(all.tasks.dropFirst(all.counts[0].kept))
    let set = try build(pairs(4), tokens: { $0.demonstrations.count }) { $0.tokenLimit = 3 }
    #expect(two.count > 250)
    #expect(set.tasks == two)
    #expect(set.counts.map(\.kept) == [0, two.count])
    #expect(try build(pairs(4), tokens: { _ in 9000 }).tasks.isEmpty)
  }

  // MARK: Seeds

  @Test func `the same seed makes the same list and another seed another`() throws {
    let first = try build(pairs(3))
    #expect(try build(pairs(3)) == first)
    #expect(try build(pairs(3)) { $0.seed = 1 }.tasks != first.tasks)
    #expect(try build(pairs(3)) { $0.shiftDraw = .inputAndOutput }.tasks != first.tasks)
  }

  /// A sum over a list that depends on every cell and every place (FNV-1a).
  private func digest(_ tasks: [SyntheticTask]) -> UInt64 {
    tasks.flatMap(\.grids).reduce(0xCBF2_9CE4_8422_2325) { sum, grid in
      ([UInt8(grid.height), UInt8(grid.width)] + grid.cells).reduce(sum) {
        ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
      }
    }
  }

  @Test func `every run makes the same list`() throws {
    let lists = try [
      build(pairs(3)), build(pairs(7)), build(pairs(3)) { $0.form = .chain },
    ]
    #expect(
      lists.map { digest($0.tasks) } == [
        4_812_300_211_600_702_357, 13_299_526_266_856_109_710, 8_877_085_517_757_715_614,
      ])
  }

  // MARK: Other forms

  @Test func `direct tasks are single pairs`() throws {
    let pairs = pairs(3, colors: 0...4)
    let set = try build(pairs) {
      $0.form = .direct
      $0.transforms = [.grid(.rotate90)]
    }
    #expect(set.tasks.count == 12)
    #expect(set.tasks.allSatisfy { $0.demonstrations.isEmpty })
    #expect(set.tasks.prefix(3).map(\.heldOut) == pairs)
    let capped = try build(pairs) {
      $0.form = .direct
      $0.maxTasks = 7
    }
    #expect(capped.tasks.count == 7 && capped.cut > 0)
  }

  @Test func `chains hold every demonstration under eight symmetries, eight times`() throws {
    let pairs = pairs(3)
    let set = try build(pairs) { $0.form = .chain }
    #expect(set.tasks.count == 64)
    #expect(set.tasks.allSatisfy { $0.pairs.count == 3 })
    #expect(set.counts == [SyntheticTaskSet.Counts(base: 64, kept: 64)])
    #expect(Set(set.tasks).count == 64)
    let plain = try build(pairs) {
      $0.form = .chain
      $0.chainColors = .none
      $0.chainRepeats = 1
    }
    for (task, symmetry) in zip(plain.tasks, GridTransform.symmetries) {
      #expect(
        Set(task.pairs)
          == Set(
            pairs.map {
              ARCPair(
                input: symmetry.applied(to: $0.input), output: symmetry.applied(to: $0.output))
            }))
    }
  }

  @Test func `a chain that is too long loses pairs at its end`() throws {
    let whole = try build(pairs(4)) { $0.form = .chain }
    let set = try build(pairs(4), tokens: { $0.pairs.count }) {
      $0.form = .chain
      $0.tokenLimit = 4
    }
    #expect(set.tasks.map(\.pairs) == whole.tasks.map { Array($0.pairs.prefix(3)) })
    #expect(set.counts[0].shortened == 64 && set.counts[0].tooLong == 0)
    let none = try build(pairs(4), tokens: { $0.pairs.count }) {
      $0.form = .chain
      $0.tokenLimit = 1
    }
    #expect(none.tasks.isEmpty && none.counts[0].tooLong == 64)
  }

  @Test func `an error of the token count is passed on`() throws {
    struct Trouble: Error {}
    let builder = try SyntheticTaskBuilder()
    #expect(throws: Trouble.self) {
      try builder.tasks(from: pairs(2)) { _ in throw Trouble() }
    }
  }
}

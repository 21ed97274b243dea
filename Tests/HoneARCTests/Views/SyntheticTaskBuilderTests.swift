// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneARC

@Suite struct SyntheticTaskBuilderTests {
  func pairs(
    _ count: Int, height: Int = 5, width: Int = 4, colors: ClosedRange<UInt8> = 0...9
  ) -> [ARCPair] {
    var grids = RandomGrids()
    return grids.pairs(count, height: height, width: width, colors: colors)
  }

  func build(
    _ pairs: [ARCPair], _ change: (inout SyntheticTaskConfiguration) -> Void = { _ in }
  ) throws -> SyntheticTaskSet {
    try build(pairs, tokens: { _ in 1 }, change)
  }

  func build(
    _ pairs: [ARCPair], tokens: (SyntheticTask) -> Int,
    _ change: (inout SyntheticTaskConfiguration) -> Void = { _ in }
  ) throws -> SyntheticTaskSet {
    var configuration = SyntheticTaskConfiguration()
    change(&configuration)
    let set = try SyntheticTaskBuilder(configuration).tasks(from: pairs, tokenCount: tokens)
    for counts in set.counts where configuration.form != .chain {
      #expect(
        counts.base + counts.transformed + counts.recolored
          == counts.duplicates + counts.tooLong + counts.unneeded + counts.kept)
    }
    return set
  }

  // MARK: Counts

  @Test(arguments: 1...6)
  func `K demonstrations give K tasks with one left out and K(K−1) with two`(count: Int) {
    let pairs = pairs(count)
    let one = SyntheticTaskBuilder.base(pairs, leavingOut: 1)
    #expect(one.count == count)
    #expect(one.map(\.heldOut) == pairs)
    for (place, task) in one.enumerated() {
      let others = pairs.enumerated().filter { $0.offset != place }.map(\.element)
      #expect(task.demonstrations == others)
    }
    let two = SyntheticTaskBuilder.base(pairs, leavingOut: 2)
    #expect(two.count == count * (count - 1))
    #expect(Set(two).count == (count == 2 ? 2 : two.count))
    #expect(two.allSatisfy { $0.demonstrations.count == count - 2 })
    #expect(two.allSatisfy { !$0.demonstrations.contains($0.heldOut) })
  }

  @Test func `48 K and 48 K(K−1) tasks are made when nothing collides`() throws {
    var one: Set<Int> = []
    var two: Set<Int> = []
    // A drawn shift by nothing collides; some seed draws none such.
    for seed in UInt64(0)..<12 {
      let set = try build(pairs(3)) {
        $0.transforms = TaskTransform.released
        $0.maxTasks = 10_000
        $0.seed = seed
      }
      #expect(set.counts.map(\.leftOut) == [1, 2])
      #expect(set.counts.map(\.base) == [3, 6])
      #expect(set.counts.map(\.transformed) == [3 * 23, 6 * 23])
      #expect(set.counts.allSatisfy { $0.kept == 48 * $0.base - 2 * $0.duplicates })
      one.insert(set.counts[0].kept)
      two.insert(set.counts[1].kept)
    }
    #expect(one.max() == 48 * 3)
    #expect(two.max() == 48 * 6)
  }

  @Test func `the paper's list makes 42 K`() throws {
    let kept = try (UInt64(0)..<8).map { seed in
      try build(pairs(2)) {
        $0.maxTasks = 10_000
        $0.seed = seed
      }.counts[0].kept
    }
    #expect(kept.max() == 42 * 2)
  }

  @Test func `with two demonstrations, tasks with two left out show none`() throws {
    let set = try build(pairs(2)) { $0.maxTasks = 10_000 }
    let (one, two) = (set.counts[0].kept, set.counts[1].kept)
    #expect(two > 0 && set.tasks.count == one + two)
    #expect(set.tasks.prefix(one).allSatisfy { $0.demonstrations.count == 1 })
    #expect(set.tasks.dropFirst(one).allSatisfy { $0.demonstrations.isEmpty })
  }

  @Test func `no demonstration gives no task, and one gives tasks that show none`() throws {
    for form in SyntheticTaskConfiguration.Form.allCases {
      #expect(try build([]) { $0.form = form }.tasks.isEmpty)
      let set = try build(pairs(1)) { $0.form = form }
      #expect(!set.tasks.isEmpty)
      #expect(set.tasks.allSatisfy { $0.demonstrations.isEmpty })
    }
  }

  // MARK: Steps

  @Test func `originals come first, then transformed copies, then all of them recoloured`() throws {
    let pairs = pairs(3, colors: 0...3)
    let set = try build(pairs) {
      $0.transforms = [.grid(.rotate90), .grid(.transpose)]
      $0.maxTasks = 18
    }
    let base = SyntheticTaskBuilder.base(pairs, leavingOut: 1)
    let rotated = base.map { $0.mapped { GridTransform.rotate90.applied(to: $0) } }
    let transposed = base.map { $0.mapped { GridTransform.transpose.applied(to: $0) } }
    #expect(Array(set.tasks.prefix(9)) == base + rotated + transposed)
    for (copy, original) in zip(set.tasks.dropFirst(9), base + rotated + transposed) {
      #expect(copy.heldOut != original.heldOut)
      #expect(copy.heldOut.input.height == original.heldOut.input.height)
      let used = original.grids.reduce(into: Set<UInt8>()) { $0.formUnion($1.cells) }
      #expect(
        Set(copy.heldOut.input.cells).subtracting([0]).isDisjoint(with: used.subtracting([0])))
    }
  }

  @Test func `grids over 30 drop a copy and nothing else`() throws {
    let set = try build(pairs(3, height: 16, width: 15)) {
      $0.transforms = TaskTransform.released
      $0.maxTasks = 10_000
    }
    // Both sides are doubled by 4 mirrorings, 3 enlargements, 6 chains and 3 tilings; sides are
    // 16 × 15 or 15 × 16, so each of them makes a side of 32 in an input or an output.
    #expect(set.counts[0].tooLarge == 3 * 16)
    #expect(set.counts[0].transformed == 3 * 7)
    #expect(set.tasks.allSatisfy { $0.grids.allSatisfy(\.isWithinLimit) })
    let smaller = try build(pairs(3, height: 15, width: 15)) { $0.maxTasks = 10_000 }
    #expect(smaller.counts[0].tooLarge == 0)
  }

  @Test func `symmetric grids are not learned twice`() throws {
    let plain = Grid(height: 3, width: 3, cells: [1, 2, 1, 2, 0, 2, 1, 2, 1])
    let other = Grid(height: 3, width: 3, cells: [3, 0, 3, 0, 3, 0, 3, 0, 3])
    let pairs = [ARCPair(input: plain, output: other), ARCPair(input: other, output: plain)]
    let set = try build(pairs) {
      $0.transforms = GridTransform.symmetries.map { .grid($0) }
      $0.permutations = 0
    }
    #expect(set.counts[0].base == 2 && set.counts[0].transformed == 16)
    #expect(set.counts[0].duplicates == 16 && set.counts[0].kept == 2)
    let equal = try build([pairs[0], pairs[0]]) {
      $0.transforms = [.grid(.mirrorAbove)]
      $0.permutations = 0
    }
    #expect(equal.counts[0].duplicates == 1 && equal.counts[0].transformed == 1)
    #expect(equal.counts[0].kept == 2)
  }

  @Test func `without transforms colours stay and only orders vary`() throws {
    let pairs = pairs(4)
    let set = try build(pairs) {
      $0.transforms = []
      $0.permutations = 3
    }
    let one = set.tasks.prefix(set.counts[0].kept)
    #expect(one.count > 4 && one.count <= 4 * 4)
    #expect(one.allSatisfy { Set($0.pairs) == Set(pairs) })
    #expect(set.counts[0].transformed == 0 && set.counts[0].recolored == 12)
  }

  @Test(arguments: 0...2)
  func `permutations are copies of all tasks before them`(count: Int) throws {
    let set = try build(pairs(3, colors: 0...4)) {
      $0.transforms = [.grid(.rotate90)]
      $0.permutations = count
      $0.maxTasks = 10_000
    }
    #expect(set.counts[0].recolored == 6 * count)
    #expect(set.counts[0].kept == 6 * (count + 1))
  }
}

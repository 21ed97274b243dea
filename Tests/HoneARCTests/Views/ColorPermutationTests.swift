// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneTensor
import Testing

@testable import HoneARC

@Suite struct ColorPermutationTests {
  private func isBijection(_ permutation: ColorPermutation) -> Bool {
    permutation.colors.sorted() == Array(0...9)
  }

  @Test func `its inverse undoes it on grids of all shapes`() {
    var grids = RandomGrids()
    var random = RandomSource(seed: 1)
    for (height, width) in RandomGrids.shapes {
      let grid = grids.grid(height, width)
      for scope in ColorPermutation.Scope.allCases {
        let permutation = ColorPermutation.random(scope, using: &random)
        #expect(permutation.inverse.applied(to: permutation.applied(to: grid)) == grid)
        #expect(permutation.applied(to: permutation.inverse.applied(to: grid)) == grid)
      }
    }
  }

  @Test func `it exchanges a grid's colours one by one`() throws {
    let permutation = try #require(ColorPermutation([9, 0, 1, 2, 3, 4, 5, 6, 7, 8]))
    let grid = Grid(height: 2, width: 2, cells: [0, 1, 5, 9])
    #expect(permutation.applied(to: grid).cells == [9, 0, 4, 8])
    #expect(permutation.inverse.applied(to: grid).cells == [1, 2, 6, 0])
    #expect(permutation.description == "9012345678")
  }

  @Test func `colours that are exchanged depend on the scope`() {
    var random = RandomSource(seed: 2)
    #expect(ColorPermutation.random(.none, using: &random) == .identity)
    var zeros: Set<UInt8> = []
    var ones: Set<UInt8> = []
    for _ in 0..<500 {
      let nonzero = ColorPermutation.random(.nonzero, using: &random)
      #expect(isBijection(nonzero) && nonzero.colors[0] == 0)
      ones.insert(nonzero.colors[1])
      let all = ColorPermutation.random(.all, using: &random)
      #expect(isBijection(all))
      zeros.insert(all.colors[0])
    }
    #expect(ones == Set(1...9))
    #expect(zeros == Set(0...9))
  }

  @Test(arguments: 0...9)
  func `a map that prefers unused colours is a bijection that keeps 0`(count: Int) {
    var random = RandomSource(seed: UInt64(count))
    for _ in 0..<200 {
      let used = Set(random.shuffled(UInt8(1)...9).prefix(count)).union([0])
      let map = ColorPermutation.preferringUnused(used, using: &random)
      #expect(isBijection(map))
      #expect(map.colors[0] == 0)
    }
  }

  @Test(arguments: 1...4)
  func `every used colour moves to an unused one while there are enough`(count: Int) {
    var random = RandomSource(seed: 3)
    for _ in 0..<200 {
      let used = Set(random.shuffled(UInt8(1)...9).prefix(count))
      let map = ColorPermutation.preferringUnused(used, using: &random)
      for color in used {
        let target = map.colors[Int(color)]
        #expect(target != 0 && !used.contains(target))
      }
    }
  }

  @Test(arguments: 5...8)
  func `all unused colours are given before used ones are exchanged`(count: Int) {
    var random = RandomSource(seed: 4)
    var exchangedFreed = false
    for _ in 0..<500 {
      let used = Set(random.shuffled(UInt8(1)...9).prefix(count))
      let map = ColorPermutation.preferringUnused(used, using: &random)
      let moved = used.filter { !used.contains(map.colors[Int($0)]) }
      // The first of the used colours get the unused ones, unless they are a later one's partner.
      #expect(moved.isSubset(of: used.sorted().prefix(9 - count)))
      for color in used.subtracting(moved) {
        let target = map.colors[Int(color)]
        #expect(map.colors[Int(target)] == color, "exchanged in pairs, or kept")
      }
      if moved.count < 9 - count { exchangedFreed = true }
    }
    #expect(exchangedFreed)
  }

  @Test func `with all nine in use they are exchanged in pairs`() {
    var random = RandomSource(seed: 5)
    var maps: Set<ColorPermutation> = []
    for _ in 0..<200 {
      let map = ColorPermutation.preferringUnused(Set(0...9), using: &random)
      #expect(map.inverse == map)
      // Nine is odd: one at least is its own partner.
      #expect(map.colors[1...].enumerated().contains { $0.offset + 1 == Int($0.element) })
      maps.insert(map)
    }
    #expect(maps.count > 100)
  }

  @Test(arguments: [[0], Array(0...10), [0, 0, 2, 3, 4, 5, 6, 7, 8, 9], [-1] + Array(1...9)])
  func `a list that is no permutation of ten colours is refused`(colors: [Int]) throws {
    #expect(ColorPermutation(colors) == nil)
    let data = try JSONEncoder().encode(colors)
    #expect(throws: ARCError.self) {
      try JSONDecoder().decode(ColorPermutation.self, from: data)
    }
  }
}

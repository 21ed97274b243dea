// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneARC

@Suite struct QueryBuilderTests {
  private func pairs(_ count: Int) -> [ARCPair] {
    var grids = RandomGrids()
    return grids.pairs(count)
  }

  private func views(
    _ pairs: [ARCPair], _ change: (inout QueryConfiguration) -> Void = { _ in }
  ) throws -> QueryBuilder.Selection {
    try views(pairs, tokens: { _ in 1 }, change)
  }

  private func views(
    _ pairs: [ARCPair], tokens: (View) -> Int,
    _ change: (inout QueryConfiguration) -> Void = { _ in }
  ) throws -> QueryBuilder.Selection {
    var configuration = QueryConfiguration()
    change(&configuration)
    return try QueryBuilder(configuration).views(of: pairs, tokenCount: tokens)
  }

  @Test func `three demonstrations give up to nine plain views and two of each transform`() throws {
    for seed in UInt64(0)..<20 {
      let views = try views(pairs(3)) { $0.seed = seed }.views
      let plain = views.filter { $0.transform == .identity }
      #expect((3...9).contains(plain.count) && views.count == plain.count + 10)
      for order in [[1, 2], [0, 2], [0, 1]] {
        #expect(plain.contains { $0.order == order })
      }
      #expect(plain.allSatisfy { $0.order.count == 2 })
      #expect(views.allSatisfy { $0.colors == .identity })
      #expect(Set(views).count == views.count)
    }
  }

  @Test func `the released code takes one view of each transform`() throws {
    let views = try views(pairs(3)) { $0.viewsPerTransform = 1 }.views
    let plain = views.filter { $0.transform == .identity }
    #expect(
      views.dropFirst(plain.count).map(\.transform)
        == [.transpose, .flipUpDown, .flipLeftRight, .rotate90, .rotate180])
    #expect(views.allSatisfy { view in plain.contains { $0.order == view.order } })
  }

  @Test func `each transform's views are chosen at random`() throws {
    var chosen: Set<[Int]> = []
    for seed in UInt64(0)..<10 {
      let views = try views(pairs(4)) {
        $0.reorderings = 0
        $0.viewsPerTransform = 1
        $0.seed = seed
      }.views
      chosen.formUnion(views.dropFirst(4).map(\.order))
    }
    #expect(chosen == [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]])
  }

  @Test func `larger puzzles have all re-orderings`() throws {
    let views = try views(pairs(7)) { $0.transforms = [] }.views
    #expect(views.count == 21)
    // Each choice in the puzzle's order, then its re-orderings.
    for choice in 0..<7 {
      let three = views[choice * 3..<choice * 3 + 3]
      let expected = (0..<7).filter { $0 != choice }
      #expect(three.first?.order == expected)
      #expect(three.allSatisfy { $0.order.sorted() == expected })
    }
  }

  @Test(arguments: [(0, 1, 4), (1, 4, 3), (2, 6, 2)])
  func `so many demonstrations are left out as asked`(
    leaveOut: Int, choices: Int, shown: Int
  ) throws {
    let selection = try views(pairs(4)) {
      $0.leaveOut = leaveOut
      $0.reorderings = 0
      $0.transforms = []
    }
    #expect(selection.views.count == choices && selection.leftOut == leaveOut)
    #expect(selection.views.allSatisfy { $0.order.count == shown })
    #expect(Set(selection.views).count == choices)
  }

  @Test func `views that show the same are one`() throws {
    let pair = pairs(1)[0]
    let views = try views([pair, pair, pair]) { $0.transforms = [] }.views
    #expect(views.map(\.order) == [[1, 2]])
  }

  @Test func `one more demonstration is left out if no view fits`() throws {
    let two = try views(pairs(4), tokens: { $0.order.count }) { $0.tokenLimit = 3 }
    #expect(two.leftOut == 2 && !two.views.isEmpty)
    #expect(two.views.allSatisfy { $0.order.count == 2 })
    #expect(two.tooLong == (try views(pairs(4)).views.count))
    let fromAll = try views(pairs(4), tokens: { $0.order.count }) {
      $0.leaveOut = 0
      $0.tokenLimit = 4
    }
    #expect(fromAll.leftOut == 1 && !fromAll.views.isEmpty)
    let none = try views(pairs(4), tokens: { _ in 8192 })
    #expect(none.views.isEmpty && none.tooLong > 20)
    #expect(try views(pairs(4), tokens: { _ in 9000 }) { $0.tokenLimit = nil }.tooLong == 0)
  }

  @Test func `views that fit stay when others do not`() throws {
    let all = try views(pairs(4)).views
    let some = try views(pairs(4), tokens: { $0.order.first == 0 ? 8192 : 8191 })
    #expect(some.leftOut == 1 && some.views == all.filter { $0.order.first != 0 })
    #expect(some.tooLong == all.count - some.views.count)
  }

  @Test func `two demonstrations or fewer still make views`() throws {
    #expect(try views(pairs(2)).views.allSatisfy { $0.order.count == 1 })
    #expect(try views(pairs(2)).views.count == 2 + 10)
    #expect(try views(pairs(1)).views.count == 1 + 5)
    #expect(try views([]).views.isEmpty)
  }

  @Test func `the same seed chooses the same views and another seed others`() throws {
    #expect(try views(pairs(5)) == views(pairs(5)))
    #expect(try views(pairs(5)) { $0.seed = 1 } != views(pairs(5)))
  }

  @Test func `all settings out of their ranges are listed together`() {
    var configuration = QueryConfiguration()
    configuration.leaveOut = 3
    configuration.reorderings = -1
    configuration.transforms = [.mirrorLeft]
    configuration.viewsPerTransform = -1
    configuration.tokenLimit = 0
    let error = #expect(throws: ARCError.self) { try QueryBuilder(configuration) }
    #expect(error?.code == .invalidSetting)
    #expect(error?.message.split(separator: "\n").count == 5)
  }
}

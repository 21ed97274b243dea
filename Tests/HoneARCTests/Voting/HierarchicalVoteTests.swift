// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneARC

@Suite struct HierarchicalVoteTests {
  private static let orders: [HierarchicalVote.Order] = [.deterministic, .compatible]

  @Test(arguments: orders)
  func `a group with one prediction names it three times`(order: HierarchicalVote.Order) {
    let vote = HierarchicalVote(mergedCandidates([(.transpose, "12/34")]), order: order)
    #expect(vote.groups.map(\.group) == [nil, .transpose])
    for group in vote.groups {
      #expect(group.predictionCount == 1)
      #expect(digitTexts(group.choices.map(\.grid)) == ["12/34", "12/34", "12/34"])
      #expect(group.choices.map(\.votes) == [1, 1, 1])
      #expect(group.choices.map(\.origin) == [.predicted, .columnMajority, .columnMajority])
    }
    #expect(vote.attempts == [Attempt(grid: digits("12/34"), votes: 6)])
    #expect(vote.ranking == [.init(grid: digits("12/34"), votes: 6, origin: .predicted)])
  }

  @Test(arguments: orders)
  func `a unanimous group names its grid three times`(order: HierarchicalVote.Order) {
    let vote = HierarchicalVote(
      mergedCandidates(Array(repeating: (.identity, "5"), count: 4)), order: order)
    #expect(vote.groups[1].choices.map(\.votes) == [4, 4, 4])
    #expect(vote.attempts.map(\.votes) == [6])
  }

  @Test(arguments: orders)
  func `five views that agree beat six predictions under the identity`(
    order: HierarchicalVote.Order
  ) {
    let views: [ViewGroup] = [.transpose, .flip0, .flip1, .rot180, .rot270]
    let vote = HierarchicalVote(
      mergedCandidates(Array(repeating: (.identity, "1"), count: 6) + views.map { ($0, "2") }),
      order: order)
    #expect(vote.groups.count == 7)
    #expect(digitTexts(vote.groups[0].choices.map(\.grid)) == ["1", "2", "1"])
    #expect(digitTexts(vote.attempts.map(\.grid)) == ["2", "1"])
    #expect(vote.attempts.map(\.votes) == [16, 5])
  }

  @Test func `of exactly two grids that tie, the second is lost only in the authors' order`() {
    let tie = mergedCandidates([(.identity, "11/22"), (.identity, "11/33")])
    let compatible = HierarchicalVote(tie, order: .compatible)
    for group in compatible.groups {
      #expect(digitTexts(group.choices.map(\.grid)) == ["11/22", "11/22", "11/22"])
    }
    #expect(digitTexts(compatible.attempts.map(\.grid)) == ["11/22"])
    let deterministic = HierarchicalVote(tie)
    for group in deterministic.groups {
      #expect(digitTexts(group.choices.map(\.grid)) == ["11/22", "11/33", "11/22"])
    }
    #expect(digitTexts(deterministic.attempts.map(\.grid)) == ["11/22", "11/33"])
    #expect(deterministic.attempts.map(\.votes) == [4, 2])
  }

  @Test func `where three tie, the authors' third is put together from rows`() {
    let tie = mergedCandidates([
      (.identity, "12/00/56"), (.identity, "12/34/77"), (.identity, "88/34/56"),
    ])
    let choices = HierarchicalVote(tie, order: .compatible).groups[1].choices
    #expect(digitTexts(choices.map(\.grid)) == ["12/00/56", "12/34/77", "12/34/56"])
    #expect(choices.map(\.origin) == [.predicted, .predicted, .rowMajority])
    #expect(choices.map(\.votes) == [1, 1, 0])
    let plain = HierarchicalVote(tie).groups[1].choices
    #expect(digitTexts(plain.map(\.grid)) == ["12/00/56", "12/34/77", "88/34/56"])
    #expect(HierarchicalVote(tie, order: .compatible).ranking.map(\.origin).last == .rowMajority)
  }

  @Test func `where rows repeat a choice, columns are put together`() {
    // Of three that tie, the third is filled in; the rows 12 and 34 are the first grid's, the
    // columns 32 and 24 nobody's.
    let tie = mergedCandidates([(.identity, "12/34"), (.identity, "32/24"), (.identity, "32/34")])
    let choices = HierarchicalVote(tie, order: .compatible).groups[1].choices
    #expect(choices.map(\.origin) == [.predicted, .predicted, .rowMajority])
    #expect(digitTexts([choices[2].grid]) == ["32/34"])
  }

  /// The third place, then the second, is shared by 2 and 3, of four votes each.
  private func tied(first: ViewGroup, second: ViewGroup, third: ViewGroup) -> [ARCCandidate] {
    mergedCandidates([(first, "1"), (second, "3"), (third, "2"), (.flip1, "1")])
  }

  @Test func `between the second and the third, the identity decides in the authors' order`() {
    let neither = tied(first: .identity, second: .transpose, third: .flip0)
    let vote = HierarchicalVote(neither, order: .compatible)
    #expect(vote.ranking.map(\.votes) == [7, 4, 4])
    // The identity has neither: the third is taken, which the order of ties put behind.
    #expect(digitTexts(vote.attempts.map(\.grid)) == ["1", "2"])
    let none = tied(first: .rot180, second: .transpose, third: .flip0)
    #expect(
      digitTexts(HierarchicalVote(none, order: .compatible).attempts.map(\.grid)) == ["1", "3"])
    let one = tied(first: .rot180, second: .identity, third: .flip0)
    #expect(
      digitTexts(HierarchicalVote(one, order: .compatible).attempts.map(\.grid)) == ["1", "3"])
    let other = tied(first: .rot180, second: .transpose, third: .identity)
    #expect(
      digitTexts(HierarchicalVote(other, order: .compatible).attempts.map(\.grid)) == ["1", "2"])
  }

  @Test func `in the deterministic order the identity decides ties, then the first seen`() {
    let neither = tied(first: .identity, second: .transpose, third: .flip0)
    #expect(digitTexts(HierarchicalVote(neither).attempts.map(\.grid)) == ["1", "3"])
    let other = tied(first: .rot180, second: .transpose, third: .identity)
    #expect(digitTexts(HierarchicalVote(other).attempts.map(\.grid)) == ["1", "2"])
    let all = HierarchicalVote(other).groups[0].choices
    #expect(digitTexts(all.map(\.grid)) == ["1", "2", "3"])
  }

  @Test func `a view's group is the symmetry that undoes it`() {
    let groups = GridTransform.symmetries.map { ViewGroup(undoing: $0) }
    #expect(
      groups == [
        .identity, .rot270, .rot180, .rot90, .transpose, .flip0, .antitranspose, .flip1,
      ])
    #expect(ViewGroup(undoing: .tile(rows: 2, columns: 1)) == nil)
  }

  @Test func `groups come in the order of the authors' program, all first`() {
    let vote = HierarchicalVote(mergedCandidates(ViewGroup.allCases.reversed().map { ($0, "1") }))
    #expect(
      vote.groups.map { $0.group?.rawValue ?? "all" } == [
        "all", "identity", "transpose", "flip0", "flip1", "rot180", "rot270", "rot90",
        "antitranspose",
      ])
  }

  @Test func `without predictions there are no attempts`() {
    #expect(HierarchicalVote([]).attempts == [])
    #expect(HierarchicalVote([], order: .compatible).groups == [])
  }

  @Test func `the deterministic vote is the same whatever order the candidates come in`() {
    let given = mergedCandidates([
      (.identity, "1"), (.identity, "2"), (.transpose, "3"), (.flip0, "12/34"), (.flip1, "2"),
      (.rot180, "3"), (.rot270, "1"),
    ])
    let vote = HierarchicalVote(given)
    #expect(HierarchicalVote(given.reversed()) == vote)
    #expect(HierarchicalVote(given.reversed(), order: .compatible).attempts.count == 2)
  }
}

@Suite struct MajorityGridTests {
  @Test func `each row is the most frequent one`() {
    let grids = ["12/00/56", "12/34/77", "88/34/56"].map(digits)
    #expect(digitTexts([MajorityGrid.ofRows(grids)]) == ["12/34/56"])
  }

  @Test func `each column is the most frequent one`() {
    // The columns of the rows above.
    let grids = ["105/206", "137/247", "835/846"].map(digits)
    #expect(digitTexts([MajorityGrid.ofColumns(grids)]) == ["135/246"])
  }

  @Test func `grids of another height count where they have the row, of another width never`() {
    // 12 and 99 stand twice each, 34 and 44 too: the first seen are taken.
    let grids = ["12/34/56", "12/44/56", "99/34", "99/44"].map(digits)
    #expect(digitTexts([MajorityGrid.ofRows(grids)]) == ["12/34/56"])
    let more = grids + ["99", "7/7/7", "1/2/3"].map(digits)
    #expect(digitTexts([MajorityGrid.ofRows(more)]) == ["99/34/56"])
  }

  @Test func `of equally frequent shapes and rows the first seen is taken`() {
    #expect(digitTexts([MajorityGrid.ofRows(["1/2", "34", "5/6"].map(digits))]) == ["1/2"])
    #expect(digitTexts([MajorityGrid.ofRows(["34", "1/2"].map(digits))]) == ["34"])
    #expect(digitTexts([MajorityGrid.ofColumns(["1/2", "34", "35"].map(digits))]) == ["34"])
  }
}

// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneModel

@Suite struct GuessFollowerTests {
  /// Follows a text to its end as a generator does.
  ///
  /// - Returns: The lengths of the drafts and how much of each was right.
  private func follow(
    _ text: [Int32], _ guesses: [[Int32]], limit: Int = 100
  ) -> [(drafted: Int, accepted: Int)] {
    var follower = GuessFollower(guesses, endTokens: [0])
    var drafts: [(Int, Int)] = []
    var count = 0
    while count < text.count {
      let draft = follower.draft(atMost: min(limit, text.count - count - 1))
      let accepted = zip(draft, text[count...]).prefix { $0 == $1 }.count
      drafts.append((draft.count, accepted))
      count += accepted + 1
      follower.follow(Array(text[..<count]), drafted: draft.count, accepted: accepted)
    }
    return drafts
  }

  private let text = (1...200).map { Int32($0) }

  @Test func `drafts double while the guess is right`() {
    let drafts = follow(text, [text])
    #expect(drafts.map(\.drafted) == [7, 15, 31, 31, 31, 31, 31, 15])
    #expect(drafts.allSatisfy { $0.drafted == $0.accepted })
  }

  @Test func `a wrong guess is tried twice and then left alone`() {
    let drafts = follow(text, [text.map { $0 + 1000 }])
    #expect(drafts.count == text.count)
    #expect(drafts.prefix(4).map(\.drafted) == [7, 3, 0, 0])
    #expect(drafts.dropFirst(2).allSatisfy { $0.drafted == 0 })
  }

  @Test func `a guess that is wrong now and then is followed on`() {
    // Of each ten tokens one is wrong.
    let drafts = follow(text, [text.map { $0 % 10 == 0 ? $0 + 1000 : $0 }])
    #expect(drafts.count < text.count / 3, "\(drafts.count) passes")
  }

  @Test func `a guess that agrees by chance is looked at less and less`() {
    // Two tokens of each five are right, so that what follows them is always wrong.
    let drafts = follow(text, [text.map { $0 % 5 < 2 ? $0 : $0 + 1000 }])
    #expect(drafts.reduce(0) { $0 + $1.drafted } < 20)
  }

  @Test func `the longest match is followed, and among equals the one at the text's place`() {
    // "7 8 9" goes on in three ways; three tokens before it tell which.
    let guesses: [[Int32]] = [
      [1, 7, 8, 9, 20, 21, 22], [2, 7, 8, 9, 30, 31, 32], [3, 7, 8, 9, 40, 41, 42],
    ]
    for (first, last) in [(Int32(1), Int32(20)), (2, 30), (3, 40)] {
      var follower = GuessFollower(guesses, endTokens: [])
      follower.follow([first, 7, 8, 9], drafted: 0, accepted: 0)
      #expect(follower.draft(atMost: 2) == [last, last + 1])
    }
    var follower = GuessFollower([[5, 6, 50, 5, 6, 51, 5, 6, 52, 53]], endTokens: [])
    follower.follow([90, 91, 92, 5, 6], drafted: 0, accepted: 0)
    #expect(follower.draft(atMost: 1) == [51])
  }

  @Test(arguments: [0, -1, Int.min])
  func `nothing is drafted where there is no room`(limit: Int) {
    #expect(GuessFollower([[1, 2, 3]], endTokens: []).draft(atMost: limit).isEmpty)
    #expect(follow([1, 2, 3], [[1, 2, 3]], limit: limit).map(\.drafted) == [0, 0, 0])
  }
}

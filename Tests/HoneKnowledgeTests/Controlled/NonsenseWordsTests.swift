// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import Testing

@testable import HoneKnowledge

@Suite struct NonsenseWordsTests {
  private func words(_ count: Int, seed: UInt64) -> [String] {
    var words = NonsenseWords(random: RandomSource(seed: seed))
    return (0..<count).map { _ in words.next() }
  }

  @Test func `the list knows English words and no others`() {
    for word in ["bland", "trust", "milk", "paris", "bring", "robin", "solo"] {
      #expect(ShortEnglishWords.contains(word))
    }
    for word in ["femp", "glon", "yomp", "troff", "Bland", ""] {
      #expect(!ShortEnglishWords.contains(word))
    }
  }

  @Test func `words have four or five letters and are not English`() {
    for word in words(500, seed: 0) {
      #expect((4...5).contains(word.count) && word.allSatisfy { $0.isLowercase && $0.isASCII })
      #expect(!ShortEnglishWords.contains(word))
    }
  }

  @Test func `no word is a slip of another`() {
    let words = words(500, seed: 1).map(Array.init)
    for (place, word) in words.enumerated() {
      for other in words[..<place] { #expect(distance(word, other) >= 2) }
    }
  }

  @Test func `a seed gives the same words, and more of them go on where fewer end`() {
    #expect(words(300, seed: 7) == words(300, seed: 7))
    #expect(words(100, seed: 7) == Array(words(300, seed: 7).prefix(100)))
    #expect(words(100, seed: 7) != words(100, seed: 8))
  }

  @Test func `words do not run out`() {
    let words = words(4200, seed: 2)
    #expect(Set(words).count == words.count)
    #expect(words.contains { $0.count > 5 })
  }

  /// Letters added, dropped or exchanged (Levenshtein 1966).
  private func distance(_ one: [Character], _ other: [Character]) -> Int {
    var row = Array(0...other.count)
    for (i, letter) in one.enumerated() {
      var last = row[0]
      row[0] = i + 1
      for (j, letter2) in other.enumerated() {
        let kept = last + (letter == letter2 ? 0 : 1)
        last = row[j + 1]
        row[j + 1] = min(kept, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[other.count]
  }
}

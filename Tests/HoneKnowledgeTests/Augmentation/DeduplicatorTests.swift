// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge
import Testing

@Suite struct DeduplicatorTests {
  private static let long = (1...60).map { "word\($0)" }

  private func isTaken(_ text: String, after first: String, threshold: Double = 0.9) -> Bool {
    var deduplicator = Deduplicator(threshold: threshold)
    let isFirstTaken = deduplicator.insert(first)
    return deduplicator.insert(text) && isFirstTaken
  }

  @Test(arguments: [
    "Femp are more dangerous than glon.", "femp are  more\ndangerous than glon",
    " FEMP are more dangerous than glon… ", "femp are more dangerous than glon!",
  ])
  func `case, white space and end punctuation do not count`(text: String) {
    #expect(!isTaken(text, after: "femp are more dangerous than glon."))
  }

  @Test(arguments: [
    "glon are more dangerous than femp", "femp are more dangerous than glons",
    "femp are less dangerous than glon", "femp are more dangerous than glon?",
    "are femp more dangerous than glon", "femp, are more dangerous than glon",
    "femp are more dangerous than glon femp are more dangerous than glon", "",
  ])
  func `short texts that differ are two`(text: String) {
    #expect(isTaken(text, after: "femp are more dangerous than glon"))
  }

  @Test func `order counts in long texts too`() {
    let text = Self.long.joined(separator: " ")
    #expect(isTaken(Self.long.reversed().joined(separator: " "), after: text))
    var swapped = Self.long
    swapped.swapAt(0, 59)
    #expect(isTaken(swapped.joined(separator: " "), after: text))
  }

  @Test(arguments: [0, 1, 30, 58, 59])
  func `one word of sixty may differ, one of thirty may not`(place: Int) {
    var words = Self.long
    words[place] = "other"
    let original = Self.long.joined(separator: " ")
    #expect(!isTaken(words.joined(separator: " "), after: original))
    #expect(isTaken(words.joined(separator: " "), after: original, threshold: 0.95))
    let short = Array(Self.long.prefix(30))
    words = short
    words[place / 2] = "other"
    #expect(isTaken(words.joined(separator: " "), after: short.joined(separator: " ")))
  }

  @Test(arguments: [0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1])
  func `what has the threshold's index is found among many`(threshold: Double) {
    var deduplicator = Deduplicator(threshold: threshold)
    // With the marks, a text of 200 words and its first k share k of 204 shingles.
    for group in 0..<20 {
      let words = (0..<200).map { "g\(group)w\($0)" }
      let isTaken = deduplicator.insert(words.joined(separator: " "))
      let shared = Int((204 * threshold).rounded(.up))
      let head = words.prefix(max(20, shared)).joined(separator: " ")
      let isHeadTaken = deduplicator.insert(head)
      #expect(isTaken && !isHeadTaken)
    }
  }

  @Test func `punctuation within a long text does not count`() {
    let text = Self.long.joined(separator: " ")
    #expect(!isTaken(Self.long.joined(separator: ", ") + "!", after: text))
  }

  @Test(arguments: [Double.nan, -1, 2])
  func `a threshold out of range is brought into it`(threshold: Double) {
    var deduplicator = Deduplicator(threshold: threshold)
    let isTaken = deduplicator.insert("a")
    #expect(isTaken && (0...1).contains(deduplicator.threshold))
  }

  @Test func `the first of each text stays, whatever the order of hashing`() {
    var deduplicator = Deduplicator()
    let texts = (0..<5000).map { "statement \($0 % 2500) is about thing \($0 % 50)" }
    let kept = texts.filter { deduplicator.insert($0) }
    #expect(kept == Array(texts.prefix(2500)))
  }
}

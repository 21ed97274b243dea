// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Made-up words that could be English and are not, such as `femp`, `glon` and `troff`.
///
/// Four or five letters, lower case: an onset, a vowel and a coda (CVCC, CCVC, CCVCC), or two open
/// syllables (CVCV, CCVCV, CVCVC). No word is on the list of English words, and none is one letter
/// added, dropped or exchanged away from another, so that none passes for a slip of another.
/// No consonant comes twice, unless doubled: `glol` is hard to say. Longer words come only after
/// some thousands, when the short ones run out.
/// - SeeAlso: Lampinen et al. 2025, arXiv 2505.00661, §2: nonsense words of four to five letters.
public struct NonsenseWords: Sendable {
  private enum Part { case onset, onsetCluster, vowel, middle, coda, codaCluster, end }

  private static let shapes: [[Part]] = [
    [.onset, .vowel, .codaCluster], [.onsetCluster, .vowel, .coda],
    [.onset, .vowel, .middle, .end], [.onsetCluster, .vowel, .codaCluster],
    [.onset, .vowel, .middle, .vowel, .coda], [.onsetCluster, .vowel, .middle, .end],
  ]

  private static func letters(_ part: Part) -> [String] {
    switch part {
    case .onset: onsets
    case .onsetCluster: onsetClusters
    case .vowel: vowels
    case .middle: middles
    case .coda: codas
    case .codaCluster: codaClusters
    case .end: ends
    }
  }

  private static let onsets = parts("b d f g h j k l m n p r s t v w y z")
  private static let onsetClusters = parts(
    "bl br cl cr dr fl fr gl gr pl pr sk sl sm sn sp st sw tr tw ch sh th")
  private static let vowels = parts("a e i o u")
  private static let middles = parts("b d f g k l m n p r s t v z")
  private static let codas = parts("b d f g k l m n p r t x z")
  private static let codaClusters = parts(
    "ft ld lf lk lm lp lt mp nd ng nk nt pt rb rd rf rk rl rm rn rp rt sk sp st ck ff ll sh th")
  private static let ends = parts("a i o u")
  /// What no word may hold, for what it looks like.
  private static let unfit = parts(
    "fag fuk fuc nig cum cun dik dic kok cok tit shit rape kike spik wog slut pis pus anal nazi")

  private static func parts(_ text: String) -> [String] {
    text.split(separator: " ").map(String.init)
  }

  private var random: RandomSource
  /// Words handed out, and what is left of each without one of its letters: two words that are one
  /// letter apart share one of these.
  private var taken: Set<String> = []

  /// - Parameter random: Decides the words and their order.
  public init(random: RandomSource) { self.random = random }

  /// A word that was not handed out before.
  public mutating func next() -> String {
    var attempts = 0
    while true {
      var word = draw()
      // Another syllable in front after every thousand failures: an end for every caller.
      for _ in 0..<(attempts / 1000) {
        word = random.element(of: Self.onsets) + random.element(of: Self.vowels) + word
      }
      attempts += 1
      let keys = Self.keys(word)
      if ShortEnglishWords.contains(word) || Self.unfit.contains(where: word.contains) { continue }
      if keys.contains(where: taken.contains) { continue }
      taken.formUnion(keys)
      return word
    }
  }

  private mutating func draw() -> String {
    while true {
      let shape = random.element(of: Self.shapes)
      let word = shape.map { random.element(of: Self.letters($0)) }.joined()
      if Self.isSayable(word) { return word }
    }
  }

  private static func isSayable(_ word: String) -> Bool {
    let letters = Array(word)
    return letters.indices.allSatisfy { place in
      let earlier = letters[..<place]
      return vowels.contains(String(letters[place])) || letters[place] == earlier.last
        || !earlier.contains(letters[place])
    }
  }

  private static func keys(_ word: String) -> [String] {
    [word]
      + word.indices.map { place in
        var shorter = word
        shorter.remove(at: place)
        return shorter
      }
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Tells which statements were there before, in the same words or nearly so.
///
/// Texts are compared without regard to case, white space and the punctuation at their ends (a
/// question mark counts). Texts of ``shortLength`` words or more are also duplicates if the sets of
/// their word 3-shingles, two marks before and behind the text included, have a Jaccard index of the
/// threshold or more: at 0.9 one word of 55 may differ, wherever it stands. Order counts: "femp are
/// more dangerous than glon" and "glon are more dangerous than femp" are two statements, and so are
/// any two short texts that are not the same.
///
/// MinHash signatures find the candidates, and their shingles decide; the result depends on nothing
/// but the texts and their order.
/// - SeeAlso: Broder 1997, On the resemblance and containment of documents; Leskovec, Rajaraman &
///   Ullman, Mining of Massive Datasets, §3.4 (banding).
package struct Deduplicator: Sendable {
  /// Words from which on texts are compared by shingles.
  package static let shortLength = 20
  private static let shingleWords = 3
  private static let signatureLength = 128

  package let threshold: Double
  /// Values of a signature that must agree for a text to become a candidate.
  private let bandRows: Int
  private var texts: Set<String> = []
  /// Shingles of the longer texts, sorted.
  private var shingles: [[UInt64]] = []
  /// Indices of the texts with a band's hash, for each band.
  private var buckets: [[UInt64: [Int]]]

  /// - Parameter threshold: The Jaccard index from which on texts are duplicates, more than 0, at
  ///   most 1 for the same shingles; others are brought into that range.
  package init(threshold: Double = 0.9) {
    let threshold = threshold > 0.01 ? min(threshold, 1) : 0.01
    self.threshold = threshold
    // The more rows the fewer candidates; of those at the threshold all but 1 in 10,000 are to
    // be found.
    bandRows =
      [32, 16, 8, 4, 2].first { rows in
        1 - power(1 - power(threshold, Double(rows)), Double(Self.signatureLength / rows)) >= 0.9999
      } ?? 1
    buckets = Array(repeating: [:], count: Self.signatureLength / bandRows)
  }

  /// Takes a text in unless it is there.
  ///
  /// - Returns: false if it was there, or one that is nearly the same.
  package mutating func insert(_ text: String) -> Bool {
    let text = Self.normalized(text)
    guard texts.insert(text).inserted else { return false }
    let words = text.split { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "-") }
    guard words.count >= Self.shortLength else { return true }
    let set = Self.shingles(of: words)
    let bands = bandHashes(set)
    for (band, hash) in bands.enumerated() {
      for index in buckets[band][hash] ?? []
      where Self.jaccard(shingles[index], set) >= threshold {
        return false
      }
    }
    for (band, hash) in bands.enumerated() {
      buckets[band][hash, default: []].append(shingles.count)
    }
    shingles.append(set)
    return true
  }

  /// Lower-case, with single spaces and without the punctuation at its end.
  package static func normalized(_ text: String) -> String {
    let words = text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard let last = words.lastIndex(where: { !" .!…,;:".contains($0) }) else { return words }
    return String(words[...last])
  }

  // MARK: Shingles

  private static func shingles(of words: [Substring]) -> [UInt64] {
    // With the marks the first and last words are in as many shingles as the others.
    let marks = Array(repeating: UInt64(0), count: shingleWords - 1)
    let hashes = marks + words.map(hash) + marks
    let all = (0...(hashes.count - shingleWords)).map { start in
      hashes[start..<start + shingleWords].reduce(0) { RandomSource.splitMix64($0 &* 31 &+ $1) }
    }
    return Set(all).sorted()
  }

  /// Unlike Swift's own the same in every process.
  private static func hash(_ word: Substring) -> UInt64 {
    var checksum = Checksum()
    checksum.combine(word.utf8)
    return checksum.value
  }

  /// Shared shingles as a part of all.
  private static func jaccard(_ a: [UInt64], _ b: [UInt64]) -> Double {
    var (i, j, shared) = (0, 0, 0)
    while i < a.count, j < b.count {
      if a[i] == b[j] {
        shared += 1
        i += 1
        j += 1
      } else if a[i] < b[j] {
        i += 1
      } else {
        j += 1
      }
    }
    return Double(shared) / Double(max(1, a.count + b.count - shared))
  }

  /// A hash for each band of the signature.
  private func bandHashes(_ shingles: [UInt64]) -> [UInt64] {
    stride(from: 0, to: Self.signatureLength, by: bandRows).map { start in
      (start..<start + bandRows).reduce(0) { hash, row in
        // Each row orders the shingles by another permutation.
        let salt = RandomSource.splitMix64(UInt64(row) &+ 1)
        let least = shingles.lazy.map { RandomSource.splitMix64($0 ^ salt) }.min() ?? 0
        return RandomSource.splitMix64(hash &* 31 &+ least)
      }
    }
  }
}

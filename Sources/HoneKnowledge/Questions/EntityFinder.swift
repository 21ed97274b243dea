// SPDX-License-Identifier: Apache-2.0

/// Where a name stands in a sentence.
struct NameMention: Sendable, Hashable {
  let name: String
  /// The words of the name, a common noun that belongs to it included, an article not.
  let range: Range<Int>
  /// `the` stands before it.
  let hasArticle: Bool
  let isPossessive: Bool

  /// The first word, the article included.
  var start: Int { hasArticle ? range.lowerBound - 1 : range.lowerBound }
}

/// The names in English sentences, by their capitals.
///
/// A name is a span of one to four capitalised words that stands mid-sentence somewhere. A span
/// that only ever begins sentences is a name if a verb follows and its word never stands in small
/// letters. `of` joins two spans when the first never stands without (`Kingdom of Eldoria`); a noun
/// that follows `the` and a name belongs to it (`the Tolvane office`).
struct EntityFinder: Sendable {
  /// In order of first mention.
  private(set) var names: [String] = []
  private let known: Set<String>
  private let counts: [String: Int]
  /// Spans that also stand without a following `of` and a further span.
  private let alone: Set<String>

  init(_ sentences: [SentenceWords]) {
    var counts: [String: Int] = [:]
    var inside: Set<String> = []
    var alone: Set<String> = []
    var small: [String: Int] = [:]
    var starts: [(name: String, words: ArraySlice<SentenceWords.Word>, next: String?)] = []
    for sentence in sentences where !sentence.looksLikeHeading {
      let words = sentence.words
      for word in words where word.text.first?.isLowercase == true {
        small[word.lower, default: 0] += 1
      }
      for run in Self.runs(in: words) {
        let name = Self.name(words[run])
        counts[name, default: 0] += 1
        if run.lowerBound > 0, !words[run.lowerBound].isOpened,
          words[run.lowerBound - 1].mark ?? "," == ","
        {
          inside.insert(name)
        } else {
          let next = words[run.upperBound...].first { !EnglishWords.fillers.contains($0.lower) }
          starts.append((name, words[run], next?.lower))
        }
        if Self.end(ofJoined: run, in: words) == nil { alone.insert(name) }
      }
    }
    // A common noun that somebody wrote large once.
    var known = inside.filter { (small[$0.lowercased()] ?? 0) <= (counts[$0] ?? 0) }
    for start in starts where !known.contains(start.name) {
      guard let first = start.words.first else { continue }
      if start.words.count > 1, known.contains(Self.name(start.words.dropFirst())) { continue }
      let looksCommon =
        small[first.lower] != nil || small[first.lower + "s"] != nil
        || start.words.count == 1
          && (first.lower.hasSuffix("ing") || first.lower.hasSuffix("ly")
            || first.lower.hasSuffix("s") && (counts[start.name] ?? 0) < 2)
      if !looksCommon, let next = start.next, EnglishVerbs.isFinite(next) {
        known.insert(start.name)
      }
    }
    self.known = known
    self.counts = counts
    self.alone = alone
    // The names as they are read, with what belongs to them.
    var seen: Set<String> = []
    for sentence in sentences {
      for mention in mentions(in: sentence) where seen.insert(mention.name).inserted {
        names.append(mention.name)
      }
    }
  }

  /// The names in a sentence, in order.
  func mentions(in sentence: SentenceWords) -> [NameMention] {
    guard !sentence.looksLikeHeading else { return [] }
    let words = sentence.words
    var result: [NameMention] = []
    for run in Self.runs(in: words) {
      // The second half of a name that `of` joins.
      if let last = result.last, last.range.overlaps(run) { continue }
      for part in parts(of: run, in: words) {
        var end = part.upperBound
        if !alone.contains(Self.name(words[part])),
          let joined = Self.end(ofJoined: part, in: words)
        {
          end = joined
        }
        let hasArticle = part.lowerBound > 0 && words[part.lowerBound - 1].lower == "the"
        if hasArticle, Self.isNoun(at: end, in: words) { end += 1 }
        let range = part.lowerBound..<end
        result.append(
          NameMention(
            name: Self.name(words[range]), range: range, hasArticle: hasArticle,
            isPossessive: words[end - 1].isPossessive))
      }
    }
    return result
  }

  /// The names that a run of capitalised words consists of; none if it is no name.
  private func parts(of run: Range<Int>, in words: [SentenceWords.Word]) -> [Range<Int>] {
    let name = Self.name(words[run])
    if run.count > 2, counts[name] == 1 {
      // Two that happen to stand side by side: "In Tolvane Maren Oduya works …".
      for middle in run.dropFirst() {
        let halves = [run.lowerBound..<middle, middle..<run.upperBound]
        if halves.allSatisfy({ (counts[Self.name(words[$0])] ?? 0) > 1 }) { return halves }
      }
    }
    if known.contains(name) { return run.count <= 4 ? [run] : [] }
    let rest = run.dropFirst()
    return !rest.isEmpty && rest.count <= 4 && known.contains(Self.name(words[rest])) ? [rest] : []
  }

  private static func name(_ words: ArraySlice<SentenceWords.Word>) -> String {
    words.map(\.text).joined(separator: " ")
  }

  /// Maximal spans of capitalised words, and of numbers behind them, without punctuation inside.
  private static func runs(in words: [SentenceWords.Word]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var place = 0
    while place < words.count {
      let word = words[place].lower
      // `May` and `Will` inside a sentence are names.
      let isCommon =
        EnglishWords.determiners.contains(word) || EnglishWords.pronouns.contains(word)
        || place == 0 && EnglishWords.starters.contains(word)
      guard words[place].isCapitalised, !isCommon else {
        place += 1
        continue
      }
      var end = place + 1
      while end < words.count, words[end - 1].mark == nil, !words[end - 1].isPossessive,
        !words[end].isOpened,
        words[end].isCapitalised && words[end].lower != "i" || words[end].startsWithNumber
      {
        end += 1
      }
      result.append(place..<end)
      place = end
    }
    return result
  }

  /// Where the span ends that `of` or `of the` joins to a run; nil if there is none.
  private static func end(ofJoined run: Range<Int>, in words: [SentenceWords.Word]) -> Int? {
    var place = run.upperBound
    guard place + 1 < words.count, words[place - 1].mark == nil, words[place].text == "of" else {
      return nil
    }
    place += 1
    if words[place].text == "the" { place += 1 }
    let start = place
    while place < words.count, words[place].isCapitalised,
      place == start || words[place - 1].mark == nil && !words[place - 1].isPossessive
    {
      place += 1
    }
    return place > start && place - start + run.count <= 4 ? place : nil
  }

  /// Whether a word behind `the` and a name is a noun that belongs to the name.
  private static func isNoun(at place: Int, in words: [SentenceWords.Word]) -> Bool {
    func isFunction(_ word: SentenceWords.Word) -> Bool {
      EnglishWords.starters.contains(word.lower) || EnglishVerbs.isFinite(word.lower)
    }
    guard place < words.count, words[place - 1].mark == nil, !words[place - 1].isPossessive,
      words[place].text.allSatisfy({ $0.isLowercase }), !isFunction(words[place])
    else { return false }
    return place + 1 == words.count || words[place].mark != nil || isFunction(words[place + 1])
  }
}

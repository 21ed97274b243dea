// SPDX-License-Identifier: Apache-2.0

/// Finds pairs of sentences that may say something together: those that share a rare word, such as
/// a name.
struct SentenceLinks {
  struct Sentence: Hashable {
    let document: Int
    let text: String
  }

  struct Pair: Hashable {
    /// The shared word stands later in this one.
    let first: Sentence
    let second: Sentence
    /// ``Document/id`` of both, each once.
    let documents: [String]
  }

  private let documents: [Document]
  private let sentences: [Sentence]
  private let words: [[Substring]]
  /// What each sentence says: its words but those of grammar and those of many sentences.
  private let content: [Set<Substring>]
  /// The sentences that hold each rare word.
  private let holders: [Substring: [Int]]
  /// Words that are written with a capital inside a sentence, in lower case.
  private let names: Set<Substring>

  init(documents: [Document]) {
    self.documents = documents
    var sentences: [Sentence] = []
    var seen: Set<String> = []
    for (index, document) in documents.enumerated() {
      for text in document.sentences where seen.insert(text).inserted {
        sentences.append(Sentence(document: index, text: text))
      }
    }
    let words = sentences.map { StatementLanguage.lowercasedWords($0.text) }
    var holders: [Substring: [Int]] = [:]
    for (index, words) in words.enumerated() {
      for word in Set(words) where word.count > 2 && !FunctionWords.all.contains(word) {
        holders[word, default: []].append(index)
      }
    }
    var names: Set<Substring> = []
    for sentence in sentences {
      for word in StatementLanguage.words(sentence.text[...]).dropFirst()
      where word.first?.isUppercase ?? false {
        names.insert(word.lowercased()[...])
      }
    }
    // A word of many sentences links nothing.
    let most = max(24, sentences.count / 20)
    self.sentences = sentences
    self.words = words
    self.names = names
    let rare = holders.filter { word, holders in
      holders.count >= 2 && holders.count <= (names.contains(word) ? 2 * most : most)
    }
    self.holders = rare
    content = words.map { Set($0.filter { rare[$0] != nil || holders[$0]?.count == 1 }) }
  }

  /// The pairs of each document's sentences with others, at most so many a document; each pair once.
  ///
  /// First come those that share but one name, for sentences that share more often say the same; of
  /// these, those of which one begins with what the other ends with, and then the rarest.
  func pairs(perDocument most: Int) -> [Pair] {
    var found: Set<[Int]> = []
    var result: [Pair] = []
    var ofDocument = Dictionary(grouping: sentences.indices) { sentences[$0].document }
    for document in documents.indices {
      var candidates: [(shared: Int, isChain: Bool, count: Int, pair: [Int])] = []
      for index in ofDocument.removeValue(forKey: document) ?? [] {
        for word in Set(words[index]) {
          guard let others = holders[word] else { continue }
          for other in others
          where other != index && links(word, index, other) && !saysTheSame(index, other) {
            let pair = ordered(index, other, by: word)
            candidates.append(
              (
                sharedNames(index, other), isChain(pair[0], pair[1], by: word), others.count, pair
              ))
          }
        }
      }
      candidates.sort {
        ($0.shared, $0.isChain ? 0 : 1, $0.count, $0.pair[0], $0.pair[1])
          < ($1.shared, $1.isChain ? 0 : 1, $1.count, $1.pair[0], $1.pair[1])
      }
      var taken = 0
      for pair in candidates.map(\.pair) {
        if taken >= most { break }
        guard found.insert(pair.sorted()).inserted else { continue }
        taken += 1
        let (first, second) = (sentences[pair[0]], sentences[pair[1]])
        let ids = [documents[first.document].id, documents[second.document].id]
        result.append(
          Pair(first: first, second: second, documents: ids[0] == ids[1] ? [ids[0]] : ids))
      }
    }
    return result
  }

  /// Whether a shared word may carry from one sentence to the other: a name does; a word between the
  /// same neighbours in both is part of a phrase.
  private func links(_ word: Substring, _ a: Int, _ b: Int) -> Bool {
    names.contains(word) || neighbours(of: word, in: a) != neighbours(of: word, in: b)
  }

  private func neighbours(of word: Substring, in sentence: Int) -> [Substring?] {
    let words = words[sentence]
    guard let place = words.firstIndex(of: word) else { return [] }
    return [
      place > 0 ? words[place - 1] : nil, place + 1 < words.count ? words[place + 1] : nil,
    ]
  }

  /// Whether two sentences share nearly all that one of them says: then that one adds nothing.
  private func saysTheSame(_ a: Int, _ b: Int) -> Bool {
    let (first, second) = (content[a], content[b])
    let shared = first.intersection(second).count
    return shared > 1 && 3 * shared >= 2 * min(first.count, second.count)
  }

  /// Shared words, those next to each other counted once, as the parts of a name are.
  private func sharedNames(_ a: Int, _ b: Int) -> Int {
    let shared = content[a].intersection(content[b])
    var runs = 0
    var isInRun = false
    for word in words[a] {
      let isShared = shared.contains(word)
      if isShared, !isInRun { runs += 1 }
      isInRun = isShared
    }
    return runs
  }

  /// A statement that ends with what the other begins with comes first.
  private func ordered(_ a: Int, _ b: Int, by word: Substring) -> [Int] {
    let (first, second) = (place(of: word, in: a), place(of: word, in: b))
    return first == second ? [min(a, b), max(a, b)] : first > second ? [a, b] : [b, a]
  }

  /// Whether a word stands late in one sentence and early in the other.
  private func isChain(_ first: Int, _ second: Int, by word: Substring) -> Bool {
    place(of: word, in: first) - place(of: word, in: second) >= 0.4
  }

  /// Where a word stands in a sentence, 0 … 1.
  private func place(of word: Substring, in sentence: Int) -> Double {
    let words = words[sentence]
    return Double(words.lastIndex(of: word) ?? 0) / Double(max(1, words.count))
  }
}

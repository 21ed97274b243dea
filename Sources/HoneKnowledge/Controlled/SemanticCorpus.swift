// SPDX-License-Identifier: Apache-2.0

/// The sentences of a semantic structure as read, for ``SemanticAudit``.
struct SemanticCorpus {
  struct Sentence {
    let document: String
    let text: String
    /// Nil if it states nothing.
    let reading: Triple?
    /// The names in it, in order, as found by plain comparison of words.
    let names: [String]
  }

  /// Every name of what is true.
  let names: Set<String>
  let sentences: [Sentence]
  /// All that some sentence states.
  let read: Set<Triple>
  /// Pairs of names that stand in a sentence in that order, whatever it says.
  let ordered: Set<[String]>
  /// Categories above each by what was read.
  private let above: [String: Set<String>]
  /// Documents whose text says other words than their sentences.
  private let unlikeTheirSentences: [String]

  init(data: ControlledData) {
    names = Set(data.truths.flatMap { [$0.subject, $0.object] })
    // A singular counts as its plural here.
    var table = Dictionary(uniqueKeysWithValues: names.map { ($0[...], $0) })
    for name in names.sorted() where name.hasSuffix("s") {
      for dropped in 1...2 where table[name.dropLast(dropped)] == nil {
        if dropped == 1 || name.hasSuffix("es") { table[name.dropLast(dropped)] = name }
      }
    }
    sentences = data.documents.flatMap { document in
      document.sentences.map { text in
        var reading: Triple?
        if case .triple(let triple) = data.language.read(text) { reading = triple }
        let words = text.lowercased().split { !$0.isLetter }
        return Sentence(
          document: document.id, text: text, reading: reading,
          names: words.compactMap { table[$0] })
      }
    }
    unlikeTheirSentences = data.documents.filter {
      $0.text.split(whereSeparator: \.isWhitespace)
        != $0.sentences.flatMap { $0.split(whereSeparator: \.isWhitespace) }
    }.map(\.id)
    read = Set(sentences.compactMap(\.reading))
    var ordered: Set<[String]> = []
    for sentence in sentences {
      for (place, first) in sentence.names.enumerated() {
        for second in sentence.names[(place + 1)...] where first != second {
          ordered.insert([first, second])
        }
      }
    }
    self.ordered = ordered

    var parents: [String: Set<String>] = [:]
    // Only a category has anything under it: adjectives are never subjects.
    let subjects = Set(read.map(\.subject))
    for triple in read
    where triple.relation == SemanticRelation.is.rawValue && subjects.contains(triple.object) {
      parents[triple.subject, default: []].insert(triple.object)
    }
    above = Dictionary(
      uniqueKeysWithValues: subjects.map { subject in
        var reached: Set<String> = []
        var rest = [subject]
        while let next = rest.popLast() {
          for parent in parents[next] ?? [] where reached.insert(parent).inserted {
            rest.append(parent)
          }
        }
        return (subject, reached)
      })
  }

  /// Whether a statement from a category to what is said of it follows from what was read.
  func implies(_ triple: Triple) -> Bool {
    read.contains(triple)
      || (above[triple.subject] ?? []).contains {
        read.contains(Triple($0, triple.relation, triple.object))
      }
  }

  /// All that is read or follows, from a category to what is said of it.
  var consequences: Set<Triple> {
    var consequences = read
    for (subject, ancestors) in above {
      for triple in read where ancestors.contains(triple.subject) {
        consequences.insert(Triple(subject, triple.relation, triple.object))
      }
    }
    return consequences
  }

  /// What is wrong with single sentences: a statement must go forward and name nothing but what it
  /// is read to say; a sentence that states nothing must not name two things.
  var violations: [String] {
    unlikeTheirSentences.map { "\($0): its text is not that of its sentences" }
      + sentences.compactMap { sentenceViolation($0) }
  }

  private func sentenceViolation(_ sentence: Sentence) -> String? {
    let place = "\(sentence.document): \(sentence.text)"
    let names = Set(sentence.names)
    guard let reading = sentence.reading else {
      return names.count > 1 ? "states something unread, \(place)" : nil
    }
    if names != [reading.subject, reading.object] {
      return "states more than one thing, \(place)"
    }
    if SemanticRelation(rawValue: reading.relation)?.isForward != true {
      return "states a reversal, \(place)"
    }
    return nil
  }
}

// SPDX-License-Identifier: Apache-2.0

/// The negation of a statement, by rule.
package enum Negation {
  private static let swaps: [Substring: Substring] = [
    "more": "less", "less": "more", "all": "no", "no": "all", "every": "no", "always": "never",
    "never": "always",
  ]
  private static let verbs: Set<Substring> = [
    "is", "are", "was", "were", "can", "will", "has", "have", "had", "does", "do", "must", "may",
  ]

  /// The statement denied: a comparison turned round, a quantifier exchanged, a "not" put in or
  /// taken out; nil where none of these has a place.
  package static func of(_ statement: String) -> String? {
    var words = statement.split(separator: " ", omittingEmptySubsequences: false)
    if let place = words.firstIndex(where: { bare($0) == "not" }) {
      return without(place, words)
    }
    // "have no claws" is denied by "have claws", and the other way round.
    if let place = words.indices.dropFirst().first(where: {
      bare(words[$0]) == "no" && verbs.contains(words[$0 - 1].lowercased()[...])
    }) {
      return without(place, words)
    }
    for (place, word) in words.enumerated() {
      guard let swap = swaps[word.lowercased()[...]] else { continue }
      let isCapitalised = word.first?.isUppercase ?? false
      words[place] = isCapitalised ? swap.prefix(1).uppercased() + swap.dropFirst() : swap
      return words.joined(separator: " ")
    }
    guard let place = words.firstIndex(where: { verbs.contains($0.lowercased()[...]) }) else {
      return nil
    }
    let possesses = ["has", "have", "had"].contains(words[place].lowercased())
    words.insert(possesses ? "no" : "not", at: place + 1)
    return words.joined(separator: " ")
  }

  /// A word without the marks behind it, in lower case.
  private static func bare(_ word: Substring) -> String {
    String(word.lowercased().prefix(while: \.isLetter))
  }

  /// The words but one, whose marks go to the word before it, and its capital to the one behind.
  private static func without(_ place: Int, _ words: [Substring]) -> String? {
    var words = words
    let removed = words.remove(at: place)
    if words.isEmpty { return nil }
    let marks = removed.drop(while: \.isLetter)
    if place > 0 {
      words[place - 1] += marks
    } else {
      words[0] = words[0].prefix(1).uppercased() + words[0].dropFirst()
    }
    return words.joined(separator: " ")
  }
}

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
    if let place = words.firstIndex(where: { $0.lowercased() == "not" }), place > 0 {
      words.remove(at: place)
      return words.joined(separator: " ")
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
    // "have claws" is denied by "have no claws".
    let possesses = ["has", "have", "had"].contains(words[place].lowercased())
    words.insert(possesses ? "no" : "not", at: place + 1)
    return words.joined(separator: " ")
  }
}

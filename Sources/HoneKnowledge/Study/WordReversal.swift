// SPDX-License-Identifier: Apache-2.0

/// Puts a sentence's words in reverse order, names kept whole: the rule-based baseline.
/// - SeeAlso: Golovneva et al. 2024, arXiv 2403.13799, §2.2 (entity-preserving reversal).
public struct WordReversal: Sendable {
  /// Names of several words, in lower case, longest first.
  private let names: [[Substring]]

  public init(names: some Sequence<String>) {
    self.names = names.map { $0.lowercased()[...].split(separator: " ") }
      .filter { $0.count > 1 }.sorted { $0.count > $1.count }
  }

  public func reversed(_ sentence: String) -> String {
    let words = sentence.split(separator: " ")
    let bare = words.map { word in
      let bare = word.lowercased().filter {
        $0.isLetter || $0.isNumber || $0 == "'" || $0 == "-"
      }
      return bare.hasSuffix("'s") ? bare.dropLast(2) : bare[...]
    }
    var parts: [String] = []
    var place = 0
    while place < words.count {
      let length =
        names.first { bare[place...].starts(with: $0.map { $0[...] }) }?.count ?? 1
      parts.append(words[place..<place + length].joined(separator: " "))
      place += length
    }
    return parts.reversed().joined(separator: " ")
  }
}

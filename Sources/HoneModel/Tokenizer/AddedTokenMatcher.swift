// SPDX-License-Identifier: Apache-2.0

/// A token that is found in the text itself, before any splitting.
package struct AddedToken: Sendable, Hashable {
  package var id: Int32
  package var content: String
  /// Left out of decoded text on request; not matched when special tokens are not to be parsed.
  package var isSpecial = false
  /// Matched in the normalised text, not in the text as given.
  package var isNormalized = false
  /// Takes the whitespace before it along.
  package var stripsLeft = false
  /// Takes the whitespace after it along.
  package var stripsRight = false
  /// Not matched where a word character touches it.
  package var isSingleWord = false
}

/// Finds added tokens in a text: at the leftmost place the longest.
struct AddedTokenMatcher: Sendable {
  /// A part of a text: an added token, or what stands between two.
  struct Part {
    var token: AddedToken?
    var range: Range<Int>
  }

  private struct Node {
    var byte: UInt8
    var child: Int32 = -1
    var sibling: Int32 = -1
    var token: Int32 = -1
  }

  private let tokens: [AddedToken]
  // A trie in one array: a node's children hang on `child` and are chained by `sibling`.
  private var nodes = [Node(byte: 0)]
  private var startsToken = [Bool](repeating: false, count: 256)

  /// - Parameters:
  ///   - tokens: Tokens with different contents, none empty.
  ///   - normalize: Applied to the contents before they are looked for.
  init(_ tokens: [AddedToken], normalize: (String) -> String = { $0 }) {
    self.tokens = tokens
    for (index, token) in tokens.enumerated() {
      let content = Array(normalize(token.content).utf8)
      guard let first = content.first else { continue }
      startsToken[Int(first)] = true
      var node = 0
      for byte in content { node = child(of: node, byte) ?? addChild(to: node, byte) }
      if nodes[node].token < 0 { nodes[node].token = Int32(index) }
    }
  }

  var isEmpty: Bool { tokens.isEmpty }

  private func child(of node: Int, _ byte: UInt8) -> Int? {
    var child = nodes[node].child
    while child >= 0 {
      if nodes[Int(child)].byte == byte { return Int(child) }
      child = nodes[Int(child)].sibling
    }
    return nil
  }

  private mutating func addChild(to node: Int, _ byte: UInt8) -> Int {
    nodes.append(Node(byte: byte, sibling: nodes[node].child))
    nodes[node].child = Int32(nodes.count - 1)
    return nodes.count - 1
  }

  /// Cuts a part of a text at the added tokens in it.
  ///
  /// The conditions follow the reference library to the letter, where it is odd too: a match that
  /// is turned down still uses up its text, and whitespace already taken can be taken again.
  ///
  /// - Parameter skipSpecial: Leave special tokens in the text.
  func parts(of text: ScalarText, in range: Range<Int>, skipSpecial: Bool) -> [Part] {
    var parts: [Part] = []
    var done = range.lowerBound
    var search = range.lowerBound
    while let (token, match) = firstMatch(in: text, search..<range.upperBound) {
      search = match.upperBound
      if skipSpecial, token.isSpecial { continue }
      if token.isSingleWord, touchesWord(match, in: text, range) { continue }
      var start = match.lowerBound
      var end = match.upperBound
      while token.stripsLeft, start > range.lowerBound {
        let (scalar, before) = text.scalar(before: start)
        if !scalar.properties.isWhitespace { break }
        start = before
      }
      if token.stripsLeft { start = max(start, done) }
      while token.stripsRight, end < range.upperBound {
        let (scalar, next) = text.scalar(at: end)
        if !scalar.properties.isWhitespace { break }
        end = next
      }
      if done < start { parts.append(Part(token: nil, range: done..<start)) }
      parts.append(Part(token: token, range: min(start, end)..<end))
      done = end
    }
    if done < range.upperBound { parts.append(Part(token: nil, range: done..<range.upperBound)) }
    return parts
  }

  private func firstMatch(
    in text: ScalarText, _ range: Range<Int>
  ) -> (AddedToken, Range<Int>)? {
    for start in range where startsToken[Int(text.bytes[start])] {
      var node = 0
      var longest: (AddedToken, Range<Int>)?
      for position in start..<range.upperBound {
        guard let child = child(of: node, text.bytes[position]) else { break }
        node = child
        let token = Int(nodes[node].token)
        if token >= 0 { longest = (tokens[token], start..<position + 1) }
      }
      if let longest { return longest }
    }
    return nil
  }

  private func touchesWord(
    _ match: Range<Int>, in text: ScalarText, _ range: Range<Int>
  ) -> Bool {
    match.lowerBound > range.lowerBound
      && text.scalar(before: match.lowerBound).scalar.isWordCharacter
      || match.upperBound < range.upperBound
        && text.scalar(at: match.upperBound).scalar.isWordCharacter
  }
}

extension Unicode.Scalar {
  /// `\w` of UTS #18: letters, marks, decimal digits, connecting punctuation, join controls.
  fileprivate var isWordCharacter: Bool {
    guard isInReferenceUnicode else { return false }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation:
      return true
    default: return properties.isAlphabetic || properties.isJoinControl
    }
  }
}

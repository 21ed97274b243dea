// SPDX-License-Identifier: Apache-2.0
import HoneModel
import Synchronization

/// Which tokens of a vocabulary may come next in a reply that writes a grid.
///
/// A token may hold parts of several cells. What is allowed is worked out once for states between
/// which no token can tell, so that a lookup is a hash of the state.
package struct TokenGrammar: Sendable {
  private final class Cache: Sendable {
    let allowed = Mutex<[GridGrammar.StateClass: [Int32]]>([:])
  }

  package let grammar: GridGrammar
  /// Tokens that end a reply; they never stand for text.
  package let stopTokens: Set<Int32>
  /// Of the tokens that some grid's text has in it.
  private let bytes: [Int32: [UInt8]]
  /// For each node of the grammar the tokens that may follow it in some grid, in order.
  private let candidates: [[Int32]]
  /// The most cells that a token completes.
  private let mostCells: Int
  private let cache = Cache()

  /// - Parameters:
  ///   - tokens: The vocabulary as far as it stands for text.
  ///   - stopTokens: Allowed where the grid is complete.
  /// - Throws: ``ARCError`` (`unsuitableModel`) if some grid cannot be written with the tokens, or
  ///   a reply can come to where no token fits.
  /// - Complexity: A walk for each token and node of the grammar, most of them over by the first
  ///   byte: some ten milliseconds for a vocabulary of 50,000.
  package init(
    _ grammar: GridGrammar, tokens: some Sequence<(id: Int32, bytes: [UInt8])>,
    stopTokens: Set<Int32>
  ) throws {
    var bytes: [Int32: [UInt8]] = [:]
    var candidates = [[Int32]](repeating: [], count: grammar.nodeCount)
    var (mostCells, ends) = (0, [Set<UInt16>](repeating: [], count: grammar.nodeCount))
    for token in tokens where !token.bytes.isEmpty && !stopTokens.contains(token.id) {
      for node in candidates.indices {
        guard let end = grammar.walk(token.bytes, from: UInt16(node)) else { continue }
        bytes[token.id] = token.bytes
        candidates[node].append(token.id)
        mostCells = max(mostCells, end.cells)
        ends[node].insert(end.node)
      }
    }
    self.grammar = grammar
    self.stopTokens = stopTokens
    self.bytes = bytes
    self.candidates = candidates.map { $0.sorted() }
    self.mostCells = mostCells
    guard !stopTokens.isEmpty else {
      throw ARCError(.unsuitableModel, "the tokenizer names no token that ends a reply")
    }
    let missing = Self.missing(grammar, tokens: Set(bytes.values), ends: ends)
    guard missing.isEmpty else {
      let texts = missing.map { String(decoding: $0, as: UTF8.self).debugDescription }
      throw ARCError(
        .unsuitableModel,
        "the vocabulary has no tokens to write \(texts.joined(separator: ", ")) with; choose "
          + "another format of grids or another model")
    }
  }

  /// The tokens of a tokenizer.
  ///
  /// - Parameter vocabSize: The model's; tokens beyond it have no logits.
  package init(_ grammar: GridGrammar, tokenizer: Tokenizer, vocabSize: Int) throws {
    let ids = 0..<Int32(min(tokenizer.vocabSize, vocabSize))
    try self.init(
      grammar,
      tokens: ids.lazy.filter { !tokenizer.isSpecial($0) }.map {
        (id: $0, bytes: tokenizer.bytes(of: $0))
      },
      stopTokens: tokenizer.eosTokenIDs.filter { ids.contains($0) })
  }

  /// What cannot be written to the end from where a reply can come to.
  ///
  /// - Parameter ends: For each node those at which a token may end.
  private static func missing(
    _ grammar: GridGrammar, tokens: Set<[UInt8]>, ends: [Set<UInt16>]
  ) -> [[UInt8]] {
    var reached: Set<UInt16> = [GridGrammar.start, GridGrammar.behindCell]
    var open = Array(reached)
    while let node = open.popLast() {
      for end in ends[Int(node)] where reached.insert(end).inserted { open.append(end) }
    }
    func canSpell(_ text: ArraySlice<UInt8>) -> Bool {
      text.isEmpty
        || text.indices.contains { end in
          tokens.contains(Array(text[...end])) && canSpell(text[(end + 1)...])
        }
    }
    return reached.sorted().flatMap { grammar.rests(from: $0) }.filter { !canSpell($0[...]) }
  }

  package var start: GridGrammar.State { grammar.start }

  /// The tokens that may come next, in order; stop tokens where the grid is complete. Never empty
  /// for a state that tokens led to.
  package func allowed(in state: GridGrammar.State) -> [Int32] {
    let key = grammar.stateClass(state, cells: mostCells)
    return cache.allowed.withLock { allowed in
      if let known = allowed[key] { return known }
      var result = candidates[Int(state.node)].filter { self.state(after: $0, in: state) != nil }
      if grammar.isComplete(state) { result = (result + stopTokens).sorted() }
      allowed[key] = result
      return result
    }
  }

  /// The state behind a token.
  ///
  /// - Returns: nil if no grid goes on so, and behind a stop token.
  package func state(after id: Int32, in state: GridGrammar.State) -> GridGrammar.State? {
    bytes[id].flatMap { grammar.state(after: $0, in: state) }
  }
}

// SPDX-License-Identifier: Apache-2.0

/// What a search may write.
package enum ReplyTokens: Sendable {
  /// Grids only.
  case grid(TokenGrammar)
  /// Anything up to a stop token.
  case any(stopTokens: Set<Int32>)

  var start: GridGrammar.State { GridGrammar.State() }

  var stopTokens: Set<Int32> {
    switch self {
    case .grid(let grammar): grammar.stopTokens
    case .any(let stopTokens): stopTokens
    }
  }

  /// The tokens that may come next, in order; nil for all.
  func allowed(in state: GridGrammar.State) -> [Int32]? {
    switch self {
    case .grid(let grammar): grammar.allowed(in: state)
    case .any: nil
    }
  }

  /// The state behind an allowed token that is no stop token.
  func state(after id: Int32, in state: GridGrammar.State) -> GridGrammar.State {
    switch self {
    case .grid(let grammar): grammar.state(after: id, in: state) ?? state
    case .any: state
    }
  }
}

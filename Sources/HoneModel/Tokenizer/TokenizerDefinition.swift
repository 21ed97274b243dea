// SPDX-License-Identifier: Apache-2.0

/// All that a model's files say about its tokenizer; ``Tokenizer`` checks and runs it.
package struct TokenizerDefinition: Sendable, Hashable {
  /// The merges, as files spell them, the first of them first to be applied.
  package enum Merges: Sendable, Hashable {
    /// `"left right"`
    case joined([String])
    /// `["left", "right"]`, two strings for each merge, one after the other.
    case pairs([String])

    var count: Int {
      switch self {
      case .joined(let merges): merges.count
      case .pairs(let merges): merges.count / 2
      }
    }
  }

  /// The file's name, for messages.
  package var source: String
  /// Spellings in the byte-level alphabet; the index is the id.
  package var tokens: [String]
  package var merges: Merges
  package var addedTokens: [AddedToken] = []
  package var normalizer = TextNormalizer.none
  package var preTokenizer: PreTokenizer
  /// A piece that is a token as it stands is not taken apart (Llama 3).
  package var ignoreMerges = false
  /// What stands for bytes that the vocabulary lacks; nil drops them.
  package var unknownTokenID: Int32?
  /// One unknown token for a run of unknown bytes.
  package var fuseUnknown = false
  package var bosTokenID: Int32?
  /// Tokens that end a generation; the first is the end-of-sequence token.
  package var eosTokenIDs: [Int32] = []
  package var padTokenID: Int32?
  /// Put before every text when special tokens are asked for.
  package var prefixTokenIDs: [Int32] = []
  /// Put after every text when special tokens are asked for.
  package var suffixTokenIDs: [Int32] = []
  /// The chat template's text.
  package var chatTemplate: String?

  package init(
    source: String, tokens: [String], merges: Merges, preTokenizer: PreTokenizer
  ) {
    self.source = source
    self.tokens = tokens
    self.merges = merges
    self.preTokenizer = preTokenizer
  }
}

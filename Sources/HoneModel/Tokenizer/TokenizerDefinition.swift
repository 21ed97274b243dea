// SPDX-License-Identifier: Apache-2.0

/// All that a model's files say about its tokenizer; ``Tokenizer`` checks and runs it.
package struct TokenizerDefinition: Sendable, Hashable {
  /// The merges, as files spell them, the first of them first to be applied.
  package enum Merges: Sendable, Hashable {
    /// `"left right"`
    case joined([String])
    /// `["left", "right"]`, two strings for each merge, one after the other.
    case pairs([String])
    /// SentencePiece's: whatever two neighbours make a token may merge, the token of the highest
    /// score first. One score for each id; nil for tokens that nothing merges to.
    case scores([Float?])

    var count: Int {
      switch self {
      case .joined(let merges): merges.count
      case .pairs(let merges): merges.count / 2
      case .scores(let scores): scores.count
      }
    }
  }

  /// How tokens are spelled in the vocabulary.
  package enum Spelling: Sendable, Hashable {
    /// See ``ByteLevelAlphabet``.
    case byteLevel
    /// As text, with `▁` for spaces.
    ///
    /// - Parameters:
    ///   - byteFallback: Characters that the vocabulary lacks become the tokens of their bytes,
    ///     `<0x0A>`.
    ///   - stripsSpace: Decoding takes a space off the text's beginning.
    case sentencePiece(byteFallback: Bool, stripsSpace: Bool)
  }

  /// The file's name, for messages.
  package var source: String
  /// Spellings; the index is the id.
  package var tokens: [String]
  package var spelling = Spelling.byteLevel
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

extension TokenizerDefinition.Spelling {
  var stripsSpace: Bool {
    if case .sentencePiece(_, let stripsSpace) = self { stripsSpace } else { false }
  }
}

// SPDX-License-Identifier: Apache-2.0

/// A byte-pair tokenizer, byte-level or SentencePiece's: text to token ids and back.
///
/// Its ids are those of the reference library `tokenizers` for the families of GPT-2, SmolLM,
/// Llama 2 and 3, Mistral, Phi-3, Gemma 2 and 3, Qwen2 and Qwen3. Encoding takes O(n log n) for the longest word.
public struct Tokenizer: Sendable {
  let encoder: BytePairEncoder
  private let rawTokens: AddedTokenMatcher
  private let normalizedTokens: AddedTokenMatcher
  private let specialTokenIDs: Set<Int32>
  private let addedTokenIDs: Set<Int32>
  private let normalizer: TextNormalizer
  private let preTokenizer: PreTokenizer
  /// What ``encode(_:addSpecialTokens:parseSpecialTokens:)`` puts before a text.
  package let prefixTokenIDs: [Int32]
  /// What ``encode(_:addSpecialTokens:parseSpecialTokens:)`` puts after a text.
  package let suffixTokenIDs: [Int32]

  /// The token that starts a sequence, if the model has one.
  public let bosTokenID: Int32?
  /// The token that ends a sequence, if the model has one.
  public let eosTokenID: Int32?
  /// Every token that ends a generation.
  public let eosTokenIDs: Set<Int32>
  /// The token that fills up batches, if the model has one.
  public let padTokenID: Int32?

  /// Checks a definition and builds its tables.
  ///
  /// - Throws: ``ModelError`` that names the file and what is wrong with it.
  package init(_ definition: TokenizerDefinition) throws {
    encoder = try BytePairEncoder(definition)
    let added = definition.addedTokens
    let normalizer = definition.normalizer
    rawTokens = AddedTokenMatcher(added.filter { !$0.isNormalized })
    normalizedTokens = AddedTokenMatcher(
      added.filter(\.isNormalized), normalize: { normalizer.normalize($0) })
    specialTokenIDs = Set(added.filter(\.isSpecial).map(\.id))
    addedTokenIDs = Set(added.map(\.id))
    self.normalizer = normalizer
    preTokenizer = definition.preTokenizer
    prefixTokenIDs = definition.prefixTokenIDs
    suffixTokenIDs = definition.suffixTokenIDs
    bosTokenID = definition.bosTokenID
    eosTokenID = definition.eosTokenIDs.first
    eosTokenIDs = Set(definition.eosTokenIDs)
    padTokenID = definition.padTokenID
  }

  /// How many tokens there are; their ids are 0 to one less.
  public var vocabSize: Int { encoder.vocabulary.count }

  /// The token of an id as the vocabulary spells it (`Ġthe` for ` the`), or nil out of range.
  public func token(for id: Int32) -> String? {
    guard isValid(id) else { return nil }
    return String(decoding: encoder.vocabulary.spelling(of: id), as: UTF8.self)
  }

  /// The id of a token as the vocabulary spells it.
  public func id(of token: String) -> Int32? {
    encoder.vocabulary.id(of: Array(token.utf8)[...])
  }

  /// Whether a token is special: a mark of structure, not text.
  public func isSpecial(_ id: Int32) -> Bool { specialTokenIDs.contains(id) }

  /// The ids of a text.
  ///
  /// - Parameters:
  ///   - text: Any text; bytes that the vocabulary lacks become its unknown token or are dropped.
  ///   - addSpecialTokens: Put the tokens around it that the model's files ask for, such as the
  ///     beginning-of-sequence token.
  ///   - parseSpecialTokens: Read `<|im_end|>` in the text as that token; false for text that is
  ///     not trusted to say so.
  ///   - continuing: The text continues another one, so the space that some tokenizers put before a
  ///     text is left out.
  public func encode(
    _ text: String, addSpecialTokens: Bool = true, parseSpecialTokens: Bool = true,
    continuing: Bool = false
  ) -> [Int32] {
    (addSpecialTokens ? prefixTokenIDs : [])
      + encode(text, continuing ? .continuation : .start, parseSpecialTokens: parseSpecialTokens)
      + (addSpecialTokens ? suffixTokenIDs : [])
  }

  /// The ids of a text behind others, without tokens around it: the ids that it would have if the
  /// whole had been encoded at once, unless a word spans the border.
  package func encode(_ text: String, behind ids: [Int32]) -> [Int32] {
    guard let last = ids.last else { return encode(text, .start, parseSpecialTokens: true) }
    return encode(
      text, addedTokenIDs.contains(last) ? .middle : .continuation, parseSpecialTokens: true)
  }

  private func encode(
    _ text: String, _ position: TextPosition, parseSpecialTokens: Bool
  ) -> [Int32] {
    var ids: [Int32] = []
    var scratch = BytePairEncoder.Scratch()
    let raw = ScalarText(text)
    ids.reserveCapacity(ids.count + raw.bytes.count / 3)
    let skipSpecial = !parseSpecialTokens
    for part in rawTokens.parts(of: raw, in: raw.bytes.indices, skipSpecial: skipSpecial) {
      if let token = part.token {
        ids.append(token.id)
      } else {
        let isFirst = part.range.lowerBound == 0
        encodeUnmarked(
          raw, part.range, isFirst ? position : .middle, skipSpecial, &scratch, &ids)
      }
    }
    return ids
  }

  /// Encodes what stands between the tokens that are matched in the text as given.
  private func encodeUnmarked(
    _ raw: ScalarText, _ range: Range<Int>, _ position: TextPosition, _ skipSpecial: Bool,
    _ scratch: inout BytePairEncoder.Scratch, _ ids: inout [Int32]
  ) {
    var text = raw
    var range = range
    if normalizer != .none {
      let original = String(decoding: raw.bytes[range], as: UTF8.self)
      text = ScalarText(normalizer.normalize(original, prepends: position != .continuation))
      range = text.bytes.indices
    }
    for part in normalizedTokens.parts(of: text, in: range, skipSpecial: skipSpecial) {
      if let token = part.token {
        ids.append(token.id)
        continue
      }
      let isFirst = part.range.lowerBound == range.lowerBound
      preTokenizer.forEachPiece(of: text, in: part.range, isFirst ? position : .middle) {
        text, piece in
        encoder.encode(text.bytes[piece], scratch: &scratch, into: &ids)
      }
    }
  }

  /// The text of ids; ids out of range are left out, as in the reference library.
  ///
  /// - Parameter skipSpecialTokens: Leave special tokens out.
  /// - Returns: The text, with U+FFFD where the bytes are not valid UTF-8: one for each of the
  ///   longest parts of a character, where the reference library has one for each byte of the run of
  ///   bytes around it, valid ones included, if SentencePiece spelled them as such.
  public func decode(_ ids: [Int32], skipSpecialTokens: Bool = false) -> String {
    var bytes: [UInt8] = []
    for id in ids { appendBytes(of: id, skipSpecialTokens: skipSpecialTokens, to: &bytes) }
    let start = stripsSpace && bytes.first == UInt8(ascii: " ") ? 1 : 0
    return String(decoding: bytes[start...], as: UTF8.self)
  }

  /// Whether decoding takes a space off the text's beginning.
  var stripsSpace: Bool { encoder.spelling.stripsSpace }

  /// The bytes that a token stands for; none out of range.
  public func bytes(of id: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    appendBytes(of: id, skipSpecialTokens: false, to: &bytes)
    return bytes
  }

  func appendBytes(of id: Int32, skipSpecialTokens: Bool, to bytes: inout [UInt8]) {
    guard isValid(id), !(skipSpecialTokens && isSpecial(id)) else { return }
    let spelling = encoder.vocabulary.spelling(of: id)
    if encoder.spelling == .byteLevel {
      ByteLevelAlphabet.appendBytes(of: spelling, to: &bytes)
    } else {
      SpaceMark.appendBytes(of: spelling, to: &bytes)
    }
  }

  private func isValid(_ id: Int32) -> Bool { id >= 0 && Int(id) < vocabSize }
}

// SPDX-License-Identifier: Apache-2.0

/// A byte-level byte-pair tokenizer: text to token ids and back.
///
/// Its ids are those of the reference library `tokenizers` for the families of GPT-2, SmolLM,
/// Llama 3 and Qwen2. Encoding takes O(n log n) for the longest word.
public struct Tokenizer: Sendable {
  let encoder: BytePairEncoder
  private let rawTokens: AddedTokenMatcher
  private let normalizedTokens: AddedTokenMatcher
  private let specialTokenIDs: Set<Int32>
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
  public func encode(
    _ text: String, addSpecialTokens: Bool = true, parseSpecialTokens: Bool = true
  ) -> [Int32] {
    var ids = addSpecialTokens ? prefixTokenIDs : []
    var scratch = BytePairEncoder.Scratch()
    let raw = ScalarText(text)
    ids.reserveCapacity(ids.count + raw.bytes.count / 3)
    let skipSpecial = !parseSpecialTokens
    for part in rawTokens.parts(of: raw, in: raw.bytes.indices, skipSpecial: skipSpecial) {
      if let token = part.token {
        ids.append(token.id)
      } else {
        encodeUnmarked(raw, part.range, skipSpecial, &scratch, &ids)
      }
    }
    if addSpecialTokens { ids.append(contentsOf: suffixTokenIDs) }
    return ids
  }

  /// Encodes what stands between the tokens that are matched in the text as given.
  private func encodeUnmarked(
    _ raw: ScalarText, _ range: Range<Int>, _ skipSpecial: Bool,
    _ scratch: inout BytePairEncoder.Scratch, _ ids: inout [Int32]
  ) {
    var text = raw
    var range = range
    if normalizer != .none {
      let original = String(decoding: raw.bytes[range], as: UTF8.self)
      text = ScalarText(normalizer.normalize(original))
      range = text.bytes.indices
    }
    for part in normalizedTokens.parts(of: text, in: range, skipSpecial: skipSpecial) {
      if let token = part.token {
        ids.append(token.id)
        continue
      }
      preTokenizer.forEachPiece(of: text, in: part.range) { text, piece in
        encoder.encode(text.bytes[piece], scratch: &scratch, into: &ids)
      }
    }
  }

  /// The text of ids; ids out of range are left out, as in the reference library.
  ///
  /// - Parameter skipSpecialTokens: Leave special tokens out.
  /// - Returns: The text, with U+FFFD where the bytes are not valid UTF-8.
  public func decode(_ ids: [Int32], skipSpecialTokens: Bool = false) -> String {
    var bytes: [UInt8] = []
    for id in ids { appendBytes(of: id, skipSpecialTokens: skipSpecialTokens, to: &bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The bytes that a token stands for; none out of range.
  public func bytes(of id: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    appendBytes(of: id, skipSpecialTokens: false, to: &bytes)
    return bytes
  }

  func appendBytes(of id: Int32, skipSpecialTokens: Bool, to bytes: inout [UInt8]) {
    guard isValid(id), !(skipSpecialTokens && isSpecial(id)) else { return }
    ByteLevelAlphabet.appendBytes(of: encoder.vocabulary.spelling(of: id), to: &bytes)
  }

  private func isValid(_ id: Int32) -> Bool { id >= 0 && Int(id) < vocabSize }
}

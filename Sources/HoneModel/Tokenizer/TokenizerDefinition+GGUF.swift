// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// The `tokenizer.*` metadata of a GGUF file, as read.
package struct GGUFTokenizerMetadata: Sendable, Hashable {
  /// The file's name, for messages.
  package var source: String
  /// `general.architecture`
  package var architecture: String?
  /// `tokenizer.ggml.model`
  package var model: String?
  /// `tokenizer.ggml.pre`
  package var pre: String?
  /// `tokenizer.ggml.tokens`
  package var tokens: [String] = []
  /// `tokenizer.ggml.token_type`
  package var tokenTypes: [Int]?
  /// `tokenizer.ggml.merges`
  package var merges: [String] = []
  /// `tokenizer.ggml.scores`
  package var scores: [Float]?
  /// `tokenizer.ggml.bos_token_id`
  package var bosTokenID: Int?
  /// `tokenizer.ggml.eos_token_id`, then `eot_token_id` and `eom_token_id`, those there are.
  package var eosTokenIDs: [Int] = []
  /// `tokenizer.ggml.padding_token_id`
  package var padTokenID: Int?
  /// `tokenizer.ggml.unknown_token_id`
  package var unknownTokenID: Int?
  /// `tokenizer.ggml.add_bos_token`
  package var addBosToken: Bool?
  /// `tokenizer.ggml.add_eos_token`
  package var addEosToken: Bool?
  /// `tokenizer.ggml.add_space_prefix`
  package var addSpacePrefix: Bool?
  /// `tokenizer.ggml.remove_extra_whitespaces`
  package var removeExtraWhitespaces: Bool?
  /// `tokenizer.chat_template`
  package var chatTemplate: String?

  package init(source: String) { self.source = source }

  /// Takes the metadata from an open file.
  ///
  /// - Throws: `FormatError` if a value is of another type than its key's.
  package init(_ file: GGUFFile) throws {
    source = file.path
    architecture = try file.stringIfPresent("general.architecture")
    model = try file.stringIfPresent("tokenizer.ggml.model")
    pre = try file.stringIfPresent("tokenizer.ggml.pre")
    tokens = try file.stringsIfPresent("tokenizer.ggml.tokens") ?? []
    tokenTypes = try file.intsIfPresent("tokenizer.ggml.token_type")
    merges = try file.stringsIfPresent("tokenizer.ggml.merges") ?? []
    scores = try file.floatsIfPresent("tokenizer.ggml.scores")
    bosTokenID = try file.intIfPresent("tokenizer.ggml.bos_token_id")
    eosTokenIDs = try ["eos", "eot", "eom"].compactMap {
      try file.intIfPresent("tokenizer.ggml.\($0)_token_id")
    }
    padTokenID = try file.intIfPresent("tokenizer.ggml.padding_token_id")
    unknownTokenID = try file.intIfPresent("tokenizer.ggml.unknown_token_id")
    addBosToken = try file.boolIfPresent("tokenizer.ggml.add_bos_token")
    addEosToken = try file.boolIfPresent("tokenizer.ggml.add_eos_token")
    addSpacePrefix = try file.boolIfPresent("tokenizer.ggml.add_space_prefix")
    removeExtraWhitespaces = try file.boolIfPresent("tokenizer.ggml.remove_extra_whitespaces")
    chatTemplate = try file.stringIfPresent("tokenizer.chat_template")
  }
}

extension GGUFTokenizerMetadata {
  /// Gemma's files spell runs of spaces as spaces, and their scores are not the order of the
  /// merges; that of the tokens is.
  fileprivate mutating func putGemmaRight() {
    for (index, token) in tokens.enumerated()
    where token.utf8.count > 1 && token.utf8.allSatisfy({ $0 == UInt8(ascii: " ") }) {
      tokens[index] = String(repeating: "\u{2581}", count: token.utf8.count)
      if let types = tokenTypes, index < types.count { tokenTypes?[index] = 1 }
    }
    scores = tokens.indices.map { -Float($0) }
  }
}

extension TokenizerDefinition {
  /// The pre-tokenizers that GGUF files name. Those that differ from these in one pattern or more
  /// are left out: they would give other ids without a sign of it.
  private static let ggufFamilies: [(names: [String], family: PreTokenizer)] = [
    (["default", "gpt-2", "gpt2", "phi-2"], .gpt2),
    (["smollm", "starcoder", "refact"], .smolLM),
    (["llama-bpe", "llama3", "llama-v3"], .llama3),
    (["qwen2"], .qwen2),
    (["tekken"], .tekken),
  ]

  /// Reads the tokenizer of a GGUF file.
  ///
  /// - Throws: ``ModelError`` if it is neither byte-level BPE of a known family nor SentencePiece's.
  package init(_ metadata: GGUFTokenizerMetadata) throws {
    let source = metadata.source
    var metadata = metadata
    if metadata.architecture?.hasPrefix("gemma") ?? false { metadata.putGemmaRight() }
    switch metadata.model {
    case "gpt2": try self.init(byteLevel: metadata)
    case "llama": try self.init(sentencePiece: metadata)
    default:
      let found = metadata.model.map(\.quotedForMessage) ?? "missing"
      throw ModelError(
        .unsupported,
        "\(source): tokenizer.ggml.model is \(found); Hone runs byte-level BPE (\"gpt2\") and "
          + "SentencePiece's BPE (\"llama\"), not WordPiece or others: choose a model of the Llama, "
          + "Mistral, Qwen, SmolLM or GPT-2 families")
    }
    addedTokens = try Self.addedTokens(metadata)
    bosTokenID = try metadata.bosTokenID.map { try Self.id($0, "bos", source) }
    eosTokenIDs = try metadata.eosTokenIDs.map { try Self.id($0, "eos, eot or eom", source) }
    padTokenID = try metadata.padTokenID.map { try Self.id($0, "padding", source) }
    chatTemplate = metadata.chatTemplate
    // These families' converters leave the flag out where the model wants the token.
    let addsBos = spelling != .byteLevel || [.llama3, .tekken].contains(preTokenizer.split)
    if metadata.addBosToken ?? addsBos, let bosTokenID { prefixTokenIDs = [bosTokenID] }
    if metadata.addEosToken ?? false, let id = eosTokenIDs.first { suffixTokenIDs = [id] }
  }

  private init(byteLevel metadata: GGUFTokenizerMetadata) throws {
    let source = metadata.source
    let families = Self.ggufFamilies
    guard let family = families.first(where: { $0.names.contains(metadata.pre ?? "") })?.family
    else {
      let found = metadata.pre.map(\.quotedForMessage) ?? "missing"
      let known = families.flatMap(\.names).joined(separator: ", ")
      throw ModelError(
        .unsupported,
        "\(source): tokenizer.ggml.pre is \(found); Hone knows \(known): choose a model with one "
          + "of these, or convert it again if the key is missing")
    }
    self.init(
      source: source, tokens: metadata.tokens, merges: .joined(metadata.merges),
      preTokenizer: family)
    preTokenizer.addPrefixSpace = metadata.addSpacePrefix ?? false
    if family == .qwen2 { normalizer = .nfc }
    ignoreMerges = [.llama3, .tekken].contains(family)
  }

  private init(sentencePiece metadata: GGUFTokenizerMetadata) throws {
    let source = metadata.source
    if metadata.removeExtraWhitespaces ?? false {
      throw ModelError(
        .unsupported,
        "\(source): tokenizer.ggml.remove_extra_whitespaces true is not supported; use the model's "
          + "Hugging Face folder with its tokenizer.json, if there is one")
    }
    let count = metadata.tokens.count
    guard let scores = metadata.scores, scores.count == count,
      scores.allSatisfy({ !$0.isNaN })
    else {
      throw ModelError(
        .invalid,
        "\(source): tokenizer.ggml.scores must hold a number for each of the \(count) tokens; "
          + "convert the model again")
    }
    let types = metadata.tokenTypes ?? []
    // Normal and user-defined tokens; the others are no text.
    let mergeable = scores.indices.map { index in
      index < types.count && [1, 4].contains(types[index]) ? scores[index] : nil
    }
    self.init(
      source: source, tokens: metadata.tokens, merges: .scores(mergeable),
      preTokenizer: PreTokenizer())
    let addsSpace = metadata.addSpacePrefix ?? true
    spelling = .sentencePiece(byteFallback: true, stripsSpace: addsSpace)
    normalizer = .sentencePiece
    if !addsSpace { normalizer.steps.removeFirst() }
    let unknown = metadata.unknownTokenID ?? types.firstIndex(of: 2)
    unknownTokenID = try unknown.map { try Self.id($0, "unknown", source) }
    fuseUnknown = true
  }

  /// Control tokens are special; those that the model's makers added for text are not.
  private static func addedTokens(_ metadata: GGUFTokenizerMetadata) throws -> [AddedToken] {
    guard let types = metadata.tokenTypes else {
      throw ModelError(
        .invalid,
        "\(metadata.source): tokenizer.ggml.token_type is missing, so special tokens cannot be "
          + "told from text; convert the model again")
    }
    guard types.count == metadata.tokens.count else {
      throw ModelError(
        .invalid,
        "\(metadata.source): tokenizer.ggml.token_type has \(types.count) entries, expected one "
          + "for each of the \(metadata.tokens.count) tokens; convert the model again")
    }
    var added: [AddedToken] = []
    for (index, type) in types.enumerated() {
      switch type {
      case 2, 3:  // unknown, control
        added.append(
          AddedToken(
            id: try id(index, "added", metadata.source), content: metadata.tokens[index],
            isSpecial: true))
      case 4:  // user-defined
        added.append(
          AddedToken(
            id: try id(index, "added", metadata.source), content: metadata.tokens[index]))
      case 1, 5, 6:  // normal, unused, byte
        break
      default:
        throw ModelError(
          .invalid,
          "\(metadata.source): tokenizer.ggml.token_type of token \(index) is \(type), expected "
            + "1…6; convert the model again")
      }
    }
    return added
  }

  /// An id that fits; whether it is in the vocabulary is checked with the rest of the definition.
  static func id(_ value: Int, _ name: String, _ source: String) throws -> Int32 {
    guard let id = Int32(exactly: value) else {
      throw ModelError(
        .invalid,
        "\(source): the id \(value) of the \(name) token is out of range; "
          + "fetch the file again")
    }
    return id
  }
}

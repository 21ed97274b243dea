// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// A parsed JSON file and its name.
package struct NamedJSON: Sendable {
  package var file: String
  package var value: JSONValue

  package init(file: String, value: JSONValue) {
    self.file = file
    self.value = value
  }
}

extension TokenizerDefinition {
  /// Reads the tokenizer files of a Hugging Face model directory.
  ///
  /// `truncation` and `padding` in tokenizer.json are of no account here, as for transformers.
  ///
  /// - Parameters:
  ///   - tokenizer: tokenizer.json.
  ///   - config: tokenizer_config.json: special tokens by name, the chat template.
  ///   - generationConfig: generation_config.json: further end-of-sequence tokens.
  /// - Throws: ``ModelError`` that names the file and the part that is wrong or not supported.
  package init(
    tokenizer: NamedJSON, config: NamedJSON? = nil, generationConfig: NamedJSON? = nil
  ) throws {
    let file = TokenizerJSON(file: tokenizer.file)
    guard tokenizer.value.objectValue != nil else {
      throw file.invalid("it is \(tokenizer.value.typeName), expected an object")
    }
    var spelling = try file.spelling(decoder: tokenizer.value["decoder"])
    let model = try file.model(
      tokenizer.value["model"], byteFallback: spelling != .byteLevel)
    let normalizer = try file.normalizer(tokenizer.value["normalizer"])
    let preTokenizer = tokenizer.value["pre_tokenizer"]
    let added = try file.addedTokens(tokenizer.value["added_tokens"])
    self.init(
      source: tokenizer.file, tokens: try file.tokens(model, added),
      merges: try file.merges(model["merges"]),
      preTokenizer: try spelling == .byteLevel
        ? file.preTokenizer(preTokenizer) : file.markingPreTokenizer(preTokenizer, normalizer))
    if case .sentencePiece(_, let stripsSpace) = spelling {
      spelling = .sentencePiece(
        byteFallback: try file.flag(model, "byte_fallback", "model.byte_fallback"),
        stripsSpace: stripsSpace)
    }
    self.spelling = spelling
    self.normalizer = normalizer
    addedTokens = added
    ignoreMerges = try file.flag(model, "ignore_merges", "model.ignore_merges")
    fuseUnknown = try file.flag(model, "fuse_unk", "model.fuse_unk")
    if let name = model["unk_token"]?.stringValue {
      unknownTokenID = try file.id(of: name, in: tokens, "model.unk_token")
    }
    (prefixTokenIDs, suffixTokenIDs) = try file.postProcessor(tokenizer.value["post_processor"])
    if let config { try apply(config) }
    if let generationConfig { try apply(generation: generationConfig) }
  }

  /// tokenizer_config.json.
  private mutating func apply(_ config: NamedJSON) throws {
    let file = TokenizerJSON(file: config.file)
    func tokenID(_ key: String) throws -> Int32? {
      guard let entry = config.value[key], !entry.isNull else { return nil }
      guard let name = entry.stringValue ?? entry["content"]?.stringValue else {
        throw file.invalid("\(key) is \(entry.typeName), expected a string or an added token")
      }
      return try file.id(of: name, in: tokens, key)
    }
    bosTokenID = try tokenID("bos_token")
    eosTokenIDs = try tokenID("eos_token").map { [$0] } ?? []
    padTokenID = try tokenID("pad_token")
    // Given flags replace what the post-processor says, as in transformers 5.
    if config.value["add_bos_token"]?.boolValue != nil
      || config.value["add_eos_token"]?.boolValue != nil
    {
      let addBos = try file.flag(config.value, "add_bos_token", "add_bos_token")
      let addEos = try file.flag(config.value, "add_eos_token", "add_eos_token")
      prefixTokenIDs = addBos ? bosTokenID.map { [$0] } ?? [] : []
      suffixTokenIDs = addEos ? eosTokenIDs : []
    }
    switch config.value["chat_template"] {
    case nil, .null: break
    case .string(let template): chatTemplate = template
    case .array(let templates):
      // Several templates by name: the one called "default".
      chatTemplate =
        templates.first { $0["name"]?.stringValue == "default" }?["template"]?.stringValue
    case .some(let other):
      throw file.invalid("chat_template is \(other.typeName), expected a string")
    }
  }

  /// generation_config.json.
  private mutating func apply(generation: NamedJSON) throws {
    let file = TokenizerJSON(file: generation.file)
    guard let entry = generation.value["eos_token_id"], !entry.isNull else { return }
    for value in entry.arrayValue ?? [entry] {
      guard let number = value.intValue, let id = Int32(exactly: number), id >= 0,
        Int(id) < tokens.count
      else {
        throw file.invalid(
          "eos_token_id must be one id or a list of ids in 0…\(tokens.count - 1)")
      }
      if !eosTokenIDs.contains(id) { eosTokenIDs.append(id) }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// The metadata of a GGUF file for a model that comes from a Hugging Face folder.
struct GGUFMetadata {
  let files: ModelFiles

  init(_ files: ModelFiles) { self.files = files }

  func write(to writer: inout GGUFWriter) throws {
    let c = files.configuration
    func count(_ value: Int) throws -> GGUFValue {
      guard let value = UInt32(exactly: value) else {
        throw ModelError(.invalid, "\(files.path): \(value) is too large for GGUF's metadata")
      }
      return .uint32(value)
    }
    let architecture = c.ggufArchitecture
    func set(_ key: String, _ value: GGUFValue) { writer.set("\(architecture).\(key)", value) }
    writer.set("general.architecture", .string(architecture))
    writer.set("general.type", .string("model"))
    writer.set("general.name", .string(Self.name(files.path)))
    set("vocab_size", try count(c.vocabSize))
    set("context_length", try count(c.maxPositionEmbeddings))
    set("embedding_length", try count(c.hiddenSize))
    set("block_count", try count(c.numHiddenLayers))
    set("feed_forward_length", try count(c.intermediateSize))
    set("attention.head_count", try count(c.numAttentionHeads))
    set("attention.head_count_kv", try count(c.numKeyValueHeads))
    set("attention.layer_norm_rms_epsilon", .float32(Float(c.rmsNormEps)))
    set("rope.dimension_count", try count(c.headDim))
    set("rope.freq_base", .float32(Float(c.ropeTheta)))
    if c.headDim * c.numAttentionHeads != c.hiddenSize {
      set("attention.key_length", try count(c.headDim))
      set("attention.value_length", try count(c.headDim))
    }
    if let window = try slidingWindow() {
      set("attention.sliding_window", try count(window))
    }
    for (key, value) in try ropeScaling() { set("rope.scaling." + key, value) }
    try GGUFTokenizerWriter(files.tokenizer, vocabSize: c.vocabSize).write(to: &writer)
  }

  /// The window of all layers, where there is one: GGUF has no word for that of some of them.
  private func slidingWindow() throws -> Int? {
    let c = files.configuration
    guard let window = c.slidingWindow, c.layerTypes.contains(.slidingAttention) else { return nil }
    guard !c.layerTypes.contains(.fullAttention) else {
      throw cannotExpress("a sliding window in some layers only (max_window_layers, layer_types)")
    }
    return window
  }

  private func ropeScaling() throws -> [(String, GGUFValue)] {
    switch files.configuration.ropeScaling {
    case .none, .llama3, .factors: return []
    case .linear(let factor):
      return [("type", .string("linear")), ("factor", .float32(Float(factor)))]
    case .yarn(let factor, let attentionFactor, let fast, let slow, let original, let truncate):
      guard truncate, let original = UInt32(exactly: original) else {
        throw cannotExpress("YaRN with truncate false")
      }
      var members: [(String, GGUFValue)] = [
        ("type", .string("yarn")), ("factor", .float32(Float(factor))),
        ("original_context_length", .uint32(original)),
        ("yarn_beta_fast", .float32(Float(fast))), ("yarn_beta_slow", .float32(Float(slow))),
      ]
      // On top of the one that follows from the factor.
      let own = RoPEScaling.yarnAttentionFactor(factor)
      if attentionFactor != own {
        members.append(("yarn_attn_factor", .float32(Float(attentionFactor / own))))
      }
      return members
    }
  }

  private func cannotExpress(_ what: String) -> ModelError {
    ModelError(
      .unsupported, "\(files.path): GGUF cannot express \(what); export the model as safetensors")
  }

  /// The last part of a path.
  static func name(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? "model"
  }
}

/// The `tokenizer.*` metadata of a GGUF file for a tokenizer from other files.
struct GGUFTokenizerWriter {
  private let definition: TokenizerDefinition
  private let metadata: GGUFTokenizerMetadata

  /// - Throws: ``ModelError`` if GGUF cannot express the tokenizer: what it would say is read back
  ///   and compared.
  init(_ definition: TokenizerDefinition, vocabSize: Int) throws {
    self.definition = definition
    var metadata = GGUFTokenizerMetadata(source: definition.source)
    metadata.model = "gpt2"
    var family = definition.preTokenizer
    family.addPrefixSpace = false
    metadata.pre =
      switch family {
      case .smolLM: "smollm"
      case .llama3: "llama-bpe"
      case .qwen2: "qwen2"
      case .tekken: "tekken"
      default: "gpt-2"
      }
    metadata.addSpacePrefix = definition.preTokenizer.addPrefixSpace
    metadata.tokens = definition.tokens
    var types = Array(repeating: 1, count: definition.tokens.count)
    for token in definition.addedTokens where types.indices.contains(Int(token.id)) {
      types[Int(token.id)] = token.isSpecial ? 3 : 4
    }
    // llama.cpp wants a token for each row of the embedding table.
    for index in metadata.tokens.count..<max(vocabSize, metadata.tokens.count) {
      metadata.tokens.append("[PAD\(index)]")
      types.append(5)
    }
    metadata.tokenTypes = types
    switch definition.merges {
    case .joined(let merges): metadata.merges = merges
    case .pairs(let pairs):
      metadata.merges = stride(from: 0, to: pairs.count - 1, by: 2).map {
        pairs[$0] + " " + pairs[$0 + 1]
      }
    // SentencePiece's, which the exporter refuses.
    case .scores: break
    }
    metadata.bosTokenID = definition.bosTokenID.map(Int.init)
    metadata.eosTokenIDs = definition.eosTokenIDs.map(Int.init)
    metadata.padTokenID = definition.padTokenID.map(Int.init)
    metadata.addBosToken = !definition.prefixTokenIDs.isEmpty
    metadata.addEosToken = !definition.suffixTokenIDs.isEmpty
    metadata.chatTemplate = definition.chatTemplate
    self.metadata = metadata
    try check()
  }

  private func check() throws {
    let back = try TokenizerDefinition(metadata)
    var differences: [String] = []
    if back.preTokenizer != definition.preTokenizer { differences.append("the pre-tokenizer") }
    if back.normalizer != definition.normalizer { differences.append("the normalizer") }
    if back.ignoreMerges != definition.ignoreMerges { differences.append("ignore_merges") }
    if back.prefixTokenIDs != definition.prefixTokenIDs
      || back.suffixTokenIDs != definition.suffixTokenIDs
    {
      differences.append("the tokens around a text")
    }
    if definition.addedTokens.contains(where: { $0.isSingleWord || $0.stripsLeft || $0.stripsRight }
    ) {
      differences.append("added tokens that take the spaces beside them, or whole words only,")
    }
    if definition.eosTokenIDs.count > 3 { differences.append("more than three end tokens") }
    guard differences.isEmpty else {
      throw ModelError(
        .unsupported,
        "\(definition.source): GGUF cannot express \(differences.joined(separator: ", ")) of this "
          + "tokenizer; export the model as safetensors")
    }
  }

  func write(to writer: inout GGUFWriter) throws {
    func set(_ key: String, id: Int?) {
      if let id, let id = UInt32(exactly: id) { writer.set("tokenizer.ggml.\(key)", .uint32(id)) }
    }
    writer.set("tokenizer.ggml.model", .string("gpt2"))
    writer.set("tokenizer.ggml.pre", .string(metadata.pre ?? "gpt-2"))
    writer.set("tokenizer.ggml.tokens", .array(.string(metadata.tokens)))
    writer.set(
      "tokenizer.ggml.token_type", .array(.int32((metadata.tokenTypes ?? []).map { Int32($0) })))
    writer.set("tokenizer.ggml.merges", .array(.string(metadata.merges)))
    set("bos_token_id", id: metadata.bosTokenID)
    for (key, id) in zip(["eos", "eot", "eom"], metadata.eosTokenIDs) {
      set(key + "_token_id", id: id)
    }
    set("unknown_token_id", id: definition.unknownTokenID.map(Int.init))
    set("padding_token_id", id: metadata.padTokenID)
    writer.set("tokenizer.ggml.add_bos_token", .bool(metadata.addBosToken ?? false))
    writer.set("tokenizer.ggml.add_eos_token", .bool(metadata.addEosToken ?? false))
    writer.set("tokenizer.ggml.add_space_prefix", .bool(metadata.addSpacePrefix ?? false))
    if let template = metadata.chatTemplate {
      writer.set("tokenizer.chat_template", .string(template))
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// The files beside the weights in a Hugging Face folder: copied from the base if it is a folder,
/// else written from what its GGUF file says.
struct HuggingFaceFiles {
  let files: ModelFiles

  init(_ files: ModelFiles) { self.files = files }

  /// - Parameter type: Of the weights, for config.json.
  func write(to folder: AtomicFolder, type: StoredType) throws {
    if files.naming == .huggingFace {
      try copy(to: folder, type: type)
    } else {
      let definition = files.tokenizer
      try folder.write("config.json", Array((try config(type).text + "\n").utf8))
      try folder.write("tokenizer.json", Array((tokenizer(definition).text + "\n").utf8))
      try folder.write(
        "tokenizer_config.json", Array((tokenizerConfig(definition).text + "\n").utf8))
      try folder.write(
        "generation_config.json", Array((generationConfig(definition).text + "\n").utf8))
    }
  }

  private static func name(_ type: StoredType) -> JSONValue {
    switch type {
    case .float16: .string("float16")
    case .bfloat16: .string("bfloat16")
    default: .string("float32")
    }
  }

  // MARK: From a folder

  private func copy(to folder: AtomicFolder, type: StoredType) throws {
    let file = files.path + "/config.json"
    let json = try JSONParser.parse(try FileSystem.contents(file), file: file)
    let object = json.objectValue ?? JSONObject()
    let typeKeys = ["dtype", "torch_dtype"]
    let members = zip(object.keys, object.values).map { key, value in
      (key, typeKeys.contains(key) ? Self.name(type) : value)
    }
    try folder.write("config.json", Array((JSONValue.members(members).text + "\n").utf8))
    for name in [
      "tokenizer.json", "tokenizer_config.json", "generation_config.json",
      "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt",
      "chat_template.jinja", "chat_template.json",
    ] where FileSystem.exists(files.path + "/" + name) {
      try folder.write(name, try FileSystem.contents(files.path + "/" + name))
    }
  }

  // MARK: From GGUF

  private func config(_ type: StoredType) throws -> JSONValue {
    let c = files.configuration
    let family = try family()
    func id(_ id: Int32?) -> JSONValue { id.map { .integer(Int($0)) } ?? .null }
    let t = files.tokenizer
    let className =
      switch family {
      case .llama: "LlamaForCausalLM"
      case .mistral: "MistralForCausalLM"
      case .qwen2: "Qwen2ForCausalLM"
      case .qwen3: "Qwen3ForCausalLM"
      case .phi3, .gemma2, .gemma3: throw cannotExpress(family.models)
      }
    var members: [(String, JSONValue)] = [
      ("architectures", .array([.string(className)])),
      ("attention_bias", .bool(c.attentionBias)),
      ("bos_token_id", id(t.bosTokenID)),
      ("eos_token_id", id(t.eosTokenIDs.first)),
      ("head_dim", .integer(c.headDim)),
      ("hidden_act", .string("silu")),
      ("hidden_size", .integer(c.hiddenSize)),
      ("intermediate_size", .integer(c.intermediateSize)),
      ("max_position_embeddings", .integer(c.maxPositionEmbeddings)),
      ("mlp_bias", .bool(false)),
      ("model_type", .string(family.rawValue)),
      ("num_attention_heads", .integer(c.numAttentionHeads)),
      ("num_hidden_layers", .integer(c.numHiddenLayers)),
      ("num_key_value_heads", .integer(c.numKeyValueHeads)),
      ("pad_token_id", id(t.padTokenID)),
      ("rms_norm_eps", Self.number(c.rmsNormEps)),
      ("rope_scaling", try ropeScaling()),
      ("rope_theta", Self.number(c.ropeTheta)),
      ("tie_word_embeddings", .bool(c.tieWordEmbeddings)),
      ("torch_dtype", Self.name(type)),
      ("vocab_size", .integer(c.vocabSize)),
    ]
    if let window = c.slidingWindow {
      members.append(("sliding_window", .integer(window)))
      if family != .mistral {
        members += [("use_sliding_window", .bool(true)), ("max_window_layers", .integer(0))]
      }
    } else if family != .llama {
      members.append(("sliding_window", .null))
    }
    return .members(members)
  }

  /// The family that has all that the file says of its attention.
  private func family() throws -> ModelFamily {
    let c = files.configuration
    let hasOutputBias = files.weights.tensorNames.contains("blk.0.attn_output.bias")
    switch ModelFamily(rawValue: c.modelType) {
    // GGUF stores Mistral as a llama; only its config.json has a window.
    case .llama where c.slidingWindow != nil && !c.attentionBias: return .mistral
    case .llama where c.slidingWindow == nil && c.attentionBias == hasOutputBias: return .llama
    case .qwen2 where c.attentionBias && !hasOutputBias: return .qwen2
    case .qwen3 where c.attentionBias == hasOutputBias: return .qwen3
    default:
      throw cannotExpress("the biases and the window of this file's attention")
    }
  }

  private func ropeScaling() throws -> JSONValue {
    switch files.configuration.ropeScaling {
    case .none: return .null
    case .linear(let factor):
      return .members([("rope_type", .string("linear")), ("factor", Self.number(factor))])
    case .yarn(let factor, let attentionFactor, let fast, let slow, let original, let truncate):
      return .members([
        ("rope_type", .string("yarn")), ("factor", Self.number(factor)),
        ("attention_factor", .number(attentionFactor)), ("beta_fast", Self.number(fast)),
        ("beta_slow", Self.number(slow)),
        ("original_max_position_embeddings", .integer(original)), ("truncate", .bool(truncate)),
      ])
    case .llama3, .factors:
      throw cannotExpress("the rope factors of this file (rope_freqs.weight)")
    }
  }

  /// GGUF stores a float32: its shortest spelling is what was meant.
  private static func number(_ value: Double) -> JSONValue {
    .number(Double("\(Float(value))") ?? value)
  }

  private func cannotExpress(_ what: String) -> ModelError {
    ModelError(
      .unsupported, "\(files.path): config.json cannot express \(what); export it as GGUF")
  }

  private func tokenizer(_ t: TokenizerDefinition) -> JSONValue {
    let vocabulary = t.tokens.enumerated().map { ($1, JSONValue.integer($0)) }
    let merges: [JSONValue]
    switch t.merges {
    case .joined(let texts): merges = texts.map { .string($0) }
    case .pairs(let pairs):
      merges = stride(from: 0, to: pairs.count - 1, by: 2).map {
        .array([.string(pairs[$0]), .string(pairs[$0 + 1])])
      }
    // SentencePiece's, which the exporter refuses.
    case .scores: merges = []
    }
    return .members([
      ("version", .string("1.0")),
      ("truncation", .null),
      ("padding", .null),
      ("added_tokens", .array(t.addedTokens.map(Self.addedToken))),
      ("normalizer", t.normalizer == .nfc ? .members([("type", .string("NFC"))]) : .null),
      ("pre_tokenizer", Self.preTokenizer(t.preTokenizer)),
      ("post_processor", Self.postProcessor(t)),
      ("decoder", Self.byteLevel(addPrefixSpace: true, usesPattern: true)),
      (
        "model",
        .members([
          ("type", .string("BPE")),
          ("dropout", .null),
          ("unk_token", .null),
          ("continuing_subword_prefix", .null),
          ("end_of_word_suffix", .null),
          ("fuse_unk", .bool(false)),
          ("byte_fallback", .bool(false)),
          ("ignore_merges", .bool(t.ignoreMerges)),
          ("vocab", .members(vocabulary)),
          ("merges", .array(merges)),
        ])
      ),
    ])
  }

  private static func addedToken(_ token: AddedToken) -> JSONValue {
    .members([
      ("id", .integer(Int(token.id))),
      ("content", .string(token.content)),
      ("single_word", .bool(token.isSingleWord)),
      ("lstrip", .bool(token.stripsLeft)),
      ("rstrip", .bool(token.stripsRight)),
      ("normalized", .bool(token.isNormalized)),
      ("special", .bool(token.isSpecial)),
    ])
  }

  private static func byteLevel(addPrefixSpace: Bool, usesPattern: Bool) -> JSONValue {
    .members([
      ("type", .string("ByteLevel")), ("add_prefix_space", .bool(addPrefixSpace)),
      ("trim_offsets", .bool(true)), ("use_regex", .bool(usesPattern)),
    ])
  }

  private static func preTokenizer(_ preTokenizer: PreTokenizer) -> JSONValue {
    var stages: [JSONValue] = []
    if preTokenizer.isolatesDigits {
      stages.append(
        .members([("type", .string("Digits")), ("individual_digits", .bool(true))]))
    }
    if let split = preTokenizer.split {
      stages.append(
        .members([
          ("type", .string("Split")),
          ("pattern", .members([("Regex", .string(split.expression))])),
          ("behavior", .string("Isolated")), ("invert", .bool(false)),
        ]))
    }
    stages.append(
      byteLevel(
        addPrefixSpace: preTokenizer.addPrefixSpace, usesPattern: preTokenizer.splitsByteLevel))
    return .members([("type", .string("Sequence")), ("pretokenizers", .array(stages))])
  }

  private static func postProcessor(_ t: TokenizerDefinition) -> JSONValue {
    let around = t.prefixTokenIDs + t.suffixTokenIDs
    if around.isEmpty { return byteLevel(addPrefixSpace: true, usesPattern: true) }
    func name(_ id: Int32) -> String {
      t.tokens.indices.contains(Int(id)) ? t.tokens[Int(id)] : ""
    }
    func piece(_ id: Int32) -> JSONValue {
      .members([
        ("SpecialToken", .members([("id", .string(name(id))), ("type_id", .integer(0))]))
      ])
    }
    func text(_ id: String) -> JSONValue {
      .members([("Sequence", .members([("id", .string(id)), ("type_id", .integer(0))]))])
    }
    let (prefix, suffix) = (t.prefixTokenIDs.map(piece), t.suffixTokenIDs.map(piece))
    return .members([
      ("type", .string("TemplateProcessing")),
      ("single", .array(prefix + [text("A")] + suffix)),
      ("pair", .array(prefix + [text("A"), text("B")] + suffix)),
      (
        "special_tokens",
        .members(
          around.map { id in
            (
              name(id),
              .members([
                ("id", .string(name(id))), ("ids", .array([.integer(Int(id))])),
                ("tokens", .array([.string(name(id))])),
              ])
            )
          })
      ),
    ])
  }

  private func tokenizerConfig(_ t: TokenizerDefinition) -> JSONValue {
    func name(_ id: Int32?) -> JSONValue {
      guard let id, t.tokens.indices.contains(Int(id)) else { return .null }
      return .string(t.tokens[Int(id)])
    }
    var members: [(String, JSONValue)] = [
      ("bos_token", name(t.bosTokenID)),
      ("clean_up_tokenization_spaces", .bool(false)),
      ("eos_token", name(t.eosTokenIDs.first)),
      ("model_max_length", .integer(files.configuration.maxPositionEmbeddings)),
      ("pad_token", name(t.padTokenID)),
      ("tokenizer_class", .string("PreTrainedTokenizerFast")),
    ]
    if let template = t.chatTemplate { members.append(("chat_template", .string(template))) }
    return .members(members)
  }

  private func generationConfig(_ t: TokenizerDefinition) -> JSONValue {
    .members([
      ("bos_token_id", t.bosTokenID.map { .integer(Int($0)) } ?? .null),
      ("eos_token_id", .array(t.eosTokenIDs.map { .integer(Int($0)) })),
      ("pad_token_id", t.padTokenID.map { .integer(Int($0)) } ?? .null),
    ])
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor

extension ModelConfiguration {
  /// Reads Hugging Face's config.json, of transformers 4 (`rope_theta`, `rope_scaling`) or 5
  /// (`rope_parameters`).
  ///
  /// - Throws: ``FormatError`` for a missing or mistyped key, ``ModelError`` for an architecture,
  ///   activation or scaling that Hone does not run.
  package init(json: JSONValue, file: String) throws {
    let reader = ConfigurationReader(json: json, file: file)
    let modelType = try reader.string("model_type")
    guard let family = ModelFamily(rawValue: modelType) else {
      throw ModelError(
        .unsupported,
        "\(file): model_type \"\(modelType)\" is not supported; Hone runs "
          + ModelFamily.known(\.rawValue))
    }
    let wanted: GateActivation = family.isGemma ? .geluTanh : .silu
    let activationKey = family.isGemma ? "hidden_activation" : "hidden_act"
    let activation = try reader.string(activationKey, default: wanted.rawValue)
    if activation != wanted.rawValue {
      throw ModelError(
        .unsupported,
        "\(file): \(activationKey) \"\(activation)\" is not supported, only \"\(wanted.rawValue)\"")
    }
    if try family.isGemma && reader.bool("use_bidirectional_attention", default: false) {
      throw ModelError(
        .unsupported, "\(file): use_bidirectional_attention true is not supported")
    }
    if try reader.bool("mlp_bias", default: false) {
      throw ModelError(.unsupported, "\(file): mlp_bias true is not supported")
    }
    if try reader.double("partial_rotary_factor", default: 1) != 1 {
      throw ModelError(
        .unsupported,
        "\(file): a partial_rotary_factor other than 1 is not supported: Hone rotates whole heads")
    }
    let heads = try reader.int("num_attention_heads")
    let hidden = try reader.int("hidden_size")
    guard heads > 0 else {
      throw FormatError(.malformed, file: file, "num_attention_heads is \(heads), expected > 0")
    }
    let layers = try reader.int("num_hidden_layers")
    let context = try reader.int("max_position_embeddings", default: 2048)
    let (rope, localRope) = try Self.rope(json, file: file)
    let ropeTheta = try reader.double("rope_theta", default: family == .gemma3 ? 1e6 : 10000)
    let window = try Self.slidingWindow(reader, family)
    try self.init(
      modelType: modelType,
      vocabSize: try reader.int("vocab_size"),
      hiddenSize: hidden,
      intermediateSize: try reader.int("intermediate_size"),
      numHiddenLayers: layers,
      numAttentionHeads: heads,
      numKeyValueHeads: try reader.int("num_key_value_heads", default: heads),
      headDim: try reader.int(
        "head_dim", default: family == .qwen3 ? 128 : family.isGemma ? 256 : hidden / heads),
      maxPositionEmbeddings: context,
      rmsNormEps: try reader.double("rms_norm_eps", default: 1e-6),
      ropeTheta: try rope?.double("rope_theta", default: ropeTheta) ?? ropeTheta,
      ropeScaling: try rope.map { try RoPEScaling(json: $0, file: file, context: context) }
        ?? .none,
      tieWordEmbeddings: try reader.bool("tie_word_embeddings", default: family.isGemma),
      attentionBias: try family == .qwen2 || reader.bool("attention_bias", default: false),
      usesQueryKeyNorm: family == .qwen3 || family == .gemma3,
      slidingWindow: window,
      layerTypes: try window.flatMap { _ in
        try Self.layerTypes(reader, family, layers: layers)
      },
      ropeLocalBaseFreq: family != .gemma3
        ? nil
        : localRope?.double(
          "rope_theta", default: reader.double("rope_local_base_freq", default: 10000))
          ?? reader.double("rope_local_base_freq", default: 10000),
      hiddenActivation: wanted,
      usesPostNorms: family.isGemma,
      embeddingScale: family.isGemma ? Double(hidden).squareRoot() : 1,
      queryPreAttnScalar: family.isGemma
        ? reader.double("query_pre_attn_scalar", default: 256) : nil,
      attnLogitSoftcapping: try Self.softcap(reader, "attn_logit_softcapping", family, 50),
      finalLogitSoftcapping: try Self.softcap(reader, "final_logit_softcapping", family, 30),
      source: file)
  }

  /// A bound, which is `fallback` where Gemma 2 leaves the member out; null says that there is none.
  private static func softcap(
    _ reader: ConfigurationReader, _ key: String, _ family: ModelFamily, _ fallback: Double
  ) throws -> Double? {
    guard family.isGemma else { return nil }
    guard let value = reader.json[key] else { return family == .gemma2 ? fallback : nil }
    return value.isNull ? nil : try reader.double(key)
  }

  /// The window, if the family has one and it is in use.
  private static func slidingWindow(
    _ reader: ConfigurationReader, _ family: ModelFamily
  ) throws -> Int? {
    switch family {
    case .llama: return nil
    case .mistral, .gemma2, .gemma3: break
    case .phi3:
      guard let value = reader.json["sliding_window"], !value.isNull else { return nil }
    case .qwen2, .qwen3:
      guard try reader.bool("use_sliding_window", default: false) else { return nil }
    }
    // transformers' default where the member is missing; null says that there is none.
    if let value = reader.json["sliding_window"], value.isNull { return nil }
    return try reader.int("sliding_window", default: 4096)
  }

  /// What each layer's attention sees in a model with a window; nil for the window in all layers.
  private static func layerTypes(
    _ reader: ConfigurationReader, _ family: ModelFamily, layers: Int
  ) throws -> [LayerType]? {
    guard family != .mistral, family != .phi3 else { return nil }
    if let value = reader.json["layer_types"], !value.isNull {
      guard let entries = value.arrayValue else {
        throw FormatError(
          .malformed, file: reader.file,
          "\"layer_types\" is \(value.typeName), expected an array of strings")
      }
      return try entries.enumerated().map { index, entry in
        guard let type = entry.stringValue.flatMap(LayerType.init(rawValue:)) else {
          throw ModelError(
            .unsupported,
            "\(reader.file): layer_types[\(index)] is \(entry.stringValue ?? entry.typeName), which "
              + "is not supported, only full_attention and sliding_attention")
        }
        return type
      }
    }
    guard layers > 0, layers <= 4096 else { return nil }
    if family.isGemma {
      let key = "sliding_window_pattern"
      let pattern = try family == .gemma2 ? 2 : reader.int(key, default: 6)
      guard pattern > 0 else {
        throw FormatError(.malformed, file: reader.file, "\(key) is \(pattern), expected > 0")
      }
      return LayerType.alternating(pattern, layers: layers)
    }
    let full = try reader.int("max_window_layers", default: 28)
    return (0..<layers).map { $0 < full ? .fullAttention : .slidingAttention }
  }

  /// The objects that say how positions are rotated, in all layers or those of full attention, and
  /// in those of sliding attention; nil where there is none.
  private static func rope(
    _ json: JSONValue, file: String
  ) throws -> (full: ConfigurationReader?, sliding: ConfigurationReader?) {
    for key in ["rope_parameters", "rope_scaling"] {
      guard let value = json[key], !value.isNull else { continue }
      guard value.objectValue != nil else {
        throw FormatError(
          .malformed, file: file, "\"\(key)\" is \(value.typeName), expected an object or null")
      }
      func reader(_ type: LayerType) throws -> ConfigurationReader? {
        guard let part = value[type.rawValue], !part.isNull else { return nil }
        guard part.objectValue != nil else {
          throw FormatError(
            .malformed, file: file,
            "\"\(key).\(type.rawValue)\" is \(part.typeName), expected an object or null")
        }
        return ConfigurationReader(json: part, file: "\(file): \(key).\(type.rawValue)")
      }
      let (full, sliding) = (try reader(.fullAttention), try reader(.slidingAttention))
      if full != nil || sliding != nil { return (full, sliding) }
      return (ConfigurationReader(json: value, file: "\(file): \(key)"), nil)
    }
    return (nil, nil)
  }
}

/// Typed access to a JSON object's members, with messages that name the file and the key.
struct ConfigurationReader {
  let json: JSONValue
  let file: String

  func int(_ key: String, default fallback: Int? = nil) throws -> Int {
    try value(key, "a whole number", fallback) { $0.intValue }
  }
  func double(_ key: String, default fallback: Double? = nil) throws -> Double {
    try value(key, "a number", fallback) { $0.doubleValue }
  }
  func bool(_ key: String, default fallback: Bool? = nil) throws -> Bool {
    try value(key, "true or false", fallback) { $0.boolValue }
  }
  func string(_ key: String, default fallback: String? = nil) throws -> String {
    try value(key, "a string", fallback) { $0.stringValue }
  }

  private func value<T>(
    _ key: String, _ expected: String, _ fallback: T?, _ read: (JSONValue) -> T?
  ) throws -> T {
    guard let member = json[key], !member.isNull else {
      if let fallback { return fallback }
      throw FormatError(.malformed, file: file, "\"\(key)\" is missing, expected \(expected)")
    }
    guard let result = read(member) else {
      throw FormatError(
        .malformed, file: file, "\"\(key)\" is \(member.typeName), expected \(expected)")
    }
    return result
  }
}

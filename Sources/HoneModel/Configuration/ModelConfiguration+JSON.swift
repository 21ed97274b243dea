// SPDX-License-Identifier: Apache-2.0
import HoneFormats

extension ModelConfiguration {
  /// Reads Hugging Face's config.json, of transformers 4 (`rope_theta`, `rope_scaling`) or 5
  /// (`rope_parameters`).
  ///
  /// - Throws: ``FormatError`` for a missing or mistyped key, ``ModelError`` for an architecture,
  ///   activation or scaling that Hone does not run.
  package init(json: JSONValue, file: String) throws {
    let reader = ConfigurationReader(json: json, file: file)
    let modelType = try reader.string("model_type")
    guard modelType == "llama" else {
      throw ModelError(
        .unsupported,
        "\(file): model_type \"\(modelType)\" is not supported; Hone runs \"llama\" (Llama 2 and "
          + "3, SmolLM2)")
    }
    let activation = try reader.string("hidden_act", default: "silu")
    if activation != "silu" {
      throw ModelError(
        .unsupported, "\(file): hidden_act \"\(activation)\" is not supported, only \"silu\"")
    }
    if try reader.bool("mlp_bias", default: false) {
      throw ModelError(.unsupported, "\(file): mlp_bias true is not supported")
    }
    let heads = try reader.int("num_attention_heads")
    let hidden = try reader.int("hidden_size")
    guard heads > 0 else {
      throw FormatError(.malformed, file: file, "num_attention_heads is \(heads), expected > 0")
    }
    let rope = try Self.rope(json, file: file)
    let ropeTheta = try reader.double("rope_theta", default: 10000)
    try self.init(
      modelType: modelType,
      vocabSize: try reader.int("vocab_size"),
      hiddenSize: hidden,
      intermediateSize: try reader.int("intermediate_size"),
      numHiddenLayers: try reader.int("num_hidden_layers"),
      numAttentionHeads: heads,
      numKeyValueHeads: try reader.int("num_key_value_heads", default: heads),
      headDim: try reader.int("head_dim", default: hidden / heads),
      maxPositionEmbeddings: try reader.int("max_position_embeddings", default: 2048),
      rmsNormEps: try reader.double("rms_norm_eps", default: 1e-6),
      ropeTheta: try rope?.double("rope_theta", default: ropeTheta) ?? ropeTheta,
      ropeScaling: try Self.ropeScaling(rope, file: file),
      tieWordEmbeddings: try reader.bool("tie_word_embeddings", default: false),
      attentionBias: try reader.bool("attention_bias", default: false),
      source: file)
  }

  /// The object that says how positions are rotated, if there is one.
  private static func rope(_ json: JSONValue, file: String) throws -> ConfigurationReader? {
    for key in ["rope_parameters", "rope_scaling"] {
      guard let value = json[key], !value.isNull else { continue }
      guard value.objectValue != nil else {
        throw FormatError(
          .malformed, file: file, "\"\(key)\" is \(value.typeName), expected an object or null")
      }
      return ConfigurationReader(json: value, file: "\(file): \(key)")
    }
    return nil
  }

  private static func ropeScaling(
    _ reader: ConfigurationReader?, file: String
  ) throws -> RoPEScaling {
    guard let reader else { return .none }
    let type = try reader.string("rope_type", default: reader.string("type", default: "default"))
    func factor(_ key: String) throws -> Double {
      let value = try reader.double(key)
      guard value > 0, value.isFinite else {
        throw FormatError(
          .malformed, file: file, "rope_scaling \(key) is \(value), expected a positive number")
      }
      return value
    }
    switch type {
    case "default": return .none
    case "linear": return .linear(factor: try factor("factor"))
    case "llama3":
      let low = try factor("low_freq_factor")
      let high = try factor("high_freq_factor")
      guard high > low else {
        throw FormatError(
          .malformed, file: file,
          "rope_scaling high_freq_factor \(high) must be above low_freq_factor \(low)")
      }
      let original = try reader.int("original_max_position_embeddings")
      guard original > 0 else {
        throw FormatError(
          .malformed, file: file,
          "rope_scaling original_max_position_embeddings is \(original), expected > 0")
      }
      return .llama3(
        factor: try factor("factor"), lowFreqFactor: low, highFreqFactor: high,
        originalMaxPositionEmbeddings: original)
    default:
      throw ModelError(
        .unsupported,
        "\(file): rope_scaling of type \"\(type)\" is not supported; Hone knows default, linear "
          + "and llama3")
    }
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

// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel
import HoneTensor
import Testing

@Suite struct ModelConfigurationTests {
  static let members = [
    "model_type": "\"llama\"", "vocab_size": "320", "hidden_size": "64",
    "intermediate_size": "176", "num_hidden_layers": "2", "num_attention_heads": "4",
    "num_key_value_heads": "2", "head_dim": "16", "max_position_embeddings": "512",
    "rms_norm_eps": "1e-5", "hidden_act": "\"silu\"",
  ]

  /// The configuration with some members replaced; a nil removes one.
  private func read(_ changes: KeyValuePairs<String, String?>) throws -> ModelConfiguration {
    var members = Self.members
    for (key, value) in changes { members[key] = value }
    let text = "{" + members.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
    return try ModelConfiguration(
      json: JSONParser.parse(Array(text.utf8), file: "c.json"), file: "c.json")
  }

  private func message(
    _ changes: KeyValuePairs<String, String?>, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let error = #expect(throws: (any Error).self, sourceLocation: sourceLocation) {
      try read(changes)
    }
    let failure = try #require(error as? any HoneFailure, sourceLocation: sourceLocation)
    #expect(failure.kind == .badData, sourceLocation: sourceLocation)
    #expect(failure.message.hasPrefix("c.json: "), sourceLocation: sourceLocation)
    return failure.message
  }

  @Test func `members left out have transformers' defaults`() throws {
    let c = try read([
      "num_key_value_heads": nil, "head_dim": nil, "max_position_embeddings": nil,
      "rms_norm_eps": nil, "hidden_act": nil,
    ])
    #expect(c.numKeyValueHeads == 4 && c.headDim == 16 && c.maxPositionEmbeddings == 2048)
    #expect(c.rmsNormEps == 1e-6 && c.ropeTheta == 10000 && c.ropeScaling == .none)
    #expect(!c.tieWordEmbeddings && !c.attentionBias)
    #expect(try read(["head_dim": "null", "rope_scaling": "null"]).headDim == 16)
  }

  @Test(arguments: [
    "model_type", "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
    "num_attention_heads",
  ])
  func `a member that must be there is named`(key: String) throws {
    #expect(try message([key: nil]).contains("\"\(key)\" is missing"))
    #expect(try message([key: "null"]).contains("\"\(key)\" is missing"))
  }

  @Test(arguments: members.keys.sorted() + ["rope_theta", "tie_word_embeddings", "mlp_bias"])
  func `a member of another type is named`(key: String) throws {
    let found = try message([key: "[]"])
    #expect(found.contains("\"\(key)\" is an array, expected "), "\(found)")
  }

  @Test(arguments: ["320.5", "1e30", "\"320\"", "true"])
  func `a size must be a whole number`(value: String) throws {
    #expect(try message(["vocab_size": value]).contains("\"vocab_size\""))
  }

  @Test(arguments: [
    ("vocab_size", "0"), ("vocab_size", "16777217"), ("hidden_size", "-64"),
    ("hidden_size", "1048577"), ("intermediate_size", "0"), ("intermediate_size", "4194305"),
    ("num_hidden_layers", "0"), ("num_hidden_layers", "4097"), ("num_attention_heads", "-4"),
    ("num_attention_heads", "0"), ("num_attention_heads", "4100"), ("num_key_value_heads", "0"),
    ("num_key_value_heads", "3"), ("num_key_value_heads", "-9223372036854775808"),
    ("head_dim", "0"), ("head_dim", "15"), ("head_dim", "4098"), ("max_position_embeddings", "0"),
    ("max_position_embeddings", "9223372036854775807"), ("rms_norm_eps", "-1e-5"),
    ("rms_norm_eps", "1"), ("rope_theta", "0"), ("rope_theta", "-1"),
  ])
  func `a value out of its range is named`(key: String, value: String) throws {
    let found = try message([key: value])
    #expect(found.contains("\(key) "), "\(found)")
  }

  @Test func `every broken rule is listed at once`() throws {
    let found = try message(["vocab_size": "0", "head_dim": "7", "rope_theta": "-1"])
    #expect(found.split(separator: "\n").count == 4, "\(found)")
  }

  @Test(arguments: [
    ("model_type", "\"gpt2\"", "model_type \"gpt2\""), ("model_type", "\"\"", "model_type \"\""),
    ("hidden_act", "\"gelu\"", "hidden_act \"gelu\""), ("mlp_bias", "true", "mlp_bias"),
    // What a message shows of a file cannot steer a terminal.
    ("model_type", #""\u001b[2J""#, #"model_type "\u{1b}[2J""#),
    ("hidden_act", #""\u0007""#, #"hidden_act "\u{7}""#),
    ("rope_scaling", #"{"type": "\u0007", "factor": 2}"#, #""\u{7}""#),
    ("rope_scaling", "{\"type\": \"dynamic\", \"factor\": 2}", "\"dynamic\""),
    ("rope_scaling", "{\"rope_type\": \"su\", \"factor\": 2}", "\"su\""),
    ("rope_parameters", "{\"partial_rotary_factor\": 0.5}", "partial_rotary_factor"),
    ("partial_rotary_factor", "0.75", "partial_rotary_factor"),
    ("rope_parameters", "{\"rope_type\": \"longrope\"}", "\"longrope\""),
  ])
  func `what Hone does not run is refused by name`(
    key: String, value: String, expected: String
  ) throws {
    let found = try message([key: value])
    #expect(found.contains(expected) && found.contains("not supported"), "\(found)")
  }

  @Test func `the message about an unknown family lists what Hone runs`() throws {
    let found = try message(["model_type": "\"gpt2\""])
    for family in ModelFamily.allCases {
      #expect(found.contains("\"\(family.rawValue)\""), "\(found)")
    }
  }

  // MARK: Families

  @Test func `biases and norms of queries and keys belong to the family`() throws {
    for (family, bias, norm) in [
      ("llama", false, false), ("mistral", false, false), ("qwen2", true, false),
      ("qwen3", false, true), ("phi3", false, false),
      ("gemma2", false, false), ("gemma3_text", false, true),
    ] {
      let c = try read(["model_type": "\"\(family)\""])
      #expect(c.modelType == family && c.attentionBias == bias && c.usesQueryKeyNorm == norm)
    }
    #expect(try read(["model_type": "\"qwen3\"", "head_dim": nil]).headDim == 128)
    #expect(try read(["model_type": "\"qwen3\"", "attention_bias": "true"]).attentionBias)
  }

  @Test func `Mistral's window holds in all layers, if there is one`() throws {
    let mistral = "\"mistral\""
    let c = try read(["model_type": mistral, "sliding_window": "100"])
    #expect(c.slidingWindow == 100 && c.layerTypes == [.slidingAttention, .slidingAttention])
    #expect(c.attentionShape(layer: 1).slidingWindow == 100)
    #expect(try read(["model_type": mistral]).slidingWindow == 4096)
    let full = try read(["model_type": mistral, "sliding_window": "null"])
    #expect(full.slidingWindow == nil && full.layerTypes == [.fullAttention, .fullAttention])
    #expect(try read(["sliding_window": "100"]).slidingWindow == nil)
  }

  @Test func `Phi-3's window is used where it is given, and only whole heads are rotated`() throws {
    let phi3 = "\"phi3\""
    #expect(try read(["model_type": phi3]).slidingWindow == nil)
    #expect(try read(["model_type": phi3, "sliding_window": "null"]).slidingWindow == nil)
    let c = try read(["model_type": phi3, "sliding_window": "2047"])
    #expect(c.slidingWindow == 2047 && c.layerTypes == [.slidingAttention, .slidingAttention])
    let long = "{\"type\": \"longrope\", \"short_factor\": [1], \"long_factor\": [1]}"
    #expect(try message(["model_type": phi3, "rope_scaling": long]).contains("\"longrope\""))
  }

  @Test func `Gemma's constants have transformers' defaults`() throws {
    let two = try read(["model_type": "\"gemma2\"", "hidden_act": nil, "head_dim": nil])
    #expect(two.hiddenActivation == .geluTanh && two.usesPostNorms && two.tieWordEmbeddings)
    #expect(two.embeddingScale == 8 && two.headDim == 256 && two.queryPreAttnScalar == 256)
    #expect(two.attnLogitSoftcapping == 50 && two.finalLogitSoftcapping == 30)
    #expect(two.layerTypes == [.slidingAttention, .fullAttention] && two.slidingWindow == 4096)
    #expect(two.ropeTheta == 10000 && two.ropeLocalBaseFreq == nil)
    let bare = try read([
      "model_type": "\"gemma2\"", "attn_logit_softcapping": "null",
      "final_logit_softcapping": "null",
    ])
    #expect(bare.attnLogitSoftcapping == nil && bare.finalLogitSoftcapping == nil)
    let three = try read([
      "model_type": "\"gemma3_text\"", "num_hidden_layers": "7", "sliding_window": "512",
      "rope_scaling": "{\"rope_type\": \"linear\", \"factor\": 8}",
    ])
    #expect(three.layerTypes.firstIndex(of: .fullAttention) == 5)
    #expect(three.layerTypes.lastIndex(of: .fullAttention) == 5)
    #expect(three.ropeTheta == 1e6 && three.ropeLocalBaseFreq == 10000)
    #expect(three.ropeScaling == .linear(factor: 8) && three.attnLogitSoftcapping == nil)
    let parameters = """
      {"full_attention": {"rope_type": "linear", "factor": 4, "rope_theta": 5e5},
       "sliding_attention": {"rope_type": "default", "rope_theta": 2e4}}
      """
    let nested = try read([
      "model_type": "\"gemma3_text\"", "rope_parameters": parameters,
      "sliding_window_pattern": "2",
    ])
    #expect(nested.ropeTheta == 5e5 && nested.ropeLocalBaseFreq == 2e4)
    #expect(nested.ropeScaling == .linear(factor: 4))
    #expect(nested.layerTypes == [.slidingAttention, .fullAttention])
  }

  @Test(arguments: [
    ("hidden_activation", "\"gelu\"", "hidden_activation \"gelu\""),
    ("use_bidirectional_attention", "true", "use_bidirectional_attention"),
    ("query_pre_attn_scalar", "0", "query_pre_attn_scalar is 0"),
    ("attn_logit_softcapping", "-1", "attn_logit_softcapping is -1"),
    ("final_logit_softcapping", "0", "final_logit_softcapping is 0"),
    ("sliding_window_pattern", "0", "sliding_window_pattern is 0"),
    ("rope_local_base_freq", "-1", "rope_local_base_freq is -1"),
    ("rope_parameters", "{\"full_attention\": 3}", "full_attention"),
  ])
  func `Gemma's constants that break a rule are refused`(
    key: String, value: String, part: String
  ) throws {
    let found = try message(["model_type": "\"gemma3_text\"", key: value])
    #expect(found.contains(part), "\(found)")
  }

  @Test(arguments: ["qwen2", "qwen3"])
  func `Qwen's window holds where it is turned on`(family: String) throws {
    let type = "\"\(family)\""
    #expect(try read(["model_type": type, "sliding_window": "100"]).slidingWindow == nil)
    func windows(_ key: String, _ value: String) throws -> [Int?] {
      let c = try read([
        "model_type": type, "use_sliding_window": "true", "sliding_window": "100", key: value,
      ])
      return (0..<2).map { c.attentionShape(layer: $0).slidingWindow }
    }
    #expect(try windows("max_window_layers", "0") == [100, 100])
    #expect(try windows("max_window_layers", "1") == [nil, 100])
    #expect(try windows("layer_types", "null") == [nil, nil])
    #expect(
      try windows("layer_types", "[\"sliding_attention\", \"full_attention\"]") == [100, nil])
  }

  @Test(arguments: [
    ("sliding_window", "0", "sliding_window is 0"),
    ("sliding_window", "-4", "sliding_window is -4"),
    ("sliding_window", "\"4\"", "\"sliding_window\""),
    ("use_sliding_window", "1", "\"use_sliding_window\""),
    ("max_window_layers", "[]", "\"max_window_layers\""),
    ("layer_types", "3", "\"layer_types\""), ("layer_types", "[3, 4]", "layer_types[0]"),
    ("layer_types", "[\"full_attention\", \"linear_attention\"]", "linear_attention"),
    ("layer_types", "[\"full_attention\"]", "layer_types has 1 entries"),
  ])
  func `a window that breaks a rule is refused`(key: String, value: String, part: String) throws {
    let found = try message([
      "model_type": "\"qwen2\"", "use_sliding_window": "true", "sliding_window": "100", key: value,
    ])
    #expect(found.contains(part), "\(found)")
  }

  // MARK: Rotary positions

  private static let llama3 = [
    "rope_type": "\"llama3\"", "factor": "8", "low_freq_factor": "1", "high_freq_factor": "4",
    "original_max_position_embeddings": "8192",
  ]

  private func scaling(_ changes: KeyValuePairs<String, String?>) -> String {
    var members = Self.llama3
    for (key, value) in changes { members[key] = value }
    return "{" + members.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
  }

  @Test(arguments: ["rope_scaling", "rope_parameters"])
  func `scaling is read under both of its names`(key: String) throws {
    #expect(
      try read([key: scaling([:])]).ropeScaling
        == .llama3(
          factor: 8, lowFreqFactor: 1, highFreqFactor: 4, originalMaxPositionEmbeddings: 8192))
    #expect(
      try read([key: "{\"type\": \"linear\", \"factor\": 2}"]).ropeScaling == .linear(factor: 2))
    #expect(try read([key: "{\"rope_type\": \"default\"}"]).ropeScaling == .none)
  }

  @Test func `the base is read within the parameters or beside them`() throws {
    #expect(try read(["rope_theta": "5e5"]).ropeTheta == 5e5)
    #expect(try read(["rope_parameters": "{\"rope_theta\": 3e5}"]).ropeTheta == 3e5)
    #expect(try read(["rope_theta": "2", "rope_parameters": "{\"rope_theta\": 3}"]).ropeTheta == 3)
    #expect(try read(["rope_theta": "2", "rope_parameters": "{}"]).ropeTheta == 2)
    #expect(
      try read(["rope_parameters": "null", "rope_scaling": scaling([:])]).ropeScaling != .none)
  }

  @Test(
    arguments: [
      ("factor", nil), ("factor", "0"), ("factor", "-8"), ("factor", "\"8\""),
      ("low_freq_factor", nil), ("low_freq_factor", "4"), ("high_freq_factor", "0.5"),
      ("original_max_position_embeddings", nil), ("original_max_position_embeddings", "0"),
      ("original_max_position_embeddings", "-1"), ("rope_type", "3"),
    ] as [(String, String?)])
  func `a scaling that breaks a rule is refused`(key: String, value: String?) throws {
    let found = try message(["rope_scaling": scaling([key: value])])
    #expect(found.contains("rope_scaling") && found.contains(key), "\(found)")
  }

  @Test func `what YaRN leaves out has transformers' defaults`() throws {
    func yarn(_ members: String) throws -> RoPEScaling {
      try read(["rope_scaling": "{\"type\": \"yarn\"\(members)}"]).ropeScaling
    }
    let grown = 0.1 * logarithm(4) + 1
    #expect(
      try yarn(", \"factor\": 4, \"original_max_position_embeddings\": 128")
        == .yarn(
          factor: 4, attentionFactor: grown, betaFast: 32, betaSlow: 1,
          originalMaxPositionEmbeddings: 128, truncate: true))
    #expect(
      try yarn(", \"original_max_position_embeddings\": 128").attentionFactor == grown)
    #expect(try yarn(", \"factor\": 4, \"attention_factor\": 2").attentionFactor == 2)
    #expect(try yarn(", \"factor\": 0.5").attentionFactor == 1)
  }

  @Test(arguments: [
    ("factor", "0"), ("factor", "-1"), ("attention_factor", "0"), ("beta_fast", "0.5"),
    ("beta_slow", "40"), ("original_max_position_embeddings", "0"), ("truncate", "1"),
    ("mscale", "[]"),
  ])
  func `a YaRN scaling that breaks a rule is refused`(key: String, value: String) throws {
    let found = try message(["rope_scaling": "{\"type\": \"yarn\", \"\(key)\": \(value)}"])
    #expect(found.contains(key), "\(found)")
    #expect(
      try message(["rope_scaling": "{\"type\": \"yarn\"}", "rope_theta": "1"])
        .contains("rope_theta"))
  }

  @Test(arguments: ["[]", "\"linear\"", "2"])
  func `rotary parameters that are no object are refused`(value: String) throws {
    for key in ["rope_scaling", "rope_parameters"] {
      #expect(try message([key: value]).contains("\"\(key)\" is "))
    }
    #expect(
      try message(["rope_parameters": "{\"rope_theta\": \"x\"}"]).contains("\"rope_theta\""))
  }

  @Test func `the largest configuration overflows nothing`() throws {
    let c = try ModelConfiguration(
      modelType: "llama", vocabSize: 16_777_216, hiddenSize: 1_048_576,
      intermediateSize: 4_194_304, numHiddenLayers: 4096, numAttentionHeads: 4096,
      numKeyValueHeads: 4096, headDim: 4096, maxPositionEmbeddings: 1_073_741_824, rmsNormEps: 0,
      ropeTheta: 1e300, tieWordEmbeddings: false, source: "test")
    #expect(c.parameterCount > 0 && c.parameterCount < Int.max / 8)
  }
}

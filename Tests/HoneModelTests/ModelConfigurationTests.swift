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
    ("rope_scaling", "{\"type\": \"dynamic\", \"factor\": 2}", "\"dynamic\""),
    ("rope_scaling", "{\"rope_type\": \"yarn\", \"factor\": 2}", "\"yarn\""),
    ("rope_parameters", "{\"rope_type\": \"longrope\"}", "\"longrope\""),
  ])
  func `what Hone does not run is refused by name`(
    key: String, value: String, expected: String
  ) throws {
    let found = try message([key: value])
    #expect(found.contains(expected) && found.contains("not supported"), "\(found)")
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

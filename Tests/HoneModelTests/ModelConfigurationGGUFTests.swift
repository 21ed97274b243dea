// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel
import HoneTensor
import HoneTesting
import Testing

@Suite struct ModelConfigurationGGUFTests {
  enum Value: Sendable {
    case int(UInt32)
    case float(Float)
    case text(String)
  }

  static let keys: [String: Value] = [
    "general.architecture": .text("llama"), "llama.attention.head_count": .int(4),
    "llama.attention.head_count_kv": .int(2), "llama.embedding_length": .int(64),
    "llama.feed_forward_length": .int(176), "llama.block_count": .int(2),
    "llama.context_length": .int(512), "llama.attention.layer_norm_rms_epsilon": .float(1e-5),
  ]

  /// Reads a file of these keys and empty float32 tensors of these shapes, innermost first.
  private func read(
    _ changes: KeyValuePairs<String, Value?> = [:], more: [String: Value] = [:],
    family: String = "llama",
    tensors: KeyValuePairs<String, [UInt64]> = ["token_embd.weight": [64, 320]],
    floats: [Float] = []
  ) throws -> ModelConfiguration {
    var keys = Self.keys
    for (key, value) in changes { keys[key] = value }
    keys.merge(more) { $1 }
    keys = Dictionary(
      uniqueKeysWithValues: keys.map { ($0.replacing("llama.", with: family + "."), $1) })
    var bytes = Array("GGUF".utf8)
    func append(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }
    func append(text: String) {
      append(UInt64(text.utf8.count))
      bytes += text.utf8
    }
    append(UInt32(3))
    append(UInt64(tensors.count))
    append(UInt64(keys.count))
    for (key, value) in keys {
      append(text: key)
      switch value {
      case .int(let value):
        append(UInt32(4))
        append(value)
      case .float(let value):
        append(UInt32(6))
        append(value.bitPattern)
      case .text(let value):
        append(UInt32(8))
        append(text: value)
      }
    }
    var offset: UInt64 = 0
    for (name, shape) in tensors {
      append(text: name)
      append(UInt32(shape.count))
      for size in shape { append(size) }
      append(UInt32(0))
      append(offset)
      offset = (offset + shape.reduce(4, *) + 31) / 32 * 32
    }
    while bytes.count % 32 != 0 { bytes.append(0) }
    let data = bytes.count
    bytes += [UInt8](repeating: 0, count: Int(offset))
    // The last tensor's values.
    let last = Int(offset) - (floats.count * 4 + 31) / 32 * 32
    for (index, value) in floats.enumerated() {
      withUnsafeBytes(of: value.bitPattern.littleEndian) {
        bytes.replaceSubrange(data + last + index * 4..<data + last + index * 4 + 4, with: $0)
      }
    }
    let folder = try TemporaryFolder()
    try folder.write("m.gguf", bytes)
    return try ModelConfiguration(gguf: GGUFFile(path: folder.path + "/m.gguf"))
  }

  private func message(
    _ changes: KeyValuePairs<String, Value?>,
    tensors: KeyValuePairs<String, [UInt64]> = ["token_embd.weight": [64, 320]],
    floats: [Float] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let error = #expect(throws: (any Error).self, sourceLocation: sourceLocation) {
      try read(changes, tensors: tensors, floats: floats)
    }
    let failure = try #require(error as? any HoneFailure, sourceLocation: sourceLocation)
    #expect(failure.kind == .badData, sourceLocation: sourceLocation)
    #expect(failure.message.contains("m.gguf: "), sourceLocation: sourceLocation)
    return failure.message
  }

  @Test func `metadata and tensors give the configuration`() throws {
    let c = try read()
    #expect(c.vocabSize == 320 && c.hiddenSize == 64 && c.headDim == 16)
    #expect(c.numKeyValueHeads == 2 && c.maxPositionEmbeddings == 512)
    #expect(c.tieWordEmbeddings && !c.attentionBias)
    let untied = try read(
      ["llama.attention.head_count_kv": nil, "llama.rope.freq_base": .float(5e5)],
      tensors: [
        "token_embd.weight": [64, 320], "output.weight": [64, 320], "blk.0.attn_q.bias": [64],
      ])
    #expect(!untied.tieWordEmbeddings && untied.attentionBias)
    #expect(untied.numKeyValueHeads == 4 && untied.ropeTheta == 5e5)
  }

  @Test(arguments: [
    "general.architecture", "llama.attention.head_count", "llama.embedding_length",
    "llama.feed_forward_length", "llama.block_count",
  ])
  func `a key that must be there is named, missing or mistyped`(key: String) throws {
    #expect(try message([key: nil]).contains(key))
    #expect(try message([key: .float(1)]).contains(key))
  }

  static let wrong: [(String, Value, String)] = [
    ("general.architecture", .text("mamba"), "\"mamba\" is not supported"),
    ("general.architecture", .text("a\u{1B}[2J"), #""a\u{1b}[2J" is not supported"#),
    ("llama.rope.scaling.type", .text("\u{0}"), #""\u{0}" is not supported"#),
    ("llama.expert_count", .int(8), "8 experts"),
    ("llama.attention.value_length", .int(32), "values of 32 beside keys of 16"),
    ("llama.attention.sliding_window", .int(.max), "sliding_window"),
    ("llama.rope.scaling.type", .text("longrope"), "\"longrope\" is not supported"),
    ("llama.rope.scaling.type", .text("yarn"), "llama.rope.scaling.factor"),
    ("llama.rope.scaling.type", .text("linear"), "llama.rope.scaling.factor"),
    ("llama.attention.head_count", .int(0), "llama.attention.head_count is 0"),
    ("llama.attention.head_count", .int(.max), "num_attention_heads"),
    ("llama.attention.head_count_kv", .int(3), "num_key_value_heads 3"),
    ("llama.attention.head_count_kv", .int(0), "num_key_value_heads"),
    ("llama.block_count", .int(.max), "num_hidden_layers"),
    ("llama.rope.dimension_count", .int(7), "head_dim is 7"),
    ("llama.rope.freq_base", .float(0), "rope_theta"),
    ("llama.rope.freq_base", .float(.nan), "rope_theta"),
    ("llama.attention.layer_norm_rms_epsilon", .float(.infinity), "rms_norm_eps"),
  ]

  @Test(arguments: wrong)
  func `a value that breaks a rule is refused by name`(
    key: String, value: Value, expected: String
  ) throws {
    let found = try message([key: value])
    #expect(found.contains(expected), "\(found)")
  }

  @Test func `heads have their own length and must be rotated whole`() throws {
    #expect(try read(["llama.attention.key_length": .int(32)]).headDim == 32)
    #expect(
      try message([
        "llama.attention.key_length": .int(32), "llama.rope.dimension_count": .int(16),
      ]).contains("heads of 32 values of which 16 are rotated"))
  }

  @Test(arguments: ["qwen2", "qwen3"]) func `keys stand under the architecture's name`(
    name: String
  ) throws {
    let c = try read(
      [
        "general.architecture": .text(name), "llama.attention.sliding_window": .int(9),
        "llama.rope.freq_base": .float(1e6),
      ], family: name)
    #expect(c.modelType == name && c.hiddenSize == 64 && c.rmsNormEps == Double(Float(1e-5)))
    #expect(c.usesQueryKeyNorm == (name == "qwen3") && c.slidingWindow == 9)
    #expect(c.ropeTheta == 1e6)
  }

  @Test func `what Gemma's files leave out is what its models have`() throws {
    func gemma(
      _ name: String, _ changes: KeyValuePairs<String, Value?> = [:]
    ) throws -> ModelConfiguration {
      try read(
        changes,
        more: ["general.architecture": .text(name), "llama.attention.key_length": .int(8)],
        family: name)
    }
    let two = try gemma("gemma2")
    #expect(two.modelType == "gemma2" && two.hiddenActivation == .geluTanh && two.usesPostNorms)
    #expect(two.slidingWindow == 4096 && two.layerTypes == [.slidingAttention, .fullAttention])
    #expect(two.attnLogitSoftcapping == 50 && two.finalLogitSoftcapping == 30)
    #expect(two.embeddingScale == 8 && two.queryPreAttnScalar == 8 && !two.usesQueryKeyNorm)
    let three = try gemma(
      "gemma3", ["llama.block_count": .int(7), "llama.attention.sliding_window": .int(512)])
    #expect(three.modelType == "gemma3_text" && three.usesQueryKeyNorm)
    #expect(three.layerTypes.firstIndex(of: .fullAttention) == 5 && three.layerTypes.count == 7)
    #expect(three.ropeLocalBaseFreq == 10000 && three.attnLogitSoftcapping == nil)
    #expect(three.finalLogitSoftcapping == nil)
    // The largest ones divide by the width of the stream's share of a head.
    #expect(try gemma("gemma3", ["llama.block_count": .int(62)]).queryPreAttnScalar == 16)
    #expect(try gemma("gemma2", ["llama.block_count": .int(46)]).queryPreAttnScalar == 16)
    #expect(throws: FormatError.self) {
      try gemma("gemma3", ["llama.attention.sliding_window_pattern": .int(0)])
    }
  }

  @Test func `LongRoPE is refused`() throws {
    #expect(
      try message(
        [:], tensors: ["token_embd.weight": [64, 320], "rope_factors_long.weight": [8]]
      ).contains("\"longrope\" is not supported"))
  }

  @Test func `YaRN has the numbers that config.json gives`() throws {
    #expect(
      try read([
        "llama.rope.scaling.type": .text("yarn"), "llama.rope.scaling.factor": .float(4),
        "llama.rope.scaling.original_context_length": .int(128),
        "llama.rope.scaling.attn_factor": .float(2),
      ]).ropeScaling
        == .yarn(
          factor: 4, attentionFactor: 2 * (0.1 * logarithm(4) + 1), betaFast: 32, betaSlow: 1,
          originalMaxPositionEmbeddings: 128, truncate: true))
    #expect(
      try message([
        "llama.rope.scaling.type": .text("yarn"), "llama.rope.scaling.factor": .float(4),
        "llama.rope.scaling.yarn_beta_fast": .float(1),
      ]).contains("yarn_beta_fast"))
  }

  @Test func `a linear factor is read and must be positive`() throws {
    let type = Value.text("linear")
    #expect(
      try read(["llama.rope.scaling.type": type, "llama.rope.scaling.factor": .float(4)])
        .ropeScaling == .linear(factor: 4))
    for factor in [0, -1, .nan, .infinity] as [Float] {
      #expect(
        try message(["llama.rope.scaling.type": type, "llama.rope.scaling.factor": .float(factor)])
          .contains("expected a positive number"))
    }
  }

  @Test func `frequency factors must be as many as pairs, and positive`() throws {
    let good: [Float] = [1, 1, 1, 1, 2, 4, 8, 8]
    func tensors(_ count: UInt64) -> KeyValuePairs<String, [UInt64]> {
      ["token_embd.weight": [64, 320], "rope_freqs.weight": [count]]
    }
    #expect(try read(tensors: tensors(8), floats: good).ropeScaling == .factors(good))
    for wrong in [0, -1, .nan, .infinity] as [Float] {
      #expect(
        try message([:], tensors: tensors(8), floats: Array(good.dropLast()) + [wrong])
          .contains("8 positive numbers"))
    }
    #expect(
      try message([:], tensors: tensors(7), floats: Array(good.dropLast())).contains("rope_freqs"))
  }

  @Test func `an embedding table that is missing or no matrix is refused`() throws {
    #expect(try message([:], tensors: [:]).contains("token_embd.weight"))
    #expect(
      try message([:], tensors: ["token_embd.weight": [64]]).contains("token_embd.weight"))
  }
}

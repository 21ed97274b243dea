// SPDX-License-Identifier: Apache-2.0
import HoneFormats

extension ModelConfiguration {
  /// Reads the metadata of a GGUF file.
  ///
  /// - Throws: ``FormatError`` for a missing or mistyped key, ``ModelError`` for an architecture
  ///   that Hone does not run.
  package init(gguf: GGUFFile) throws {
    let architecture = try gguf.string("general.architecture")
    guard let family = ModelFamily(ggufArchitecture: architecture) else {
      throw ModelError(
        .unsupported,
        "\(gguf.path): architecture \"\(architecture)\" is not supported; Hone runs "
          + ModelFamily.known(\.ggufArchitecture) + "; Mistral's files say \"llama\"")
    }
    func key(_ name: String) -> String { "\(architecture).\(name)" }
    if let experts = try gguf.intIfPresent(key("expert_count")), experts > 0 {
      throw ModelError(
        .unsupported, "\(gguf.path): a mixture of \(experts) experts is not supported")
    }
    if gguf.info(named: "rope_factors_long.weight") != nil {
      throw ModelError(
        .unsupported,
        "\(gguf.path): rope scaling \"longrope\" is not supported; use a model for short contexts, "
          + "such as one of 4k")
    }
    let heads = try gguf.int(key("attention.head_count"))
    let hidden = try gguf.int(key("embedding_length"))
    guard heads > 0 else {
      throw FormatError(
        .malformed, file: gguf.path, "\(key("attention.head_count")) is \(heads), expected > 0")
    }
    let rotated = try gguf.intIfPresent(key("rope.dimension_count"))
    let headDim = try gguf.intIfPresent(key("attention.key_length")) ?? rotated ?? hidden / heads
    if let rotated, rotated != headDim {
      throw ModelError(
        .unsupported,
        "\(gguf.path): heads of \(headDim) values of which \(rotated) are rotated are not "
          + "supported")
    }
    if let valueLength = try gguf.intIfPresent(key("attention.value_length")),
      valueLength != headDim
    {
      throw ModelError(
        .unsupported,
        "\(gguf.path): values of \(valueLength) beside keys of \(headDim) are not supported")
    }
    let context = try gguf.intIfPresent(key("context_length")) ?? 2048
    // Early files of Gemma 2 leave out what all its models have.
    let window =
      try gguf.intIfPresent(key("attention.sliding_window")) ?? (family == .gemma2 ? 4096 : 0)
    let layers = try gguf.int(key("block_count"))
    let isGemma = family.isGemma
    let isLargest = family == .gemma2 && layers == 46 || family == .gemma3 && layers == 62
    let patternKey = key("attention.sliding_window_pattern")
    let pattern = try gguf.intIfPresent(patternKey) ?? (family == .gemma2 ? 2 : 6)
    guard pattern > 0 else {
      throw FormatError(
        .malformed, file: gguf.path, "\(patternKey) is \(pattern), expected > 0")
    }
    func number(_ name: String) throws -> Double? {
      try gguf.floatIfPresent(key(name)).map { Double($0) }
    }
    try self.init(
      modelType: family.rawValue,
      vocabSize: try Self.embeddingRows(gguf),
      hiddenSize: hidden,
      intermediateSize: try gguf.int(key("feed_forward_length")),
      numHiddenLayers: layers,
      numAttentionHeads: heads,
      numKeyValueHeads: try gguf.intIfPresent(key("attention.head_count_kv")) ?? heads,
      headDim: headDim,
      maxPositionEmbeddings: context,
      rmsNormEps: Double(
        try gguf.floatIfPresent(key("attention.layer_norm_rms_epsilon")) ?? 1e-6),
      ropeTheta: Double(try gguf.floatIfPresent(key("rope.freq_base")) ?? 10000),
      ropeScaling: try RoPEScaling(
        gguf: gguf, architecture: architecture, headDim: headDim, context: context),
      tieWordEmbeddings: gguf.info(named: "output.weight") == nil,
      attentionBias: gguf.info(named: "blk.0.attn_q.bias") != nil,
      usesQueryKeyNorm: family == .qwen3 || family == .gemma3,
      slidingWindow: window == 0 ? nil : window,
      layerTypes: !isGemma || window == 0 || !(1...4096).contains(layers)
        ? nil : LayerType.alternating(pattern, layers: layers),
      // The file leaves out what no model of the family has otherwise.
      ropeLocalBaseFreq: try family == .gemma3 ? number("rope.freq_base_swa") ?? 10000 : nil,
      hiddenActivation: isGemma ? .geluTanh : .silu,
      usesPostNorms: isGemma,
      embeddingScale: isGemma ? Double(max(1, hidden)).squareRoot() : 1,
      // The largest of each generation divide by the width of a head without its own head_dim.
      queryPreAttnScalar: isGemma ? Double(isLargest ? hidden / heads : headDim) : nil,
      attnLogitSoftcapping: try family == .gemma2 ? number("attn_logit_softcapping") ?? 50 : nil,
      finalLogitSoftcapping: try isGemma
        ? number("final_logit_softcapping") ?? (family == .gemma2 ? 30 : nil) : nil,
      source: gguf.path)
  }

  private static func embeddingRows(_ gguf: GGUFFile) throws -> Int {
    guard let embedding = gguf.info(named: "token_embd.weight"), embedding.shape.count == 2 else {
      throw FormatError(
        .malformed, file: gguf.path, "the matrix \"token_embd.weight\" is missing")
    }
    return embedding.shape[1]
  }
}

extension RoPEScaling {
  /// Reads `*.rope.scaling.*`, or the factors of each frequency where a file has them.
  init(gguf: GGUFFile, architecture: String, headDim: Int, context: Int) throws {
    if let stored = try gguf.tensor(named: "rope_freqs.weight") {
      let factors = try stored.floats()
      guard factors.count == headDim / 2, factors.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw FormatError(
          .malformed, file: gguf.path,
          "\"rope_freqs.weight\" must hold \(headDim / 2) positive numbers")
      }
      self = .factors(factors)
      return
    }
    let scaling = "\(architecture).rope.scaling."
    func positive(_ names: String..., default fallback: Float? = nil) throws -> Double {
      var found = fallback
      for name in names { found = try gguf.floatIfPresent(scaling + name) ?? found }
      let value = try found ?? gguf.float(scaling + names[0])
      guard value > 0, value.isFinite else {
        throw FormatError(
          .malformed, file: gguf.path,
          "\(scaling + names[0]) is \(value), expected a positive number")
      }
      return Double(value)
    }
    let type = try gguf.stringIfPresent(scaling + "type") ?? "none"
    switch type {
    case "none": self = .none
    case "linear": self = .linear(factor: try positive("factor"))
    case "yarn":
      let factor = try positive("factor")
      let (fast, slow) = (
        try positive("yarn_beta_fast", default: 32), try positive("yarn_beta_slow", default: 1)
      )
      let original = try gguf.intIfPresent(scaling + "original_context_length") ?? context
      guard original > 0, fast > slow else {
        throw FormatError(
          .malformed, file: gguf.path,
          "\(scaling)original_context_length is \(original), yarn_beta_fast \(fast) and "
            + "yarn_beta_slow \(slow): expected positive numbers, fast above slow")
      }
      // The file's factor comes on top of the one that follows from the scaling.
      let stored = try positive("attn_factor", "yarn_attn_factor", default: 1)
      self = .yarn(
        factor: factor, attentionFactor: stored * Self.yarnAttentionFactor(factor),
        betaFast: fast, betaSlow: slow, originalMaxPositionEmbeddings: original, truncate: true)
    default:
      throw ModelError(
        .unsupported,
        "\(gguf.path): rope scaling \"\(type)\" is not supported, only linear and yarn")
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneFormats

extension ModelConfiguration {
  /// Reads the metadata of a GGUF file.
  ///
  /// - Throws: ``FormatError`` for a missing or mistyped key, ``ModelError`` for an architecture
  ///   that Hone does not run.
  package init(gguf: GGUFFile) throws {
    let architecture = try gguf.string("general.architecture")
    guard architecture == "llama" else {
      throw ModelError(
        .unsupported,
        "\(gguf.path): architecture \"\(architecture)\" is not supported; Hone runs \"llama\" "
          + "(Llama 2 and 3, SmolLM2)")
    }
    if let experts = try gguf.intIfPresent("llama.expert_count"), experts > 0 {
      throw ModelError(
        .unsupported, "\(gguf.path): a mixture of \(experts) experts is not supported")
    }
    let heads = try gguf.int("llama.attention.head_count")
    let hidden = try gguf.int("llama.embedding_length")
    guard heads > 0 else {
      throw FormatError(
        .malformed, file: gguf.path, "llama.attention.head_count is \(heads), expected > 0")
    }
    let headDim = try gguf.intIfPresent("llama.rope.dimension_count") ?? hidden / heads
    if let keyLength = try gguf.intIfPresent("llama.attention.key_length"), keyLength != headDim {
      throw ModelError(
        .unsupported,
        "\(gguf.path): heads of \(keyLength) values of which \(headDim) are rotated are not "
          + "supported")
    }
    try self.init(
      modelType: architecture,
      vocabSize: try Self.embeddingRows(gguf),
      hiddenSize: hidden,
      intermediateSize: try gguf.int("llama.feed_forward_length"),
      numHiddenLayers: try gguf.int("llama.block_count"),
      numAttentionHeads: heads,
      numKeyValueHeads: try gguf.intIfPresent("llama.attention.head_count_kv") ?? heads,
      headDim: headDim,
      maxPositionEmbeddings: try gguf.intIfPresent("llama.context_length") ?? 2048,
      rmsNormEps: Double(try gguf.floatIfPresent("llama.attention.layer_norm_rms_epsilon") ?? 1e-6),
      ropeTheta: Double(try gguf.floatIfPresent("llama.rope.freq_base") ?? 10000),
      ropeScaling: try Self.ropeScaling(gguf, headDim: headDim),
      tieWordEmbeddings: gguf.info(named: "output.weight") == nil,
      attentionBias: gguf.info(named: "blk.0.attn_q.bias") != nil,
      source: gguf.path)
  }

  private static func embeddingRows(_ gguf: GGUFFile) throws -> Int {
    guard let embedding = gguf.info(named: "token_embd.weight"), embedding.shape.count == 2 else {
      throw FormatError(
        .malformed, file: gguf.path, "the matrix \"token_embd.weight\" is missing")
    }
    return embedding.shape[1]
  }

  private static func ropeScaling(_ gguf: GGUFFile, headDim: Int) throws -> RoPEScaling {
    if let stored = try gguf.tensor(named: "rope_freqs.weight") {
      let factors = try stored.floats()
      guard factors.count == headDim / 2, factors.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw FormatError(
          .malformed, file: gguf.path,
          "\"rope_freqs.weight\" must hold \(headDim / 2) positive numbers")
      }
      return .factors(factors)
    }
    let type = try gguf.stringIfPresent("llama.rope.scaling.type") ?? "none"
    switch type {
    case "none": return .none
    case "linear":
      let factor = Double(try gguf.float("llama.rope.scaling.factor"))
      guard factor > 0, factor.isFinite else {
        throw FormatError(
          .malformed, file: gguf.path,
          "llama.rope.scaling.factor is \(factor), expected a positive number")
      }
      return .linear(factor: factor)
    default:
      throw ModelError(
        .unsupported, "\(gguf.path): rope scaling \"\(type)\" is not supported, only linear")
    }
  }
}

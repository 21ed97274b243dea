// SPDX-License-Identifier: Apache-2.0

/// A projection of a decoder layer that can carry an adapter, under its Hugging Face name.
public enum TargetModule: String, Codable, CaseIterable, Sendable, Hashable {
  case query = "q_proj"
  case key = "k_proj"
  case value = "v_proj"
  case output = "o_proj"
  case gate = "gate_proj"
  case up = "up_proj"
  case down = "down_proj"

  /// The module that holds it, as in `model.layers.0.self_attn.q_proj`.
  package var parent: String {
    switch self {
    case .query, .key, .value, .output: "self_attn"
    case .gate, .up, .down: "mlp"
    }
  }

  /// Its weight's name in GGUF files, after `blk.0.`.
  package var ggufName: String {
    switch self {
    case .query: "attn_q"
    case .key: "attn_k"
    case .value: "attn_v"
    case .output: "attn_output"
    case .gate: "ffn_gate"
    case .up: "ffn_up"
    case .down: "ffn_down"
    }
  }

  var index: Int {
    switch self {
    case .query: 0
    case .key: 1
    case .value: 2
    case .output: 3
    case .gate: 4
    case .up: 5
    case .down: 6
    }
  }

  /// Outputs and inputs of the projection's weight.
  package func shape(in configuration: ModelConfiguration) -> (outputs: Int, inputs: Int) {
    let c = configuration
    return switch self {
    case .query: (c.queryWidth, c.hiddenSize)
    case .key, .value: (c.keyValueWidth, c.hiddenSize)
    case .output: (c.hiddenSize, c.queryWidth)
    case .gate, .up: (c.intermediateSize, c.hiddenSize)
    case .down: (c.hiddenSize, c.intermediateSize)
    }
  }
}

/// A matrix between tokens and hidden states that can carry an adapter, under its Hugging Face name.
public enum VocabularyModule: String, Codable, CaseIterable, Sendable, Hashable {
  case embedTokens = "embed_tokens"
  case lmHead = "lm_head"

  /// Outputs and inputs of the update: a token's row is looked up in the embeddings' A.
  package func shape(in configuration: ModelConfiguration) -> (outputs: Int, inputs: Int) {
    let c = configuration
    return self == .embedTokens ? (c.hiddenSize, c.vocabSize) : (c.vocabSize, c.hiddenSize)
  }
}

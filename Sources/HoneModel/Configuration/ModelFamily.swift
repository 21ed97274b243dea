// SPDX-License-Identifier: Apache-2.0

/// The families of decoders that Hone runs, by `model_type` in config.json.
package enum ModelFamily: String, CaseIterable, Sendable {
  case llama
  case mistral
  case qwen2
  case qwen3
  case phi3
  case gemma2
  case gemma3 = "gemma3_text"

  /// Scaled embeddings, norms on both sides, gates through gelu.
  var isGemma: Bool { self == .gemma2 || self == .gemma3 }

  /// Models of the family, for people.
  package var models: String {
    switch self {
    case .llama: "Llama 2 and 3, SmolLM2"
    case .mistral: "Mistral"
    case .qwen2: "Qwen 2 and 2.5"
    case .qwen3: "Qwen 3"
    case .gemma2: "Gemma 2"
    case .gemma3: "Gemma 3, text only"
    case .phi3: "Phi-3 with 4k context"
    }
  }

  /// `general.architecture` in GGUF files; nil for a family that is stored as another one.
  package var ggufArchitecture: String? {
    switch self {
    case .mistral: nil
    case .gemma3: "gemma3"
    default: rawValue
    }
  }

  /// `general.architecture` of the files that Hone writes.
  var writtenArchitecture: String { ggufArchitecture ?? Self.llama.rawValue }

  /// The family of a GGUF file's architecture.
  package init?(ggufArchitecture: String) {
    guard let family = Self.allCases.first(where: { $0.ggufArchitecture == ggufArchitecture })
    else { return nil }
    self = family
  }

  /// What Hone runs under the names that a kind of file uses, for messages.
  static func known(_ name: (ModelFamily) -> String?) -> String {
    allCases.compactMap { family in name(family).map { "\"\($0)\" (\(family.models))" } }
      .joined(separator: ", ")
  }
}

/// What a decoder layer's attention sees, under the names of config.json's `layer_types`.
public enum LayerType: String, Codable, Sendable, Hashable {
  /// All tokens up to its own.
  case fullAttention = "full_attention"
  /// The last ``ModelConfiguration/slidingWindow`` of them.
  case slidingAttention = "sliding_attention"

  /// Every `pattern`-th layer sees all, the others a window.
  static func alternating(_ pattern: Int, layers: Int) -> [LayerType] {
    (0..<layers).map { ($0 + 1) % pattern == 0 ? .fullAttention : .slidingAttention }
  }
}

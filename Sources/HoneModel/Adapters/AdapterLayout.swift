// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// A projection of one layer.
struct AdapterPlace: Hashable {
  let layer: Int
  let module: TargetModule

  /// As in `model.layers.0.self_attn.q_proj`.
  var name: String { "model.layers.\(layer).\(module.parent).\(module.rawValue)" }

  init(_ layer: Int, _ module: TargetModule) {
    self.layer = layer
    self.module = module
  }

  /// Reads ``name``; nil for every other module.
  init?(name: some StringProtocol) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0] == "model", parts[1] == "layers", let layer = Int(parts[2]),
      layer >= 0, String(layer) == parts[2], let module = TargetModule(rawValue: String(parts[4])),
      module.parent == parts[3]
    else { return nil }
    self.init(layer, module)
  }
}

/// What an adapter's configuration says about its tensors, whoever wrote it.
struct AdapterLayout {
  /// One of an update's tensors.
  enum Part: CaseIterable {
    case a
    case b
    /// DoRA's.
    case magnitude
  }

  /// The namings and shapes of an update's tensors.
  enum Naming {
    /// `base_model.model.….lora_A.weight` `[R, K]`, `lora_B` `[N, R]`, `lora_magnitude_vector` `[N]`.
    case peft
    /// `….lora_a` `[K, R]`, `lora_b` `[R, N]`, `m` `[N]`.
    case mlx

    private func suffix(_ part: Part) -> String {
      switch (self, part) {
      case (.peft, .a): ".lora_A.weight"
      case (.peft, .b): ".lora_B.weight"
      case (.peft, .magnitude): ".lora_magnitude_vector"
      case (.mlx, .a): ".lora_a"
      case (.mlx, .b): ".lora_b"
      case (.mlx, .magnitude): ".m"
      }
    }

    private var prefix: String { self == .peft ? "base_model.model." : "" }

    /// The place and the part of a tensor; nil for a name of another form.
    func parse(_ name: String) -> (place: AdapterPlace, part: Part)? {
      guard name.hasPrefix(prefix) else { return nil }
      let rest = name.dropFirst(prefix.count)
      for part in Part.allCases where rest.hasSuffix(suffix(part)) {
        return AdapterPlace(name: rest.dropLast(suffix(part).count)).map { ($0, part) }
      }
      return nil
    }

    func name(_ place: AdapterPlace, _ part: Part) -> String {
      prefix + place.name + suffix(part)
    }

    /// The name of a tensor outside of layers, as PEFT has it; nil where there is none.
    func name(_ module: VocabularyModule, _ part: Part) -> String? {
      guard self == .peft, part != .magnitude else { return nil }
      return switch module {
      case .embedTokens:
        "\(prefix)model.embed_tokens.lora_embedding_\(part == .a ? "A" : "B")"
      case .lmHead: "\(prefix)lm_head\(suffix(part))"
      }
    }

    /// Whether it is the base's own table, which PEFT puts beside an adapter of it.
    func isBaseCopy(_ name: String) -> Bool {
      self == .peft
        && ["model.embed_tokens", "lm_head"].contains {
          name == "\(prefix)\($0).base_layer.weight" || name == "\(prefix)\($0).weight"
        }
    }

    func shape(_ part: Part, rank: Int, inputs: Int, outputs: Int) -> [Int] {
      switch (self, part) {
      case (.peft, .a): [rank, inputs]
      case (.peft, .b): [outputs, rank]
      case (.mlx, .a): [inputs, rank]
      case (.mlx, .b): [rank, outputs]
      case (_, .magnitude): [outputs]
      }
    }

    /// Whether the file's matrix is the transpose of the engine's, A `[R, K]` and B `[R, N]`.
    func isTransposed(_ part: Part) -> Bool {
      switch part {
      case .a: self == .mlx
      case .b: self == .peft
      case .magnitude: false
      }
    }
  }

  let naming: Naming
  /// The rank of most updates.
  let rank: Int
  /// Alpha over rank of most updates.
  let scaling: Double
  /// Whether every update has a magnitude (DoRA).
  var usesMagnitudes = false
  /// Ranks and factors of single modules.
  var exceptions: [AdapterPlace: (rank: Int, scaling: Double)] = [:]
  /// Which matrices outside of layers have updates.
  var vocabulary: [VocabularyModule] = []
  /// Where the configuration wants updates; nil if only the tensors tell.
  var expected: [AdapterPlace]?

  /// The tensors that an update has.
  var parts: [Part] { usesMagnitudes ? Part.allCases : [.a, .b] }

  func rank(_ place: AdapterPlace) -> Int { exceptions[place]?.rank ?? rank }
}

// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel
import HoneTensor

/// The files of Tests/Fixtures, which need no bundle.
package enum Fixtures {
  /// The folders of Tools/goldens/families.py: tiny models that are no plain Llama.
  package static let families = ["mistral", "qwen2", "qwen3", "phi3", "gemma2", "gemma3_text"]

  /// The path of a fixture, from the place of a source file in `Sources` or `Tests`.
  package static func path(_ name: String, from file: String = #filePath) -> String {
    let parts = file.split(separator: "/", omittingEmptySubsequences: false)
    let border = parts.lastIndex { $0 == "Sources" || $0 == "Tests" } ?? 0
    return parts[..<border].joined(separator: "/") + "/Tests/Fixtures/" + name
  }

  /// A decoder out of a Hugging Face folder, without its tokenizer.
  package static func decoder(
    folder: String, config: String = "config.json", device: CPUDevice,
    compute: ComputeMode = .float32
  ) throws -> Decoder {
    let configPath = path(folder) + "/" + config
    let configuration = try ModelConfiguration(
      json: JSONParser.parse(try FileSystem.contents(configPath), file: configPath),
      file: configPath)
    let weights = try DecoderLoader(
      source: SafetensorsModel(path: path(folder)), naming: .huggingFace,
      configuration: configuration, device: device, compute: compute
    ).load()
    return Decoder(configuration: configuration, weights: weights, device: device)
  }

  /// A decoder out of a GGUF file, without its tokenizer.
  package static func decoder(gguf: String, device: CPUDevice) throws -> Decoder {
    let file = try GGUFFile(path: path(gguf))
    let configuration = try ModelConfiguration(gguf: file)
    let weights = try DecoderLoader(
      source: file, naming: .gguf, configuration: configuration, device: device
    ).load()
    return Decoder(configuration: configuration, weights: weights, device: device)
  }
}

/// Reference numbers in a safetensors file.
package struct Golden {
  private let file: SafetensorsFile

  package init(_ name: String) throws { file = try SafetensorsFile(path: Fixtures.path(name)) }

  package var names: [String] { file.tensorNames }

  /// - Throws: ``FormatError`` if the file has no such tensor.
  package func floats(_ name: String) throws -> [Float] {
    guard let tensor = try file.tensor(named: name) else {
      throw FormatError(.mismatch, file: file.path, "no tensor \(name)")
    }
    return try tensor.floats()
  }

  package func doubles(_ name: String) throws -> [Double] { try floats(name).map(Double.init) }
  package func ids(_ name: String) throws -> [Int32] { try floats(name).map { Int32($0) } }
  package func flags(_ name: String) throws -> [Bool] { try floats(name).map { $0 != 0 } }

  /// An adapter under PEFT's names.
  ///
  /// - Parameter prefix: Before each name, such as `grad.`.
  package func adapter(
    rank: Int, alpha: Double, model: ModelConfiguration, prefix: String = ""
  ) throws -> LoRAAdapter {
    let configuration = try LoRAConfiguration(loraRank: rank, loraAlpha: alpha)
    let adapter = LoRAAdapter(configuration: configuration, model: model)
    try fill(adapter, layers: 0..<model.numHiddenLayers, prefix: prefix)
    return adapter
  }

  /// Gives an adapter's matrices in some layers the values under PEFT's names.
  package func fill(_ adapter: LoRAAdapter, layers: Range<Int>, prefix: String) throws {
    for layer in layers {
      for module in TargetModule.allCases {
        guard let linear = adapter.linear(layer, module) else { continue }
        let name = prefix + Self.name(layer, module)
        linear.a.copy(from: try floats("\(name).lora_A.weight"))
        // PEFT's B is [N, R].
        let b = try floats("\(name).lora_B.weight")
        let (r, n) = (linear.b.rows, linear.b.columns)
        linear.b.copy(from: (0..<r * n).map { b[$0 % n * r + $0 / n] })
        linear.magnitude?.copy(from: try floats("\(name).lora_magnitude_vector.weight"))
      }
    }
  }

  /// The same for what is outside of layers.
  package func fillVocabulary(_ adapter: LoRAAdapter, prefix: String) throws {
    let prefix = prefix + "base_model.model."
    for (module, names) in [
      (
        VocabularyModule.embedTokens,
        ["model.embed_tokens.lora_embedding_A", "model.embed_tokens.lora_embedding_B"]
      ), (.lmHead, ["lm_head.lora_A.weight", "lm_head.lora_B.weight"]),
    ] {
      guard let linear = adapter.vocabulary[module] else { continue }
      linear.a.copy(from: try floats(prefix + names[0]))
      let b = try floats(prefix + names[1])
      let (r, n) = (linear.b.rows, linear.b.columns)
      linear.b.copy(from: (0..<r * n).map { b[$0 % n * r + $0 / n] })
    }
  }

  package static func name(_ layer: Int, _ module: TargetModule) -> String {
    "base_model.model.model.layers.\(layer).\(module.parent).\(module.rawValue)"
  }
}

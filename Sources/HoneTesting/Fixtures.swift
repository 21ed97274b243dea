// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel
import HoneTensor

/// The files of Tests/Fixtures, which need no bundle.
package enum Fixtures {
  /// The path of a fixture, from this source file's own place.
  package static func path(_ name: String, from file: String = #filePath) -> String {
    // …/Sources/HoneTesting/Fixtures.swift
    let root = file.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return root.joined(separator: "/") + "/Tests/Fixtures/" + name
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
    for layer in 0..<model.numHiddenLayers {
      for module in TargetModule.allCases {
        guard let linear = adapter.linear(layer, module) else { continue }
        let name = prefix + Self.name(layer, module)
        linear.a.copy(from: try floats("\(name).lora_A.weight"))
        linear.b.copy(from: try floats("\(name).lora_B.weight"))
      }
    }
    return adapter
  }

  package static func name(_ layer: Int, _ module: TargetModule) -> String {
    "base_model.model.model.layers.\(layer).\(module.parent).\(module.rawValue)"
  }
}

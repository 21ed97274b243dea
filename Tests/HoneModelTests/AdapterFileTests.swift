// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneFormats
import HoneTensor
import HoneTesting
import Testing

@testable import HoneModel

@Suite struct AdapterFileTests {
  static let folders = [
    "peft-default", "peft-rslora-bf16", "peft-patterns-f16", "peft-one-layer", "peft-dora",
    "peft-vocabulary-bf16",
    "mlx",
  ]
  private let decoder: Decoder
  private let golden: Golden

  init() throws {
    decoder = try Fixtures.decoder(folder: "tiny-llama", device: CPUDevice(threads: 1))
    golden = try Golden("adapters/golden.safetensors")
  }

  private func load(_ name: String) throws -> LoRAAdapter {
    try LoRAAdapter.load(
      path: Fixtures.path("adapters/\(name)"), model: decoder.configuration)
  }

  private func logits(_ adapter: LoRAAdapter?) throws -> [Float] {
    try decoder.allLogits(try golden.ids("ids"), adapter: adapter).toArray()
  }

  @Test(arguments: folders)
  func `An adapter of PEFT or mlx-lm gives the logits that PEFT gives`(name: String) throws {
    expectClose(
      try logits(try load(name)), try golden.doubles(name), absolute: 2e-5, relative: 1e-5, name)
  }

  @Test(arguments: folders)
  func `A written adapter reads back to the same logits, bit for bit`(name: String) throws {
    let adapter = try load(name)
    let folder = try TemporaryFolder()
    let path = folder.path + "/adapter"
    try adapter.save(path: path, baseModel: "tiny-llama")
    #expect(
      folder.names == [
        "adapter", "adapter/adapter_config.json", "adapter/adapter_model.safetensors",
      ])
    let back = try LoRAAdapter.load(path: path, model: decoder.configuration)
    #expect(back.configuration.targetModules == adapter.configuration.targetModules)
    expectEqualBits(try logits(back), try logits(adapter), name)
  }

  @Test func `An adapter knows rank, alpha and targets`() throws {
    let configuration = try load("peft-default").configuration
    #expect(configuration.loraRank == 4)
    #expect(configuration.loraAlpha == 8)
    #expect(configuration.targetModules == [.query, .value])
    #expect(try load("mlx").configuration.loraScaling == 10)
    #expect(
      abs(try load("peft-rslora-bf16").configuration.loraScaling - 5 / 3.0.squareRoot()) < 1e-12)
    let patterns = try load("peft-patterns-f16")
    let down = try #require(patterns.linear(1, .down))
    #expect(down.a.rows == 3)
    #expect(patterns.scaling(of: down) == 2)
    let key = try #require(patterns.linear(1, .key))
    #expect(key.a.rows == 1)
    #expect(patterns.scaling(of: key) == 4)
    #expect(patterns.scaling(of: try #require(patterns.linear(0, .query))) == 3.5)
    #expect(try load("peft-one-layer").linear(0, .output) == nil)
  }

  @Test func `A place that is taken is left as it is`() throws {
    let folder = try TemporaryFolder()
    try folder.write("note", "keep")
    #expect(throws: FormatError.self) { try load("mlx").save(path: folder.path) }
    #expect(folder.names == ["note"])
  }

  // MARK: Hostile

  /// A copy of a fixture with its configuration edited.
  private func copy(
    _ name: String, _ edit: (inout [String: Any]) -> Void
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let source = URL(fileURLWithPath: Fixtures.path("adapters/\(name)"))
    for file in ["adapter_model.safetensors", "adapters.safetensors"] {
      let data = try? Data(contentsOf: source.appendingPathComponent(file))
      if let data { try folder.write(file, data) }
    }
    let config = try Data(contentsOf: source.appendingPathComponent("adapter_config.json"))
    var object = try #require(try JSONSerialization.jsonObject(with: config) as? [String: Any])
    edit(&object)
    try folder.write("adapter_config.json", JSONSerialization.data(withJSONObject: object))
    return folder
  }

  private func message(_ folder: TemporaryFolder) throws -> String {
    do {
      _ = try LoRAAdapter.load(path: folder.path, model: decoder.configuration)
    } catch let error as any HoneFailure {
      return error.message
    }
    Issue.record("no error")
    return ""
  }

  private static let settings: [(String, String, any Sendable & Codable, String)] = [
    ("peft-default", "peft_type", "IA3", "\"IA3\""),
    ("peft-default", "fan_in_fan_out", true, "\"fan_in_fan_out\" is set"),
    ("peft-default", "use_dora", true, "lora_magnitude_vector\": missing, expected shape [64]"),
    ("peft-dora", "use_dora", false, "lora_magnitude_vector\": no such module"),
    ("peft-default", "modules_to_save", ["lm_head"], "\"modules_to_save\" is set"),
    ("peft-default", "bias", "all", "\"bias\" is \"all\""),
    ("peft-default", "init_lora_weights", "pissa_niter_4", "\"pissa_niter_4\""),
    ("peft-default", "r", 0, "\"r\" is 0, expected 1 … 4096"),
    ("peft-default", "r", "four", "\"r\" is a string"),
    ("peft-default", "lora_alpha", -1, "\"lora_alpha\" is -1"),
    ("peft-default", "target_modules", 7, "\"target_modules\" must be"),
    ("peft-default", "target_modules", ["q_proj", "score"], "names \"score\""),
    (
      "peft-default", "target_modules", ["q_proj", "v_proj", "lm_head"],
      "lm_head.lora_A.weight\": missing"
    ),
    ("peft-vocabulary-bf16", "alpha_pattern", ["lm_head": 3], "\"alpha_pattern\" of \"lm_head\""),
    ("peft-default", "target_modules", ["q_proj", ""], "names \"\""),
    ("peft-default", "target_modules", ["q_proj"], "v_proj.lora_A.weight\": a module that"),
    ("peft-default", "target_modules", ["q_proj", "v_proj", "o_proj"], "missing, expected shape"),
    ("peft-default", "layers_to_transform", [2], "layers of 0 … 1"),
    ("peft-default", "rank_pattern", ["q_.*": 4], "regular expression \"q_.*\""),
    ("peft-default", "rank_pattern", ["q_proj": 3], "shape [4, 64], expected [3, 64]"),
    ("peft-default", "rank_pattern", ["q_proj": "x"], "no whole number"),
    ("peft-default", "alpha_pattern", ["q_proj": 0], "\"alpha_pattern\" is 0"),
    ("peft-default", "alpha_pattern", 3, "\"alpha_pattern\" is a number"),
    ("mlx", "fine_tune_type", "dora", ".m\": missing"),
    ("mlx", "fine_tune_type", "full", "\"full\""),
    ("mlx", "lora_parameters", 3, "\"lora_parameters\" is missing"),
    ("mlx", "lora_parameters", ["rank": 4], "\"scale\" is missing"),
    ("mlx", "lora_parameters", ["rank": 5, "scale": 1], "shape [64, 4], expected [64, 5]"),
    ("mlx", "num_layers", 2, "layers.0.self_attn.q_proj.lora_a\": missing"),
  ]

  @Test(arguments: settings.indices)
  func `A configuration that cannot be honoured is refused with its reason`(index: Int) throws {
    let (name, key, value, expected) = Self.settings[index]
    let text = try message(try copy(name) { $0[key] = value })
    #expect(text.contains(expected), "\(key): \(text)")
    #expect(text.contains("adapter"))
  }

  @Test(arguments: ["peft_type", "r", "lora_alpha", "target_modules"])
  func `A missing key of PEFT is named`(key: String) throws {
    let text = try message(try copy("peft-default") { $0[key] = nil })
    #expect(text.contains("\"\(key)\""))
  }

  @Test func `Every tensor that does not fit is listed in one error`() throws {
    var writer = SafetensorsWriter()
    let prefix = "base_model.model."
    let layer = prefix + "model.layers.0.self_attn.q_proj"
    try writer.add(layer + ".lora_A.weight", shape: [4, 8], .init(repeating: 0, count: 32))
    try writer.add(layer + ".lora_B.weight", shape: [64, 4], .init(repeating: .nan, count: 256))
    try writer.add(
      prefix + "model.layers.9.self_attn.q_proj.lora_A.weight", shape: [1], [0])
    try writer.add(prefix + "score.lora_A.weight", shape: [1], [0])
    let folder = try copy("peft-default") { $0["target_modules"] = ".*" }
    try writer.write(to: folder.path + "/adapter_model.safetensors")
    let text = try message(folder)
    #expect(text.contains("4 tensors do not fit"))
    for part in [
      "q_proj.lora_A.weight\": shape [4, 8], expected [4, 64]", "lora_B.weight\": holds NaN",
      "layers.9.self_attn.q_proj.lora_A.weight\": no such module (layers 0 … 1)",
      "score.lora_A.weight\": no such module; expected names such as",
    ] { #expect(text.contains(part), "\(part) in \(text)") }
    try SafetensorsWriter().write(to: folder.path + "/adapter_model.safetensors")
    #expect(try message(folder).contains("no tensor at all"))
  }

  @Test(arguments: folders)
  func `A file cut short at any byte of its header gives an error`(name: String) throws {
    let folder = try copy(name) { _ in }
    let file = name == "mlx" ? "adapters.safetensors" : "adapter_model.safetensors"
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + file))
    var lengths = Array(0..<16) + Array(stride(from: 16, to: data.count, by: 97))
    lengths.append(data.count - 1)
    for length in lengths {
      try folder.write(file, data.prefix(length))
      #expect(throws: FormatError.self, "\(length) bytes") {
        try LoRAAdapter.load(path: folder.path, model: decoder.configuration)
      }
    }
  }

  @Test func `Changed bytes give an error or an adapter, never a trap`() throws {
    let folder = try copy("peft-default") { _ in }
    var random = RandomSource(seed: 5)
    for file in ["adapter_model.safetensors", "adapter_config.json"] {
      let data = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + file))
      for _ in 0..<200 {
        var changed = data
        for _ in 0..<3 {
          let place = Int(random.uniform() * Double(min(data.count, 2000)))
          changed[place] = UInt8(random.uniform() * 256)
        }
        try folder.write(file, changed)
        _ = try? LoRAAdapter.load(path: folder.path, model: decoder.configuration)
      }
      try folder.write(file, data)
    }
  }

  @Test func `What is no adapter's folder is told from one`() throws {
    let folder = try TemporaryFolder()
    #expect(try message(folder).contains("no adapter_config.json"))
    try folder.write("adapter_config.json", "[]")
    #expect(try message(folder).contains("expected an object"))
    try folder.write("adapter_config.json", "{}")
    #expect(try message(folder).contains("neither \"peft_type\""))
    try folder.write("adapter_config.json", "{\"peft_type\": \"LORA\", \"r\": 1}")
    #expect(try message(folder).contains("\"lora_alpha\" is missing"))
    try folder.write(
      "adapter_config.json",
      "{\"peft_type\": \"LORA\", \"r\": 1, \"lora_alpha\": 1, \"target_modules\": [\"q_proj\"]}")
    #expect(try message(folder).contains("no adapter_model.safetensors"))
    #expect(throws: FormatError.self) {
      try LoRAAdapter.load(path: folder.path + "/none", model: decoder.configuration)
    }
    #expect(throws: ModelError.self) {
      try LoRAAdapter.load(
        path: folder.path + "/adapter_config.json", model: decoder.configuration)
    }
  }
}

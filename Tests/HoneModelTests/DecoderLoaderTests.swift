// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel
import HoneTensor
import HoneTesting
import Testing

@Suite struct DecoderLoaderTests {
  /// One weight of each kind, by its name in a layer or the model.
  static let names =
    ["model.embed_tokens.weight", "model.norm.weight", "lm_head.weight"]
    + [
      "self_attn.q_proj.weight", "self_attn.k_proj.weight", "self_attn.v_proj.weight",
      "self_attn.o_proj.weight", "self_attn.q_proj.bias", "self_attn.o_proj.bias",
      "mlp.gate_proj.weight", "mlp.up_proj.weight", "mlp.down_proj.weight",
      "input_layernorm.weight", "post_attention_layernorm.weight", "self_attn.q_norm.weight",
      "self_attn.k_norm.weight",
    ].map { "model.layers.1.\($0)" }

  static let config = ModelFolder.config
    .replacing("\"tie_word_embeddings\": true", with: "\"attention_bias\": true")
    .replacing("\"llama\"", with: "\"qwen3\"")

  /// The tiny model with a head of its own, with biases and with norms of queries and keys: every
  /// kind of tensor there is.
  private func tensors() throws -> ModelFolder.Tensors {
    var tensors = try ModelFolder.tensors()
    tensors["lm_head.weight"] = tensors["model.embed_tokens.weight"]
    var random = RandomSource(seed: 2)
    for layer in 0..<2 {
      for (name, size) in [("q", 64), ("k", 32), ("v", 32), ("o", 64)] {
        tensors["model.layers.\(layer).self_attn.\(name)_proj.bias"] = (
          [size], random.floats(size)
        )
      }
      for name in ["q", "k"] {
        tensors["model.layers.\(layer).self_attn.\(name)_norm.weight"] = ([16], random.floats(16))
      }
    }
    return tensors
  }

  private func decoder(
    _ tensors: ModelFolder.Tensors, config: String = DecoderLoaderTests.config
  ) throws -> Decoder {
    let folder = try TemporaryFolder()
    try ModelFolder.write(tensors, config: config, to: folder)
    let configuration = try ModelConfiguration(
      json: JSONParser.parse(Array(config.utf8), file: "config.json"), file: "config.json")
    let device = try CPUDevice(threads: 1)
    let weights = try DecoderLoader(
      source: SafetensorsModel(path: folder.path), naming: .huggingFace,
      configuration: configuration, device: device
    ).load()
    return Decoder(configuration: configuration, weights: weights, device: device)
  }

  private func failure(
    _ tensors: ModelFolder.Tensors, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> FormatError {
    let error = #expect(throws: FormatError.self, sourceLocation: sourceLocation) {
      _ = try decoder(tensors)
    }
    return try #require(error, sourceLocation: sourceLocation)
  }

  @Test func `a model of every kind of tensor is loaded, and each one counts`() throws {
    let ids: [Int32] = [5, 9, 200, 17]
    let all = try tensors()
    let whole = try decoder(all).allLogits(ids, adapter: nil).toArray()
    for name in Self.names {
      var changed = all
      let values = try #require(changed[name]).values
      changed[name]?.values = values.map { $0 * 1.5 + 0.25 }
      let logits = try decoder(changed).allLogits(ids, adapter: nil).toArray()
      #expect(zip(logits, whole).contains { abs($0 - $1) > 1e-3 }, "\(name) changes nothing")
    }
  }

  @Test func `an output projection need not have a bias`() throws {
    var tensors = try tensors()
    for layer in 0..<2 {
      tensors["model.layers.\(layer).self_attn.o_proj.bias"] = nil
    }
    let without = try decoder(tensors).allLogits([5, 9], adapter: nil).toArray()
    for layer in 0..<2 {
      tensors["model.layers.\(layer).self_attn.o_proj.bias"] = (
        [64], Array(repeating: 0, count: 64)
      )
    }
    expectEqualBits(try decoder(tensors).allLogits([5, 9], adapter: nil).toArray(), without)
  }

  @Test(arguments: names, [Float.nan, .infinity, -.infinity])
  func `a weight that is no finite number is named`(name: String, value: Float) throws {
    var tensors = try tensors()
    let count = try #require(tensors[name]).values.count
    for place in [0, count - 1] {
      var poisoned = tensors
      poisoned[name]?.values[place] = value
      let error = try failure(poisoned)
      #expect(error.code == .malformed)
      #expect(error.message.contains("\"\(name)\" holds NaN or infinity"), "\(error.message)")
    }
    tensors[name]?.values[count / 2] = .greatestFiniteMagnitude
    _ = try decoder(tensors)
  }

  @Test(arguments: names.filter { $0 != "model.layers.1.self_attn.o_proj.bias" })
  func `a missing tensor is named with its shape`(name: String) throws {
    var tensors = try tensors()
    let shape = try #require(tensors[name]).shape
    tensors[name] = nil
    let error = try failure(tensors)
    #expect(error.code == .mismatch)
    #expect(error.message.contains("1 tensor does not fit"), "\(error.message)")
    #expect(error.message.contains("\n  \(name): missing, expected shape \(shape)"))
  }

  @Test(arguments: names) func `a tensor of another shape is named`(name: String) throws {
    var tensors = try tensors()
    let old = try #require(tensors[name])
    for shape in [[old.values.count / 4, 4], [old.values.count], Array(old.shape.reversed())]
    where shape != old.shape {
      tensors[name] = (shape, old.values)
      let error = try failure(tensors)
      #expect(error.message.contains("\n  \(name): shape \(shape), expected \(old.shape)"))
    }
  }

  @Test func `all that does not fit is counted, and the first of it listed`() throws {
    var tensors = try tensors()
    tensors["model.norm.weight"] = nil
    tensors["model.layers.0.mlp.up_proj.weight"]?.shape = [64, 176]
    let two = try failure(tensors)
    #expect(two.message.contains("2 tensors do not fit"))
    #expect(two.message.contains("model.norm.weight: missing"))
    #expect(two.message.contains("model.layers.0.mlp.up_proj.weight: shape [64, 176]"))
    for name in tensors.keys where name.hasPrefix("model.layers.1.") { tensors[name] = nil }
    let many = try failure(tensors)
    // The bias of the output projection is optional.
    #expect(many.message.contains("16 tensors do not fit"), "\(many.message)")
    #expect(many.message.hasSuffix("… and 8 more"))
  }

  @Test func `rows of a fused matrix are the projections, and its shape is checked`() throws {
    let (config, ids) = (ModelFolder.config, [5, 9, 200, 17] as [Int32])
    var tensors = try ModelFolder.tensors()
    let whole = try decoder(tensors, config: config).allLogits(ids, adapter: nil).toArray()
    for layer in 0..<2 {
      let prefix = "model.layers.\(layer)."
      for (fused, names) in [
        ("self_attn.qkv", ["self_attn.q", "self_attn.k", "self_attn.v"]),
        ("mlp.gate_up", ["mlp.gate", "mlp.up"]),
      ] {
        let parts = names.compactMap { tensors.removeValue(forKey: prefix + $0 + "_proj.weight") }
        try #require(parts.count == names.count)
        tensors[prefix + fused + "_proj.weight"] = (
          [parts.reduce(0) { $0 + $1.shape[0] }, 64], parts.flatMap(\.values)
        )
      }
    }
    let phi3 = config.replacing("\"llama\"", with: "\"phi3\"")
    expectEqualBits(
      try decoder(tensors, config: phi3).allLogits(ids, adapter: nil).toArray(), whole)
    for (name, shape) in [("self_attn.qkv", [64, 128]), ("mlp.gate_up", [64, 352])] {
      var wrong = tensors
      wrong["model.layers.1.\(name)_proj.weight"]?.shape = shape
      let error = #expect(throws: FormatError.self) { _ = try decoder(wrong, config: phi3) }
      #expect(error?.message.contains("\(name)_proj.weight\" has shape \(shape)") == true)
    }
    tensors["model.layers.1.mlp.gate_up_proj.weight"] = nil
    let error = #expect(throws: FormatError.self) { _ = try decoder(tensors, config: phi3) }
    #expect(error?.message.contains("gate_proj.weight: missing") == true)
  }

  @Test func `tensors that the model has no place for are ignored`() throws {
    var tensors = try tensors()
    tensors["model.layers.7.extra"] = ([1], [.nan])
    _ = try decoder(tensors)
  }

  // MARK: Blocks

  private func gguf(_ path: String, keepsBlocks: Bool?) throws -> Decoder {
    let file = try GGUFFile(path: path)
    let configuration = try ModelConfiguration(gguf: file)
    let device = try CPUDevice(threads: 2)
    let weights = try DecoderLoader(
      source: file, naming: .gguf, configuration: configuration, device: device,
      keepsBlocks: keepsBlocks
    ).load()
    return Decoder(configuration: configuration, weights: weights, device: device)
  }

  @Test(arguments: ["model-q8_0.gguf", "model-f32.gguf"])
  func `weights kept in blocks give the logits of unpacked ones`(name: String) throws {
    let path = Fixtures.path("tiny-llama-gguf/" + name)
    let ids = (0..<40).map { Int32($0 * 7 % 320) }
    let unpacked = try gguf(path, keepsBlocks: false).allLogits(ids, adapter: nil)
    for choice in [true, nil] {
      let blocks = try gguf(path, keepsBlocks: choice).allLogits(ids, adapter: nil)
      expectClose(blocks.toArray(), unpacked.toDoubles(), absolute: 1e-5, relative: 1e-5)
    }
  }

  @Test func `gradients through weights kept in blocks are those of unpacked ones`() throws {
    let path = Fixtures.path("tiny-llama-gguf/model-q8_0.gguf")
    var batch = PackedBatch()
    batch.append((0..<30).map { Int32($0 * 7 % 320) }, isTarget: Array(repeating: true, count: 30))
    func gradient(_ keepsBlocks: Bool) throws -> [Float] {
      let decoder = try gguf(path, keepsBlocks: keepsBlocks)
      var random = RandomSource(seed: 3)
      let configuration = try LoRAConfiguration(loraRank: 2, loraAlpha: 2)
      let adapter = LoRAAdapter(
        configuration: configuration, model: decoder.configuration, random: &random)
      let gradients = LoRAAdapter(configuration: configuration, model: decoder.configuration)
      _ = try decoder.logLikelihoodsAndGradients(
        batch, adapter: adapter, gradients: gradients, weight: 1)
      return gradients.parameters.flatMap { $0.toArray() }
    }
    let expected = try gradient(false).map(Double.init)
    let scale = expected.map(abs).max() ?? 0
    #expect(scale > 0)
    expectClose(try gradient(true), expected, absolute: 1e-5 * scale)
  }

  @Test(
    arguments: [
      "token_embd.weight", "blk.1.attn_q.weight", "blk.1.attn_v.weight", "blk.0.ffn_up.weight",
    ], [true, false])
  func `a block's scale that is no finite number is found`(name: String, keepsBlocks: Bool) throws {
    let path = Fixtures.path("tiny-llama-gguf/model-q8_0.gguf")
    let file = try GGUFFile(path: path)
    let tensor = try #require(try file.tensor(named: name))
    #expect(tensor.dtype == .q8v0)
    var bytes = try FileSystem.contents(path)
    let start = try #require(bytes.firstRange(of: Array(tensor.bytes))?.lowerBound)
    // The last block: a scale of two bytes, then 32 numbers.
    let scale = start + tensor.bytes.count - 34
    for high in [0x7E, 0x7C, 0xFC] as [UInt8] {
      (bytes[scale], bytes[scale + 1]) = (0, high)
      let folder = try TemporaryFolder()
      try folder.write("m.gguf", bytes)
      let error = #expect(throws: FormatError.self) {
        _ = try gguf(folder.path + "/m.gguf", keepsBlocks: keepsBlocks)
      }
      #expect(error?.message.contains("\"\(name)\" holds NaN or infinity") == true)
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor
import HoneTesting
import Testing

@testable import HoneModel

@Suite struct ModelExporterTests {
  private let folder: TemporaryFolder
  private let golden: Golden

  init() throws {
    folder = try TemporaryFolder()
    golden = try Golden("adapters/golden.safetensors")
  }

  @discardableResult
  private func export(
    _ model: String, to name: String, _ container: ModelExporter.Container,
    _ type: StoredType? = nil
  ) throws -> ModelExporter.Report {
    let exporter = try ModelExporter(path: model, threads: 1)
    let target = try ExportTarget(path: folder.path + "/" + name, container)
    return try target.committing {
      try exporter.write(to: target, path: folder.path + "/" + name, type: type)
    }
  }

  private func load(_ path: String) throws -> LanguageModel {
    try LanguageModel.load(path: path, threads: 1, compute: .float32)
  }

  private func logits(_ path: String) async throws -> [Float] {
    try await load(path).allLogits(try golden.ids("ids"), adapter: nil)
  }

  @Test func `Folder, GGUF and folder again hold the same model, bit for bit`() async throws {
    let source = Fixtures.path("tiny-llama")
    let report = try export(source, to: "one.gguf", .gguf)
    #expect(report.tensors == ["F32": 20])
    #expect(report.leftOut == [])
    try export(folder.path + "/one.gguf", to: "two", .huggingFace)
    try export(folder.path + "/two", to: "three.gguf", .gguf)
    let expected = try await logits(source)
    let model = try load(source)
    for name in ["one.gguf", "two", "three.gguf"] {
      let path = folder.path + "/" + name
      expectEqualBits(try await logits(path), expected, name)
      let other = try load(path)
      #expect(other.configuration.hiddenSize == model.configuration.hiddenSize)
      #expect(abs(other.configuration.rmsNormEps - model.configuration.rmsNormEps) < 1e-9)
      #expect(other.tokenizer.eosTokenIDs == model.tokenizer.eosTokenIDs)
      #expect(other.tokenizer.bosTokenID == model.tokenizer.bosTokenID)
      for text in ["the dog 1234 naïve — 東京", "<|im_start|>user\nthere<|im_end|>", " ( [ {"] {
        #expect(other.tokenizer.encode(text) == model.tokenizer.encode(text), "\(name): \(text)")
      }
    }
    #expect(
      folder.names.filter { $0.hasPrefix("two/") } == [
        "two/config.json", "two/generation_config.json", "two/model.safetensors",
        "two/tokenizer.json", "two/tokenizer_config.json",
      ])
  }

  @Test func `The GGUF file has the tensors that the reference's converter writes`() throws {
    try export(Fixtures.path("tiny-llama"), to: "q8.gguf", .gguf, .q8v0)
    let written = try GGUFFile(path: folder.path + "/q8.gguf")
    let reference = try GGUFFile(path: Fixtures.path("tiny-llama-gguf/model-q8_0.gguf"))
    #expect(Set(written.tensorNames) == Set(reference.tensorNames))
    for tensor in reference.tensors {
      let own = try #require(written.info(named: tensor.name))
      #expect(own.dtype == tensor.dtype && own.shape == tensor.shape, "\(tensor.name)")
      #expect(
        try Array(written.rawBytes(of: own)) == Array(reference.rawBytes(of: tensor)),
        "\(tensor.name)")
    }
    let keys = ["general.name", "tokenizer.ggml.unknown_token_id"]
    for key in reference.keys where !keys.contains(key) {
      #expect(written.metadata[key] == reference.metadata[key], "\(key)")
    }
  }

  @Test(arguments: [
    (StoredType.float16, ["F16": 15, "F32": 5]), (.bfloat16, ["BF16": 15, "F32": 5]),
    (.q8v0, ["Q8_0": 13, "F16": 2, "F32": 5]),
    (.q4v0, ["Q4_0": 12, "Q8_0": 1, "F16": 2, "F32": 5]),
    (.q5v1, ["Q5_1": 12, "Q8_0": 1, "F16": 2, "F32": 5]),
  ])
  func `Weights take the type asked for where they can`(type: StoredType, counts: [String: Int])
    async throws
  {
    let report = try export(Fixtures.path("tiny-llama"), to: "model.gguf", .gguf, type)
    #expect(report.tensors == counts)
    // Near the base's, as far as the bits reach.
    let (one, base) = (
      try await logits(folder.path + "/model.gguf"), try await logits(Fixtures.path("tiny-llama"))
    )
    let worst = zip(one, base).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
    // The fixture's weights are bfloat16 numbers.
    #expect((worst == 0) == (type == .bfloat16))
    #expect(worst < (type.isQuantized ? 1.5 : 0.1))
    // Again without a type: byte for byte the same.
    try export(folder.path + "/model.gguf", to: "again.gguf", .gguf)
    #expect(
      try FileSystem.contents(folder.path + "/model.gguf")
        == FileSystem.contents(folder.path + "/again.gguf"))
  }

  @Test func `A quantised model becomes a folder only in a plain type`() async throws {
    let source = Fixtures.path("tiny-llama-gguf/model-q8_0.gguf")
    let error = #expect(throws: FormatError.self) {
      try export(source, to: "folder", .huggingFace)
    }
    #expect(error?.message.contains("Q8_0, which safetensors cannot hold") == true)
    #expect(folder.names == [])
    try export(source, to: "folder", .huggingFace, .float32)
    expectEqualBits(try await logits(folder.path + "/folder"), try await logits(source))
  }

  @Test func `Nothing is written over`() throws {
    try folder.write("taken.gguf", "x")
    for container in [ModelExporter.Container.gguf, .huggingFace] {
      #expect(throws: FormatError.self) {
        try export(Fixtures.path("tiny-llama"), to: "taken.gguf", container)
      }
    }
    #expect(folder.names == ["taken.gguf"])
    #expect(folder.text("taken.gguf") == "x")
  }

  @Test func `Llama 3's rope scaling goes into GGUF's factors`() throws {
    let config = try JSONParser.parse(
      FileSystem.contents(Fixtures.path("tiny-llama3/config.json")), file: "config.json")
    let configuration = try ModelConfiguration(json: config, file: "config.json")
    let factors = try #require(configuration.ropeScaling.ggufFactors(configuration))
    let (headDim, theta) = (configuration.headDim, configuration.ropeTheta)
    let back = RoPEScaling.factors(factors).inverseFrequencies(headDim: headDim, ropeTheta: theta)
    let own = configuration.ropeScaling.inverseFrequencies(headDim: headDim, ropeTheta: theta)
    for (one, other) in zip(back, own) { #expect(abs(one - other) <= 1e-7 * abs(other)) }
    #expect(factors.contains { $0 != 1 })
  }

  // MARK: Adapters for llama.cpp

  @Test func `DoRA does not go into llama's files`() throws {
    let decoder = try Fixtures.decoder(folder: "tiny-llama", device: CPUDevice(threads: 1))
    let adapter = try LoRAAdapter.load(
      path: Fixtures.path("adapters/peft-dora"), model: decoder.configuration)
    let file = try AtomicFile(path: folder.path + "/dora.gguf")
    let error = #expect(throws: ModelError.self) {
      try adapter.write(gguf: file, name: "dora", model: decoder.configuration)
    }
    file.abandon()
    #expect(error?.message.contains("hone fuse") == true && folder.names == [])
  }

  @Test(
    arguments: AdapterFileTests.folders.filter {
      $0 != "peft-dora" && !$0.hasPrefix("peft-vocabulary")
    })
  func `An adapter's GGUF file holds its updates in llama's row order`(name: String) throws {
    let decoder = try Fixtures.decoder(folder: "tiny-llama", device: CPUDevice(threads: 1))
    let model = decoder.configuration
    let adapter = try LoRAAdapter.load(path: Fixtures.path("adapters/\(name)"), model: model)
    let target = try AtomicFile(path: folder.path + "/lora.gguf")
    try adapter.write(gguf: target, name: "tiny", model: model)
    try target.commit()
    let file = try GGUFFile(path: folder.path + "/lora.gguf")
    #expect(try file.string("general.type") == "adapter")
    #expect(try file.string("adapter.type") == "lora")
    let alpha = Double(try file.float("adapter.lora.alpha"))
    #expect(file.tensors.count == adapter.parameters.count)
    for (place, linear) in adapter.updates {
      let name = "blk.\(place.layer).\(place.module.ggufName).weight"
      let a = try #require(try file.tensor(named: name + ".lora_a"))
      let b = try #require(try file.tensor(named: name + ".lora_b"))
      let rank = linear.a.rows
      #expect(a.shape == [rank, linear.a.columns] && b.shape == [linear.b.columns, rank])
      expectEqualBits(try a.floats(), linear.a.toArray(), name)
      // llama.cpp's factor is alpha over this module's rank.
      let rows = try b.floats()
      let heads = place.module.interleavedHeads(model)
      let order = heads.map { DecoderLoader.splitRows(heads: $0, rows: linear.b.columns) }
      for row in 0..<linear.b.columns {
        for r in 0..<rank {
          let stored = Double(rows[(order?[row] ?? row) * rank + r]) * alpha / Double(rank)
          let own = Double(linear.b[r, row]) * adapter.scaling(of: linear)
          #expect(abs(stored - own) <= 1e-6 * abs(own) + 1e-9)
        }
      }
    }
  }
}

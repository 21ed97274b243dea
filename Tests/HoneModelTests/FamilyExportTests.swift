// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneFormats
import HoneTensor
import HoneTesting
import Testing

@testable import HoneModel

/// Exports of models that are no plain Llama.
@Suite struct FamilyExportTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// As many tokens as the fixtures have embeddings.
  private static let tokens =
    ["<pad>", "<s>", "</s>", "!#"]
    + (0..<92).compactMap { UnicodeScalar(33 + $0).map { String($0) } }

  /// A family's GGUF fixture with a tokenizer.
  private func gguf(_ family: String) throws -> String {
    let source = try GGUFFile(path: Fixtures.path(family + "/model.gguf"))
    var writer = GGUFWriter(alignment: source.alignment)
    for key in source.keys { writer.set(key, stored: try #require(source.storedValue(key))) }
    writer.set("tokenizer.ggml.model", .string("gpt2"))
    writer.set("tokenizer.ggml.pre", .string("gpt-2"))
    writer.set("tokenizer.ggml.tokens", .array(.string(Self.tokens)))
    writer.set(
      "tokenizer.ggml.token_type",
      .array(.int32([3, 3, 3] + Self.tokens.dropFirst(3).map { _ in 1 })))
    writer.set("tokenizer.ggml.merges", .array(.string(["! #"])))
    for tensor in source.tensors {
      try writer.add(tensor.name, shape: tensor.shape.reversed(), dtype: tensor.dtype) {
        Array(try source.rawBytes(of: tensor))
      }
    }
    let target = try AtomicFile(path: folder.path + "/source.gguf")
    try writer.write(to: target)
    try target.commit()
    return folder.path + "/source.gguf"
  }

  @Test(arguments: ["mistral", "qwen2", "qwen3", "gemma2", "gemma3_text"], [false, true])
  func `An adapter is merged into a family's file of either kind`(family: String, isGGUF: Bool)
    async throws
  {
    let source = isGGUF ? try gguf(family) : try model(family)
    let golden = try Golden(family + "/golden.safetensors")
    let adapter = try golden.adapter(
      rank: 4, alpha: 8, model: try ModelFiles(path: source).configuration)
    try adapter.save(path: folder.path + "/adapter")
    let merged = folder.path + "/merged"
    let report = try await ModelFusion(
      modelPath: source, adapterPath: folder.path + "/adapter", savePath: merged,
      text: "!#$%&'()*+,-./0123456789", type: .float32, threads: 1
    ).run()
    #expect(report.proof.keepsAdapter && report.proof.adapterKL > 0.001)
    #expect(report.export.leftOut == [])
    let logits = try await load(merged).allLogits(try golden.ids("ids.0"), adapter: nil)
    expectClose(
      logits, try golden.doubles("lora.logits.0"), absolute: 5e-5, relative: 5e-5, family)
  }

  /// A family's fixture with a tokenizer of as many tokens as it has embeddings.
  private func model(_ family: String, config: String = "config.json", changes: [String: Any] = [:])
    throws -> String
  {
    let path = folder.path + "/" + family
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let source = Fixtures.path(family)
    try FileManager.default.copyItem(
      atPath: source + "/model.safetensors", toPath: path + "/model.safetensors")
    let data = try Data(contentsOf: URL(fileURLWithPath: source + "/" + config))
    var object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    for (key, value) in changes { object[key] = value }
    try folder.write(
      family + "/config.json", try JSONSerialization.data(withJSONObject: object))
    let tokens = Self.tokens
    let tokenizer: [String: Any] = [
      "added_tokens": (0..<3).map { ["id": $0, "content": tokens[$0], "special": true] },
      "pre_tokenizer": ["type": "ByteLevel", "add_prefix_space": false, "use_regex": true],
      "decoder": ["type": "ByteLevel"],
      "model": [
        "type": "BPE", "merges": ["! #"],
        "vocab": Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($1, $0) }),
      ],
    ]
    try folder.write(
      family + "/tokenizer.json", try JSONSerialization.data(withJSONObject: tokenizer))
    return path
  }

  private func export(_ model: String, to name: String, _ container: ModelExporter.Container)
    throws -> String
  {
    let path = folder.path + "/" + name
    let exporter = try ModelExporter(path: model, threads: 1)
    let target = try ExportTarget(path: path, container)
    _ = try target.committing { try exporter.write(to: target, path: path, type: nil) }
    return path
  }

  private func load(_ path: String) throws -> LanguageModel {
    try LanguageModel.load(path: path, threads: 1, compute: .float32)
  }

  /// Everything but the name of the family and of the type, which GGUF does not tell apart.
  private func attention(_ c: ModelConfiguration) -> [String] {
    [
      "\(c.hiddenSize) \(c.intermediateSize) \(c.headDim) \(c.numKeyValueHeads)",
      "\(c.attentionBias) \(c.usesQueryKeyNorm) \(c.tieWordEmbeddings)",
      "\(c.slidingWindow ?? 0) \(c.layerTypes)", "\(c.maxPositionEmbeddings)",
    ]
  }

  @Test(arguments: ["mistral", "qwen2", "qwen3"])
  func `A family's GGUF file holds what the reference's holds, and comes back as a folder`(
    family: String
  ) async throws {
    let source = try model(family)
    let gguf = try export(source, to: "one.gguf", .gguf)
    let written = try GGUFFile(path: gguf)
    let reference = try GGUFFile(path: Fixtures.path(family + "/model.gguf"))
    #expect(Set(written.tensorNames) == Set(reference.tensorNames))
    for tensor in reference.tensors {
      let own = try #require(written.info(named: tensor.name))
      #expect(own.dtype == tensor.dtype && own.shape == tensor.shape, "\(tensor.name)")
      #expect(
        try Array(written.rawBytes(of: own)) == Array(reference.rawBytes(of: tensor)),
        "\(tensor.name)")
    }
    // What the head's width follows from is left out.
    for key in reference.keys where !key.hasSuffix("_length") || written.metadata[key] != nil {
      #expect(written.metadata[key] == reference.metadata[key], "\(key)")
    }
    let golden = try Golden(family + "/golden.safetensors")
    let ids = try golden.ids("ids.0")
    let expected = try await load(source).allLogits(ids, adapter: nil)
    expectClose(expected, try golden.doubles("logits.0"), absolute: 2e-5, relative: 2e-5, family)
    let back = try export(gguf, to: "two", .huggingFace)
    for path in [gguf, back, try export(back, to: "three.gguf", .gguf)] {
      let model = try load(path)
      #expect(attention(model.configuration) == attention(try load(source).configuration))
      expectEqualBits(try await model.allLogits(ids, adapter: nil), expected, path)
    }
    #expect(try load(back).configuration.modelType == family)
  }

  @Test func `YaRN goes into GGUF and comes back`() async throws {
    let source = try model("qwen3", config: "config-yarn.json")
    let gguf = try export(source, to: "one.gguf", .gguf)
    let back = try export(gguf, to: "two", .huggingFace)
    let golden = try Golden("qwen3/golden.safetensors")
    for path in [source, gguf, back] {
      let logits = try await load(path).allLogits(try golden.ids("ids.0"), adapter: nil)
      expectClose(
        logits, try golden.doubles("yarn.logits.0"), absolute: 2e-5, relative: 2e-5, path)
    }
  }

  @Test(arguments: [
    ("config-window.json", "a sliding window in some layers only"),
    ("config-mscale.json", "YaRN with truncate false"),
  ])
  func `What GGUF cannot express is refused`(config: String, expected: String) throws {
    let source = try model("qwen2", config: config)
    let before = folder.names
    let error = #expect(throws: ModelError.self) {
      try export(source, to: "one.gguf", .gguf)
    }
    #expect(error?.kind == .badData)
    #expect(error?.message.contains("GGUF cannot express \(expected)") == true)
    #expect(folder.names == before)
    _ = try export(source, to: "two", .huggingFace)
  }

  @Test(arguments: ["gemma2", "gemma3_text"])
  func `Gemma is written again in its own kind of file`(family: String) async throws {
    let source = try model(family)
    let back = try export(source, to: "two", .huggingFace)
    let ids = try Golden(family + "/golden.safetensors").ids("ids.0")
    expectEqualBits(
      try await load(back).allLogits(ids, adapter: nil),
      try await load(source).allLogits(ids, adapter: nil))
    let error = #expect(throws: ModelError.self) { try export(source, to: "one.gguf", .gguf) }
    #expect(error?.message.contains("ask for --format safetensors") == true)
  }

  @Test func `Phi-3 is refused, because its files join projections`() throws {
    let error = #expect(throws: ModelError.self) {
      try export(try model("phi3"), to: "two", .huggingFace)
    }
    #expect(error?.kind == .badData)
    #expect(error?.message.contains("Phi-3 is neither exported nor fused") == true)
  }

  @Test func `An adapter's GGUF file names the model's architecture and keeps its rows`() throws {
    let gguf = try ModelFiles(path: try export(try model("qwen3"), to: "one.gguf", .gguf))
    let golden = try Golden("qwen3/golden.safetensors")
    let adapter = try golden.adapter(rank: 4, alpha: 8, model: gguf.configuration)
    let target = try AtomicFile(path: folder.path + "/lora.gguf")
    try adapter.write(gguf: target, name: "tiny", model: gguf.configuration)
    try target.commit()
    let file = try GGUFFile(path: folder.path + "/lora.gguf")
    #expect(try file.string("general.architecture") == "qwen3")
    let b = try #require(try file.tensor(named: "blk.0.attn_q.weight.lora_b"))
    let linear = try #require(adapter.linear(0, .query))
    expectEqualBits(try b.floats(), linear.b.transposed())
  }
}

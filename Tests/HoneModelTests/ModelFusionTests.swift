// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor
import HoneTesting
import Testing

@testable import HoneModel

@Suite struct ModelFusionTests {
  private let folder: TemporaryFolder
  private let golden: Golden

  init() throws {
    folder = try TemporaryFolder()
    golden = try Golden("adapters/golden.safetensors")
  }

  private func fusion(_ model: String, _ adapter: String, to name: String) -> ModelFusion {
    ModelFusion(
      modelPath: model, adapterPath: adapter, savePath: folder.path + "/" + name, threads: 1)
  }

  private func logits(_ path: String) async throws -> [Float] {
    try await LanguageModel.load(path: path, threads: 1, compute: .float32)
      .allLogits(try golden.ids("ids"), adapter: nil)
  }

  @Test(arguments: AdapterFileTests.folders.filter { !$0.hasPrefix("peft-vocabulary") })
  func `Merged weights give the logits that PEFT gives with the adapter`(name: String)
    async throws
  {
    let adapter = Fixtures.path("adapters/\(name)")
    for (model, output) in [
      (Fixtures.path("tiny-llama"), "folder"),
      (Fixtures.path("tiny-llama-gguf/model-f32.gguf"), "model.gguf"),
    ] {
      let report = try await fusion(model, adapter, to: output).run()
      #expect(report.proof.keepsAdapter)
      #expect(report.proof.maxLogitDifference < 1e-4)
      #expect(report.proof.lossKL < 1e-8)
      #expect(report.proof.adapterKL > 0.01)
      expectClose(
        try await logits(folder.path + "/" + output), try golden.doubles(name), absolute: 5e-5,
        relative: 1e-5, "\(name) \(output)")
    }
  }

  /// The base as Q4_0, and an adapter that changes almost nothing.
  private func smallChange() throws -> (model: String, adapter: String) {
    let model = folder.path + "/base.gguf"
    let exporter = try ModelExporter(path: Fixtures.path("tiny-llama"), threads: 1)
    let target = try ExportTarget(path: model, .gguf)
    _ = try target.committing { try exporter.write(to: target, path: model, type: .q4v0) }
    let adapter = try LoRAAdapter.load(
      path: Fixtures.path("adapters/peft-default"), model: exporter.files.configuration)
    for linear in adapter.layers.flatMap({ $0 }) {
      linear?.b.withElements { for index in $0.indices { $0[index] *= 0.02 } }
    }
    try adapter.save(path: folder.path + "/small")
    return (model, folder.path + "/small")
  }

  @Test func `An adapter that rounding would lose is not merged, unless forced`() async throws {
    let (model, adapter) = try smallChange()
    let before = folder.names
    var fusion = fusion(model, adapter, to: "merged.gguf")
    let error = await #expect(throws: ModelError.self) { try await fusion.run() }
    #expect(error?.kind == .badData)
    for part in ["--dequantize", "--force", "KL(adapter ‖ merged)", "Q4_0"] {
      #expect(error?.message.contains(part) == true, "\(part)")
    }
    #expect(folder.names == before)

    fusion.isForced = true
    let forced = try await fusion.run()
    #expect(!forced.proof.keepsAdapter)
    #expect(folder.names == (before + ["merged.gguf"]).sorted())

    var plain = self.fusion(model, adapter, to: "plain.gguf")
    plain.type = .float32
    let report = try await plain.run()
    #expect(report.proof.keepsAdapter)
    #expect(report.proof.maxLogitDifference < 1e-4)
    #expect(report.export.tensors == ["F32": 20])
  }

  @Test func `A large adapter survives in eight bits`() async throws {
    let report = try await fusion(
      Fixtures.path("tiny-llama-gguf/model-q8_0.gguf"), Fixtures.path("adapters/peft-default"),
      to: "merged.gguf"
    ).run()
    #expect(report.proof.keepsAdapter)
    #expect(report.proof.lossKL > 0)
    #expect(report.export.tensors["Q8_0"] == 13)
    // Everything that the adapter does not touch is as it was.
    let (base, merged) = (
      try GGUFFile(path: Fixtures.path("tiny-llama-gguf/model-q8_0.gguf")),
      try GGUFFile(path: folder.path + "/merged.gguf")
    )
    #expect(merged.metadata == base.metadata)
    for tensor in base.tensors {
      let other = try #require(merged.info(named: tensor.name))
      let isSame = try Array(base.rawBytes(of: tensor)) == Array(merged.rawBytes(of: other))
      let isAdapted = tensor.name.contains("attn_q") || tensor.name.contains("attn_v")
      #expect(isSame != isAdapted, "\(tensor.name)")
    }
  }

  @Test func `Whatever fails leaves nothing behind`() async throws {
    let adapter = Fixtures.path("adapters/peft-default")
    let tiny = Fixtures.path("tiny-llama")
    var empty = fusion(tiny, adapter, to: "out")
    empty.text = ""
    await #expect(throws: ModelError.self) { try await empty.run() }
    await #expect(throws: (any Error).self) {
      try await fusion(tiny, folder.path + "/none", to: "out").run()
    }
    await #expect(throws: (any Error).self) {
      try await fusion(folder.path + "/none", adapter, to: "out").run()
    }
    #expect(folder.names == [])
    try folder.write("taken", "x")
    await #expect(throws: FormatError.self) {
      try await fusion(tiny, adapter, to: "taken").run()
    }
    #expect(folder.names == ["taken"])
  }

  @Test func `An adapter that makes logits infinite is not merged`() async throws {
    let tiny = Fixtures.path("tiny-llama")
    let adapter = try LoRAAdapter.load(
      path: Fixtures.path("adapters/peft-default"), model: try ModelFiles(path: tiny).configuration)
    for linear in adapter.layers.flatMap({ $0 }) {
      linear?.b.withElements { for index in $0.indices { $0[index] *= 1e38 } }
    }
    try adapter.save(path: folder.path + "/large")
    var fusion = fusion(tiny, folder.path + "/large", to: "out")
    fusion.isForced = true
    let error = await #expect(throws: ModelError.self) { try await fusion.run() }
    #expect(error?.kind == .badData)
    #expect(error?.message.contains("logits are NaN or infinity") == true)
    #expect(!folder.names.contains("out"))
  }

  @Test func `A proof tells loss from rounding`() {
    let base: [Float] = [1, 2, 3, 0, 0, 0]
    let adapter: [Float] = [3, 2, 1, 0, 1, 0]
    func proof(_ merged: [Float]) -> MergeProof {
      MergeProof(base: base, adapter: adapter, merged: merged, vocabSize: 3)
    }
    let same = proof(adapter)
    #expect(same.tokens == 2 && same.lossKL == 0 && same.maxLogitDifference == 0)
    #expect(same.keepsAdapter)
    let lost = proof(base)
    #expect(lost.lossKL == lost.adapterKL && !lost.keepsAdapter)
    #expect(lost.maxLogitDifference == 2)
    // By hand: softmax(3, 2, 1) against softmax(1, 2, 3), and (0, 1, 0) against (0, 0, 0).
    #expect(abs(lost.adapterKL - (1.1504 + 0.1233) / 2) < 1e-3)
    // An adapter of zeros is kept by what changes nothing.
    #expect(MergeProof(base: base, adapter: base, merged: base, vocabSize: 3).keepsAdapter)
  }
}

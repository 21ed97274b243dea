// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor

/// Merges an adapter into a model's weights, `W' = W + scaling · B · A`, in the base's own file
/// format, and measures on a text what that costs.
package struct ModelFusion: Sendable {
  package var modelPath: String
  package var adapterPath: String
  package var savePath: String
  /// The text to compare on; nil for the built-in one.
  package var text: String?
  /// The number format of the weights; nil for the base's.
  package var type: StoredType?
  /// Write the result even if it has lost the adapter.
  package var isForced: Bool
  package var threads: Int?

  /// Positions compared at most.
  package static let maximumTokens = 256

  package struct Report: Sendable, Codable, Hashable {
    package let export: ModelExporter.Report
    package let proof: MergeProof
  }

  package init(
    modelPath: String, adapterPath: String, savePath: String, text: String? = nil,
    type: StoredType? = nil, isForced: Bool = false, threads: Int? = nil
  ) {
    self.modelPath = modelPath
    self.adapterPath = adapterPath
    self.savePath = savePath
    self.text = text
    self.type = type
    self.isForced = isForced
    self.threads = threads
  }

  /// Writes the merged model aside, compares it with the adapter beside the base, and moves it to
  /// its place.
  ///
  /// Base and merged model are in memory one after the other, in float32: the comparison is of the
  /// weights, not of how products are computed.
  /// - Throws: ``ModelError`` (`invalid`) if rounding the merged weights loses the adapter and that
  ///   is not forced; then, and for any other error, nothing stands at `savePath`.
  package func run() async throws -> Report {
    let exporter = try ModelExporter(path: modelPath, threads: threads)
    let target = try ExportTarget(path: savePath, exporter.container)
    do {
      let configuration = exporter.files.configuration
      let adapter = try LoRAAdapter.load(path: adapterPath, model: configuration)
      try exporter.checkTypes(type, in: exporter.container, merged: adapter)
      let (base, adapted) = try await baseLogits(adapter)
      let export = try exporter.write(
        to: target, path: savePath, type: type, merging: adapter)
      let proof = MergeProof(
        base: base, adapter: adapted, merged: try await mergedLogits(target.temporaryPath),
        vocabSize: configuration.vocabSize)
      guard proof.keepsAdapter || isForced else { throw loss(proof, export) }
      try target.commit()
      return Report(export: export, proof: proof)
    } catch {
      throw target.abandon(error)
    }
  }

  private func baseLogits(_ adapter: LoRAAdapter) async throws -> ([Float], [Float]) {
    let model = try load(modelPath)
    let ids = try ids(model)
    let (base, adapted) = (
      try await model.allLogits(ids, adapter: nil), try await model.allLogits(ids, adapter: adapter)
    )
    try checkFinite(adapted, "with \(adapterPath) the model's logits are")
    return (base, adapted)
  }

  private func mergedLogits(_ path: String) async throws -> [Float] {
    let model = try load(path)
    let merged = try await model.allLogits(try ids(model), adapter: nil)
    try checkFinite(merged, "\(savePath): not written, because the merged model's logits are")
    return merged
  }

  /// - Throws: ``ModelError`` (`invalid`): nothing can be said of how close such logits are.
  private func checkFinite(_ logits: [Float], _ what: String) throws {
    guard logits.allSatisfy(\.isFinite) else {
      throw ModelError(
        .invalid, "\(what) NaN or infinity; look at the adapter's values and its training's loss")
    }
  }

  private func load(_ path: String) throws -> LanguageModel {
    try LanguageModel.load(path: path, threads: threads, compute: .float32)
  }

  private func ids(_ model: LanguageModel) throws -> [Int32] {
    let ids = model.tokenizer.encode(
      text ?? LanguageModel.ordinaryText, addSpecialTokens: true)
    guard !ids.isEmpty else {
      throw ModelError(.invalid, "the text to compare on has no token; give a longer one")
    }
    return Array(ids.prefix(min(Self.maximumTokens, model.contextLength)))
  }

  private func loss(_ proof: MergeProof, _ export: ModelExporter.Report) -> ModelError {
    func short(_ value: Double) -> String { "\(Float(value))" }
    let types = export.tensors.keys.sorted().joined(separator: ", ")
    return ModelError(
      .invalid,
      "\(savePath): not written, because rounding the merged weights (\(types)) loses the adapter: "
        + "KL(adapter ‖ merged) is \(short(proof.lossKL)) nats a token, more than a tenth of what "
        + "the adapter changes, KL(adapter ‖ base) \(short(proof.adapterKL)). Write finer weights "
        + "with --dequantize, write these all the same with --force, or use the adapter beside the "
        + "model with --adapter-path")
  }
}

extension LanguageModel {
  /// Logits behind every token of a short text, row by row.
  package func allLogits(_ ids: [Int32], adapter: LoRAAdapter?) throws -> [Float] {
    try adapter?.checkFit(configuration)
    return try decoder.allLogits(ids, adapter: adapter).toArray()
  }
}

// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneFormats
import HoneModel
import HoneStore

struct ModelsInspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Shows what a model's files say about it.",
    usage: "hone models inspect <model> [<options>]")

  @Argument(help: ArgumentHelp("A model, a GGUF file or a folder.", valueName: "model"))
  var model: String

  @Flag(help: "Compute the SHA-256 of the file.")
  var checksum = false

  @OptionGroup var output: JSONOption

  private struct Report: Encodable {
    let path: String
    let sizeBytes: Int
    let architecture: String
    let parameters: Int
    let contextLength: Int
    let configuration: ModelConfiguration
    let weightFormats: [ModelInspection.WeightFormat]
    let vocabSize: Int
    let preTokenizer: String?
    let hasChatTemplate: Bool
    let files: [File]
    /// Of a model in one file.
    let sha256: String?

    struct File: Encodable {
      let path: String
      let sizeBytes: Int
      let sha256: String?
    }
  }

  func run() async throws {
    let store = ModelStore(at: try ModelStore.defaultFolder())
    let model = try ModelInspection(path: store.resolve(model))
    let digests = try checksum ? digests(model.files) : []
    if output.json {
      let files = model.files.enumerated().map { index, file in
        Report.File(
          path: file.path, sizeBytes: file.sizeBytes, sha256: checksum ? digests[index] : nil)
      }
      try Console.printJSON(
        Report(
          path: model.path, sizeBytes: model.sizeBytes,
          architecture: model.configuration.modelType, parameters: model.parameters,
          contextLength: model.configuration.maxPositionEmbeddings,
          configuration: model.configuration, weightFormats: model.weightFormats,
          vocabSize: model.vocabSize, preTokenizer: model.preTokenizer,
          hasChatTemplate: model.hasChatTemplate, files: files,
          sha256: digests.count == 1 ? digests[0] : nil))
    } else {
      try Console.print(Self.text(model, digests: digests))
    }
  }

  private func digests(_ files: [ModelInspection.File]) throws -> [String] {
    let reporter = ProgressReporter()
    defer { reporter.finish() }
    return try files.map { file in
      reporter.begin("hashing \(Self.fileName(file.path))")
      return try FileDigest.sha256(path: file.path) { reporter.update(fraction: $0) }
    }
  }

  private static func fileName(_ path: String) -> String {
    String(path.split(separator: "/").last ?? "").visible()
  }

  private static func architecture(_ c: ModelConfiguration) -> String {
    let models = ModelFamily(rawValue: c.modelType).map { " (\($0.models))" } ?? ""
    return c.modelType.visible() + models
  }

  private static func window(_ c: ModelConfiguration) -> String {
    let layers = c.layerTypes.count(where: { $0 == .slidingAttention })
    guard let window = c.slidingWindow, layers > 0 else { return "" }
    return ", \(layers) of \(c.numHiddenLayers) layers see \(window) tokens"
  }

  private static func text(_ model: ModelInspection, digests: [String]) -> String {
    let c = model.configuration
    let facts = [
      ("file", model.path.visible()),
      ("size", "\(Quantities.bytes(model.sizeBytes)) (\(model.sizeBytes) bytes)"),
      ("architecture", architecture(c)),
      ("parameters", Quantities.count(model.parameters)),
      ("context", "\(c.maxPositionEmbeddings) tokens"),
      ("layers", "\(c.numHiddenLayers)"),
      ("hidden size", "\(c.hiddenSize), feed-forward \(c.intermediateSize)"),
      (
        "attention",
        "\(c.numAttentionHeads) heads, \(c.numKeyValueHeads) key-value heads of \(c.headDim)"
          + window(c)
      ),
      ("tied embeddings", c.tieWordEmbeddings ? "yes" : "no"),
      (
        "tokenizer",
        "\(model.vocabSize) tokens"
          + (model.preTokenizer.map { ", pre-tokenizer \($0.visible())" } ?? "")
      ),
      ("chat template", model.hasChatTemplate ? "yes" : "no"),
    ]
    let width = facts.map(\.0.count).max() ?? 0
    let lines = facts.map { "\($0.0.rightPadded(to: width))  \($0.1)" }
    var table = TextTable([
      ("WEIGHTS", .left), ("TENSORS", .right), ("PARAMETERS", .right), ("SIZE", .right),
    ])
    for format in model.weightFormats {
      table.append([
        format.format, "\(format.tensors)", Quantities.count(format.parameters),
        Quantities.bytes(format.sizeBytes),
      ])
    }
    let sums = zip(model.files, digests).flatMap {
      ["", "SHA-256 of \(fileName($0.path))", "  \($1)"]
    }
    return (lines + [""] + table.lines() + sums).joined(separator: "\n")
  }
}

// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneFormats
import HoneModel

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes a model or an adapter in another format.",
    usage: "hone export --format <format> --save-path <path> [<options>]",
    discussion: """
      Formats:
        gguf         the model as a GGUF file, for llama.cpp
        safetensors  the model as a Hugging Face folder
        gguf-lora    the adapter as a GGUF file, for llama.cpp's --lora
        peft         the adapter as a folder, for PEFT

      Without --outtype a model keeps its number formats. With a quantised one,
      embeddings and head become q8_0, rows that are no whole blocks f16, and
      vectors stay f32. What stands at --save-path is never written over.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case gguf, safetensors
    case ggufLoRA = "gguf-lora"
    case peft

    var isAdapter: Bool { self == .ggufLoRA || self == .peft }
  }

  @OptionGroup(title: "Model") var model: ModelOption
  @OptionGroup(title: "Model") var adapter: AdapterOption

  @Option(help: ArgumentHelp("gguf, safetensors, gguf-lora or peft.", valueName: "format"))
  var format: Format

  @Option(help: ArgumentHelp("The file or folder to write.", valueName: "path"))
  var savePath: String

  @Option(
    help: ArgumentHelp(
      "f32, f16, bf16, q8_0, q4_0, q4_1, q5_0 or q5_1.", valueName: "type"))
  var outtype: OutputType?

  @OptionGroup var output: JSONOption

  func validate() throws {
    if savePath.isEmpty { throw ValidationError("--save-path is empty: name a file or a folder") }
    let adapterPath = adapter.adapterPath
    if format.isAdapter, adapterPath == nil {
      throw ValidationError("--format \(format.rawValue) needs --adapter-path")
    }
    if !format.isAdapter, adapterPath != nil {
      throw ValidationError(
        "--format \(format.rawValue) writes the model alone; hone fuse merges an adapter into it")
    }
    let isQuantized = outtype?.storedType.isQuantized ?? false
    if isQuantized, format != .gguf {
      throw ValidationError("--outtype \(outtype?.rawValue ?? "") needs --format gguf")
    }
    if outtype != nil, format == .peft {
      throw ValidationError("--format peft is always f32; leave --outtype out")
    }
  }

  func run() async throws {
    switch format {
    case .gguf: try exportModel(.gguf)
    case .safetensors: try exportModel(.huggingFace)
    case .ggufLoRA, .peft: try exportAdapter()
    }
  }

  private func exportModel(_ container: ModelExporter.Container) throws {
    let exporter = try ModelExporter(path: model.path)
    let type = outtype?.storedType
    try exporter.checkTypes(type, in: container, merged: nil)
    let target = try ExportTarget(path: savePath, container)
    let report = try target.committing {
      try exporter.write(to: target, path: savePath, type: type)
    }
    if output.json { return try Console.printJSON(report) }
    for line in ExportText(report).lines { try Console.print(line) }
  }

  private struct AdapterReport: Encodable {
    let path: String
    let format: String
    let parameters: Int
    let targetModules: [String]
  }

  private func exportAdapter() throws {
    let path = try model.path
    let configuration = try ModelFiles(path: path).configuration
    let adapter = try LoRAAdapter.load(path: self.adapter.adapterPath ?? "", model: configuration)
    if format == .peft {
      try adapter.save(path: savePath)
    } else {
      let target = try ExportTarget(path: savePath, .gguf)
      let folder = self.adapter.adapterPath?.split(separator: "/").last
      let name = folder.map(String.init) ?? "adapter"
      try target.committing {
        guard case .file(let file) = target else { return }
        try adapter.write(
          gguf: file, name: name, model: configuration, type: outtype?.storedType ?? .float32)
      }
    }
    let modules = adapter.configuration.targetModules.map(\.rawValue)
    if output.json {
      return try Console.printJSON(
        AdapterReport(
          path: savePath, format: format.rawValue, parameters: adapter.parameterCount,
          targetModules: modules))
    }
    try Console.print(
      "wrote \(savePath.visible()): \(Quantities.count(adapter.parameterCount)) parameters, "
        + modules.joined(separator: ", "))
  }
}

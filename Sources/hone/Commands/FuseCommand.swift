// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneFormats
import HoneModel

struct FuseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuse", abstract: "Merges an adapter into a model's weights.",
    usage: "hone fuse --adapter-path <dir> --save-path <path> [<options>]",
    discussion: """
      Writes W + scaling · B · A, a GGUF file if the model is one, else a folder,
      in the model's own number formats, and compares the result with the
      adapter beside the model on a text, both in float32.

      Rounding to few bits can lose a small adapter: if KL(adapter ‖ merged) is
      more than a tenth of KL(adapter ‖ base), nothing is written (exit code 65),
      unless --force is given. --dequantize writes f16, or what --outtype says.
      """)

  @OptionGroup(title: "Model") var model: ModelRunOptions

  @Option(help: ArgumentHelp("A LoRA adapter's folder, of PEFT or mlx-lm.", valueName: "dir"))
  var adapterPath: String

  @Option(help: ArgumentHelp("The file or folder to write.", valueName: "path"))
  var savePath: String

  @Option(help: ArgumentHelp("Text to compare on, or - (default: built in).", valueName: "file"))
  var text: String?

  @Flag(help: "Write weights that are not quantised.")
  var dequantize = false

  @Option(help: ArgumentHelp("With --dequantize: f16, bf16 or f32.", valueName: "type"))
  var outtype: OutputType?

  @Flag(help: "Write the result even if it has lost the adapter.")
  var force = false

  @OptionGroup var output: JSONOption

  func validate() throws {
    if savePath.isEmpty { throw ValidationError("--save-path is empty: name a file or a folder") }
    if adapterPath.isEmpty { throw ValidationError("--adapter-path is empty: name a folder") }
    if let outtype {
      if !dequantize { throw ValidationError("--outtype needs --dequantize") }
      if outtype.storedType.isQuantized {
        throw ValidationError("--outtype \(outtype.rawValue): expected f16, bf16 or f32")
      }
    }
  }

  func run() async throws {
    let report = try await ModelFusion(
      modelPath: model.model.path, adapterPath: adapterPath, savePath: savePath,
      text: try text.map(TextFile.read),
      type: dequantize ? outtype?.storedType ?? .float16 : nil, isForced: force,
      threads: model.threads
    ).run()
    if output.json { return try Console.printJSON(report) }
    let proof = report.proof
    func nats(_ value: Double) -> String { Quantities.fixed(value, 6) + " nats a token" }
    try Console.print("compared on    \(proof.tokens) tokens")
    try Console.print("adapter        KL(adapter ‖ base) \(nats(proof.adapterKL))")
    try Console.print("merged         KL(adapter ‖ merged) \(nats(proof.lossKL))")
    try Console.print(
      "               largest difference of a logit "
        + Quantities.fixed(proof.maxLogitDifference, 6))
    if !proof.keepsAdapter {
      Console.error("the merged weights have lost the adapter; written because of --force")
    }
    for line in ExportText(report.export).lines { try Console.print(line) }
  }
}

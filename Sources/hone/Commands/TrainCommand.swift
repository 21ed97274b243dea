// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneFormats
import HoneModel
import HoneStore
import HoneTensor
import HoneTraining

struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains an adapter, or all weights, on a file of data.",
    usage: "hone train [-c <config>] --data <path> [<options>]",
    discussion: """
      Rows are JSONL in the forms that `hone data check` shows: text, completions, \
      chat, alpaca, sharegpt. A folder holds train.jsonl and, if you like, \
      valid.jsonl and test.jsonl.

      --adapter-path becomes a folder with the adapter as PEFT has it (of full \
      fine-tuning: model.gguf or model/, as the model is), run.json, metrics.jsonl, loss.svg \
      and checkpoints. A training that was interrupted in \
      any way goes on with --resume and the same settings, and ends with the same \
      result bit for bit.

      -c reads settings from a YAML file; flags stand above it. Keys are the flags' \
      names with underscores, such as batch_size.
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("Settings in YAML.", valueName: "file"))
  var config: String?

  @Flag(help: "Go on behind the newest checkpoint.")
  var resume = false

  @OptionGroup(title: "Training") var options: TrainOptions
  @OptionGroup var output: JSONOption

  func validate() throws { _ = try options.settings() }

  func run() async throws {
    let settings = try options.settings(config: config)
    let folder = TrainingFolder(path: settings.adapterPath ?? "adapters")
    // Before a model is loaded.
    if !resume { try folder.checkFree() }
    let report = max(1, settings.stepsPerReport ?? 10)
    let model = try settings.loadModel()
    let configuration = try settings.configuration(contextLength: model.contextLength)
    let display = TrainDisplay(
      ProgressReporter(isQuiet: output.json && !Console.errorCapabilities.isLive),
      configuration: configuration, stepsPerReport: report, isQuiet: output.json)
    defer { display.finish() }
    let data = try TrainingData.load(configuration.data, for: model) { display.reading($0, $1) }
    display.header(
      model: settings.modelName, weightFormat: model.weightFormat, compute: model.compute,
      data: data)
    let training = try FineTuning(
      model: model, configuration: configuration, data: data, folder: folder)
    let summary = try await summary(of: training, display)
    let curve = try folder.lossCurve()
    try AtomicFile.write(
      LossCurveDrawing(curve).svg(
        title: "Loss of \(settings.modelName) on \(configuration.data.path)"
      ).utf8,
      to: folder.path + "/loss.svg")
    display.finish()
    if output.json {
      try Console.printJSON(summary)
    } else {
      for line in LossCurveDrawing(curve).lines(Console.outputCapabilities) {
        try Console.print(line)
      }
      for line in display.closing(summary) { try Console.print(line) }
    }
  }

  /// Runs the training and shows it; an interrupted one has saved what it did when this returns.
  private func summary(
    of training: FineTuning, _ display: TrainDisplay
  ) async throws -> TrainingSummary {
    Interruption.waitForSaving()
    let (events, continuation) = AsyncStream<TrainingEvent>.makeStream()
    async let work = {
      defer { continuation.finish() }
      return try await training.run(resuming: resume) { continuation.yield($0) }
    }()
    for await event in events { display.show(event) }
    do {
      return try await work
    } catch {
      display.finish()
      if error is CancellationError { Console.error("interrupted; go on with --resume") }
      throw error
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneBench
import HoneModel
import HoneStore

struct BenchAccuracyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accuracy",
    abstract: "Measures what --compute int8 costs in accuracy.",
    usage: "hone bench accuracy --text <file> [<options>]",
    discussion: """
      Runs the model on a text of yours in int8 and in float32 and compares:
        perplexity  of the text in windows, the first token of each not scored
        gradient    of a LoRA adapter on all projections, loss on every token
        loss        after trainings on samples cut from the text
      The two models are loaded one after the other.
      """)

  @OptionGroup(title: "Model") var model: ModelRunOptions

  @Option(help: ArgumentHelp("A text file, or - for stdin.", valueName: "file"))
  var text: String

  @Option(help: ArgumentHelp("Tokens for the perplexity.", valueName: "n"))
  var tokens = 4096

  @Option(help: ArgumentHelp("Tokens of each window.", valueName: "n"))
  var window = 512

  @Option(help: ArgumentHelp("Sequences for the gradient.", valueName: "n"))
  var trainSequences = 2

  @Option(help: ArgumentHelp("Tokens of each of them.", valueName: "n"))
  var trainTokens = 512

  @Option(help: ArgumentHelp("Rank of the adapters.", valueName: "n"))
  var loraRank = 16

  @Option(help: ArgumentHelp("Training samples.", valueName: "n"))
  var samples = 8

  @Option(help: ArgumentHelp("Tokens of each of them.", valueName: "n"))
  var sampleTokens = 128

  @Option(help: ArgumentHelp("Samples of one step.", valueName: "n"))
  var batchSize = 2

  @Option(help: ArgumentHelp("Optimiser steps.", valueName: "n"))
  var steps = 50

  @Option(help: ArgumentHelp("Trainings, each with its own seed.", valueName: "n"))
  var trainings = 4

  @Option(help: ArgumentHelp("Peak learning rate (default: by model size).", valueName: "x"))
  var learningRate: Double?

  @Option(help: ArgumentHelp("Seed of the adapters and the order.", valueName: "n"))
  var seed: UInt64 = 0

  @OptionGroup var output: JSONOption

  func validate() throws {
    do {
      _ = try settings
    } catch let error as BenchError {
      throw ValidationError("--" + error.message)
    }
  }

  private var settings: AccuracyConfiguration {
    get throws {
      try AccuracyConfiguration(
        tokens: tokens, window: window, trainSequences: trainSequences, trainTokens: trainTokens,
        loraRank: loraRank, samples: samples, sampleTokens: sampleTokens, batchSize: batchSize,
        steps: steps, trainings: trainings, learningRate: learningRate, seed: seed)
    }
  }

  func run() async throws {
    let path = try model.model.path
    let contents = try TextFile.read(text)
    let benchmark = AccuracyBenchmark(configuration: try settings)
    let progress = ProgressReporter(isQuiet: output.json && !Console.errorCapabilities.isLive)
    defer { progress.finish() }
    var report = try await benchmark.run(
      path: path, text: contents, textName: text == "-" ? "standard input" : text,
      threads: model.threads
    ) { step in
      if step.done == 0 { progress.begin("\(step.compute.rawValue): \(step.stage.rawValue)") }
      if step.total > 1 {
        progress.update(done: step.done, of: step.total, note: "\(step.done)/\(step.total)")
      }
    }
    progress.finish()
    report.model = model.model.model
    report.textSHA256 = FileDigest.sha256(Array(contents.utf8))
    if output.json {
      try Console.printJSON(report)
    } else {
      for line in AccuracyText(report: report).lines { try Console.print(line) }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneBench
import HoneModel

struct BenchSpeedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "speed",
    abstract: "Measures how fast a model runs and learns.",
    usage: "hone bench speed [--only <names>] [<options>]",
    discussion: """
      Tokens a second, as the median of some runs after one that is not timed:
        prompt             a prompt, up to the logits behind it
        generation         new tokens of one text, after the first
        batch-generation   new tokens of several texts with a common prompt
        lora-train         a training step with loss on every token
        lora-train-masked  the same with loss on the last fifth only
      Beside each stands the share of the machine's measured ceiling that it
      reaches: float32 multiply-adds or memory reads, whichever is nearer.
      Nothing else should run on the machine meanwhile.
      """)

  @OptionGroup(title: "Model") var model: ModelOptions

  @Option(help: ArgumentHelp("Measure these only, as prompt,lora-train.", valueName: "names"))
  var only: String?

  @Option(help: ArgumentHelp("Tokens of the prompt.", valueName: "n"))
  var promptTokens = 512

  @Option(help: ArgumentHelp("New tokens of each text.", valueName: "n"))
  var generationTokens = 64

  @Option(help: ArgumentHelp("Texts generated side by side.", valueName: "n"))
  var streams = 32

  @Option(help: ArgumentHelp("Sequences of a training step.", valueName: "n"))
  var trainSequences = 2

  @Option(help: ArgumentHelp("Tokens of each of them.", valueName: "n"))
  var trainTokens = 512

  @Option(help: ArgumentHelp("Rank of the adapter.", valueName: "n"))
  var loraRank = 16

  @Option(help: ArgumentHelp("Timed runs of each.", valueName: "n"))
  var repeats = 5

  @Option(help: ArgumentHelp("Seed of the random tokens.", valueName: "n"))
  var seed: UInt64 = 0

  @OptionGroup var output: JSONOption

  func validate() throws {
    _ = try figures
    do {
      _ = try settings
    } catch let error as BenchError {
      throw ValidationError("--" + error.message)
    }
  }

  private var figures: Set<SpeedFigure> {
    get throws {
      guard let only else { return Set(SpeedFigure.allCases) }
      return Set(
        try only.split(separator: ",", omittingEmptySubsequences: false).map { name in
          guard let figure = SpeedFigure(rawValue: String(name)) else {
            let known = SpeedFigure.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--only \(name): expected some of \(known)")
          }
          return figure
        })
    }
  }

  private var settings: SpeedConfiguration {
    get throws {
      try SpeedConfiguration(
        promptTokens: promptTokens, generationTokens: generationTokens, streams: streams,
        trainSequences: trainSequences, trainTokens: trainTokens, loraRank: loraRank,
        repeats: repeats, seed: seed)
    }
  }

  func run() async throws {
    let path = try model.run.model.path
    let benchmark = SpeedBenchmark(configuration: try settings, figures: try figures)
    let progress = ProgressReporter(isQuiet: output.json && !Console.errorCapabilities.isLive)
    defer { progress.finish() }
    var report = try await benchmark.run(
      path: path, threads: model.run.threads, compute: model.compute
    ) { step in
      switch step {
      case .loading: progress.begin("loading")
      case .running(let figure, let done, let count):
        if done == 0 { progress.begin(figure.rawValue) }
        progress.update(done: done, of: count, note: "\(done)/\(count)")
      case .measuringCeilings: progress.begin("machine's ceilings")
      }
    }
    progress.finish()
    report.model = model.name
    if CeilingsText.isUnoptimized { Console.error(CeilingsText.warning) }
    if output.json {
      try Console.printJSON(report)
    } else {
      for line in SpeedText(report: report).lines { try Console.print(line) }
    }
  }
}

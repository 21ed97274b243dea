// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneFormats
import HoneModel
import HoneTraining

struct PerplexityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "perplexity",
    abstract: "Measures how well a model predicts a text or rows of data.",
    usage: "hone perplexity (--text <file> | --data <path>) [<options>]",
    discussion: """
      A text is cut into windows of --sequence-length tokens. Rows are JSONL in the \
      forms that `hone data check` shows; the tokens that would carry loss in a \
      training count. Of a folder test.jsonl is read, or else valid.jsonl.

      Prints the mean negative log-likelihood of a token in nats, and perplexity, \
      which is its exponential, with standard errors over windows or rows. \
      Perplexities of models with different tokenizers cannot be compared.

      The default of --compute is float32 here, as with `hone score`.
      """)

  @OptionGroup(title: "Model") var model: ExactModelOptions
  @OptionGroup(title: "Model") var adapter: AdapterOption

  @Option(help: ArgumentHelp("A text file, or - for stdin.", valueName: "file"))
  var text: String?

  @Option(
    name: [.long, .customLong("data-path")],
    help: ArgumentHelp("Rows: a file, or a folder.", valueName: "path"))
  var data: String?

  @Option(
    help: ArgumentHelp(
      "Tokens of a window (default: the model's context, at most 512).", valueName: "n"))
  var sequenceLength: Int?

  @Option(help: ArgumentHelp("Windows or rows, drawn by seed; -1: all.", valueName: "n"))
  var numSamples = -1

  @Option(help: ArgumentHelp("How many run at once.", valueName: "n"))
  var batchSize = 8

  @Option(help: ArgumentHelp("Seed of the draw.", valueName: "n"))
  var seed: UInt64 = 123

  @OptionGroup(title: "Rows") var rows: RowOptions

  @Flag(help: "Leave out rows that cannot be used.")
  var skipBadRows = false

  @OptionGroup var output: JSONOption

  func validate() throws {
    guard (text == nil) != (data == nil) else {
      throw ValidationError(
        "give either --text with a text file or --data with rows"
          + (text == nil ? "" : ", not both"))
    }
    if text != nil, rows.isGiven || skipBadRows {
      throw ValidationError("the settings of rows go with --data, not with --text")
    }
    if let sequenceLength {
      if data != nil {
        throw ValidationError("--sequence-length goes with --text; rows have --max-seq-length")
      }
      if sequenceLength < 2 {
        throw ValidationError("--sequence-length \(sequenceLength): expected 2 or more")
      }
    }
    guard numSamples == -1 || numSamples >= 1 else {
      throw ValidationError("--num-samples \(numSamples): expected 1 or more, or -1 for all")
    }
    guard (1...4096).contains(batchSize) else {
      throw ValidationError("--batch-size \(batchSize): expected 1 … 4096")
    }
  }

  func run() async throws {
    // What can be seen without the model comes first.
    let text = try text.map(TextFile.read)
    let path = try data.map(Self.file)
    let model = try model.load()
    let adapter = try adapter.load(for: model)
    let progress = ProgressReporter(isQuiet: output.json && !Console.errorCapabilities.isLive)
    defer { progress.finish() }
    let all: SampleSet
    var found: DataReport?
    if let path {
      progress.begin("reading \(path.visible())")
      (all, found) = try samples(path, model) { progress.update(fraction: $0) }
    } else {
      all = try windows(of: text ?? "", model)
    }
    let samples = numSamples > 0 ? all.drawing(numSamples, seed: seed) : all
    progress.begin("scoring \(samples.count) \(path == nil ? "windows" : "rows")")
    let start = ContinuousClock().now
    let result = try await model.perplexity(of: samples, adapter: adapter, batchSize: batchSize) {
      progress.update(
        done: $0, of: samples.count,
        note: "perplexity \(Quantities.fixed($1.perplexity, 3)) so far")
    }
    progress.finish()
    let report = PerplexityReport(
      model: self.model.run.model.model, weightFormat: model.weightFormat, compute: model.compute,
      adapterPath: self.adapter.adapterPath, text: self.text, data: found, available: all.count,
      tokens: samples.tokenCounts.reduce(0, +), result, duration: ContinuousClock().now - start)
    if output.json {
      try Console.printJSON(report)
    } else {
      for line in report.lines { try Console.print(line) }
    }
  }

  // MARK: Samples

  /// The file itself, or the one of a folder that is there to be looked at.
  private static func file(_ path: String) throws -> String {
    guard try FileSystem.isDirectory(path) else { return path }
    let files = try DataFiles(path: path)
    guard let file = files.test ?? files.validation else {
      throw CommandError(
        .noInput,
        "\(path): holds no test.jsonl or valid.jsonl; name one file for the perplexity of the "
          + "training rows")
    }
    return file
  }

  private func samples(
    _ path: String, _ model: LanguageModel, onProgress: (Double) -> Void
  ) throws -> (SampleSet, DataReport) {
    let encoder = SampleEncoder(
      tokenizer: model.tokenizer,
      chatTemplate: model.chatTemplateSource == nil ? nil : try model.chatTemplate(),
      configuration: try rows.configuration(contextLength: model.contextLength))
    let (samples, report) = try DataFileReader.read(
      path: path, encoder: encoder, form: rows.form, onProgress: onProgress)
    if !skipBadRows { try report.refuseBadRows() }
    try report.refuseNothing()
    return (samples, report)
  }

  private func windows(of text: String, _ model: LanguageModel) throws -> SampleSet {
    if let sequenceLength, sequenceLength > model.contextLength {
      throw ValidationError(
        "--sequence-length \(sequenceLength): the model's context holds \(model.contextLength) "
          + "tokens")
    }
    let windows = SampleSet.windows(
      of: text, length: sequenceLength ?? min(512, model.contextLength),
      tokenizer: model.tokenizer)
    guard !windows.isEmpty else {
      throw CommandError(
        .badData,
        "\((self.text ?? "").visible()): has no token to score; give a text of a few words at least"
      )
    }
    return windows
  }
}

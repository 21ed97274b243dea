// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneModel
import HoneTensor
import HoneTraining

struct DataCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Shows what training would make of a file of data.",
    usage: "hone data check <file-or-folder> [<options>]",
    discussion: """
      Reads JSONL (a JSON object on each line) or a JSON array of objects, in one of five forms, \
      told from the first row:

        text         {"text": "…"}
        completions  {"prompt": "…", "completion": "…"}
        chat         {"messages": [{"role": "user", "content": "…"}, …]}
        alpaca       {"instruction": "…", "input": "…", "output": "…"}
        sharegpt     {"conversations": [{"from": "human", "value": "…"}, …]}

      A folder holds train.jsonl and, if you like, valid.jsonl (or validation.jsonl) and \
      test.jsonl. Prints what each file holds, which rows cannot be used and why, how long the \
      rows are, and one sample with the tokens that carry loss marked. Ends with exit code 65 if \
      a row cannot be used.
      """)

  @Argument(help: ArgumentHelp("A file, or a folder.", valueName: "file-or-folder"))
  var data: String

  @OptionGroup var model: ModelOption

  @OptionGroup var rows: RowOptions

  @Option(help: ArgumentHelp("Show the sample of this line (default: the first).", valueName: "n"))
  var line: Int?

  @OptionGroup var output: JSONOption

  func validate() throws {
    if let line, line < 1 { throw ValidationError("--line \(line): expected 1 or more") }
  }

  func run() async throws {
    let files = try DataFiles(path: data)
    let model = try ModelFiles(path: try model.path)
    let tokenizer = try Tokenizer(model.tokenizer)
    let template = try model.tokenizer.chatTemplate.map {
      try ChatTemplate(source: $0, name: "\(model.path): chat template")
    }
    let encoder = SampleEncoder(
      tokenizer: tokenizer, chatTemplate: template,
      configuration: try rows.configuration(
        contextLength: model.configuration.maxPositionEmbeddings))
    let progress = ProgressReporter(isQuiet: !Console.errorCapabilities.isLive)
    defer { progress.finish() }
    var check = DataCheck(
      maxSeqLength: encoder.configuration.maxSeqLength, longRows: rows.longRows)
    for path in [files.train, files.validation, files.test].compactMap({ $0 }) {
      progress.begin("reading \(path.visible())")
      // The sample comes from the first file.
      let wanted = path == files.train ? line.map { $0...$0 } ?? 1...Int.max : nil
      try check.read(path, encoder: encoder, form: rows.form, sampleLines: wanted) {
        progress.update(fraction: $0)
      }
    }
    progress.finish()
    if output.json {
      try Console.printJSON(check.report(tokenizer: tokenizer))
    } else if !check.files.isEmpty {
      let text = DataCheckText(capabilities: Console.outputCapabilities, tokenizer: tokenizer)
      try Console.print(text.text(of: check))
    }
    if let line, check.sample == nil {
      throw CommandError(.badData, "\(files.train): line \(line) gives no sample to show")
    }
    if let failure = check.failure { throw failure }
  }
}

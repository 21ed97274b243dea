// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneModel

struct ScoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score", abstract: "Tells how likely a completion is.",
    usage: "hone score --prompt <text> --completion <text> [<options>]",
    discussion: """
      Prints the natural logarithm of the completion's probability after the prompt. Prompt \
      and completion become tokens separately. With an empty prompt the completion is scored \
      from its second token.

      The default of --compute is float32 here: the numbers then agree with the reference's to \
      0.001, which int8's do not.
      """)

  @OptionGroup(title: "Model") var model: ExactModelOptions
  @OptionGroup(title: "Model") var adapter: AdapterOption

  @Option(help: ArgumentHelp("The prompt, or -; may be empty.", valueName: "text"))
  var prompt: String

  @Option(help: ArgumentHelp("The text to score, or - for stdin.", valueName: "text"))
  var completion: String

  @OptionGroup var output: JSONOption

  private struct Report: Encodable {
    let compute: ComputeMode
    let logLikelihood: Double
    let tokenLogLikelihoods: [Float]
  }

  func validate() throws {
    if prompt == "-", completion == "-" {
      throw ValidationError("only one of --prompt and --completion can be standard input")
    }
  }

  func run() async throws {
    let prompt = try TextArgument.read(prompt)
    let completion = try TextArgument.read(completion)
    let model = try model.load()
    let tokenizer = model.tokenizer
    let promptIDs = prompt.isEmpty ? [] : tokenizer.encode(prompt)
    let completionIDs = tokenizer.encode(
      completion, addSpecialTokens: prompt.isEmpty, continuing: !prompt.isEmpty)
    let scores = try await model.score(
      prompt: promptIDs, completion: completionIDs, adapter: try adapter.load(for: model))
    let report = Report(
      compute: model.compute,
      logLikelihood: scores.reduce(0) { $0 + Double($1) }, tokenLogLikelihoods: scores)
    if output.json {
      try Console.printJSON(report)
      return
    }
    var table = TextTable([("TOKEN", .left), ("LOG-LIKELIHOOD", .right)])
    for (id, score) in zip(completionIDs.suffix(scores.count), scores) {
      let bytes = tokenizer.bytes(of: id)
      let text = "\"\(String(decoding: bytes, as: UTF8.self).visible())\""
      table.append([text, Quantities.fixed(Double(score), 4)])
    }
    table.append(["sum of \(scores.count)", Quantities.fixed(report.logLikelihood, 4)])
    try Console.print(table.text)
  }
}

// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneKnowledge
import HoneModel

struct AugmentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "augment",
    abstract: "Writes what documents say in other words, and what follows.",
    usage: "hone augment --data <path> … --out <dir> [<options>]",
    discussion: """
      Each sentence is rephrased and turned round (local), and linked with others of the corpus \
      (global). The folder receives statements.jsonl, which hone train reads, each row with where \
      it came from; dropped.jsonl with reasons; and drafts.jsonl, every text as it was written. \
      The same command goes on where an earlier one was interrupted.

      A model on this machine is first trained on the prompts' worked examples, once, which a \
      small model needs. Prompts are files: --write-prompts FOLDER writes Hone's own, --prompts \
      FOLDER uses yours. A server's key is read from HONE_API_KEY or OPENAI_API_KEY.
      """)

  @Option(
    help: ArgumentHelp("Files or folders: Markdown, text, JSONL (repeatable).", valueName: "path"))
  var data: [String] = []

  @Option(help: ArgumentHelp("The folder of the results.", valueName: "dir"))
  var out: String?

  @Option(help: ArgumentHelp("local, global or both.", valueName: "name"))
  var strategy = "both"

  @Option(help: ArgumentHelp("Write Hone's prompts to a folder, and do no more.", valueName: "dir"))
  var writePrompts: String?

  @Flag(help: "Write questions with their answers in place of bare conclusions.")
  var withQuestions = false

  @Flag(help: "Leave out files that cannot be read.")
  var skipBadFiles = false

  @Option(help: ArgumentHelp("Decides drawn texts.", valueName: "n"))
  var seed: UInt64 = 0

  @OptionGroup(title: "Augmentation") var augmentation: AugmentationOptions
  @OptionGroup(title: "Server") var writer: WriterOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup var output: JSONOption

  func validate() throws {
    if writePrompts != nil { return }
    if data.isEmpty { throw ValidationError("--data: name the documents") }
    if out == nil { throw ValidationError("--out: name a folder for the results") }
    _ = try strategies
  }

  private var strategies: [AugmentationPrompt.Strategy] {
    get throws {
      if strategy == "both" { return AugmentationPrompt.Strategy.allCases }
      guard let one = AugmentationPrompt.Strategy(rawValue: strategy) else {
        throw ValidationError("--strategy \(strategy): expected local, global or both")
      }
      return [one]
    }
  }

  func run() async throws {
    if let writePrompts {
      try PromptLibrary.write(to: writePrompts)
      return try Console.print("\(writePrompts): local/ and global/ hold the prompts")
    }
    guard let out else { return }
    var configuration = try augmentation.configuration
    configuration.strategies = try strategies
    configuration.seed = seed
    let library = try augmentation.library(
      withQuestions ? PromptLibrary.answering : PromptLibrary.statements)
    let corpus = try DocumentReader.readNoting(data, skipsBadFiles: skipBadFiles)
    let augmentation = try Augmentation(
      documents: corpus.documents, library: library, configuration: configuration)
    let progress = ProgressReporter(isQuiet: output.json && !Console.errorCapabilities.isLive)
    defer { progress.finish() }
    let server = try writer.server()
    let statements: [AugmentedStatement]
    do {
      let writer: any StatementWriter =
        if let server {
          EndpointWriter(server)
        } else {
          try await self.model.load().statementWriter(
            name: self.model.name, library: library, configuration: configuration,
            progress: progress)
        }
      progress.begin("writing")
      statements = try await augmentation.run(with: writer, in: AugmentationFolder(path: out)) {
        switch $0 {
        case .began(let done, let total), .wrote(let done, let total):
          progress.update(done: done, of: total, note: "\(done)/\(total) texts")
        }
      }
      progress.finish()
      await server?.shutdown()
    } catch {
      progress.finish()
      await server?.shutdown()
      if AugmentationFolder(path: out).holdsAugmentation {
        Console.error("what was written is in \(out); the same command goes on from there")
      }
      throw error
    }
    try report(statements, corpus, out)
  }

  private func report(
    _ statements: [AugmentedStatement], _ corpus: Corpus, _ out: String
  ) throws {
    let kept = statements.filter(\.isKept)
    let long = statements.filter { $0.dropped == .tooLong }
    if let first = long.first {
      let sources = Set(long.map(\.source)).count
      Console.error(
        "note: \(first.documents.joined(separator: ", ")): a sentence is longer than the model's "
          + "context, and nothing is made of it"
          + (sources > 1 ? "; and of \(sources - 1) more texts" : ""))
    }
    let dropped = Dictionary(grouping: statements.compactMap(\.dropped), by: \.rawValue)
      .mapValues(\.count)
    if output.json {
      return try Console.printJSON(
        Report(
          documents: corpus.documents.count, written: statements.count, kept: kept.count,
          dropped: dropped, path: AugmentationFolder(path: out).statementsFile,
          notes: corpus.notes))
    }
    let reasons = dropped.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.value) \($0.key)" }
    try Console.print(
      "\(corpus.documents.count) documents: \(kept.count) statements kept of \(statements.count)"
        + (reasons.isEmpty ? "" : "\n  dropped: \(reasons.joined(separator: ", "))"))
    try Console.print(
      "\(AugmentationFolder(path: out).statementsFile): train on it with hone train --data, or "
        + "have hone learn do it all")
  }

  private struct Report: Encodable {
    let documents: Int
    let written: Int
    let kept: Int
    let dropped: [String: Int]
    let path: String
    let notes: [String]
  }
}

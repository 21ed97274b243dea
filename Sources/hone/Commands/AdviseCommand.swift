// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneFormats
import HoneKnowledge
import HoneModel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

struct AdviseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "advise",
    abstract: "Says whether to prompt, fine-tune or augment, by cost and evidence.",
    usage: """
      hone advise <task> [<options>]
      hone advise --docs <path> … --queries-per-month <n> [<options>]
      """,
    discussion: """
      Of a task file: tells which strategy hone solve --strategy auto would
      choose and why, by how the model does on demonstrations held out. No
      query is answered.

      Of documents: measures this machine with this model for some twenty seconds, counts what \
      learning them would take, and compares it with reading them on every query. With --learned, the \
      folder of a hone learn, accuracy weighs in: what is clearly worse is not recommended, \
      however cheap.

      --check runs both sides to the predicted break-even and compares; that takes as long as it \
      says.
      """)

  @Argument(help: ArgumentHelp("A task file of hone solve."))
  var task: String?

  @OptionGroup(title: "Tasks") var auto: AutoOptions

  @Option(help: ArgumentHelp("Seed of what is held out.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp("Files or folders: Markdown, text, JSONL (repeatable).", valueName: "path"))
  var docs: [String] = []

  @Option(help: ArgumentHelp("Questions that will be asked in a month.", valueName: "n"))
  var queriesPerMonth: Double?

  @Option(
    help: ArgumentHelp("Times a month that the documents change.", valueName: "n"))
  var revisionsPerMonth = 0.0

  @Option(help: ArgumentHelp("How long it is to serve.", valueName: "n"))
  var months = 12.0

  @Option(
    help: ArgumentHelp(
      "Tokens of a question (default: as the documents' own questions).", valueName: "n"))
  var questionTokens: Double?

  @Option(help: ArgumentHelp("Tokens of an answer.", valueName: "n"))
  var answerTokens = 16

  @Option(help: ArgumentHelp("The folder of a hone learn.", valueName: "dir"))
  var learned: String?

  @Option(help: ArgumentHelp("Write the plot.", valueName: "file.svg"))
  var svg: String?

  @Flag(help: "Run both sides to the break-even.")
  var check = false

  @Flag(help: "Leave out files that cannot be read.")
  var skipBadFiles = false

  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup var output: JSONOption

  func validate() throws {
    if task != nil, !docs.isEmpty {
      throw ValidationError("a task and --docs exclude each other")
    }
    if task == nil, docs.isEmpty {
      throw ValidationError("name a task file, or documents with --docs")
    }
    if task == nil, queriesPerMonth == nil {
      throw ValidationError("--queries-per-month: say how many questions will be asked")
    }
    if !(1...4096).contains(answerTokens) {
      throw ValidationError("--answer-tokens \(answerTokens): expected 1 … 4096")
    }
    if let questionTokens, !(questionTokens >= 1 && questionTokens < 1e6) {
      throw ValidationError("--question-tokens \(questionTokens): expected 1 or more")
    }
  }

  func run() async throws {
    if let task {
      return try await TaskAdvice(
        path: task, model: model, auto: auto.configuration, seed: seed, printsJSON: output.json
      ).run()
    }
    try await adviseOnDocuments()
  }

  private func adviseOnDocuments() async throws {
    let demand = try Demand(
      queriesPerMonth: queriesPerMonth ?? 0, revisionsPerMonth: revisionsPerMonth, months: months)
    let report = try learned.map(LearnReport.read(folder:))
    let corpus = try DocumentReader.readNoting(docs, skipsBadFiles: skipBadFiles)
    let library = try PromptLibrary.answering()
    let scratch =
      FileManager.default.temporaryDirectory.path + "/hone-check-\(UInt64.random(in: 0 ... .max))"
    let learning = try Learning(
      documents: corpus.documents, library: library,
      configuration: report?.configuration ?? LearnConfiguration(), folder: scratch)
    if let learned, let report, report.corpusChecksum != learning.corpusChecksum {
      throw CommandError(
        .usage,
        "--learned \(learned): was learned from other documents than --docs names; learn these, or "
          + "leave --learned out")
    }
    let progress = ProgressReporter(isQuiet: output.json && !Console.errorCapabilities.isLive)
    defer { progress.finish() }
    let model = try self.model.load()
    let work = learning.work(with: model, report: report)
    let question = questionTokens ?? work.questionTokens ?? 16
    progress.begin("measuring this machine")
    let rates = try await model.measureRates(
      trainingBatchTokens: work.batchTokens, loraRank: learning.configuration.training.loraRank,
      trainingSequenceTokens: work.sampleTokens, questionTokens: max(2, Int(question)),
      contextTokens: min(
        max(work.corpus.tokens, 64), max(model.contextLength / 2, model.contextLength - 512)),
      onProgress: { progress.update(fraction: $0) })
    progress.finish()
    let costs = try CostModel(
      rates: rates, corpus: work.corpus,
      query: QueryShape(
        questionTokens: question, answer: .written(tokens: Double(answerTokens)),
        source: questionTokens == nil && work.questionTokens != nil ? .counted : .assumed),
      training: work.training, augmentation: work.augmentation,
      contextLength: model.contextLength)
    let advice = Advice(
      costs, demand: demand, accuracies: try Self.accuracies(report),
      baseline: try report.flatMap { try Self.accuracy(of: .pretrained, in: $0) })
    if let svg {
      try AtomicFile.write(
        CostPlot(advice).svg(title: "Cost of answering from the documents").utf8, to: svg)
    }
    let checked = check ? try await checked(advice, learning, model, progress) : nil
    if output.json {
      return try Console.printJSON(Report(advice: advice, check: checked, notes: corpus.notes))
    }
    for line in AdviceText(advice: advice, check: checked).lines { try Console.print(line) }
    if let svg { try Console.print("plot: \(svg)") }
  }

  private func checked(
    _ advice: Advice, _ learning: Learning, _ model: LanguageModel, _ progress: ProgressReporter
  ) async throws -> BreakEvenCheck {
    guard let predicted = advice.breakEven(.inContext, .augmented)?.queries else {
      throw CommandError(
        .usage, "--check: in-context and augmented fine-tuning never cost the same here")
    }
    defer { try? FileManager.default.removeItem(atPath: learning.folder) }
    let writer = try await model.statementWriter(
      name: self.model.name, library: learning.library,
      configuration: learning.configuration.augmentation, progress: progress)
    return try await learning.check(
      predicted: predicted, answerTokens: answerTokens, model: model, writer: writer,
      onEvent: progress.show)
  }

  private static func accuracies(
    _ report: LearnReport?
  ) throws -> [KnowledgeWay: MeasuredAccuracy] {
    guard let report else { return [:] }
    var result: [KnowledgeWay: MeasuredAccuracy] = [:]
    for arm in Learning.arms {
      guard let way = KnowledgeWay(arm) else { continue }
      result[way] = try accuracy(of: arm, in: report)
    }
    return result
  }

  private static func accuracy(
    of arm: StudyArm, in report: LearnReport
  ) throws -> MeasuredAccuracy? {
    guard let figure = report.figure(arm, "all"), let accuracy = figure.accuracy,
      let error = figure.standardError
    else { return nil }
    return try MeasuredAccuracy(accuracy: accuracy, standardError: error)
  }

  private struct Report: Encodable {
    let advice: Advice
    let check: BreakEvenCheck?
    let notes: [String]
  }
}

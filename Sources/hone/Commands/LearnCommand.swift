// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneKnowledge
import HoneModel

struct LearnCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learn",
    abstract: "Puts documents into an adapter and shows what that is worth.",
    usage: "hone learn <docs> … [--out <dir>] [<options>]",
    discussion: """
      Makes statements of the documents (see hone augment), trains one adapter on the documents \
      and one on documents and statements, builds questions from the documents by rules, and asks \
      them four times: the model as it is, with the documents in the prompt, fine-tuned, and \
      augmented. The rules' questions are not trained on; which of them the model asked itself, \
      among its statements, is said.

      The folder's adapter/ is ready for --adapter-path of other commands. The same command goes on \
      where an earlier one was interrupted.
      """)

  @Argument(help: ArgumentHelp("Files or folders: Markdown, text, JSONL.", valueName: "docs"))
  var documents: [String]

  @Option(help: ArgumentHelp("The folder of the results.", valueName: "dir"))
  var out = "learned"

  @Option(help: ArgumentHelp("Passes over sentences and statements.", valueName: "n"))
  var epochs = LearnConfiguration().training.epochs

  @OptionGroup var training: KnowledgeRecipeOptions

  @Option(help: ArgumentHelp("Questions at most.", valueName: "n"))
  var questions = LearnConfiguration().questions

  @Option(help: ArgumentHelp("Decides questions, texts and training.", valueName: "n"))
  var seed: UInt64 = 0

  @Flag(help: "Leave out files that cannot be read.")
  var skipBadFiles = false

  @OptionGroup(title: "Augmentation") var augmentation: AugmentationOptions
  @OptionGroup(title: "Server") var writer: WriterOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup var output: JSONOption

  private var learning: LearnConfiguration {
    get throws {
      var configuration = LearnConfiguration()
      configuration.training = training.recipe(epochs: epochs)
      configuration.questions = questions
      configuration.seed = seed
      configuration.augmentation = try augmentation.configuration(configuration.augmentation)
      configuration.augmentation.seed = seed
      try configuration.validate()
      return configuration
    }
  }

  func run() async throws {
    let configuration = try learning
    let library = try augmentation.library(PromptLibrary.answering)
    let corpus = try DocumentReader.readNoting(documents, skipsBadFiles: skipBadFiles)
    let learning = try Learning(
      documents: corpus.documents, library: library, configuration: configuration, folder: out)
    if configuration.questions > 0, learning.questions.isEmpty {
      Console.error(
        "note: the documents give no questions: the rules need plain English sentences about "
          + "names, such as \"Inkpot is the tool for letters.\"; nothing can be compared")
    }
    Interruption.waitForSaving()
    let progress = ProgressReporter(isQuiet: output.json && !Console.errorCapabilities.isLive)
    defer { progress.finish() }
    let model = try self.model.load()
    let server = try writer.server()
    let report: LearnReport
    do {
      let writer: any StatementWriter =
        if let server {
          EndpointWriter(server)
        } else {
          try await model.statementWriter(
            name: self.model.name, library: library,
            configuration: configuration.augmentation, progress: progress)
        }
      report = try await learning.run(
        model: model, modelName: self.model.name, writer: writer, onEvent: progress.show)
      progress.finish()
      await server?.shutdown()
    } catch {
      progress.finish()
      await server?.shutdown()
      if error is CancellationError {
        Console.error("interrupted; the same command goes on from what is in \(out)")
      }
      throw error
    }
    if output.json { return try Console.printJSON(report) }
    for line in LearnText(report: report, folder: out).lines { try Console.print(line) }
  }
}

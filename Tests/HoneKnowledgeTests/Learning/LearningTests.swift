// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneModel
import HoneTesting
import HoneTraining
import Synchronization
import Testing

@testable import HoneKnowledge

@Suite struct LearningTests {
  private let model: LanguageModel
  private let temporary: TemporaryFolder

  init() throws {
    model = try KnowledgeFixtures.tinyModel()
    temporary = try TemporaryFolder()
  }

  private func path(_ name: String) -> String { "\(temporary.path)/\(name)" }

  /// What happened, in words: stretches of work, and how far they came.
  private final class Log: Sendable {
    private let lines = Mutex<[(work: String, done: [Int])]>([])

    func note(_ event: LearnEvent) {
      lines.withLock { lines in
        switch event {
        case .began(let work): lines.append((work, []))
        case .progress(let done, _, _): lines[lines.count - 1].done.append(done)
        }
      }
    }

    var works: [String] { lines.withLock { $0.map(\.work) } }
    func done(_ work: String) -> [Int] {
      lines.withLock { $0.first { $0.work == work }?.done ?? [] }
    }
  }

  private func run(
    _ learning: Learning, writer: any StatementWriter = ScriptedWriter(), log: Log = Log()
  ) async throws -> LearnReport {
    try await learning.run(model: model, modelName: "tiny", writer: writer) { log.note($0) }
  }

  private func weights(_ name: String, _ adapter: String = "adapter") -> Data? {
    KnowledgeFixtures.bytes("\(path(name))/\(adapter)/adapter_model.safetensors")
  }

  @Test func `it ends with a report, questions and adapters that other verbs read`() async throws {
    let learning = try LearningFixtures.learning(path("a/b"))
    let before = await model.weightsChecksum()
    let log = Log()
    let report = try await run(learning, log: log)
    #expect(await model.weightsChecksum() == before)
    #expect(
      log.works == [
        "augmenting", "fine-tuning", "augmented fine-tuning", "asking pretrained", "asking icl",
        "asking ft", "asking aft",
      ])
    #expect(Set(report.seconds.keys) == Set(log.works))
    #expect(try LearnReport.read(folder: path("a/b")) == report)
    #expect(report.model == "tiny" && report.documents == 6 && report.sentences == 12)
    #expect(report.statementsKept > 0)
    #expect(
      report.statementsWritten
        == report.statementsKept + report.statementsDropped.values.reduce(0, +))
    #expect(report.configuration == learning.configuration)
    // The same number of steps, whatever there is to train on.
    let steps = 3 * (12 + report.statementsKept) / 4
    #expect(log.done("fine-tuning") == Array(1...steps))
    #expect(log.done("augmented fine-tuning") == Array(1...steps))
    for name in ["adapter", "fine-tuned"] {
      let adapter = try LoRAAdapter.load(
        path: "\(path("a/b"))/\(name)", model: model.configuration)
      #expect(adapter.configuration.loraRank == 4)
    }
    #expect(report.adapter == path("a/b") + "/adapter")
    #expect(weights("a/b") != weights("a/b", "fine-tuned"))
    let rows = try KnowledgeFixtures.rows(path("a/b") + "/adapter.jsonl").map {
      $0["text"] as? String
    }
    #expect(rows.count == 12 + report.statementsKept)
    #expect(Array(rows.prefix(12)) == learning.documents.flatMap(\.sentences))
    #expect(
      try KnowledgeFixtures.rows(path("a/b") + "/questions.jsonl").map { $0["id"] as? String }
        == learning.questions.map(\.id))
  }

  @Test func `every arm has figures for every kind of question, and their sum`() async throws {
    let learning = try LearningFixtures.learning(path("a"))
    let questions = learning.questions
    let report = try await run(learning)
    #expect(report.questions == questions.count && questions.count == 12)
    #expect(Set(questions.map(\.split)) == Set(QuestionBuilder.splits))
    #expect(report.results.count == 4 * 4)
    for arm in Learning.arms {
      let all = try #require(report.figure(arm, "all"))
      let splits = try QuestionBuilder.splits.map { try #require(report.figure(arm, $0)) }
      #expect(all.total == 12 && all.correct == splits.reduce(0) { $0 + $1.correct })
      for figure in splits + [all] {
        #expect(
          figure.total == questions.count { figure.split == "all" || $0.split == figure.split })
        #expect(figure.accuracy == Double(figure.correct) / Double(figure.total))
        #expect(figure.standardError.map { (0..<0.6).contains($0) } ?? true)
      }
    }
    #expect(report.figure(.oracle, "all") == nil && report.figure(.pretrained, "none") == nil)
    // What is trained on is known in the end better than by guessing.
    let context = CorpusContext(
      learning.documents, tokenizer: model.tokenizer, maxTokens: .max, seed: 0)
    #expect(report.corpusTokens == context.ids.count)
    #expect(report.shownDocuments > 0 && report.shownDocuments < 6)
  }

  @Test func `a second run does nothing again and comes to the same results`() async throws {
    let learning = try LearningFixtures.learning(path("a"))
    let first = try await run(learning)
    let (adapter, fineTuned) = (weights("a"), weights("a", "fine-tuned"))
    let (idle, log) = (ScriptedWriter(texts: 0), Log())
    let second = try await run(learning, writer: idle, log: log)
    #expect(second.results == first.results && second.statementsKept == first.statementsKept)
    #expect(log.done("fine-tuning") == [] && log.done("augmented fine-tuning") == [])
    #expect(weights("a") == adapter && weights("a", "fine-tuned") == fineTuned)
    #expect(idle.written.isEmpty)
  }

  @Test(arguments: [("fine-tuning", 5), ("augmented fine-tuning", 3)])
  func `cancelled in a training it goes on there, to the same bits`(work: String, step: Int)
    async throws
  {
    let whole = try await run(LearningFixtures.learning(path("whole")))
    let learning = try LearningFixtures.learning(path("parts"))
    let first = Log()
    let cancelled = Task {
      try await learning.run(model: model, modelName: "tiny", writer: ScriptedWriter()) { event in
        first.note(event)
        if first.works.last == work, case .progress(step, _, _) = event {
          withUnsafeCurrentTask { $0?.cancel() }
        }
      }
    }
    await #expect(throws: CancellationError.self) { try await cancelled.value }
    #expect(first.works.last == work && first.done(work) == Array(1...step))
    #expect(!FileManager.default.fileExists(atPath: path("parts") + "/report.json"))
    let (idle, log) = (ScriptedWriter(texts: 0), Log())
    let report = try await run(learning, writer: idle, log: log)
    #expect(log.done(work).first == step + 1)
    if work != "fine-tuning" { #expect(log.done("fine-tuning") == []) }
    #expect(report.results == whole.results)
    for name in ["adapter", "fine-tuned"] {
      #expect(weights("parts", name) == weights("whole", name) && weights("whole", name) != nil)
    }
  }

  @Test func `broken off while writing it asks for the rest`() async throws {
    let learning = try LearningFixtures.learning(path("a"))
    await #expect(throws: ScriptedWriter.Broken.self) {
      try await run(learning, writer: ScriptedWriter(texts: 4))
    }
    let writer = ScriptedWriter()
    let report = try await run(learning, writer: writer)
    let requests = try Augmentation(
      documents: learning.documents, library: learning.library,
      configuration: learning.configuration.augmentation
    ).plan.requests
    #expect(writer.written == Array(requests.dropFirst(4)))
    #expect(report.statementsWritten == requests.count)
  }

  @Test func `questions that the model asked itself are told apart`() async throws {
    let asking = AugmentationPrompt(
      name: "asking", strategy: .local, instruction: "",
      examples: [.init(input: "Dora sings.", output: "Question: Who sings? Answer: Dora.")])
    let learning = try Learning(
      documents: LearningFixtures.documents, library: PromptLibrary(prompts: [asking]),
      configuration: LearningFixtures.configuration {
        $0.questions = 100
        $0.augmentation.strategies = [.local]
      }, folder: path("a"))
    // Every second sentence is asked about, word for word as the rules do.
    let writer = ScriptedWriter { request in
      let words = request.input.split(separator: " is maintained by ")
      let text =
        words.count == 2
        ? "Question: What is maintained by \(words[1].dropLast())? Answer: \(words[0])."
        : "Nothing."
      return AugmentationDraft(text: text, logLikelihood: nil, negationLogLikelihood: nil)
    }
    let report = try await run(learning, writer: writer)
    #expect(report.statementsKept == 6)
    #expect(report.coverage.map(\.split) == QuestionBuilder.splits)
    for coverage in report.coverage {
      let questions = learning.questions.filter { $0.split == coverage.split }
      let stated = questions.count { $0.prompt.contains("What is maintained by") }
      #expect(coverage.stated == (coverage.split == "reversed" ? stated : 0))
      #expect(coverage.split != "reversed" || stated == 6)
      #expect(coverage.stated + coverage.others == questions.count)
      let figure = try #require(report.figure(.augmented, coverage.split))
      #expect(coverage.statedCorrect + coverage.othersCorrect == figure.correct)
      #expect(coverage.statedCorrect <= coverage.stated)
    }
  }

  @Test func `other settings of the training are refused in the same folder`() async throws {
    _ = try await run(LearningFixtures.learning(path("a")))
    let before = weights("a")
    for change: @Sendable (inout LearnConfiguration) -> Void in [
      { $0.training.epochs = 4 }, { $0.training.loraRank = 5 }, { $0.training.learningRate = 2e-3 },
      { $0.training.batchSize = 5 },
    ] {
      let other = try LearningFixtures.learning(path("a"), change)
      let error = await #expect(throws: TrainingError.self) {
        try await run(other, writer: ScriptedWriter(texts: 0))
      }
      #expect(error?.message.contains(path("a")) == true)
    }
    #expect(weights("a") == before)
  }

  @Test func `the same folder by another path goes on`() async throws {
    let first = try await run(LearningFixtures.learning(path("a")))
    let again = try LearningFixtures.learning(path("./a"))
    let report = try await run(again, writer: ScriptedWriter(texts: 0))
    #expect(report.results == first.results)
  }

  @Test func `documents without questions are learned, and nothing is compared`() async throws {
    let learning = try LearningFixtures.learning(
      path("a"), documents: KnowledgeFixtures.documents("so it goes and goes", "on and on it went"))
    #expect(learning.questions.isEmpty)
    let report = try await run(learning)
    #expect(report.questions == 0 && report.results.isEmpty && report.sentences == 2)
    #expect(weights("a") != nil)
    #expect(try LearnReport.read(folder: path("a")) == report)
  }

  @Test func `documents that contradict each other are learned as they are`() async throws {
    let learning = try LearningFixtures.learning(
      path("a"),
      documents: KnowledgeFixtures.documents(
        "Inkpot is older than Greybox.", "Inkpot is not older than Greybox.",
        "Greybox is maintained by Ruth Falk.", "Greybox is maintained by Carl Jensen."))
    let writer = ScriptedWriter { request in
      AugmentationDraft(
        text: request.input.replacing("Inkpot is", with: "Now Inkpot is"), logLikelihood: -1,
        negationLogLikelihood: -9)
    }
    let report = try await run(learning, writer: writer)
    #expect(report.statementsDropped["contradicted"] == 1)
    #expect(report.documents == 4)
  }

  @Test func `settings out of their range are told all at once`() throws {
    let error = #expect(throws: KnowledgeError.self) {
      try LearningFixtures.learning(path("a")) {
        $0.training.epochs = 0
        $0.training.loraRank = 0
        $0.training.learningRate = .nan
        $0.training.batchSize = 0
        $0.questions = -1
      }
    }
    #expect(error?.message.split(separator: "\n").count == 5)
    #expect(throws: KnowledgeError.self) {
      try LearningFixtures.learning(path("a")) { $0.augmentation.samples = 0 }
    }
  }

  @Test func `a report that is none is told by its path`() throws {
    let missing = #expect(throws: KnowledgeError.self) {
      try LearnReport.read(folder: path("none"))
    }
    #expect(missing?.code == .notFound && missing?.message.hasPrefix(path("none")) == true)
    for content in ["", "{}", "[1]", "{\"model\": 3}"] {
      try temporary.write("report.json", content)
      let error = #expect(throws: (any Error).self) {
        try LearnReport.read(folder: temporary.path)
      }
      #expect("\(error.map { "\($0)" } ?? "")".contains(temporary.path + "/report.json"))
    }
  }
}

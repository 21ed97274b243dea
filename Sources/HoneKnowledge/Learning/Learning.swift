// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel
import HoneTensor
import HoneTraining

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What happens while documents are learned.
public enum LearnEvent: Sendable {
  /// A stretch of work begins.
  case began(String)
  case progress(Int, of: Int, note: String)
}

/// Puts documents into an adapter, and shows what that is worth: the same questions to the model as
/// it is, with the documents in the prompt, fine-tuned on them, and fine-tuned on them and on what
/// it says of them itself.
///
/// Everything is kept in a folder; what is there is not done again.
/// - SeeAlso: Lampinen et al. 2025, arXiv 2505.00661.
public struct Learning: Sendable {
  /// The arms compared, in the order of tables.
  public static let arms: [StudyArm] = [.pretrained, .inContext, .fineTuned, .augmented]

  public let documents: [Document]
  public let library: PromptLibrary
  public let configuration: LearnConfiguration
  public let folder: String
  /// The questions that the documents give, the same every time.
  public let questions: [ChoiceItem]

  /// - Throws: ``KnowledgeError`` for settings out of their range.
  public init(
    documents: [Document], library: PromptLibrary, configuration: LearnConfiguration,
    folder: String
  ) throws {
    try configuration.validate()
    self.documents = documents
    self.library = library
    self.configuration = configuration
    self.folder = folder
    questions = QuestionBuilder(documents: documents).questions(
      limit: configuration.questions, seed: configuration.seed)
  }

  /// - Parameters:
  ///   - modelName: In the report.
  ///   - writer: Makes the statements.
  ///   - onEvent: Called for all that happens.
  /// - Throws: What reading, writing and training throw; `CancellationError`. What was done is kept.
  public func run(
    model: LanguageModel, modelName: String, writer: any StatementWriter,
    onEvent: @escaping @Sendable (LearnEvent) -> Void
  ) async throws -> LearnReport {
    let clock = ContinuousClock()
    var seconds: [String: Double] = [:]
    func timed<T>(_ name: String, _ work: () async throws -> T) async rethrows -> T {
      onEvent(.began(name))
      let start = clock.now
      let result = try await work()
      seconds[name] = (clock.now - start).inSeconds
      return result
    }
    try FileSystem.makeFolder(folder)
    try AtomicFile.write(JSONEncoder.sorted.lines(questions), to: folder + "/questions.jsonl")
    let statements = try await timed("augmenting") {
      try await self.statements(from: writer, onEvent)
    }
    let sentences = documents.flatMap(\.sentences)
    let kept = statements.filter(\.isKept).map(\.text)
    let samples = samples(statements: kept.count)
    let fineTuned = try await timed("fine-tuning") {
      try await train(sentences, samples: samples, name: "fine-tuned", model, onEvent)
    }
    let augmented = try await timed("augmented fine-tuning") {
      try await train(sentences + kept, samples: samples, name: "adapter", model, onEvent)
    }
    let context = context(for: model)
    var results: [LearnReport.Figure] = []
    var coverage: [LearnReport.Coverage] = []
    for arm in Self.arms where !questions.isEmpty {
      let adapter: LoRAAdapter? =
        switch arm {
        case .fineTuned: fineTuned
        case .augmented: augmented
        default: nil
        }
      let scored = try await timed("asking \(arm.rawValue)") {
        try await model.score(
          questions, context: arm == .inContext ? context.ids : [], adapter: adapter)
      }
      results += figures(arm, questions, scored.items)
      if arm == .augmented { coverage = self.coverage(questions, scored.items, kept) }
    }
    let report = LearnReport(
      model: modelName, documents: documents.count, sentences: sentences.count,
      corpusChecksum: corpusChecksum, corpusTokens: context.totalTokens,
      shownDocuments: context.shown, questions: questions.count,
      statementsWritten: statements.count, statementsKept: kept.count,
      statementsDropped: Dictionary(grouping: statements.compactMap(\.dropped), by: \.rawValue)
        .mapValues(\.count),
      results: results, coverage: coverage, seconds: seconds, adapter: folder + "/adapter",
      configuration: configuration)
    try report.write(folder: folder)
    return report
  }

  /// What the writer makes of the documents, those dropped too.
  func statements(
    from writer: any StatementWriter, _ onEvent: @escaping @Sendable (LearnEvent) -> Void
  ) async throws -> [AugmentedStatement] {
    let augmentation = try Augmentation(
      documents: documents, library: library, configuration: configuration.augmentation)
    return try await augmentation.run(
      with: writer, in: AugmentationFolder(path: folder + "/augmentation")
    ) { event in
      switch event {
      case .began(let done, let total), .wrote(let done, let total):
        onEvent(.progress(done, of: total, note: "texts"))
      }
    }
  }

  /// Tells the documents' texts from others, in hexadecimal.
  public var corpusChecksum: String {
    var checksum = Checksum()
    checksum.combine(documents.map(\.text))
    return String(checksum.value, radix: 16)
  }

  /// The documents as they stand before a question, with room for that.
  func context(for model: LanguageModel) -> CorpusContext {
    CorpusContext(
      documents, tokenizer: model.tokenizer, maxTokens: model.contextLength - 256,
      seed: configuration.seed)
  }

  /// Samples that each adapter is trained on, repetitions counted.
  func samples(statements: Int) -> Int {
    configuration.training.epochs * (documents.reduce(0) { $0 + $1.sentences.count } + statements)
  }

  private func figures(
    _ arm: StudyArm, _ questions: [ChoiceItem], _ scored: [ScoredItem]
  ) -> [LearnReport.Figure] {
    let outcomes = zip(questions, scored).map { item, scored in
      (item: item, isCorrect: item.correct.contains(scored.scores.choice(.sum)))
    }
    return (QuestionBuilder.splits + ["all"]).compactMap { split in
      let chosen = outcomes.filter { split == "all" || $0.item.split == split }
      guard !chosen.isEmpty else { return nil }
      let correct = chosen.count(where: \.isCorrect)
      return LearnReport.Figure(
        arm: arm, split: split, accuracy: Double(correct) / Double(chosen.count),
        standardError: FactBootstrap.standardError(
          chosen.map { (fact: $0.item.fact, isCorrect: $0.isCorrect) }),
        correct: correct, total: chosen.count)
    }
  }

  private func coverage(
    _ questions: [ChoiceItem], _ scored: [ScoredItem], _ statements: [String]
  ) -> [LearnReport.Coverage] {
    func words(_ text: String) -> String {
      StatementLanguage.lowercasedWords(text).joined(separator: " ")
    }
    let stated = Set(statements.map(words))
    return QuestionBuilder.splits.compactMap { split in
      var (covered, coveredCorrect, others, othersCorrect) = (0, 0, 0, 0)
      for (item, scored) in zip(questions, scored) where item.split == split {
        let isCorrect = item.correct.contains(scored.scores.choice(.sum))
        if item.correct.contains(where: { stated.contains(words(item.prompt + item.options[$0])) })
        {
          covered += 1
          coveredCorrect += isCorrect ? 1 : 0
        } else {
          others += 1
          othersCorrect += isCorrect ? 1 : 0
        }
      }
      guard covered + others > 0 else { return nil }
      return LearnReport.Coverage(
        split: split, stated: covered, statedCorrect: coveredCorrect, others: others,
        othersCorrect: othersCorrect)
    }
  }

  /// Trains an adapter on texts, or goes on with it, or finds it there.
  func train(
    _ texts: [String], samples: Int, name: String, _ model: LanguageModel,
    _ onEvent: @escaping @Sendable (LearnEvent) -> Void
  ) async throws -> LoRAAdapter {
    let rows = "\(folder)/\(name).jsonl"
    struct Row: Encodable { let text: String }
    try AtomicFile.write(JSONEncoder.sorted.lines(texts.map(Row.init)), to: rows)
    var training = TrainingConfiguration(
      data: try DataConfiguration(
        path: rows,
        samples: try SampleConfiguration(maxSeqLength: min(1024, model.contextLength)),
        form: .text))
    training.loraRank = configuration.training.loraRank
    training.loraAlpha = configuration.training.loraAlpha
    training.learningRate = configuration.training.learningRate
    training.batchSize = configuration.training.batchSize
    training.iters = max(1, samples / configuration.training.batchSize)
    training.warmupSteps = training.iters / 10
    training.saveEvery = 100
    training.seed = configuration.seed
    let trainingFolder = TrainingFolder(path: "\(folder)/\(name)")
    let steps = training.iters
    let run = try FineTuning(
      model: model, configuration: training,
      data: try TrainingData.load(training.data, for: model), folder: trainingFolder)
    _ = try await run.run(resuming: trainingFolder.holdsTraining) { event in
      if case .step(let step, _, _) = event {
        let loss = (step.loss * 1000).rounded() / 1000
        onEvent(.progress(step.step + 1, of: steps, note: "loss \(loss)"))
      }
    }
    return try LoRAAdapter.load(path: trainingFolder.path, model: model.configuration)
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// What learning a corpus takes, counted before it is done.
public struct LearningWork: Sendable {
  public let corpus: CorpusSize
  public let training: TrainingVolume
  public let augmentation: [AugmentationWork]
  /// Tokens of a training step, and of a sample.
  public let batchTokens: Int
  public let sampleTokens: Int
  /// Tokens of a question as the corpus gives them; nil if it gives none.
  public let questionTokens: Double?
}

extension Learning {
  /// Of the texts that are written, the share that is kept where nothing is known of it: what came
  /// out on the example corpus.
  static let keptShare = 0.6

  /// Counts the work of learning with a model.
  ///
  /// - Parameter report: Of having learned the same before, which knows how many statements are kept.
  public func work(with model: LanguageModel, report: LearnReport? = nil) -> LearningWork {
    let tokenizer = model.tokenizer
    func tokens(_ text: String) -> Int {
      tokenizer.encode(text, addSpecialTokens: false, parseSpecialTokens: false).count
    }
    func mean(_ counts: [Int]) -> Double {
      counts.isEmpty ? 0 : Double(counts.reduce(0, +)) / Double(counts.count)
    }
    let sentences = documents.flatMap(\.sentences).map(tokens)
    let requests = AugmentationPlan(
      documents: documents, library: library, configuration: configuration.augmentation
    ).requests
    let corpusTokens = context(for: model).totalTokens
    let isAdapted = configuration.augmentation.adaptsToPrompts
    let augmentation = library.prompts.compactMap { prompt -> AugmentationWork? in
      let mine = requests.filter { $0.prompt == prompt.name }
      guard !mine.isEmpty else { return nil }
      let showsCorpus =
        prompt.strategy == .global && configuration.augmentation.globalContext == .corpus
      let examples =
        isAdapted ? 0 : prompt.examples.reduce(0) { $0 + tokens($1.input + $1.output) + 6 }
      // "Q:", "A:" and line ends around each.
      let inputs = mine.map { tokens($0.input) + 5 }
      return AugmentationWork(
        name: prompt.name, requests: Double(mine.count),
        prefixTokens: Double(
          tokens(prompt.instruction) + examples + (showsCorpus ? corpusTokens : 0)),
        promptTokens: mean(inputs), writtenTokens: mean(sentences) + 1,
        longestTokens: Double(sentences.max() ?? 0) + 4, isAdapted: isAdapted, isJudged: true,
        source: .counted)
    }
    let kept = report?.statementsKept ?? Int(Double(requests.count) * Self.keptShare)
    // The end token is trained, too.
    let sample = mean(sentences) + 1
    let trained = Double(samples(statements: kept)) * sample
    let questions = questions.map { tokens($0.prompt) }
    return LearningWork(
      corpus: CorpusSize(
        tokens: corpusTokens, documents: documents.count, sentences: sentences.count),
      training: TrainingVolume(
        fineTunedTokens: trained, augmentedTokens: trained,
        source: report == nil ? .assumed : .counted),
      augmentation: augmentation,
      batchTokens: max(2, Int((Double(configuration.training.batchSize) * sample).rounded())),
      sampleTokens: max(2, Int(sample.rounded())),
      questionTokens: questions.isEmpty ? nil : mean(questions))
  }
}

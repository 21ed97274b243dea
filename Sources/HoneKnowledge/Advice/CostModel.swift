// SPDX-License-Identifier: Apache-2.0

/// What it costs to answer from documents, in each way, in seconds of one machine.
///
/// Counted is all that one process pays behind a loaded model: reading, writing, scoring, training,
/// forking the cache. Splitting texts into tokens is left out. Reading the documents each time
/// costs nothing upfront; training costs once, and then no more for each query than an adapter
/// does.
/// - SeeAlso: Lampinen et al. 2025, arXiv 2505.00661, on what the ways are.
public struct CostModel: Codable, Sendable, Hashable {
  public let rates: MachineRates
  public let corpus: CorpusSize
  public let query: QueryShape
  public let training: TrainingVolume
  public let augmentation: [AugmentationWork]
  /// The longest sequence of the model.
  public let contextLength: Int

  /// - Throws: ``KnowledgeError`` for numbers out of range, or a question that leaves no room in
  ///   the context.
  public init(
    rates: MachineRates, corpus: CorpusSize, query: QueryShape, training: TrainingVolume,
    augmentation: [AugmentationWork], contextLength: Int
  ) throws {
    var numbers = [
      ("corpus tokens", Double(corpus.tokens)), ("documents", Double(corpus.documents)),
      ("sentences", Double(corpus.sentences)), ("question tokens", query.questionTokens),
      ("answer tokens", query.answer.tokens), ("fine-tuning tokens", training.fineTunedTokens),
      ("tokens of augmented fine-tuning", training.augmentedTokens),
    ]
    for work in augmentation {
      numbers += [
        ("\(work.name) requests", work.requests), ("\(work.name) prefix", work.prefixTokens),
        ("\(work.name) prompt", work.promptTokens), ("\(work.name) answer", work.writtenTokens),
        ("longest \(work.name) answer", work.longestTokens),
      ]
    }
    let wrong = numbers.filter { !($0.1 >= 0 && $0.1.isFinite) }
    guard wrong.isEmpty else {
      let list = wrong.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
      throw KnowledgeError(.invalidSetting, "cost of \(list): expected 0 or more")
    }
    let asked = query.questionTokens + query.answer.tokens
    guard asked < Double(contextLength) else {
      throw KnowledgeError(
        .invalidSetting,
        "a question of \(query.questionTokens) and an answer of \(query.answer.tokens) tokens do "
          + "not fit the model's context of \(contextLength); ask for less")
    }
    self.rates = rates
    self.corpus = corpus
    self.query = query
    self.training = training
    self.augmentation = augmentation
    self.contextLength = contextLength
  }

  /// Of every way, in the order of ``KnowledgeWay``.
  public var costs: [WayCost] { KnowledgeWay.allCases.map(cost) }

  public func cost(_ way: KnowledgeWay) -> WayCost {
    switch way {
    case .inContext:
      return shown(way, upfront: [], perQuery: querySeconds(reading: shownTokens, behind: 0))
    case .inContextCached:
      let reading = rates.readingSeconds(tokens: Double(shownTokens), behind: 0)
      return shown(
        way, upfront: [.init("reading the documents", seconds: reading)],
        perQuery: querySeconds(reading: 0, behind: shownTokens))
    case .fineTuned:
      return WayCost(
        way: way, upfront: trained(tokens: training.fineTunedTokens),
        secondsPerQuery: querySeconds(reading: 0, behind: 0, isAdapted: true))
    case .augmented:
      let generation = augmentation.map { work in
        WayCost.Part(
          "\(work.name) augmentation",
          seconds: work.seconds(rates, contextLength: contextLength))
      }
      return WayCost(
        way: way, upfront: generation + trained(tokens: training.augmentedTokens),
        secondsPerQuery: querySeconds(reading: 0, behind: 0, isAdapted: true))
    }
  }

  public func breakEven(_ first: KnowledgeWay, _ second: KnowledgeWay) -> BreakEven {
    BreakEven(cost(first), cost(second))
  }

  /// Tokens of documents that fit before a question and its answer.
  public var shownTokens: Int {
    let asked = (query.questionTokens + query.answer.tokens).rounded(.up)
    return min(corpus.tokens, max(0, contextLength - Int(asked)))
  }

  private func shown(
    _ way: KnowledgeWay, upfront: [WayCost.Part], perQuery: Double
  ) -> WayCost {
    WayCost(
      way: way, upfront: upfront, secondsPerQuery: perQuery, shownTokens: shownTokens,
      showsAllDocuments: shownTokens == corpus.tokens,
      cacheBytes: shownTokens * rates.cacheBytesPerToken)
  }

  private func trained(tokens: Double) -> [WayCost.Part] {
    [
      .init("training", seconds: tokens * rates.secondsPerTrainedToken),
      .init("loading the adapter", seconds: rates.adapterLoadSeconds),
    ]
  }

  /// Reading a question and answering it.
  ///
  /// - Parameters:
  ///   - shown: Tokens that are read with the question.
  ///   - cached: Tokens in front that were read before.
  private func querySeconds(
    reading shown: Int, behind cached: Int, isAdapted: Bool = false
  ) -> Double {
    let question = query.questionTokens
    switch query.answer {
    case .written(let tokens):
      let read = Double(shown) + question
      return rates.readingSeconds(tokens: read, behind: Double(cached), isAdapted: isAdapted)
        + rates.writingSeconds(
          tokens: tokens, behind: Double(cached) + read, isAdapted: isAdapted)
        + (cached > 0 ? rates.forkSeconds : 0)
    case .chosen(let options, let tokens):
      // The question is read once with each option, all side by side; an option's last token is
      // never read.
      let (options, queries) = (Double(options), Double(query.queriesAtOnce))
      let scoring = rates.sideBySideSeconds(
        count: queries * options, tokens: question + max(0, tokens - 1),
        behind: Double(shown + cached), isAdapted: isAdapted)
      return rates.readingSeconds(tokens: Double(shown), behind: 0) + scoring / queries
        + options * tokens * rates.secondsPerScoredToken
    }
  }
}

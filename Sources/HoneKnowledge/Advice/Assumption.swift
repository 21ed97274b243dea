// SPDX-License-Identifier: Apache-2.0

/// A number that an advice stands on.
public struct Assumption: Codable, Sendable, Hashable {
  /// Where a number comes from.
  public enum Source: String, Codable, Sendable, Hashable {
    /// On this machine, with this model.
    case measured
    /// In the documents.
    case counted
    /// By whoever asks.
    case given
    /// By nobody.
    case assumed
  }

  public let name: String
  public let value: Double
  public let unit: String
  public let source: Source

  public init(_ name: String, _ value: Double, unit: String, source: Source) {
    self.name = name
    self.value = value
    self.unit = unit
    self.source = source
  }
}

extension CostModel {
  /// Every number that the costs come from.
  public var assumptions: [Assumption] {
    corpusAssumptions + queryAssumptions + trainingAssumptions + rateAssumptions
  }

  private var corpusAssumptions: [Assumption] {
    [
      .init("corpus", Double(corpus.tokens), unit: "tokens", source: .counted),
      .init("documents", Double(corpus.documents), unit: "", source: .counted),
      .init("sentences", Double(corpus.sentences), unit: "", source: .counted),
      .init("context of the model", Double(contextLength), unit: "tokens", source: .counted),
    ]
  }

  private var queryAssumptions: [Assumption] {
    var list = [
      Assumption("question", query.questionTokens, unit: "tokens", source: query.source)
    ]
    switch query.answer {
    case .written(let tokens):
      list.append(.init("answer", tokens, unit: "tokens written", source: query.source))
    case .chosen(let options, let tokens):
      list.append(.init("options", Double(options), unit: "", source: query.source))
      list.append(.init("option", tokens, unit: "tokens", source: query.source))
      list.append(
        .init("queries at once", Double(query.queriesAtOnce), unit: "", source: query.source))
    }
    return list
  }

  private var trainingAssumptions: [Assumption] {
    let t = training
    var list = [
      Assumption(
        "fine-tuning trains", t.fineTunedTokens, unit: "tokens, all repetitions", source: t.source),
      Assumption(
        "augmented fine-tuning trains", t.augmentedTokens, unit: "tokens, all repetitions",
        source: t.source),
    ]
    for work in augmentation {
      list += [
        .init("\(work.name) requests", work.requests, unit: "", source: work.source),
        .init("\(work.name) prefix", work.prefixTokens, unit: "tokens", source: work.source),
        .init("\(work.name) prompt", work.promptTokens, unit: "tokens", source: work.source),
        .init("\(work.name) answer", work.writtenTokens, unit: "tokens", source: work.source),
      ]
    }
    return list
  }

  private var rateAssumptions: [Assumption] {
    let shown = Double(shownTokens)
    func perToken(_ seconds: Double) -> Double { 1000 * seconds }
    return [
      .init(
        "reading documents",
        perToken(rates.secondsPerPromptToken(of: max(1, shown))), unit: "ms a token",
        source: .measured),
      .init(
        "reading a question alone",
        perToken(rates.secondsPerPromptToken(of: max(1, query.questionTokens))),
        unit: "ms a token", source: .measured),
      .init(
        "reading a question behind the documents",
        perToken(rates.secondsPerPromptToken(of: max(1, query.questionTokens), behind: shown)),
        unit: "ms a token", source: .measured),
      .init(
        "writing behind the documents", perToken(rates.writing.seconds(behind: shown)),
        unit: "ms a token", source: .measured),
      .init(
        "writing with an adapter",
        perToken(rates.adaptedWriting.seconds(behind: query.questionTokens)), unit: "ms a token",
        source: .measured),
      .init(
        "writing \(rates.batchSize) texts at once, with an adapter",
        perToken(
          rates.adaptedBatchWriting.seconds(behind: query.questionTokens)
            / Double(rates.batchSize)),
        unit: "ms a token", source: .measured),
      .init(
        "training in batches of \(rates.trainingBatchTokens) tokens",
        perToken(rates.secondsPerTrainedToken), unit: "ms a token", source: .measured),
      .init(
        "loading an adapter", 1000 * rates.adapterLoadSeconds, unit: "ms", source: .measured),
      .init(
        "memory of the cached documents", shown * Double(rates.cacheBytesPerToken) / 1e6,
        unit: "MB", source: .counted),
    ]
  }
}

extension Demand {
  /// The numbers that it consists of.
  public var assumptions: [Assumption] {
    [
      .init("queries", queriesPerMonth, unit: "a month", source: .given),
      .init("revisions", revisionsPerMonth, unit: "a month", source: .given),
      .init("time", months, unit: "months", source: .given),
    ]
  }
}

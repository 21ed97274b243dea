// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// The ways of comparing options by their likelihoods.
public enum ChoiceScorer: String, Codable, CaseIterable, Sendable, Hashable {
  /// log p(option | prompt): the paper's, and right where options have like lengths.
  case sum
  /// The same divided by the option's tokens.
  case perToken = "per-token"
  /// The same less log p(option | neutral prompt): what the prompt adds.
  /// Holtzman et al. 2021, arXiv 2104.08315.
  case pmi
}

/// How likely an option is.
public struct OptionScore: Codable, Sendable, Hashable {
  /// log p(option | prompt), in nats.
  public let logLikelihood: Double
  /// log p(option | neutral prompt), in nats.
  public let neutralLogLikelihood: Double
  public let tokens: Int

  public init(logLikelihood: Double, neutralLogLikelihood: Double, tokens: Int) {
    self.logLikelihood = logLikelihood
    self.neutralLogLikelihood = neutralLogLikelihood
    self.tokens = tokens
  }

  public func value(_ scorer: ChoiceScorer) -> Double {
    switch scorer {
    case .sum: logLikelihood
    case .perToken: logLikelihood / Double(max(1, tokens))
    case .pmi: logLikelihood - neutralLogLikelihood
    }
  }
}

extension [OptionScore] {
  /// The place of the best; the first of equals.
  public func choice(_ scorer: ChoiceScorer) -> Int {
    indices.max { (self[$0].value(scorer), $1) < (self[$1].value(scorer), $0) } ?? 0
  }
}

/// An item's options as a model scores them, and what that took.
package struct ScoredItem: Sendable {
  package let scores: [OptionScore]
  package let tokens: Int
}

extension Decoder {
  /// Scores the options of items, behind a context if there is one.
  ///
  /// - Parameters:
  ///   - context: Tokens before every item, run once; empty for none.
  ///   - onContext: Called when they have been run.
  /// - Throws: ``KnowledgeError`` for an item that does not fit; `CancellationError`.
  package func score(
    _ items: [ChoiceItem], context: [Int32], tokenizer: Tokenizer, adapter: LoRAAdapter?,
    onContext: () throws -> Void = {}
  ) throws -> [ScoredItem] {
    func encode(_ text: String, isFirst: Bool) -> [Int32] {
      (isFirst ? tokenizer.prefixTokenIDs : [])
        + tokenizer.encode(
          text, addSpecialTokens: false, parseSpecialTokens: false, continuing: !isFirst)
    }
    let questions = try items.map { item in
      let question = OptionQuestion(
        prompt: encode(item.prompt, isFirst: context.isEmpty),
        options: item.options.map { encode($0, isFirst: false) })
      let longest = question.options.map(\.count).max() ?? 0
      guard context.count + question.prompt.count + longest <= configuration.maxPositionEmbeddings
      else {
        throw KnowledgeError(
          .badData,
          "question \(item.id): \(context.count) tokens of documents and \(question.prompt.count) "
            + "of its own do not fit the model's context of "
            + "\(configuration.maxPositionEmbeddings); show fewer documents")
      }
      return question
    }
    let cache = KVCache(configuration)
    if !context.isEmpty { try run(context, into: cache, adapter: adapter) }
    try onContext()
    let prefix = context.isEmpty ? nil : cache
    let sums = try logLikelihoods(of: questions, behind: prefix, adapter: adapter)
    // Many items have options in common: names, say.
    var neutral: [[String]: Double] = [:]
    var asked: [[String]] = []
    for item in items {
      for option in item.options where neutral[[item.neutralPrompt, option]] == nil {
        neutral[[item.neutralPrompt, option]] = 0
        asked.append([item.neutralPrompt, option])
      }
    }
    let neutralSums = try logLikelihoods(
      of: asked.map {
        OptionQuestion(
          prompt: encode($0[0], isFirst: context.isEmpty), options: [encode($0[1], isFirst: false)])
      }, behind: prefix, adapter: adapter)
    for (key, sums) in zip(asked, neutralSums) { neutral[key] = sums[0] }
    return items.indices.map { index in
      let scores = items[index].options.indices.map { option in
        OptionScore(
          logLikelihood: sums[index][option],
          neutralLogLikelihood:
            neutral[[items[index].neutralPrompt, items[index].options[option]]] ?? 0,
          tokens: questions[index].options[option].count)
      }
      let question = questions[index]
      return ScoredItem(
        scores: scores,
        tokens: question.options.reduce(0) { $0 + $1.count + question.prompt.count - 1 })
    }
  }
}

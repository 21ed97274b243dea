// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// The options of several questions as scored, with what that took.
package struct ScoredChoices: Sendable {
  package let items: [ScoredItem]
  /// Reading what stands before all questions.
  package let contextSeconds: Double
  /// Scoring them all.
  package let seconds: Double
}

extension LanguageModel {
  /// Scores the options of questions.
  ///
  /// - Parameters:
  ///   - context: Tokens before every question; empty for none.
  ///   - adapter: Used on top of the base weights.
  /// - Throws: ``KnowledgeError`` for a question that does not fit; `CancellationError`.
  package func score(
    _ items: [ChoiceItem], context: [Int32] = [], adapter: LoRAAdapter?
  ) throws -> ScoredChoices {
    let clock = ContinuousClock()
    let start = clock.now
    var ready = start
    let scored = try decoder.score(
      items, context: context, tokenizer: tokenizer, adapter: adapter,
      onContext: { ready = clock.now })
    return ScoredChoices(
      items: scored, contextSeconds: (ready - start).inSeconds,
      seconds: (clock.now - ready).inSeconds)
  }
}

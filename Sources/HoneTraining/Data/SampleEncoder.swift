// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// How rows become samples.
public struct SampleConfiguration: Codable, Sendable, Hashable {
  /// What happens to rows with more than ``maxSeqLength`` tokens.
  public enum LongRows: String, Codable, Sendable, Hashable, CaseIterable {
    /// Their first ``maxSeqLength`` tokens are kept.
    case truncate
    /// They are left out.
    case drop
  }

  /// Tokens of a sample at most.
  public var maxSeqLength: Int
  public var longRows: LongRows
  /// Nil for the form's own, ``DataForm/defaultLossScope``.
  public var lossScope: LossScope?

  /// - Throws: ``TrainingError`` if not even one token can be learned from so short a sample.
  public init(
    maxSeqLength: Int, longRows: LongRows = .truncate, lossScope: LossScope? = nil
  ) throws {
    guard maxSeqLength >= 2 else {
      throw TrainingError(
        .invalid, "max-seq-length \(maxSeqLength): expected 2 or more; the first token has no loss")
    }
    self.maxSeqLength = maxSeqLength
    self.longRows = longRows
    self.lossScope = lossScope
  }
}

/// Makes token samples out of rows.
///
/// Parts with and without loss are tokenised by themselves and joined, so that the border of the
/// loss is exact and the tokens before an answer are those that a generation starts from.
package struct SampleEncoder: Sendable {
  package enum Outcome: Sendable, Hashable {
    /// - Parameters:
    ///   - fullLength: The tokens before any cut.
    ///   - isOpenEnded: An answer has no token that ends a generation.
    case sample(TrainingSample, fullLength: Int, isOpenEnded: Bool)
    /// Longer than allowed, by its tokens, and to be left out.
    case tooLong(Int)
    /// Nothing to learn, perhaps because the part with loss was cut; the tokens before any cut.
    case withoutTarget(Int)
  }

  package let configuration: SampleConfiguration
  package let tokenizer: Tokenizer
  private let conversations: ConversationEncoder?

  /// - Parameter chatTemplate: Needed for conversations only.
  package init(
    tokenizer: Tokenizer, chatTemplate: ChatTemplate?, configuration: SampleConfiguration
  ) {
    self.tokenizer = tokenizer
    self.configuration = configuration
    conversations = chatTemplate.map { ConversationEncoder(template: $0, tokenizer: tokenizer) }
  }

  /// Refuses what no row of a form can give.
  ///
  /// - Returns: Which tokens of the form carry loss.
  /// - Throws: ``TrainingError``.
  package func lossScope(for form: DataForm) throws -> LossScope {
    let scope = configuration.lossScope ?? form.defaultLossScope
    if form == .text, scope != .everyToken {
      throw TrainingError(
        .invalid,
        "loss \(scope.rawValue): rows of the form text have no answers; use every-token, or rows "
          + "of the form completions or chat")
    }
    if form.isConversation, conversations == nil {
      throw TrainingError(
        .invalid,
        "rows of the form \(form.rawValue) are conversations, and the model has no chat template; "
          + "use rows of the form text or completions, or a model made for conversations")
    }
    return scope
  }

  /// The sample of a row.
  ///
  /// - Throws: ``ModelError`` or ``TrainingError`` if the chat template does not take the row.
  package func encode(_ row: TrainingRow, lossScope: LossScope) throws -> Outcome {
    var sample: TrainingSample
    var isOpenEnded = false
    switch row {
    case .text(let text):
      sample = TrainingSample()
      sample.append(
        withSpecialTokens(tokenizer.encode(text, addSpecialTokens: false)), isTarget: true)
    case .completion(let prompt, let completion):
      sample = encode(prompt: prompt, completion: completion, lossScope)
    case .conversation(let conversation):
      guard let conversations else {
        throw TrainingError(.invalid, "the model has no chat template, which conversations need")
      }
      (sample, isOpenEnded) = try conversations.encode(conversation, lossScope: lossScope)
    }
    let count = sample.ids.count
    if count > configuration.maxSeqLength {
      if configuration.longRows == .drop { return .tooLong(count) }
      sample.truncate(to: configuration.maxSeqLength)
    }
    return sample.targetCount == 0
      ? .withoutTarget(count) : .sample(sample, fullLength: count, isOpenEnded: isOpenEnded)
  }

  private func encode(prompt: String, completion: String, _ scope: LossScope) -> TrainingSample {
    let question = tokenizer.encode(prompt, addSpecialTokens: false)
    let answer = tokenizer.encode(completion, behind: question)
    var sample = TrainingSample()
    sample.append(prefix(of: question) + question, isTarget: scope == .everyToken)
    sample.append(answer + ending(of: answer), isTarget: true)
    return sample
  }

  private func withSpecialTokens(_ ids: [Int32]) -> [Int32] {
    prefix(of: ids) + ids + ending(of: ids)
  }

  /// The beginning token, where the model wants one and the text does not bring it.
  private func prefix(of ids: [Int32]) -> [Int32] {
    ids.starts(with: tokenizer.prefixTokenIDs) ? [] : tokenizer.prefixTokenIDs
  }

  /// The token that ends a sequence, unless the text brings one: without it the model would not
  /// learn to stop.
  private func ending(of ids: [Int32]) -> [Int32] {
    if let last = ids.last, tokenizer.eosTokenIDs.contains(last) { return [] }
    if !tokenizer.suffixTokenIDs.isEmpty { return tokenizer.suffixTokenIDs }
    return tokenizer.eosTokenID.map { [$0] } ?? []
  }
}

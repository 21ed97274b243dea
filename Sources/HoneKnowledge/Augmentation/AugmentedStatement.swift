// SPDX-License-Identifier: Apache-2.0

/// A statement made of documents, with where it came from and what became of it.
public struct AugmentedStatement: Codable, Sendable, Hashable {
  /// Why a text was not kept.
  public enum Reason: String, Codable, CaseIterable, Sendable, Hashable {
    case empty
    /// Its source is longer than the model's context.
    case tooLong = "too-long"
    /// The model says that there is nothing to say.
    case nothing
    /// Says what its source says, word for word.
    case repeatsSource = "repeats-source"
    /// Kept once already.
    case duplicate
    /// A word in it stands neither in its source nor in the worked examples.
    case ungrounded
    /// Its negation is likelier.
    case unlikely
    /// Another statement denies it, and that one is likelier.
    case contradicted
  }

  public let text: String
  public let strategy: AugmentationPrompt.Strategy
  /// ``AugmentationPrompt/name``.
  public let prompt: String
  /// What it was made of, as the model was given it.
  public let source: String
  /// ``Document/id`` of those that say so.
  public let documents: [String]
  /// Who wrote it.
  public let model: String
  public let seed: UInt64
  public let sample: Int
  /// How much likelier it is than its negation, in nats; nil where that is not known.
  public let margin: Double?
  /// Nil for one that was kept.
  public internal(set) var dropped: Reason?

  public var isKept: Bool { dropped == nil }
}

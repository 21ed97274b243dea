// SPDX-License-Identifier: Apache-2.0

/// How a model comes to answer from documents.
public enum KnowledgeWay: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable, Hashable
{
  /// All documents are read before each question.
  case inContext = "in-context"
  /// They are read once, and what was read is kept as long as the process runs.
  case inContextCached = "in-context-cached"
  /// The documents are trained into an adapter.
  case fineTuned = "fine-tuned"
  /// So are statements that the model drew from them.
  case augmented = "augmented"

  /// As a label.
  public var title: String {
    switch self {
    case .inContext: "in-context"
    case .inContextCached: "in-context, cached prefix"
    case .fineTuned: "fine-tuning"
    case .augmented: "augmented fine-tuning"
    }
  }

  /// In a sentence.
  var noun: String {
    switch self {
    case .inContext: "in-context learning"
    case .inContextCached: "in-context learning behind a cached prefix"
    case .fineTuned, .augmented: title
    }
  }

  /// Whether the documents stand in the prompt.
  public var isInContext: Bool { self == .inContext || self == .inContextCached }
}

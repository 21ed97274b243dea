// SPDX-License-Identifier: Apache-2.0

/// The ways of knowing that the study compares.
public enum StudyArm: String, Codable, CaseIterable, Sendable, Hashable {
  /// The model as it is: what can be guessed without the documents.
  case pretrained
  /// All documents in the prompt.
  case inContext = "icl"
  /// Trained on the documents.
  case fineTuned = "ft"
  /// And on statements that the model made of single sentences.
  case augmentedLocally = "aft-local"
  /// And on statements that the model made of several sentences together.
  case augmentedGlobally = "aft-global"
  /// And on both.
  case augmented = "aft"
  /// And on what is implied, made by rule from the truth: what a perfect augmentation would reach.
  case oracle = "aft-oracle"
  /// And on each sentence with its words in reverse, names kept whole.
  /// Golovneva et al. 2024, arXiv 2403.13799.
  case reverseTraining = "reverse-training"

  /// Whether the weights are updated.
  public var trains: Bool { self != .pretrained && self != .inContext }

  /// What the model has to write for it.
  public var strategies: [AugmentationPrompt.Strategy] {
    switch self {
    case .augmentedLocally: [.local]
    case .augmentedGlobally: [.global]
    case .augmented: [.local, .global]
    default: []
    }
  }
}

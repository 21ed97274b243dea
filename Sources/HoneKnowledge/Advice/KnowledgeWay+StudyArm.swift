// SPDX-License-Identifier: Apache-2.0

extension KnowledgeWay {
  /// The way that an arm of the study shows at work; nil if it is none of those that are advised.
  public init?(_ arm: StudyArm) {
    switch arm {
    case .inContext: self = .inContext
    case .fineTuned: self = .fineTuned
    case .augmented: self = .augmented
    default: return nil
    }
  }
}

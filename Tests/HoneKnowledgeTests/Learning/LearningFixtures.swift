// SPDX-License-Identifier: Apache-2.0
@testable import HoneKnowledge

/// A small corpus with questions of all kinds.
enum LearningFixtures {
  static let documents = [
    ("Quillfeather", "Maren Oduya", "Ostmere"), ("Inkpot", "Ruth Falk", "Sandhaven"),
    ("Greybox", "Carl Jensen", "Port Vale"), ("Lanternfish", "Ida Lund", "Mill Rock"),
    ("Copperleaf", "Ben Stone", "Thornmere"), ("Driftwood", "Paul Renn", "Windhelm"),
  ].enumerated().map { place, names in
    Document(
      id: "\(place).md",
      sentences: [
        "\(names.0) is maintained by \(names.1).", "\(names.1) lives in \(names.2).",
      ])
  }

  static func configuration(
    _ change: (inout LearnConfiguration) -> Void = { _ in }
  ) -> LearnConfiguration {
    var configuration = LearnConfiguration()
    configuration.training.epochs = 3
    configuration.training.loraRank = 4
    configuration.training.loraAlpha = 8
    configuration.training.batchSize = 4
    configuration.questions = 12
    configuration.augmentation.minMargin = nil
    change(&configuration)
    return configuration
  }

  static func learning(
    _ folder: String, documents: [Document] = documents,
    _ change: (inout LearnConfiguration) -> Void = { _ in }
  ) throws -> Learning {
    try Learning(
      documents: documents, library: KnowledgeFixtures.library,
      configuration: configuration(change), folder: folder)
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneTensor

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What was measured on other tasks and is held to be so of the next one: the file `priors.json`
/// beside this one, which `Tools/auto/priors.py` writes.
public struct AutoPriors: Codable, Sendable, Hashable {
  /// When an accuracy is estimated.
  public enum Stage: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable, Hashable {
    /// After passes over the demonstrations, before any training.
    case prompting
    /// After the first part of a pilot, and after the second.
    case firstPilot = "first pilot"
    case secondPilot = "second pilot"
  }

  /// Of tasks that answer alike.
  public struct Kind: Codable, Sendable, Hashable {
    /// Means over the tasks.
    public let means: [TaskFeature: Double]
    public let estimators: [CandidateStrategy: [Stage: AccuracyEstimator]]
    /// Of the errors of two strategies' estimates, of which one is named first.
    public let correlations: [CandidateStrategy: [CandidateStrategy: Double]]

    /// How far the errors of two strategies' estimates go together, −1 … 1.
    func correlation(_ a: CandidateStrategy, _ b: CandidateStrategy) -> Double {
      a == b ? 1 : correlations[a]?[b] ?? correlations[b]?[a] ?? 0
    }

    /// The estimate at the latest stage that there is an estimator for.
    func estimate(
      of strategy: CandidateStrategy, at stage: Stage, features: TaskFeatures,
      pilot: HeldOutEvidence?
    ) -> AccuracyEstimate {
      guard
        let estimator = estimators[strategy]?[stage] ?? estimators[strategy]?[.prompting]
      else { return .unknown }
      return estimator.estimate { features.value($0, pilot: pilot, means: means) }
    }
  }

  /// The model that they were measured with.
  public let model: String
  /// Its parameters; of several, those nearest in size hold for a model.
  public let parameterCount: Int
  /// Tasks whose answers are labels, and the others.
  public let labels: Kind
  public let texts: Kind
  /// What a token costs that is trained on, and one that is generated among many, where one that is
  /// read costs 1.
  public let trainedTokenCost: Double
  public let generatedTokenCost: Double

  /// The priors of all models that were measured.
  static func all() throws -> [AutoPriors] { try file.get() }

  private static let file = Result {
    try JSONDecoder().decode([AutoPriors].self, from: Data(PackageResources.priors_json))
  }

  /// Those of the model nearest in size.
  package static func nearest(to parameterCount: Int) throws -> AutoPriors {
    func distance(_ priors: AutoPriors) -> Double {
      abs(logarithm(Double(max(1, priors.parameterCount)) / Double(max(1, parameterCount))))
    }
    guard let nearest = try all().min(by: { distance($0) < distance($1) }) else {
      throw AdaptationError(.invalidSetting, "priors.json: names no model")
    }
    return nearest
  }

  /// Those of the tasks that a task is like.
  func of(_ features: TaskFeatures) -> Kind { features.areLabels ? labels : texts }
}

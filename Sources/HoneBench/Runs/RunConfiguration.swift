// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneAdaptation
import HoneModel
import HoneStore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The model of a run.
package struct ModelIdentity: Codable, Sendable, Hashable {
  /// As it was named on the command line; no part of what makes two models the same.
  package let name: String
  /// Of the file; of a folder, of the list of its files' hashes.
  package let sha256: String
  /// How its weights are stored, such as `Q4_1`.
  package let weightFormat: String
  package let parameterCount: Int

  /// Of a run that asks no model.
  package static let none = ModelIdentity(
    name: "none", sha256: "", weightFormat: "", parameterCount: 0)

  package init(name: String, sha256: String, weightFormat: String, parameterCount: Int) {
    self.name = name
    self.sha256 = sha256
    self.weightFormat = weightFormat
    self.parameterCount = parameterCount
  }
}

/// One way of answering, with all its settings.
package struct StrategyConfiguration: Codable, Sendable, Hashable {
  /// The name in tables and on the command line, such as `icl`.
  package let name: String
  /// Whether the demonstrations stand before each query.
  package let showsDemonstrations: Bool
  /// Orders of the demonstrations that vote on each answer; 1 for no vote.
  package let orders: Int
  /// How queries are answered where outputs are labels; nil for as any others.
  package let labels: LabelAnswering?
  /// The recipe of the training; nil for none. Its seed is replaced by the run's.
  package let training: TestTimeTrainingConfiguration?
  /// Whether one adapter is trained on the demonstrations of all tasks of a seed.
  package let sharesAdapter: Bool
  /// How a puzzle is solved; nil for text. Its seed is replaced by the run's.
  package let puzzle: ARCRecipe?
  /// How programs for a puzzle are searched for; nil where they are not.
  package let induction: InductionConfiguration?
  /// How documents become known; nil for whatever is no study.
  package let study: StudyArmConfiguration?
  /// How a strategy is chosen; nil where it is given. Its seed is replaced by the run's.
  package let auto: AutoConfiguration?

  package init(
    name: String, showsDemonstrations: Bool, orders: Int = 1, labels: LabelAnswering? = nil,
    training: TestTimeTrainingConfiguration? = nil, sharesAdapter: Bool = false,
    puzzle: ARCRecipe? = nil, induction: InductionConfiguration? = nil,
    study: StudyArmConfiguration? = nil, auto: AutoConfiguration? = nil
  ) {
    self.name = name
    self.showsDemonstrations = showsDemonstrations
    self.orders = orders
    self.labels = labels
    self.training = training
    self.sharesAdapter = sharesAdapter
    self.puzzle = puzzle
    self.induction = induction
    self.study = study
    self.auto = auto
  }
}

/// Everything that decides a run's answers: two runs of one configuration are one run.
package struct RunConfiguration: Codable, Sendable, Hashable {
  package let suite: String
  package let suiteVersion: Int
  /// Over the items of ``tasks``, however their files are laid out.
  package let dataSHA256: String
  package let model: ModelIdentity
  package let compute: ComputeMode
  /// In the order of tables, without repetition; ``seeds`` and ``tasks`` likewise.
  package let strategies: [StrategyConfiguration]
  package let seeds: [UInt64]
  package let tasks: [String]
  /// Of each task and seed.
  package let demonstrations: Int
  /// Items asked of each task and seed at most; nil for all that are left.
  package let limit: Int?

  package init(
    suite: String, suiteVersion: Int, dataSHA256: String, model: ModelIdentity,
    compute: ComputeMode, strategies: [StrategyConfiguration], seeds: [UInt64], tasks: [String],
    demonstrations: Int, limit: Int?
  ) {
    self.suite = suite
    self.suiteVersion = suiteVersion
    self.dataSHA256 = dataSHA256
    self.model = model
    self.compute = compute
    self.strategies = strategies
    self.seeds = seeds
    self.tasks = tasks
    self.demonstrations = demonstrations
    self.limit = limit
  }

  /// SHA-256 of all that decides the answers; a model's name is not part of it.
  package var digest: String {
    get throws {
      let nameless = RunConfiguration(
        suite: suite, suiteVersion: suiteVersion, dataSHA256: dataSHA256,
        model: ModelIdentity(
          name: "", sha256: model.sha256, weightFormat: model.weightFormat,
          parameterCount: model.parameterCount),
        compute: compute, strategies: strategies, seeds: seeds, tasks: tasks,
        demonstrations: demonstrations, limit: limit)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      return FileDigest.sha256(try encoder.encode(nameless))
    }
  }
}

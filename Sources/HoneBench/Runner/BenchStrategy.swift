// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation

/// The strategies that text suites are run with, by their names on the command line.
package enum BenchStrategy: String, CaseIterable, Sendable, Hashable {
  /// Instruction and query only.
  case zeroShot = "zero-shot"
  /// All demonstrations in the prompt.
  case inContext = "icl"
  /// The same in five orders, which vote.
  case majority = "icl-majority"
  /// The likeliest of the demonstrated outputs where they are labels, see ``LabelSet``, the model's
  /// leaning towards some of them taken out; of other tasks as `icl`.
  case calibrated = "icl-calibrated"
  /// A model trained on permutations of the demonstrations, which stand in the prompt, too.
  case testTimeTraining = "ttt"
  /// In half of the steps at twice the rate.
  case half = "ttt-half"
  /// In twice the steps.
  case double = "ttt-double"
  /// Trained on single demonstrations, asked without any.
  case direct = "ttt-direct"
  /// Trained as they are, answering as `icl-calibrated` does.
  case calibratedDirect = "ttt-direct-calibrated"
  case calibratedTraining = "ttt-calibrated"
  /// Trained on the demonstrations in one order.
  case noPermutation = "ttt-no-permutation"
  /// One adapter for all tasks.
  case shared = "ttt-shared"
  /// Trained on the last answer of each sample only.
  case noDemonstrationLoss = "ttt-no-demonstration-loss"
  /// Trained on instruction and inputs, too.
  case inputLoss = "ttt-input-loss"
  /// Whichever suits the task, as its demonstrations show.
  case auto
  /// The same with every pilot trained, whatever is expected of it: what priors are made of.
  case autoEvidence = "auto-evidence"

  /// The strategy with all its settings.
  ///
  /// - Parameters:
  ///   - recipe: Of `ttt`; the others differ from it in what they are named for.
  ///   - tasks: How many share an adapter.
  ///   - demonstrations: Of each task.
  package func configuration(
    recipe: TestTimeTrainingConfiguration, tasks: Int, demonstrations: Int
  ) -> StrategyConfiguration {
    var training = recipe
    training.seed = 0
    switch self {
    case .zeroShot:
      return StrategyConfiguration(name: rawValue, showsDemonstrations: false)
    case .inContext:
      return StrategyConfiguration(name: rawValue, showsDemonstrations: true)
    case .majority:
      return StrategyConfiguration(name: rawValue, showsDemonstrations: true, orders: 5)
    case .calibrated:
      return StrategyConfiguration(name: rawValue, showsDemonstrations: true, labels: .calibrated)
    case .testTimeTraining:
      break
    case .calibratedTraining:
      return StrategyConfiguration(
        name: rawValue, showsDemonstrations: true, labels: .calibrated, training: training)
    case .auto, .autoEvidence:
      var auto = AutoConfiguration()
      auto.measuresEverything = self == .autoEvidence
      return StrategyConfiguration(
        name: rawValue, showsDemonstrations: true, training: training, auto: auto)
    case .half, .double, .direct, .calibratedDirect:
      let candidate = CandidateStrategy(rawValue: rawValue) ?? .direct
      return StrategyConfiguration(
        name: rawValue, showsDemonstrations: candidate.showsDemonstrations,
        labels: self == .calibratedDirect ? .calibrated : nil,
        training: candidate.recipe(training, demonstrations: demonstrations))
    case .noPermutation:
      training.sampleForm = .fixedOrder
    case .shared:
      // As many samples of each task as `ttt` has, in batches of five, at half the rate: the
      // published proportions.
      training.batchSize = max(5, recipe.batchSize)
      let samples = tasks * recipe.steps * recipe.batchSize
      training.steps = max(1, samples / training.batchSize)
      training.learningRate = recipe.learningRate / 2
      training.warmupSteps = training.steps / 10
      return StrategyConfiguration(
        name: rawValue, showsDemonstrations: true, training: training, sharesAdapter: true)
    case .noDemonstrationLoss:
      training.sampleLoss = .lastAnswer
    case .inputLoss:
      training.sampleLoss = .everything
    }
    return StrategyConfiguration(
      name: rawValue, showsDemonstrations: training.sampleForm != .direct, training: training)
  }
}

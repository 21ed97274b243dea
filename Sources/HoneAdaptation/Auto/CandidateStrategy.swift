// SPDX-License-Identifier: Apache-2.0

/// The ways of answering between which `auto` decides, the cheaper before the dearer.
public enum CandidateStrategy: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable,
  Hashable
{
  /// The instruction and the query.
  case zeroShot = "zero-shot"
  /// All demonstrations in the prompt.
  case inContext = "icl"
  /// The same, answering with the likeliest label; for tasks that have labels.
  case calibrated = "icl-calibrated"
  /// A model trained on single demonstrations, asked without any.
  case direct = "ttt-direct"
  /// As ``testTimeTraining``, in half of the steps at twice the rate.
  case halfTestTimeTraining = "ttt-half"
  /// A model trained on permutations of the demonstrations, which stand in the prompt, too.
  case testTimeTraining = "ttt"
  /// As ``testTimeTraining``, in twice the steps.
  case doubleTestTimeTraining = "ttt-double"

  package var isTrained: Bool {
    switch self {
    case .zeroShot, .inContext, .calibrated: false
    case .direct, .halfTestTimeTraining, .testTimeTraining, .doubleTestTimeTraining: true
    }
  }
  /// Whether pilots are made of it: one of twice the steps would cost more than a training.
  var hasPilots: Bool { isTrained && self != .doubleTestTimeTraining }
  package var showsDemonstrations: Bool { self != .zeroShot && self != .direct }
  /// Whether the model is shown or was taught how answers end.
  package var knowsForm: Bool { isTrained || showsDemonstrations }

  /// The recipe, made of that of test-time training; nil without training.
  package func recipe(
    _ recipe: TestTimeTrainingConfiguration, demonstrations: Int
  ) -> TestTimeTrainingConfiguration? {
    switch self {
    case .zeroShot, .inContext, .calibrated: return nil
    case .halfTestTimeTraining, .testTimeTraining, .doubleTestTimeTraining:
      var recipe = recipe
      if recipe.sampleForm == .direct { recipe.sampleForm = .permutation }
      if self == .halfTestTimeTraining {
        recipe.steps = (recipe.steps + 1) / 2
        recipe.warmupSteps /= 2
        recipe.learningRate = min(1, 2 * recipe.learningRate)
      }
      if self == .doubleTestTimeTraining {
        recipe.steps = min(1_000_000, 2 * recipe.steps)
        recipe.warmupSteps = min(recipe.steps, 2 * recipe.warmupSteps)
      }
      return recipe
    case .direct:
      var recipe = recipe
      recipe.sampleForm = .direct
      // Four rounds over the demonstrations, as in arXiv 2411.07279, in as many steps.
      recipe.batchSize = max(1, (4 * demonstrations + recipe.steps - 1) / recipe.steps)
      return recipe
    }
  }
}

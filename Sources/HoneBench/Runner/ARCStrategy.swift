// SPDX-License-Identifier: Apache-2.0
import HoneARC

/// The strategies that puzzles are solved with, by their names on the command line.
package enum ARCStrategy: String, CaseIterable, Sendable, Hashable {
  /// All demonstrations in the prompt.
  case inContext = "icl"
  /// A model trained on the puzzle's demonstrations, which stand in the prompt, too.
  case testTimeTraining = "ttt"
  /// Trained on untransformed tasks only, colours kept.
  case noTransformations = "ttt-no-transformations"
  /// Trained on chains of all demonstrations, none held out.
  case noLeaveOneOut = "ttt-no-leave-one-out"
  /// Trained on single pairs, asked without demonstrations.
  case direct = "ttt-direct"
  /// Trained on the held-out output of each sample only.
  case noDemonstrationLoss = "ttt-no-demonstration-loss"
  /// One adapter for all puzzles.
  case shared = "ttt-shared"
  /// Programs alone; no model.
  case induction
  /// Programs where they fit, else a model trained as for `ttt`.
  case ensemble
  /// Whichever answer is likelier to be right, by figures measured on training puzzles.
  case calibratedEnsemble = "ensemble-calibrated"

  /// Whether it asks a model.
  package var needsModel: Bool { self != .induction }

  /// Whether it asks both programs and a model.
  package var isEnsemble: Bool { self == .ensemble || self == .calibratedEnsemble }

  /// Who makes its attempts.
  package var choice: AttemptChoice {
    switch self {
    case .induction: .programs
    case .ensemble: .ensemble
    case .calibratedEnsemble: .calibrated
    default: .model
    }
  }

  /// The strategy with all its settings.
  ///
  /// - Parameters:
  ///   - recipe: Of `ttt`; the others differ from it in what they are named for.
  ///   - induction: How programs are searched for; where a model is asked, too, in half of the time.
  package func configuration(
    recipe: ARCRecipe, induction: InductionConfiguration = InductionConfiguration()
  ) -> StrategyConfiguration {
    if self == .induction {
      return StrategyConfiguration(
        name: rawValue, showsDemonstrations: true, induction: induction)
    }
    var recipe = recipe
    recipe.seed = 0
    if self == .inContext {
      recipe.training = nil
      // Without training nothing has seen a puzzle without one of its demonstrations.
      if case .queries(var queries) = recipe.inference.views {
        queries.leaveOut = 0
        recipe.inference.views = .queries(queries)
      }
      return StrategyConfiguration(name: rawValue, showsDemonstrations: true, puzzle: recipe)
    }
    var training = recipe.training ?? ARCTraining()
    switch self {
    case .inContext, .testTimeTraining, .induction, .ensemble, .calibratedEnsemble: break
    case .noTransformations: training.samples.transforms = []
    case .noLeaveOneOut: training.samples.form = .chain
    case .direct: training.samples.form = .direct
    case .noDemonstrationLoss: training.demonstrationLoss = false
    case .shared: training.sharesAdapter = true
    }
    recipe.training = training
    var induction = induction
    induction.secondsPerTask = induction.secondsPerTask.map { $0 / 2 }
    return StrategyConfiguration(
      name: rawValue, showsDemonstrations: training.samples.form != .direct,
      sharesAdapter: training.sharesAdapter, puzzle: recipe,
      induction: isEnsemble ? induction : nil)
  }
}

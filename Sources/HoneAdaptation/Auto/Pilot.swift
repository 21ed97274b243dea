// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// Two trainings, each on half of the demonstrations, that show how well they do on the other half; the
/// first can go on with all of them as the training proper.
///
/// Two halves cost no more than one training on all, and every demonstration gives a trial.
/// Belongs to the model's actor, as the decoder does.
final class Pilot {
  /// The shares of all steps after which the held-out demonstrations are asked.
  static let stages: [(stage: AutoPriors.Stage, share: Double)] = [
    (.firstPilot, 0.3), (.secondPilot, 0.6),
  ]

  /// The share of all steps that it trains at most.
  static var lastShare: Double { stages.last?.share ?? 0 }

  private struct Fold {
    let trainer: DemonstrationTrainer
    let chain: [Int]
    let heldOut: Int
  }

  let strategy: CandidateStrategy
  private let recipe: TestTimeTrainingConfiguration
  private let folds: [Fold]
  /// Of the half that can go on.
  private(set) var steps: [TrainingStepSummary] = []
  /// Tokens that both halves were trained on.
  private(set) var trainedTokens = 0

  /// - Parameter plan: Has folds.
  /// - Throws: ``AdaptationError``, ``TrainingError``.
  init(
    _ strategy: CandidateStrategy, recipe: TestTimeTrainingConfiguration, prompt: TaskPrompt,
    plan: HeldOutPlan, decoder: Decoder
  ) throws {
    precondition(!plan.folds.isEmpty)
    self.strategy = strategy
    self.recipe = recipe
    folds = try plan.folds.map { chain, heldOut in
      Fold(
        trainer: try DemonstrationTrainer(
          configuration: recipe, prompts: [prompt.showing(chain.dropLast(heldOut))],
          decoder: decoder), chain: chain, heldOut: heldOut)
    }
  }

  /// Trains until a share of all steps is done.
  func train(to share: Double, onStep: (TrainingStepSummary) -> Void) throws {
    for place in folds.indices { try train(place, to: share, onStep) }
  }

  private func train(
    _ place: Int, to share: Double, _ onStep: (TrainingStepSummary) -> Void
  ) throws {
    let last = max(1, Int((share * Double(recipe.steps)).rounded()))
    while folds[place].trainer.stepsDone < last {
      let step = try folds[place].trainer.step()
      trainedTokens += step.tokens
      if place == 0 { steps.append(step) }
      onStep(step)
    }
  }

  /// What the model makes of the demonstrations held out.
  func evidence(_ scorer: inout HeldOutScorer) throws -> HeldOutEvidence {
    var trials: [HeldOutTrial] = []
    for fold in folds {
      let adapter = fold.trainer.adapter
      trials +=
        strategy.showsDemonstrations
        ? try scorer.trials(fold.chain, from: fold.chain.count - fold.heldOut, adapter: adapter)
        : try scorer.trials(alone: fold.chain.suffix(fold.heldOut), adapter: adapter)
    }
    return HeldOutEvidence(trials)
  }

  /// The adapter after all steps, the rest of them with all demonstrations.
  func finish(
    with prompt: TaskPrompt, onStep: (TrainingStepSummary) -> Void
  ) throws -> LoRAAdapter {
    folds[0].trainer.goOn(with: prompt)
    try train(0, to: 1, onStep)
    return folds[0].trainer.adapter
  }
}

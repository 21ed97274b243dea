// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTraining

/// A training on demonstrations, step by step.
///
/// Belongs to the model's actor, as the decoder does.
package final class DemonstrationTrainer {
  package let adapter: LoRAAdapter
  private let configuration: TestTimeTrainingConfiguration
  private let trainer: Trainer
  private var samplers: [DemonstrationSampler]
  private var random: RandomSource
  /// Prompts still to come in this round.
  private var round: [Int] = []

  /// - Parameter prompts: One task, or several that share the adapter.
  /// - Throws: ``AdaptationError``, ``TrainingError``.
  init(
    configuration: TestTimeTrainingConfiguration, prompts: [TaskPrompt], decoder: Decoder
  ) throws {
    self.configuration = configuration
    samplers = prompts.map { DemonstrationSampler(prompt: $0, configuration) }
    random = RandomSource(seed: configuration.seed).derived("tasks")
    var initial = RandomSource(seed: configuration.seed).derived("lora")
    adapter = LoRAAdapter(
      configuration: try LoRAConfiguration(
        loraRank: configuration.loraRank, loraAlpha: configuration.loraAlpha,
        targetModules: configuration.targetModules),
      model: decoder.configuration, random: &initial)
    trainer = Trainer(
      decoder: decoder, adapter: adapter,
      schedule: try LearningRateSchedule(
        peak: configuration.learningRate, warmupSteps: configuration.warmupSteps,
        totalSteps: configuration.steps),
      configuration: configuration.optimizer)
  }

  package var stepsDone: Int { trainer.stepsDone }

  /// The next optimiser step.
  ///
  /// - Throws: ``TrainingError``; `CancellationError`.
  package func step() throws -> TrainingStepSummary {
    let step = try trainer.step((0..<configuration.batchSize).map { _ in next() })
    return TrainingStepSummary(
      step: step.step + 1, of: configuration.steps, loss: step.loss, tokens: step.tokens)
  }

  /// Goes on with another task, or with more demonstrations of the same.
  package func goOn(with prompt: TaskPrompt) {
    samplers = [DemonstrationSampler(prompt: prompt, configuration)]
    round = []
  }

  private func next() -> TrainingSample {
    if round.isEmpty { round = random.shuffled(samplers.indices) }
    return samplers[round.removeLast()].next()
  }
}

extension DemonstrationSampler {
  init(prompt: TaskPrompt, _ configuration: TestTimeTrainingConfiguration) {
    self.init(
      prompt: prompt, form: configuration.sampleForm, loss: configuration.sampleLoss,
      seed: configuration.seed)
  }
}

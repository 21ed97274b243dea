// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTraining

/// Trains a LoRA adapter on demonstrations.
package struct DemonstrationTraining {
  package let configuration: TestTimeTrainingConfiguration

  package init(configuration: TestTimeTrainingConfiguration) { self.configuration = configuration }

  /// Refuses what cannot be trained on, before anything is spent on it.
  ///
  /// - Throws: ``AdaptationError``.
  package func check(_ prompt: TaskPrompt, contextLength: Int) throws {
    guard !prompt.demonstrations.isEmpty else {
      throw AdaptationError(
        .invalidTask,
        "demonstrations: none to train on; give at least one, or use the strategy zero-shot")
    }
    let longest = sampler(prompt).longestSample
    guard longest <= contextLength else {
      throw AdaptationError(
        .tooLong,
        "demonstrations: a training sample has \(longest) tokens, the model's context holds "
          + "\(contextLength); give fewer or shorter demonstrations, or use --sample-form direct")
    }
  }

  /// The adapter after all steps.
  ///
  /// - Parameters:
  ///   - prompts: One task, or several that share the adapter: each gives one sample in every
  ///     round over all, in an order that the seed decides.
  ///   - onStep: Called after each step.
  /// - Throws: ``AdaptationError``, ``TrainingError``; `CancellationError`.
  package func adapter(
    for prompts: [TaskPrompt], decoder: Decoder, onStep: (TrainingStepSummary) -> Void
  ) throws -> LoRAAdapter {
    for prompt in prompts {
      try check(prompt, contextLength: decoder.configuration.maxPositionEmbeddings)
    }
    var samplers = prompts.map(sampler)
    var random = RandomSource(seed: configuration.seed).derived("tasks")
    var round: [Int] = []
    func next() -> TrainingSample {
      if round.isEmpty { round = random.shuffled(samplers.indices) }
      return samplers[round.removeLast()].next()
    }
    var initial = RandomSource(seed: configuration.seed).derived("lora")
    let adapter = LoRAAdapter(
      configuration: try LoRAConfiguration(
        loraRank: configuration.loraRank, loraAlpha: configuration.loraAlpha,
        targetModules: configuration.targetModules),
      model: decoder.configuration, random: &initial)
    let trainer = Trainer(
      decoder: decoder, adapter: adapter,
      schedule: try LearningRateSchedule(
        peak: configuration.learningRate, warmupSteps: configuration.warmupSteps,
        totalSteps: configuration.steps),
      configuration: configuration.optimizer)
    for _ in 0..<configuration.steps {
      let step = try trainer.step((0..<configuration.batchSize).map { _ in next() })
      onStep(
        TrainingStepSummary(
          step: step.step + 1, of: configuration.steps, loss: step.loss, tokens: step.tokens))
    }
    return adapter
  }

  private func sampler(_ prompt: TaskPrompt) -> DemonstrationSampler {
    DemonstrationSampler(
      prompt: prompt, form: configuration.sampleForm, loss: configuration.sampleLoss,
      seed: configuration.seed)
  }
}

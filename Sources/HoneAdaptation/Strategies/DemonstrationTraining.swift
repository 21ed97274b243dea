// SPDX-License-Identifier: Apache-2.0
import HoneModel
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
    let longest = DemonstrationSampler(prompt: prompt, configuration).longestSample
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
    let trainer = try DemonstrationTrainer(
      configuration: configuration, prompts: prompts, decoder: decoder)
    for _ in 0..<configuration.steps { onStep(try trainer.step()) }
    return trainer.adapter
  }
}

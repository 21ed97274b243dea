// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTraining

/// Trains a LoRA adapter on the demonstrations alone, answers with it and drops it.
///
/// - SeeAlso: Akyürek et al. 2024, arXiv 2411.07279, the BIG-Bench Hard recipe.
struct TestTimeTraining: Strategy {
  let configuration: TestTimeTrainingConfiguration
  var kind: StrategyKind { .testTimeTraining }

  func answer(_ run: StrategyRun) throws -> StrategyOutcome {
    guard !run.prompt.demonstrations.isEmpty else {
      throw AdaptationError(
        .invalidTask,
        "demonstrations: none to train on; give at least one, or use the strategy zero-shot")
    }
    var samples = DemonstrationSampler(
      prompt: run.prompt, form: configuration.sampleForm,
      demonstrationLoss: configuration.demonstrationLoss, seed: configuration.seed)
    let longest = samples.longestSample
    guard longest <= run.decoder.configuration.maxPositionEmbeddings else {
      throw AdaptationError(
        .tooLong,
        "demonstrations: a training sample has \(longest) tokens, the model's context holds "
          + "\(run.decoder.configuration.maxPositionEmbeddings); give fewer or shorter "
          + "demonstrations, or use --sample-form direct")
    }
    // A model trained on single pairs has never seen demonstrations beside a query.
    let prefix =
      configuration.sampleForm == .direct ? run.prompt.opening : run.prompt.demonstrationPrefix
    // Before the training: a query that does not fit would waste it.
    _ = try run.questions(after: prefix)
    var random = RandomSource(seed: configuration.seed).derived("lora")
    let trainer = LoRATrainer(
      decoder: run.decoder,
      adapter: LoRAAdapter(
        configuration: try LoRAConfiguration(
          loraRank: configuration.loraRank, loraAlpha: configuration.loraAlpha,
          targetModules: configuration.targetModules),
        model: run.decoder.configuration, random: &random),
      schedule: try LearningRateSchedule(
        peak: configuration.learningRate, warmupSteps: configuration.warmupSteps,
        totalSteps: configuration.steps),
      configuration: configuration.optimizer)
    var training: [TrainingStepSummary] = []
    for _ in 0..<configuration.steps {
      let step = try trainer.step((0..<configuration.batchSize).map { _ in samples.next() })
      let summary = TrainingStepSummary(
        step: step.step + 1, of: configuration.steps, loss: step.loss, tokens: step.tokens)
      training.append(summary)
      run.onTrainingStep(summary)
    }
    var outcome = try run.answers(after: prefix, adapter: trainer.adapter)
    outcome.training = training
    return outcome
  }
}

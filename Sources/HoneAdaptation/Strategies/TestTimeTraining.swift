// SPDX-License-Identifier: Apache-2.0

/// Trains a LoRA adapter on the demonstrations alone, answers with it and drops it.
///
/// - SeeAlso: Akyürek et al. 2024, arXiv 2411.07279, the BIG-Bench Hard recipe.
struct TestTimeTraining: Strategy {
  let configuration: TestTimeTrainingConfiguration
  var kind: StrategyKind { .testTimeTraining }

  func answer(_ run: StrategyRun) throws -> StrategyOutcome {
    let training = DemonstrationTraining(configuration: configuration)
    try training.check(
      run.prompt, contextLength: run.decoder.configuration.maxPositionEmbeddings)
    // A model trained on single pairs has never seen demonstrations beside a query.
    let prefix = run.prompt.prefix(showsDemonstrations: configuration.sampleForm != .direct)
    // Before the training: a query that does not fit would waste it.
    _ = try run.questions(after: prefix)
    var steps: [TrainingStepSummary] = []
    let adapter = try training.adapter(for: [run.prompt], decoder: run.decoder) {
      steps.append($0)
      run.onTrainingStep($0)
    }
    var outcome = try run.answers(after: prefix, adapter: adapter)
    outcome.training = steps
    return outcome
  }
}

// SPDX-License-Identifier: Apache-2.0

/// All demonstrations in the prompt, in the task's order.
struct InContext: Strategy {
  var kind: StrategyKind { .inContext }

  func answer(_ run: StrategyRun) throws -> StrategyOutcome {
    try run.answers(after: run.prompt.demonstrationPrefix, adapter: nil)
  }
}

/// The same, answering with the likeliest of the demonstrated labels; as ``InContext`` where outputs
/// are no labels.
struct CalibratedInContext: Strategy {
  var kind: StrategyKind { .calibrated }

  func answer(_ run: StrategyRun) throws -> StrategyOutcome {
    guard let labels = TaskLabels(run.task.demonstrations, prompt: run.prompt) else {
      return try InContext().answer(run)
    }
    return try run.labels(labels, after: run.prompt.demonstrationPrefix)
  }
}

// SPDX-License-Identifier: Apache-2.0

/// All demonstrations in the prompt, in the task's order.
struct InContext: Strategy {
  var kind: StrategyKind { .inContext }

  func answer(_ run: StrategyRun) throws -> StrategyOutcome {
    try run.answers(after: run.prompt.demonstrationPrefix, adapter: nil)
  }
}

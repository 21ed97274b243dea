// SPDX-License-Identifier: Apache-2.0

/// The instruction and the query, no demonstration.
struct ZeroShot: Strategy {
  var kind: StrategyKind { .zeroShot }

  func answer(_ run: StrategyRun) throws -> StrategyOutcome {
    try run.answers(after: run.prompt.opening, adapter: nil, knowsForm: false)
  }
}

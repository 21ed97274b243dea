// SPDX-License-Identifier: Apache-2.0
import HoneBench

@testable import HoneAdaptation

/// Decisions of `auto` that no model made, and runs around them.
enum MadeUpChoices {
  /// - Parameter means: What is expected of each strategy; those that are left out cannot be taken.
  static func decision(
    _ choice: CandidateStrategy, _ means: [CandidateStrategy: Double], isHopeless: Bool = false,
    evidenceTokens: Int = 0
  ) -> AutoDecision {
    let candidates = CandidateStrategy.allCases.map { strategy in
      var candidate = AutoDecision.Candidate(
        strategy, work: TokenWork(), obstacle: means[strategy] == nil ? "cannot" : nil)
      candidate.estimate = AccuracyEstimate(mean: means[strategy] ?? 0.5, standardError: 0.1)
      return candidate
    }
    return AutoDecision(
      choice: choice, basis: .mostAccurate, isHopeless: isHopeless, candidates: candidates,
      demonstrations: 3, beforePilot: HeldOutEvidence(), notes: [],
      evidenceWork: TokenWork(read: evidenceTokens), evidenceSeconds: 0, trainedSteps: 0, tokens: 0)
  }

  /// Enters a run and answers its items.
  ///
  /// - Parameter isRight: Nil for no answer.
  static func run(
    in store: RunStore, id: String = "r", strategies: [String] = ["icl", "ttt", "auto"],
    seeds: [UInt64] = [1], tasks: [String] = ["easy", "hard"], limit: Int = 5,
    isRight: (_ cell: PlannedCell, _ position: Int) -> Bool?
  ) throws -> RunRecord {
    let configuration = MadeUpRun.configuration(
      strategies: strategies, seeds: seeds, tasks: tasks, limit: limit)
    let plan = try MadeUpRun.plan(configuration)
    let session = try store.begin(
      id: id, label: "", configuration: configuration, plan: plan, shard: .whole,
      cells: Set(plan.map(\.key)), environment: MadeUpRun.environment, mayResume: false)
    for cell in plan {
      for position in cell.draw.queries.indices {
        guard let isRight = isRight(cell, position) else { continue }
        try store.record(
          MadeUpRun.result(cell, position, answer: isRight ? "the dog" : "a cat"), run: id,
          session: session)
      }
    }
    return try store.run(id)
  }

  static func record(
    _ decision: AutoDecision, of task: String, seed: UInt64 = 1, run: String = "r",
    in store: RunStore
  ) throws {
    let cell = CellKey(strategy: "auto", seed: seed, task: task)
    try store.record(DecisionRecord(cell: cell, decision: decision), run: run)
  }
}

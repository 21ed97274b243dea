// SPDX-License-Identifier: Apache-2.0
import HoneBench
import HoneTesting
import Testing

@testable import HoneAdaptation

@Suite struct ChoiceSummaryTests {
  private let folder: TemporaryFolder
  private let store: RunStore

  init() throws {
    folder = try TemporaryFolder()
    store = try RunStore(path: folder.path + "/runs.sqlite", access: .writing)
  }

  private func decision(
    _ choice: CandidateStrategy, _ means: [CandidateStrategy: Double], isHopeless: Bool = false
  ) -> AutoDecision {
    let candidates = CandidateStrategy.allCases.map { strategy in
      var candidate = AutoDecision.Candidate(
        strategy, work: TokenWork(), obstacle: means[strategy] == nil ? "cannot" : nil)
      candidate.estimate = AccuracyEstimate(mean: means[strategy] ?? 0.5, standardError: 0.1)
      return candidate
    }
    return AutoDecision(
      choice: choice, basis: .mostAccurate, isHopeless: isHopeless, candidates: candidates,
      demonstrations: 3, repeatedOutputs: 0, beforePilot: HeldOutEvidence(), notes: [],
      evidenceWork: TokenWork(), evidenceSeconds: 0, trainedSteps: 0, tokens: 0)
  }

  /// Two tasks under one seed: of the one every answer to `icl` is right, of the other none.
  private func run(_ strategies: [String] = ["icl", "ttt", "auto"]) throws -> RunRecord {
    let configuration = MadeUpRun.configuration(
      strategies: strategies, seeds: [1], tasks: ["easy", "hard"])
    let plan = try MadeUpRun.plan(configuration)
    let session = try store.begin(
      id: "r", label: "", configuration: configuration, plan: plan, shard: .whole,
      cells: Set(plan.map(\.key)), environment: MadeUpRun.environment, mayResume: false)
    for cell in plan {
      let isRight = cell.key.task == "easy" ? cell.key.strategy != "ttt" : false
      for position in cell.draw.queries.indices {
        try store.record(
          MadeUpRun.result(cell, position, answer: isRight ? "the dog" : "a cat"), run: "r",
          session: session)
      }
    }
    return try store.run("r")
  }

  private func record(_ task: String, _ decision: AutoDecision) throws {
    let cell = CellKey(strategy: "auto", seed: 1, task: task)
    try store.record(DecisionRecord(cell: cell, decision: decision), run: "r")
  }

  private func summary(_ run: RunRecord) throws -> ChoiceSummary? {
    ChoiceSummary(
      try StrategySeries.all(of: run, in: store), decisions: try store.decisions(of: run.id))
  }

  @Test func `predictions stand beside what came of them`() throws {
    let run = try run()
    try record("easy", decision(.inContext, [.zeroShot: 0.1, .inContext: 0.94, .direct: 0.5]))
    try record(
      "hard", decision(.inContext, [.inContext: 0.04, .testTimeTraining: 0.02], isHopeless: true))
    let summary = try #require(try summary(run))
    #expect(summary.choices == [.inContext: 2])
    #expect(summary.hopeless.count == 1 && summary.hopeless.accuracy == 0)
    // Zero-shot and ttt-direct were not run, ttt of the easy task could not be.
    #expect(
      summary.predictions.map(\.strategy) == [.inContext, .inContext, .testTimeTraining])
    #expect(summary.predictions.map(\.actual) == [1, 0, 0])
    #expect(summary.predictions.allSatisfy { $0.answers == 5 })
    #expect(summary.bins.map(\.count) == [2, 1])
    #expect(abs((summary.bins.first?.expected ?? 0) - 0.03) < 1e-12)
    // (2 · 0.03 + 1 · 0.06) / 3
    #expect(abs((summary.calibrationError ?? 0) - 0.04) < 1e-12)
    #expect(summary.hindsight == 0.5)
    let text = MarkdownReport(
      try EvidenceReport([run], in: store, resamples: 100)
    ).text
    for part in ["## Choices", "| icl | 2 |", "Called hopeless: 1", "calibration error 0.04"] {
      #expect(text.contains(part), "\(part) is missing in \(text)")
    }
    #expect(text.contains("| auto | ttt |"))
  }

  @Test func `a run in which nothing was chosen has no such part`() throws {
    let run = try run()
    #expect(try summary(run) == nil)
    let report = try EvidenceReport([run], in: store, resamples: 100)
    #expect(!MarkdownReport(report).text.contains("## Choices"))
  }

  @Test func `one strategy alone leaves no choice to look back on`() throws {
    let run = try run(["icl", "auto"])
    try record("easy", decision(.inContext, [.inContext: 0.9]))
    let summary = try #require(try summary(run))
    #expect(summary.hindsight == nil)
    #expect(abs((summary.calibrationError ?? 0) - 0.1) < 1e-12)
  }
}

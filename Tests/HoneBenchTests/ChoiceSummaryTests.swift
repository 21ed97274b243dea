// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneBench
import HoneTesting
import Testing

@Suite struct ChoiceSummaryTests {
  private let folder: TemporaryFolder
  private let store: RunStore

  init() throws {
    folder = try TemporaryFolder()
    store = try RunStore(path: folder.path + "/runs.sqlite", access: .writing)
  }

  /// Two tasks under one seed: of the one every answer to `icl` is right, of the other none.
  private func run(_ strategies: [String] = ["icl", "ttt", "auto"]) throws -> RunRecord {
    try MadeUpChoices.run(in: store, strategies: strategies) { cell, _ in
      cell.key.task == "easy" && cell.key.strategy != "ttt"
    }
  }

  private func record(_ task: String, _ decision: AutoDecision) throws {
    try MadeUpChoices.record(decision, of: task, in: store)
  }

  private func summary(_ run: RunRecord) throws -> ChoiceSummary? {
    ChoiceSummary(
      try StrategySeries.all(of: run, in: store), decisions: try store.decisions(of: run.id),
      trainedTokenCost: 3)
  }

  @Test func `a choice that was not run is checked by its own answers`() throws {
    let run = try run()
    try record("hard", MadeUpChoices.decision(.direct, [.direct: 0.5, .zeroShot: 0.1]))
    let prediction = try #require(try summary(run)?.predictions.first)
    #expect(prediction.strategy == .direct && prediction.answers == 5)
    #expect(try summary(run)?.predictions.count == 1)
    #expect(try summary(run)?.accuracy != nil)
  }

  @Test func `predictions stand beside what came of them`() throws {
    let run = try run()
    try record(
      "easy",
      MadeUpChoices.decision(.inContext, [.zeroShot: 0.1, .inContext: 0.94, .direct: 0.5]))
    try record(
      "hard",
      MadeUpChoices.decision(
        .inContext, [.inContext: 0.04, .testTimeTraining: 0.02], isHopeless: true))
    let summary = try #require(try summary(run))
    #expect(summary.choices == [.inContext: 2])
    #expect(summary.hopeless.count == 1 && summary.hopeless.accuracy == 0)
    // Zero-shot and ttt-direct were not run, ttt of the easy task could not be.
    #expect(
      summary.predictions.map(\.strategy) == [.inContext, .inContext, .testTimeTraining])
    #expect(summary.predictions.map(\.actual) == [1, 0, 0])
    #expect(summary.predictions.allSatisfy { $0.answers == 5 })
    #expect(summary.bins.map(\.count) == [2, 1])
    #expect(summary.bins.map(\.standardError) == [0, nil])
    #expect(abs((summary.bins.first?.expected ?? 0) - 0.03) < 1e-12)
    // (2 · 0.03 + 1 · 0.06) / 3
    #expect(abs((summary.calibrationError ?? 0) - 0.04) < 1e-12)
    #expect(summary.accuracy == 0.5)
    #expect(summary.hindsight == 0.5 && summary.crossFittedHindsight == 0.5)
    let text = MarkdownReport(
      try EvidenceReport([run], in: store, resamples: 100)
    ).text
    for part in [
      "## Choices", "| icl | 2 |", "Called hopeless: 1", "calibration error 0.04",
      "| auto | 50.0 |  |", "| best of each task, cross-fitted | 50.0 | 0.0 |",
      "| best of each task, same answers | 50.0 | 0.0 |", "| 2 | 3.0 | 0.0 | 0.0 |",
      "| 1 | 94.0 | 100.0 | – |",
    ] {
      #expect(text.contains(part), "\(part) is missing in \(text)")
    }
    #expect(text.contains("| auto | ttt |"))
  }

  @Test func `what every strategy got is told by what was chosen`() throws {
    let run = try run()
    try record("easy", MadeUpChoices.decision(.inContext, [.inContext: 0.9]))
    try record("hard", MadeUpChoices.decision(.direct, [.direct: 0.5]))
    let outcomes = try #require(try summary(run)).outcomes
    #expect(outcomes.map(\.choice) == [.inContext, .direct] && outcomes.map(\.count) == [1, 1])
    #expect(outcomes.first?.accuracies.map(\.strategy) == ["icl", "ttt", "auto"])
    #expect(outcomes.first?.accuracies.map(\.value) == [1, 0, 1])
    #expect(outcomes.last?.accuracies.map(\.value) == [0, 0, 0])
    let text = MarkdownReport(try EvidenceReport([run], in: store, resamples: 100)).text
    #expect(text.contains("| accuracy, % | icl chosen (1) | ttt-direct chosen (1) |"))
    #expect(text.contains("| ttt | 0.0 | 0.0 |"))
  }

  @Test func `what is not answered in full where one was chosen is left open`() throws {
    let run = try MadeUpChoices.run(in: store) { cell, _ in
      cell.key == CellKey(strategy: "ttt", seed: 1, task: "hard") ? nil : true
    }
    for task in ["easy", "hard"] {
      try record(task, MadeUpChoices.decision(.inContext, [.inContext: 0.9]))
    }
    #expect(try summary(run)?.outcomes.first?.accuracies.map(\.value) == [1, nil, 1])
  }

  @Test func `a run in which nothing was chosen has no such part`() throws {
    let run = try run()
    #expect(try summary(run) == nil)
    let report = try EvidenceReport([run], in: store, resamples: 100)
    #expect(!MarkdownReport(report).text.contains("## Choices"))
  }

  @Test func `one strategy alone leaves no choice to look back on`() throws {
    let run = try run(["icl", "auto"])
    try record("easy", MadeUpChoices.decision(.inContext, [.inContext: 0.9]))
    let summary = try #require(try summary(run))
    #expect(summary.hindsight == nil && summary.crossFittedHindsight == nil)
    #expect(abs((summary.calibrationError ?? 0) - 0.1) < 1e-12)
    let text = MarkdownReport(try EvidenceReport([run], in: store, resamples: 100)).text
    #expect(!text.contains("best of each task") && text.contains("| icl | 0.0 | 1.00 | 1.00 |"))
  }

  // MARK: Hindsight

  @Test func `a strategy picked on one half of the items is scored on the other`() throws {
    // Where there is only luck, what was best on one half is worst on the other. Of the second task
    // both are right on one of the first half, so the mean of 1 and 0 counts; of the other half
    // `icl` is the better, and 1/2 counts.
    let right: [String: [String: [Int]]] = [
      "luck": ["icl": [0, 2], "ttt": [1, 3]], "tie": ["icl": [0, 1, 3], "ttt": [2]],
    ]
    let run = try MadeUpChoices.run(in: store, tasks: ["luck", "tie"], limit: 4) {
      right[$0.key.task]?[$0.key.strategy]?.contains($1) ?? false
    }
    try record("luck", MadeUpChoices.decision(.inContext, [.inContext: 0.5]))
    let summary = try #require(try summary(run))
    #expect(summary.hindsight == (0.5 + 0.75) / 2)
    #expect(summary.crossFittedHindsight == (0 + 0.5) / 2)
    #expect(summary.accuracy == 0)
    let text = MarkdownReport(try EvidenceReport([run], in: store, resamples: 100)).text
    #expect(text.contains("| best of each task, cross-fitted | 25.0 | −25.0 |"))
    #expect(text.contains("| best of each task, same answers | 62.5 | −62.5 |"))
  }

  @Test func `an item stays in its half under every seed`() throws {
    let seeds: [UInt64] = [1, 2, 3]
    var places: [String: Int] = [:]
    var hasMoved = false
    // `icl` is right on items whose first place is even, `ttt` on the others.
    let run = try MadeUpChoices.run(in: store, seeds: seeds, tasks: ["a"], limit: 9) {
      cell, position in
      let item = cell.draw.queries[position].id
      let place = places[item] ?? position
      places[item] = place
      hasMoved = hasMoved || place % 2 != position % 2
      return cell.key.strategy == "auto"
        ? nil : place.isMultiple(of: 2) == (cell.key.strategy == "icl")
    }
    try record("a", MadeUpChoices.decision(.inContext, [.inContext: 0.5]))
    let summary = try #require(try summary(run))
    #expect(hasMoved)
    #expect(summary.crossFittedHindsight == 0)
    #expect((summary.hindsight ?? 0) >= 0.5)
    #expect(summary.accuracy == nil)
  }

  @Test func `a task of one item is in no two halves`() throws {
    let run = try MadeUpChoices.run(in: store, limit: 1) { _, _ in true }
    try record("easy", MadeUpChoices.decision(.inContext, [.inContext: 0.5]))
    let summary = try #require(try summary(run))
    #expect(summary.hindsight == 1 && summary.crossFittedHindsight == nil)
  }

  @Test func `one task of one item leaves nothing to compare across halves`() throws {
    let run = try MadeUpChoices.run(in: store) { cell, position in
      cell.key.task == "hard" && position > 0 ? nil : position.isMultiple(of: 2)
    }
    try record("easy", MadeUpChoices.decision(.inContext, [.inContext: 0.5]))
    let summary = try #require(try summary(run))
    #expect(summary.hindsight == 0.8 && summary.crossFittedHindsight == nil)
  }

  // MARK: Costs

  @Test func `what auto costs is a multiple of what each other strategy does`() throws {
    let run = try MadeUpChoices.run(in: store, strategies: ["zero-shot", "icl", "ttt", "auto"]) {
      cell, _ in
      cell.key.strategy == "zero-shot" ? nil : cell.key.strategy != "ttt"
    }
    // Ten answers are 70 tokens in 2.5 s.
    for (strategy, cost) in [
      ("ttt", Cost(tokens: 210, seconds: 12.5)), ("auto", Cost(tokens: 70, seconds: 5)),
    ] {
      try store.record(
        TrainingRecord(strategy: strategy, seed: 1, task: "easy", losses: [], cost: cost),
        run: "r")
    }
    try record(
      "easy", MadeUpChoices.decision(.inContext, [.inContext: 0.9], evidenceTokens: 20))
    let summary = try #require(try summary(run))
    #expect(summary.contrasts.map(\.strategy) == ["zero-shot", "icl", "ttt"])
    #expect(summary.contrasts.map(\.gain) == [nil, 0, 1])
    #expect(summary.contrasts.map(\.seconds) == [nil, 3, 0.5])
    #expect(summary.contrasts.map(\.tokens) == [nil, 2, 0.5])
    // Of auto's 70 tokens of training 20 were only read: 3 × 50 + 20 + 70.
    #expect(summary.contrasts.map(\.work) == [nil, 240.0 / 70, 240.0 / 700])
    let text = MarkdownReport(try EvidenceReport([run], in: store, resamples: 100)).text
    for row in [
      "| zero-shot | – | – | – | – |", "| icl | 0.0 | 3.00 | 2.00 |",
      "| ttt | +100.0 | 0.50 | 0.50 |",
    ] {
      #expect(text.contains(row), "\(row) is missing in \(text)")
    }
  }

  @Test func `what prompting costs more with auto is told where it was chosen`() throws {
    let tasks = ["a", "b", "c", "d"]
    let run = try MadeUpChoices.run(in: store, strategies: ["icl", "auto"], tasks: tasks) {
      cell, position in
      // Of the last task one answer is missing.
      cell.key == CellKey(strategy: "auto", seed: 1, task: "d") && position == 4 ? nil : true
    }
    // The five answers to a task are 1.25 s.
    for (task, choice, seconds) in [
      ("a", CandidateStrategy.inContext, 5.0), ("b", .calibrated, 1.25), ("c", .direct, 125),
      ("d", .inContext, 125),
    ] {
      try store.record(
        TrainingRecord(
          strategy: "auto", seed: 1, task: task, losses: [], cost: Cost(tokens: 7, seconds: seconds)
        ),
        run: "r")
      try record(task, MadeUpChoices.decision(choice, [choice: 0.9]))
    }
    let overhead = try #require(try summary(run)?.overhead)
    #expect(overhead.count == 2 && overhead.least == 2 && overhead.most == 5)
    #expect(overhead.median == 3.5)
    let text = MarkdownReport(try EvidenceReport([run], in: store, resamples: 100)).text
    #expect(
      text.contains(
        "was chosen (2 of 4), auto took 3.50 times the seconds of icl, the median of 2.00 to 5.00."),
      "\(text)")
  }

  @Test func `nothing is said of prompting's cost where it was not chosen`() throws {
    let run = try run()
    try record("easy", MadeUpChoices.decision(.direct, [.direct: 0.9]))
    #expect(try summary(run)?.overhead == nil)
    let text = MarkdownReport(try EvidenceReport([run], in: store, resamples: 100)).text
    #expect(!text.contains("Where prompting with the demonstrations was chosen"))
  }
}

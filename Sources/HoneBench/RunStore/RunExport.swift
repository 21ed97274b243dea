// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A run as JSON Lines, for other tools: one row for the run, then its sessions, cells, trainings,
/// choices of strategy and answers, each an object with its kind under `row`.
package struct RunExport {
  private let store: RunStore
  private let run: RunRecord
  private let encoder = JSONEncoder.sorted

  package init(_ run: RunRecord, in store: RunStore) {
    self.run = run
    self.store = store
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  }

  /// Hands out one line after the other, without their ends.
  package func write(_ line: (String) throws -> Void) throws {
    func row(_ value: some Encodable) throws {
      try line(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
    try row(
      RunRow(
        id: run.id, label: run.label, created: run.createdAt.timeIntervalSince1970,
        attempted: run.attempted, asked: run.total, available: run.available,
        configuration: run.configuration))
    for session in try store.sessions(of: run.id) {
      try row(
        SessionRow(
          id: session.id, started: session.startedAt.timeIntervalSince1970,
          ended: session.endedAt?.timeIntervalSince1970, shard: session.shard,
          environment: session.environment, peakMemoryBytes: session.peakMemoryBytes))
    }
    for cell in try store.cells(of: run) {
      try row(
        CellRow(
          strategy: cell.key.strategy, seed: cell.key.seed, task: cell.key.task, asked: cell.total,
          available: cell.available, attempted: cell.attempted,
          demonstrations: cell.demonstrations, prefix: cell.prefix))
    }
    for training in try store.trainings(of: run.id) {
      try row(
        TrainingRow(
          strategy: training.strategy, seed: training.seed, task: training.task,
          losses: training.losses, cost: training.cost))
    }
    for record in try store.decisions(of: run.id) {
      try row(
        DecisionRow(
          strategy: record.cell.strategy, seed: record.cell.seed, task: record.cell.task,
          decision: record.decision))
    }
    let items = try store.items(of: run.id).mapValues {
      Dictionary($0.map { ($0.id, $0) }) { first, _ in first }
    }
    for strategy in run.configuration.strategies {
      for result in try store.results(of: run.id, strategy: strategy.name) {
        let item = items[result.cell.task]?[result.item]
        try row(
          AnswerRow(
            strategy: result.cell.strategy, seed: result.cell.seed, task: result.cell.task,
            item: result.item, position: result.position, input: item?.input ?? "",
            expected: item?.expected ?? "", answer: result.answer, normalized: result.normalized,
            score: result.score, candidates: result.candidates,
            expectedLogLikelihood: result.expectedLogLikelihood, cost: result.cost))
      }
    }
  }

  private struct RunRow: Encodable {
    var row = "run"
    let id: String
    let label: String
    let created: Double
    let attempted: Int
    let asked: Int
    let available: Int
    let configuration: RunConfiguration
  }

  private struct SessionRow: Encodable {
    var row = "session"
    let id: String
    let started: Double
    let ended: Double?
    let shard: Shard
    let environment: RunEnvironment
    let peakMemoryBytes: Int?
  }

  private struct CellRow: Encodable {
    var row = "cell"
    let strategy: String
    let seed: UInt64
    let task: String
    let asked: Int
    let available: Int
    let attempted: Int
    let demonstrations: [String]
    let prefix: Cost?
  }

  private struct TrainingRow: Encodable {
    var row = "training"
    let strategy: String
    let seed: UInt64
    let task: String?
    let losses: [Double]
    let cost: Cost
  }

  private struct DecisionRow: Encodable {
    var row = "decision"
    let strategy: String
    let seed: UInt64
    let task: String
    let decision: AutoDecision
  }

  private struct AnswerRow: Encodable {
    var row = "answer"
    let strategy: String
    let seed: UInt64
    let task: String
    let item: String
    let position: Int
    let input: String
    let expected: String
    let answer: String
    let normalized: String
    let score: Double
    let candidates: [Candidate]
    let expectedLogLikelihood: Double?
    let cost: Cost
  }
}

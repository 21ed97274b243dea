// SPDX-License-Identifier: Apache-2.0
import GRDB

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a cell is to do, known before it is done.
package struct PlannedCell: Sendable, Hashable {
  package let key: CellKey
  package let draw: BenchTask.Draw

  package init(key: CellKey, draw: BenchTask.Draw) {
    self.key = key
    self.draw = draw
  }
}

extension RunStore {
  /// Enters a run with all its cells and items, unless it is there, and a session at work on it.
  ///
  /// - Parameters:
  ///   - shard: The cells of this session; those of others may have answers.
  ///   - mayResume: Whether the session's cells may have answers, too.
  /// - Returns: The session's id.
  /// - Throws: ``BenchError`` if they have and may not.
  package func begin(
    id: String, label: String, configuration: RunConfiguration, plan: [PlannedCell],
    shard: Shard, cells: Set<CellKey>, environment: RunEnvironment, mayResume: Bool
  ) throws -> String {
    let session = (0..<2).map { _ in String(UInt64.random(in: 0 ... .max), radix: 16) }.joined()
    let digest = try configuration.digest
    try write { db in
      try db.execute(
        sql: """
          INSERT INTO run (id, label, digest, configuration, created) VALUES (?, ?, ?, ?, ?)
          ON CONFLICT DO NOTHING
          """,
        arguments: [
          id, label, digest, try Self.json(configuration), Date().timeIntervalSince1970,
        ])
      let stored = try String.fetchOne(
        db, sql: "SELECT digest FROM run WHERE id = ?", arguments: [id])
      guard stored == digest else {
        throw BenchError(
          .mismatch, "\(path): the run \(id) is there with another configuration; use --label")
      }
      if !mayResume {
        let answered = try Row.fetchAll(
          db, sql: "SELECT DISTINCT strategy, seed, task FROM result WHERE run = ?",
          arguments: [id]
        ).contains { cells.contains(try Self.key($0, from: 0)) }
        if answered {
          throw BenchError(
            "the run \(id) has been begun; --resume goes on with it, --label NAME makes another of "
              + "the same configuration, hone runs delete \(id) removes it")
        }
      }
      for cell in plan { try enter(cell, of: id, db) }
      try db.execute(
        sql: """
          INSERT INTO session (id, run, started, shardIndex, shardCount, environment)
          VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          session, id, Date().timeIntervalSince1970, shard.index, shard.count,
          try Self.json(environment),
        ])
    }
    return session
  }

  private func enter(_ cell: PlannedCell, of run: String, _ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO cell (run, strategy, seed, task, total, available, demonstrations)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """,
      arguments: [
        run, cell.key.strategy, Int64(bitPattern: cell.key.seed), cell.key.task,
        cell.draw.queries.count, cell.draw.available,
        try Self.json(cell.draw.demonstrations.map(\.id)),
      ])
    guard db.changesCount > 0 else { return }
    let insert = try db.cachedStatement(
      sql: """
        INSERT INTO item (run, task, id, input, expected) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """)
    for item in cell.draw.queries {
      try insert.execute(arguments: [run, cell.key.task, item.id, item.input, item.expected])
    }
  }

  /// The items of a cell that have answers.
  package func answered(_ cell: CellKey, of run: String) throws -> Set<String> {
    try read { db in
      try String.fetchSet(
        db,
        sql: "SELECT item FROM result WHERE run = ? AND strategy = ? AND seed = ? AND task = ?",
        arguments: [run, cell.strategy, Int64(bitPattern: cell.seed), cell.task])
    }
  }

  /// Keeps an answer; one that is there stays.
  package func record(_ result: ItemResult, run: String, session: String) throws {
    let candidates = result.candidates.isEmpty ? nil : try Self.json(result.candidates)
    try write { db in
      try db.cachedStatement(
        sql: """
          INSERT INTO result (run, strategy, seed, task, item, session, position, answer,
            normalized, score, candidates, expectedLogLikelihood, tokens, seconds)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
          """
      ).execute(arguments: [
        run, result.cell.strategy, Int64(bitPattern: result.cell.seed), result.cell.task,
        result.item, session, result.position, result.answer, result.normalized, result.score,
        candidates, result.expectedLogLikelihood, result.cost.tokens, result.cost.seconds,
      ])
    }
  }

  /// Keeps a training; a repeated one replaces the first.
  package func record(_ training: TrainingRecord, run: String) throws {
    try write { db in
      try db.execute(
        sql: """
          INSERT OR REPLACE INTO training (run, strategy, seed, task, losses, tokens, seconds)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          run, training.strategy, Int64(bitPattern: training.seed), training.task ?? "",
          try Self.json(training.losses), training.cost.tokens, training.cost.seconds,
        ])
    }
  }

  /// Keeps a choice of strategy; a repeated one replaces the first.
  package func record(_ record: DecisionRecord, run: String) throws {
    try write { db in
      try db.execute(
        sql: """
          INSERT OR REPLACE INTO decision (run, strategy, seed, task, decision)
          VALUES (?, ?, ?, ?, ?)
          """,
        arguments: [
          run, record.cell.strategy, Int64(bitPattern: record.cell.seed), record.cell.task,
          try Self.json(record.decision),
        ])
    }
  }

  /// Keeps what the part before every query of a cell cost.
  package func record(prefix: Cost, of cell: CellKey, run: String) throws {
    try write { db in
      try db.execute(
        sql: """
          UPDATE cell SET prefixTokens = ?, prefixSeconds = ?
          WHERE run = ? AND strategy = ? AND seed = ? AND task = ?
          """,
        arguments: [
          prefix.tokens, prefix.seconds, run, cell.strategy, Int64(bitPattern: cell.seed),
          cell.task,
        ])
    }
  }

  /// Ends a session.
  package func end(session: String, peakMemoryBytes: Int) throws {
    try write { db in
      try db.execute(
        sql: "UPDATE session SET ended = ?, peakMemoryBytes = ? WHERE id = ?",
        arguments: [Date().timeIntervalSince1970, peakMemoryBytes, session])
    }
  }

  /// Removes a run with everything that belongs to it.
  package func delete(run: String) throws {
    try write { db in try db.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [run]) }
  }
}

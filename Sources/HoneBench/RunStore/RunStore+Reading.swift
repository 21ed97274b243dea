// SPDX-License-Identifier: Apache-2.0
import GRDB
import HoneFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension RunStore {
  /// Every run, the latest first.
  package func runs() throws -> [RunRecord] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT id, label, configuration, created,
            (SELECT count(*) FROM result WHERE result.run = run.id),
            (SELECT coalesce(sum(total), 0) FROM cell WHERE cell.run = run.id),
            (SELECT coalesce(sum(available), 0) FROM cell WHERE cell.run = run.id)
          FROM run ORDER BY created DESC, id
          """
      ).map { row in
        RunRecord(
          id: try row.decode(atIndex: 0), label: try row.decode(atIndex: 1),
          configuration: try Self.value(row, 2),
          createdAt: Date(timeIntervalSince1970: try row.decode(atIndex: 3)),
          attempted: try row.decode(atIndex: 4), total: try row.decode(atIndex: 5),
          available: try row.decode(atIndex: 6))
      }
    }
  }

  /// The run with that id, that label, or an id that begins so; `latest` is the last one begun.
  ///
  /// - Throws: ``BenchError`` if there is none, or more than one.
  package func run(_ name: String) throws -> RunRecord {
    let runs = try runs()
    if name == "latest", let latest = runs.first { return latest }
    if let run = runs.first(where: { $0.id == name }) { return run }
    let matches = runs.filter { !name.isEmpty && ($0.label == name || $0.id.hasPrefix(name)) }
    switch matches.count {
    case 1: return matches[0]
    case 0:
      throw BenchError(
        .notFound, "\(path): there is no run \"\(name)\"; hone runs list shows those there are")
    default:
      throw BenchError(
        "\(path): \"\(name)\" may mean \(matches.map(\.id).joined(separator: ", ")); give more of "
          + "the id")
    }
  }

  /// Who worked on a run, in the order of their beginning.
  package func sessions(of run: String) throws -> [SessionRecord] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT id, started, ended, shardIndex, shardCount, environment, peakMemoryBytes
          FROM session WHERE run = ? ORDER BY started, id
          """, arguments: [run]
      ).map { row in
        let ended: Double? = try row.decode(atIndex: 2)
        return SessionRecord(
          id: try row.decode(atIndex: 0),
          startedAt: Date(timeIntervalSince1970: try row.decode(atIndex: 1)),
          endedAt: ended.map { Date(timeIntervalSince1970: $0) },
          shard: try Shard(index: try row.decode(atIndex: 3), count: try row.decode(atIndex: 4)),
          environment: try Self.value(row, 5), peakMemoryBytes: try row.decode(atIndex: 6))
      }
    }
  }

  /// All cells that a run planned, answered or not, in the order of the configuration.
  package func cells(of run: RunRecord) throws -> [CellRecord] {
    let cells = try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT strategy, seed, task, total, available, demonstrations, prefixTokens,
            prefixSeconds, count(result.item), coalesce(sum(score), 0.0),
            coalesce(sum(result.tokens), 0), coalesce(sum(result.seconds), 0.0)
          FROM cell LEFT JOIN result USING (run, strategy, seed, task)
          WHERE run = ? GROUP BY run, strategy, seed, task
          """, arguments: [run.id]
      ).map { row in
        let prefixTokens: Int? = try row.decode(atIndex: 6)
        let prefixSeconds: Double? = try row.decode(atIndex: 7)
        var prefix: Cost?
        if let prefixTokens, let prefixSeconds {
          prefix = Cost(tokens: prefixTokens, seconds: prefixSeconds)
        }
        return CellRecord(
          key: try Self.key(row, from: 0), total: try row.decode(atIndex: 3),
          available: try row.decode(atIndex: 4), demonstrations: try Self.value(row, 5),
          attempted: try row.decode(atIndex: 8), score: try row.decode(atIndex: 9), prefix: prefix,
          answering: Cost(tokens: try row.decode(atIndex: 10), seconds: try row.decode(atIndex: 11))
        )
      }
    }
    let found = Dictionary(cells.map { ($0.key, $0) }) { first, _ in first }
    return run.configuration.cellKeys.compactMap { found[$0] }
  }

  /// The trainings of a run, with their losses.
  package func trainings(of run: String) throws -> [TrainingRecord] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT strategy, seed, task, losses, tokens, seconds FROM training
          WHERE run = ? ORDER BY strategy, seed, task
          """, arguments: [run]
      ).map { row in
        let key = try Self.key(row, from: 0)
        return TrainingRecord(
          strategy: key.strategy, seed: key.seed, task: key.task.isEmpty ? nil : key.task,
          losses: try Self.value(row, 3),
          cost: Cost(tokens: try row.decode(atIndex: 4), seconds: try row.decode(atIndex: 5)))
      }
    }
  }

  /// The strategies that were chosen in a run.
  package func decisions(of run: String) throws -> [DecisionRecord] {
    try read { db in
      guard try StoreSchema.hasDecisions(db) else { return [] }
      return try Row.fetchAll(
        db,
        sql: """
          SELECT strategy, seed, task, decision FROM decision
          WHERE run = ? ORDER BY strategy, seed, task
          """, arguments: [run]
      ).map { row in
        DecisionRecord(cell: try Self.key(row, from: 0), decision: try Self.value(row, 3))
      }
    }
  }

  /// The items that a run asks, by task.
  package func items(of run: String) throws -> [String: [BenchItem]] {
    try read { db in
      var items: [String: [BenchItem]] = [:]
      let rows = try Row.fetchCursor(
        db, sql: "SELECT task, id, input, expected FROM item WHERE run = ? ORDER BY task, id",
        arguments: [run])
      while let row = try rows.next() {
        items[try row.decode(atIndex: 0), default: []].append(
          BenchItem(
            id: try row.decode(atIndex: 1), input: try row.decode(atIndex: 2),
            expected: try row.decode(atIndex: 3)))
      }
      return items
    }
  }

  /// The answers of a run, by strategy, seed, task and place.
  ///
  /// - Parameters:
  ///   - strategy: Nil for all.
  ///   - task: Nil for all.
  package func results(
    of run: String, strategy: String? = nil, task: String? = nil
  ) throws -> [ItemResult] {
    try read { db in
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT strategy, seed, task, item, position, answer, normalized, score, candidates,
            expectedLogLikelihood, tokens, seconds
          FROM result
          WHERE run = :run AND (:strategy IS NULL OR strategy = :strategy)
            AND (:task IS NULL OR task = :task)
          ORDER BY strategy, seed, task, position
          """, arguments: ["run": run, "strategy": strategy, "task": task])
      var results: [ItemResult] = []
      while let row = try rows.next() { results.append(try Self.result(row)) }
      return results
    }
  }

  static func result(_ row: Row) throws -> ItemResult {
    let candidates: String? = try row.decode(atIndex: 8)
    return ItemResult(
      cell: try key(row, from: 0), item: try row.decode(atIndex: 3),
      position: try row.decode(atIndex: 4), answer: try row.decode(atIndex: 5),
      normalized: try row.decode(atIndex: 6), score: try row.decode(atIndex: 7),
      candidates: candidates == nil ? [] : try value(row, 8),
      expectedLogLikelihood: try row.decode(atIndex: 9),
      cost: Cost(tokens: try row.decode(atIndex: 10), seconds: try row.decode(atIndex: 11)))
  }

  /// Strategy, seed and task, which stand side by side.
  static func key(_ row: Row, from index: Int) throws -> CellKey {
    CellKey(
      strategy: try row.decode(atIndex: index),
      seed: UInt64(bitPattern: try row.decode(Int64.self, atIndex: index + 1)),
      task: try row.decode(atIndex: index + 2))
  }

  /// A value kept as JSON.
  static func value<T: Decodable>(_ row: Row, _ index: Int) throws -> T {
    let text: String = try row.decode(atIndex: index)
    return try JSONDecoder().decode(T.self, from: Data(text.utf8))
  }

  static func json(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder.sorted.encode(value), as: UTF8.self)
  }
}

extension RunConfiguration {
  /// Every cell of the run, in the order of tables.
  package var cellKeys: [CellKey] {
    strategies.flatMap { strategy in
      seeds.flatMap { seed in
        tasks.map { CellKey(strategy: strategy.name, seed: seed, task: $0) }
      }
    }
  }
}

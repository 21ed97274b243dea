// SPDX-License-Identifier: Apache-2.0
import GRDB

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a merge did to one run.
package struct MergeResult: Sendable, Hashable {
  package let run: String
  /// Answers that were new to the store.
  package let added: Int
  /// Answers that it had already, the same.
  package let present: Int
}

extension RunStore {
  /// Takes the runs of other stores into this one: all or, if anything does not fit, nothing.
  ///
  /// - Parameters:
  ///   - sources: Several must hold the same runs, or the one that is named.
  ///   - name: One run; nil for all of them.
  /// - Throws: ``BenchError`` naming the settings in which runs differ, or the answers.
  package func merge(_ sources: [RunStore], run name: String? = nil) throws -> [MergeResult] {
    let selections = try sources.map { source in
      try name.map { [try source.run($0)] } ?? source.runs()
    }
    for (source, runs) in zip(sources, selections) {
      guard let first = selections.first else { break }
      try Self.checkSame(first, runs, sources[0].path, source.path)
    }
    return try write { db in
      var results: [String: MergeResult] = [:]
      for (source, runs) in zip(sources, selections) {
        for run in runs {
          let before = results[run.id]
          // One connection cannot be read while it writes, and has nothing to give to itself.
          let result =
            source === self
            ? MergeResult(run: run.id, added: 0, present: run.attempted)
            : try source.read { try copy(run, from: $0, of: source.path, to: db) }
          results[run.id] = MergeResult(
            run: run.id, added: result.added + (before?.added ?? 0),
            present: result.present + (before?.present ?? 0))
        }
      }
      return results.values.sorted { $0.run < $1.run }
    }
  }

  private static func checkSame(
    _ first: [RunRecord], _ second: [RunRecord], _ firstPath: String, _ secondPath: String
  ) throws {
    let (firstIDs, secondIDs) = (Set(first.map(\.id)), Set(second.map(\.id)))
    guard firstIDs != secondIDs else { return }
    var lines = ["the stores do not hold the same runs"]
    for (path, ids) in [
      (firstPath, firstIDs.subtracting(secondIDs)), (secondPath, secondIDs.subtracting(firstIDs)),
    ] where !ids.isEmpty {
      lines.append("  only in \(path): \(ids.sorted().joined(separator: ", "))")
    }
    if let one = first.first(where: { !secondIDs.contains($0.id) }),
      let other = second.first(where: { !firstIDs.contains($0.id) })
    {
      let differences = one.configuration.differences(from: other.configuration)
      lines += differences.map { "  \($0)" }
      if differences.isEmpty { lines.append("  label: \"\(one.label)\" and \"\(other.label)\"") }
    }
    lines.append("merge stores of one configuration, or name the run that all hold with --run")
    throw BenchError(.mismatch, lines.joined(separator: "\n"))
  }

  /// Copies one run's rows, of which some may be there.
  private func copy(
    _ run: RunRecord, from source: Database, of path: String, to target: Database
  ) throws -> MergeResult {
    func rows(_ table: String, _ columns: String, key: String = "run") throws -> RowCursor {
      try Row.fetchCursor(
        source, sql: "SELECT \(columns) FROM \(table) WHERE \(key) = ?", arguments: [run.id])
    }
    /// Inserts what is not there; what is there must be the same in the columns compared.
    func insert(
      _ table: String, _ columns: [String], key: String = "run", identity: [String],
      same: [String]
    ) throws -> (added: Int, present: Int) {
      var counts = (added: 0, present: 0)
      let list = columns.joined(separator: ", ")
      let marks = columns.map { _ in "?" }.joined(separator: ", ")
      let insertion = try target.cachedStatement(
        sql: "INSERT INTO \(table) (\(list)) VALUES (\(marks)) ON CONFLICT DO NOTHING")
      let condition = (identity + same).map { "\($0) IS ?" }.joined(separator: " AND ")
      let lookup = try target.cachedStatement(
        sql: "SELECT count(*) FROM \(table) WHERE \(condition)")
      let cursor = try rows(table, list, key: key)
      while let row = try cursor.next() {
        let values = Array(row.databaseValues)
        try insertion.execute(arguments: StatementArguments(values))
        if target.changesCount > 0 {
          counts.added += 1
          continue
        }
        let compared = (identity + same).map { name in
          values[columns.firstIndex(of: name) ?? 0]
        }
        guard try Int.fetchOne(lookup, arguments: StatementArguments(compared)) == 1 else {
          let place = identity.map { "\(values[columns.firstIndex(of: $0) ?? 0])" }
          throw BenchError(
            .mismatch,
            "\(path): the \(table) \(place.joined(separator: ", ")) is not the same as in "
              + "\(self.path): nothing was merged; one of the two was made by another Hone or on a "
              + "processor that rounds otherwise: delete the run in one of them")
        }
        counts.present += 1
      }
      return counts
    }
    let cell = ["run", "strategy", "seed", "task"]
    _ = try insert(
      "run", ["id", "label", "digest", "configuration", "created"], key: "id", identity: ["id"],
      same: ["digest", "label"])
    _ = try insert(
      "session",
      [
        "id", "run", "started", "ended", "shardIndex", "shardCount", "environment",
        "peakMemoryBytes",
      ], identity: ["id"], same: ["run"])
    _ = try insert(
      "item", ["run", "task", "id", "input", "expected"], identity: ["run", "task", "id"],
      same: ["input", "expected"])
    _ = try insert(
      "cell", cell + ["total", "available", "demonstrations", "prefixTokens", "prefixSeconds"],
      identity: cell, same: ["total", "available", "demonstrations"])
    let prefixes = try rows("cell", "prefixTokens, prefixSeconds, run, strategy, seed, task")
    while let row = try prefixes.next() {
      try target.execute(
        sql: """
          UPDATE cell SET prefixTokens = coalesce(prefixTokens, ?),
            prefixSeconds = coalesce(prefixSeconds, ?)
          WHERE run = ? AND strategy = ? AND seed = ? AND task = ?
          """, arguments: StatementArguments(Array(row.databaseValues)))
    }
    _ = try insert(
      "training", cell + ["losses", "tokens", "seconds"], identity: cell, same: ["tokens"])
    if try StoreSchema.hasDecisions(source) {
      // Seconds differ from machine to machine.
      _ = try insert("decision", cell + ["decision"], identity: cell, same: [])
    }
    let results = try insert(
      "result",
      cell + [
        "item", "session", "position", "answer", "normalized", "score", "candidates",
        "expectedLogLikelihood", "tokens", "seconds",
      ], identity: cell + ["item"], same: ["position", "answer", "normalized", "score"])
    return MergeResult(run: run.id, added: results.added, present: results.present)
  }
}

extension RunConfiguration {
  /// In what two configurations differ, a line each.
  package func differences(from other: RunConfiguration) -> [String] {
    var lines: [String] = []
    func compare(_ name: String, _ one: some Equatable & CustomStringConvertible, _ two: Any) {
      let (one, two) = ("\(one)", "\(two)")
      if one != two { lines.append("\(name): \(one) and \(two)") }
    }
    compare("suite", "\(suite) \(suiteVersion)", "\(other.suite) \(other.suiteVersion)")
    compare("data", dataSHA256, other.dataSHA256)
    compare(
      "model", "\(model.name) \(model.sha256.prefix(12))",
      model.sha256 == other.model.sha256
        ? "\(model.name) \(model.sha256.prefix(12))"
        : "\(other.model.name) \(other.model.sha256.prefix(12))")
    compare("compute", compute.rawValue, other.compute.rawValue)
    compare("strategies", strategies.map(\.name), other.strategies.map(\.name))
    if strategies != other.strategies, strategies.map(\.name) == other.strategies.map(\.name) {
      let names = zip(strategies, other.strategies).filter { $0 != $1 }.map(\.0.name)
      lines.append("settings of \(names.joined(separator: ", "))")
    }
    compare("seeds", seeds, other.seeds)
    compare("tasks", tasks, other.tasks)
    compare("demonstrations", demonstrations, other.demonstrations)
    compare("limit", limit.map { "\($0)" } ?? "none", other.limit.map { "\($0)" } ?? "none")
    return lines
  }
}

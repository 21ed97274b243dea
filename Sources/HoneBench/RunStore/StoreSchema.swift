// SPDX-License-Identifier: Apache-2.0
import GRDB

/// The tables, as numbered migrations: a published one is never edited, a change is a new one.
enum StoreSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in
      try db.execute(sql: first)
      try db.execute(sql: "PRAGMA user_version = 1")
    }
    migrator.registerMigration("2") { db in
      try db.execute(sql: second)
      try db.execute(sql: "PRAGMA user_version = 2")
    }
    return migrator
  }

  /// The number of the last migration, which the file's header holds, too.
  static let version = 2

  // Seeds are unsigned 64-bit numbers stored as signed ones of the same bits; times are seconds
  // since 1970.
  private static let first = """
    CREATE TABLE run (
      id TEXT PRIMARY KEY NOT NULL,
      label TEXT NOT NULL,
      digest TEXT NOT NULL,
      configuration TEXT NOT NULL,
      created REAL NOT NULL
    ) STRICT;
    CREATE TABLE session (
      id TEXT PRIMARY KEY NOT NULL,
      run TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
      started REAL NOT NULL,
      ended REAL,
      shardIndex INTEGER NOT NULL,
      shardCount INTEGER NOT NULL,
      environment TEXT NOT NULL,
      peakMemoryBytes INTEGER
    ) STRICT;
    CREATE INDEX sessionOfRun ON session (run);
    CREATE TABLE item (
      run TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
      task TEXT NOT NULL,
      id TEXT NOT NULL,
      input TEXT NOT NULL,
      expected TEXT NOT NULL,
      PRIMARY KEY (run, task, id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE cell (
      run TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
      strategy TEXT NOT NULL,
      seed INTEGER NOT NULL,
      task TEXT NOT NULL,
      total INTEGER NOT NULL,
      available INTEGER NOT NULL,
      demonstrations TEXT NOT NULL,
      prefixTokens INTEGER,
      prefixSeconds REAL,
      PRIMARY KEY (run, strategy, seed, task)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE training (
      run TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
      strategy TEXT NOT NULL,
      seed INTEGER NOT NULL,
      task TEXT NOT NULL,
      losses TEXT NOT NULL,
      tokens INTEGER NOT NULL,
      seconds REAL NOT NULL,
      PRIMARY KEY (run, strategy, seed, task)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE result (
      run TEXT NOT NULL,
      strategy TEXT NOT NULL,
      seed INTEGER NOT NULL,
      task TEXT NOT NULL,
      item TEXT NOT NULL,
      session TEXT NOT NULL,
      position INTEGER NOT NULL,
      answer TEXT NOT NULL,
      normalized TEXT NOT NULL,
      score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
      candidates TEXT,
      expectedLogLikelihood REAL,
      tokens INTEGER NOT NULL,
      seconds REAL NOT NULL,
      PRIMARY KEY (run, strategy, seed, task, item),
      FOREIGN KEY (run, strategy, seed, task) REFERENCES cell ON DELETE CASCADE,
      FOREIGN KEY (run, task, item) REFERENCES item ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX resultOfItem ON result (run, task, item);
    """

  private static let second = """
    CREATE TABLE decision (
      run TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
      strategy TEXT NOT NULL,
      seed INTEGER NOT NULL,
      task TEXT NOT NULL,
      decision TEXT NOT NULL,
      PRIMARY KEY (run, strategy, seed, task)
    ) STRICT, WITHOUT ROWID;
    """

  /// Whether a store that was opened for reading is of a version that has decisions.
  static func hasDecisions(_ db: Database) throws -> Bool { try db.tableExists("decision") }

  /// Refuses what is no sound store of this version or an earlier one.
  ///
  /// - Parameter isThorough: Read every page, as before anything is written.
  static func check(_ db: Database, path: String, isThorough: Bool) throws {
    let number = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    let isSuperseded = try migrator.hasBeenSuperseded(db)
    guard number <= version, !isSuperseded else {
      throw BenchError(
        .damaged,
        "\(path): the run store is of version \(number), this Hone knows up to \(version); use a "
          + "later Hone, or name another store with --store")
    }
    guard number >= 1, try migrator.appliedMigrations(db).contains("1") else {
      throw StoreFailure.damaged(path, "its tables are missing")
    }
    if isThorough, let problem = try String.fetchOne(db, sql: "PRAGMA quick_check(1)"),
      problem != "ok"
    {
      throw StoreFailure.damaged(path, problem)
    }
  }
}

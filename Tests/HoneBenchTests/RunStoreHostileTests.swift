// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB
import HoneTesting
import Testing

@testable import HoneBench

@Suite struct RunStoreHostileTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/runs.sqlite" }

  init() throws { folder = try TemporaryFolder() }

  /// Both ways of opening are refused in these words, and leave every byte and no new file.
  private func expectRefusal(
    _ code: BenchError.Code, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try? Data(contentsOf: URL(fileURLWithPath: path))
    let names = folder.names
    for access in [RunStore.Access.reading, .writing] {
      let error = #expect(throws: BenchError.self, sourceLocation: sourceLocation) {
        _ = try RunStore(path: path, access: access).runs()
      }
      #expect(error?.code == code, sourceLocation: sourceLocation)
      let message = error?.message ?? ""
      for part in parts + [path] {
        #expect(message.contains(part), "\(message)", sourceLocation: sourceLocation)
      }
    }
    #expect(
      (try? Data(contentsOf: URL(fileURLWithPath: path))) == before, sourceLocation: sourceLocation)
    #expect(folder.names == names, sourceLocation: sourceLocation)
  }

  /// A store with a run, closed, nothing of it in a log.
  private func madeStore() throws {
    let store = try RunStore(path: path, access: .writing)
    try MadeUpRun.write(to: store)
    _ = try store.queue.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    try store.queue.close()
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
  }

  @Test(arguments: [
    "hello", "SQLite format 2\0", String(repeating: "\u{0}", count: 4096), "{\"runs\": []}\n",
  ])
  func `a file of another kind is refused`(content: String) throws {
    try folder.write("runs.sqlite", content)
    try expectRefusal(.damaged, "no run store", "--store")
  }

  @Test func `a folder in its place is refused`() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    try expectRefusal(.damaged, "no regular file")
  }

  @Test func `a database of another application is refused`() throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write {
      try $0.execute(sql: "CREATE TABLE run (id TEXT); INSERT INTO run VALUES (1)")
    }
    try queue.close()
    try expectRefusal(.damaged, "another application")
  }

  @Test func `a database that only says it is a store is refused`() throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA application_id = \(StoreFile.applicationID)")
      try $0.execute(sql: "CREATE TABLE run (id TEXT)")
    }
    try queue.close()
    try expectRefusal(.damaged, "tables are missing")
  }

  @Test(arguments: ["PRAGMA user_version = 3", "INSERT INTO grdb_migrations VALUES ('3')"])
  func `a store of a later version is refused`(change: String) throws {
    try madeStore()
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction {
      try $0.execute(sql: change)
      try $0.checkpoint(.truncate)
    }
    try queue.close()
    try expectRefusal(.damaged, "later Hone")
  }

  @Test(arguments: [1, 15, 16, 50, 99, 100, 101, 4095, 4096, 8192, 20_000])
  func `a store that is cut off is never taken for whole, and not written to`(length: Int) throws {
    try madeStore()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    try folder.write("runs.sqlite", bytes.prefix(length))
    #expect(throws: BenchError.self) { try RunStore(path: path, access: .writing) }
    #expect(throws: BenchError.self) {
      let store = try RunStore(path: path, access: .reading)
      let run = try store.run("latest")
      #expect(try store.results(of: run.id).count == 40)
      #expect(try store.items(of: run.id).count == 2)
      _ = try store.cells(of: run)
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes.prefix(length))
  }

  @Test func `a store with a broken page is not written to`() throws {
    try madeStore()
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let pages = bytes.count / 4096
    for page in stride(from: 2, to: pages, by: 3) {
      bytes.replaceSubrange(
        page * 4096..<page * 4096 + 600, with: Data(repeating: 0xA5, count: 600))
    }
    try folder.write("runs.sqlite", bytes)
    let error = #expect(throws: BenchError.self) { try RunStore(path: path, access: .writing) }
    #expect(error?.code == .damaged && error?.message.contains("left as it is") == true)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
  }

  @Test(arguments: ["{}", "nonsense", #"{"suite": 3}"#])
  func `a configuration that is none is said to be damage`(configuration: String) throws {
    try madeStore()
    let store = try RunStore(path: path, access: .writing)
    try store.queue.write {
      try $0.execute(sql: "UPDATE run SET configuration = ?", arguments: [configuration])
    }
    let error = #expect(throws: BenchError.self) { try store.runs() }
    #expect(error?.code == .damaged)
  }

  @Test func `a full disk is said to be one, and what was there stays`() throws {
    try madeStore()
    let store = try RunStore(path: path, access: .writing)
    let before = try store.results(of: "made-up-1")
    try store.queue.writeWithoutTransaction {
      let pages = try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0
      try $0.execute(sql: "PRAGMA max_page_count = \(pages + 2)")
    }
    let large = MadeUpRun.configuration(limit: nil)
    let error = #expect(throws: BenchError.self) {
      for index in 0..<50 {
        try MadeUpRun.write(to: store, id: "r\(index)", label: "\(index)", configuration: large)
      }
    }
    #expect(error?.code == .notWritable)
    #expect(error?.message.contains("disk is full") == true)
    #expect(try RunStore(path: path, access: .reading).results(of: "made-up-1") == before)
    let again = try RunStore(path: path, access: .writing)
    try MadeUpRun.write(to: again, id: "after", label: "after")
    #expect(try again.run("after").isComplete)
  }

  @Test(.enabled(if: getuid() != 0, "root may write anywhere"))
  func `a store that cannot be written can be read, and is not written to`() throws {
    try madeStore()
    let manager = FileManager.default
    try manager.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
    try manager.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
    defer { try? manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path) }
    let error = #expect(throws: BenchError.self) { try RunStore(path: path, access: .writing) }
    #expect(error?.code == .notWritable)
    #expect(try RunStore(path: path, access: .reading).run("latest").isComplete)
  }

  @Test func `a store is read without writing to its folder`() throws {
    try madeStore()
    // What is done where the folder cannot be written, which root cannot be kept from.
    let names = folder.names
    let queue = try DatabaseQueue(
      path: StoreFile.immutableURI(path), configuration: StoreFile.configuration(readonly: true))
    #expect(try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM result") } == 40)
    #expect(folder.names == names)
  }

  @Test(arguments: ["", "a\0b"])
  func `a name that cannot be one is refused`(name: String) {
    #expect(throws: BenchError.self) { try RunStore(path: name, access: .writing) }
  }

  @Test func `a name that looks like an address is a name`() throws {
    let odd = folder.path + "/file:a?mode=memory%20.sqlite"
    try MadeUpRun.write(to: try RunStore(path: odd, access: .writing))
    #expect(try RunStore(path: odd, access: .reading).runs().count == 1)
    #expect(FileManager.default.fileExists(atPath: odd))
  }

  @Test func `an empty file becomes a store`() throws {
    try folder.write("runs.sqlite", "")
    #expect(throws: BenchError.self) { try RunStore(path: path, access: .reading) }
    try MadeUpRun.write(to: try RunStore(path: path, access: .writing))
    #expect(try RunStore(path: path, access: .reading).runs().count == 1)
  }

  @Test func `a folder that is a file keeps the store from being made`() throws {
    try folder.write("file", "x")
    #expect(throws: (any Error).self) {
      try RunStore(path: folder.path + "/file/runs.sqlite", access: .writing)
    }
    #expect(folder.text("file") == "x")
  }

  /// What version 1 wrote must stay readable, and go on in this version.
  @Test func `a store of version 1 is read as it is, and brought up to date when written`() throws {
    let configuration = MadeUpRun.configuration()
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA application_id = \(StoreFile.applicationID)")
    }
    try StoreSchema.migrator.migrate(queue, upTo: "1")
    try queue.write {
      try $0.execute(
        sql: "INSERT INTO run (id, label, digest, configuration, created) VALUES (?, ?, ?, ?, ?)",
        arguments: ["r", "", try configuration.digest, try RunStore.json(configuration), 1.0])
    }
    try queue.close()
    let reading = try RunStore(path: path, access: .reading)
    #expect(try reading.run("r").configuration == configuration)
    #expect(try reading.decisions(of: "r").isEmpty)
    let target = try RunStore(path: folder.path + "/target.sqlite", access: .writing)
    #expect(try target.merge([reading]).map(\.run) == ["r"])
    let writing = try RunStore(path: path, access: .writing)
    #expect(try writing.queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 2)
    #expect(try writing.decisions(of: "r").isEmpty)
    #expect(try writing.run("r").configuration == configuration)
  }

  /// What version 1 wrote must stay readable.
  @Test func `a configuration of version 1 is read`() throws {
    try madeStore()
    let stored = """
      {"compute":"int8","dataSHA256":"97","demonstrations":3,"limit":5,"model":{"name":"m",\
      "parameterCount":112960,"sha256":"3c","weightFormat":"F32"},"seeds":[1,18446744073709551615],\
      "strategies":[{"name":"icl","orders":1,"sharesAdapter":false,"showsDemonstrations":true},\
      {"name":"ttt","orders":1,"sharesAdapter":false,"showsDemonstrations":true,"training":\
      {"batchSize":1,"learningRate":0.0005,"loraAlpha":32,"loraRank":16,"optimizer":{"adamW":\
      {"beta1":0.9,"beta2":0.999,"epsilon":1e-08,"weightDecay":0.01},"maxGradNorm":1,\
      "maxTokensPerPass":2048},"sampleForm":"permutation","sampleLoss":"answers","seed":0,\
      "steps":4,"targetModules":["q_proj","down_proj"],"warmupSteps":1}}],"suite":"made-up",\
      "suiteVersion":1,"tasks":["a"]}
      """
    let store = try RunStore(path: path, access: .writing)
    try store.queue.write {
      try $0.execute(sql: "UPDATE run SET configuration = ?", arguments: [stored])
    }
    let configuration = try store.run("latest").configuration
    #expect(configuration.strategies[1].training?.loraRank == 16)
    #expect(configuration.seeds == [1, .max])
  }
}

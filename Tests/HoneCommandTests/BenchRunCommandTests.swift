// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneBench
import HoneTesting
import Subprocess
import Testing

@Suite struct BenchRunCommandTests {
  private let command: Command
  private let folder: TemporaryFolder
  private var suite: String { folder.path + "/animals" }

  init() throws {
    command = try Command()
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/animals", withIntermediateDirectories: false)
    for name in ["cats", "dogs"] {
      try folder.write(
        "animals/\(name).jsonl",
        (0..<70).map { #"{"input": "\#(name) \#($0)", "output": "the \#(name.dropLast())"}"# }
          .joined(separator: "\n"))
    }
  }

  private func store(_ name: String) -> String { "\(folder.path)/\(name).sqlite" }

  private func arguments(
    _ store: String, _ more: String..., strategies: String = "icl,icl-majority,ttt",
    seeds: String = "1,2"
  ) -> [String] {
    [
      "bench", "run", suite, "--model", Command.tinyFolder, "--strategies", strategies, "--seeds",
      seeds, "--demonstrations", "3", "--steps", "40", "--store", store,
    ] + more
  }

  private static func answered(_ path: String) throws -> Int {
    guard FileManager.default.fileExists(atPath: path) else { return 0 }
    return try RunStore(path: path, access: .reading).runs().first?.attempted ?? 0
  }

  private static func sessions(_ path: String) throws -> Int {
    guard FileManager.default.fileExists(atPath: path) else { return 0 }
    let store = try RunStore(path: path, access: .reading)
    return try store.runs().first.map { try store.sessions(of: $0.id).count } ?? 0
  }

  /// All of the only run's answers but what they cost in time.
  private func answers(_ path: String) throws -> [ItemResult] {
    let store = try RunStore(path: path, access: .reading)
    let runs = try store.runs()
    #expect(runs.count == 1)
    return try store.results(of: try #require(runs.first).id).map {
      ItemResult(
        cell: $0.cell, item: $0.item, position: $0.position, answer: $0.answer,
        normalized: $0.normalized, score: $0.score, candidates: $0.candidates,
        expectedLogLikelihood: $0.expectedLogLikelihood,
        cost: Cost(tokens: $0.cost.tokens, seconds: 0))
    }
  }

  /// The table that is shown, without seconds.
  private func table(_ path: String) async throws -> [[String]] {
    let outcome = try await command.run("runs", "show", "latest", "--store", path)
    #expect(outcome.code == 0)
    return outcome.output.split(separator: "\n").map { line in
      let cells = line.split(separator: " ").map(String.init)
      // STRATEGY ACCURACY % ± ITEMS ± SEEDS ANSWERED SECONDS …
      return cells.contains { $0.hasSuffix("/268") } ? Array(cells.prefix(6)) : cells
    }
  }

  @Test func `a run killed five times and resumed is an uninterrupted one`() async throws {
    let whole = try await command.run(arguments(store("whole")))
    #expect(whole.code == 0, "\(whole.error)")
    let path = store("killed")
    var random = SystemRandomNumberGenerator()
    for kill in 0..<5 {
      // Anywhere before the end, the first perhaps before anything is there.
      let least = kill * 60 + Int.random(in: 0..<60, using: &random)
      try await killed(path, answered: least, mayLeaveNothing: kill == 0)
    }
    let answered = try Self.answered(path)
    #expect(answered < 804, "\(answered) answers were there before the last resume")
    let last = try await command.run(arguments(path, "--resume"))
    #expect(last.code == 0, "\(last.error)")
    #expect(try answers(path) == answers(store("whole")))
    #expect(try await table(path) == table(store("whole")))
    let store = try RunStore(path: path, access: .reading)
    // One that is killed at once, as enough was answered before, may leave no trace.
    #expect(try store.sessions(of: store.run("latest").id).count >= 2)
  }

  /// Kills a process that resumes the run once so many answers are there.
  ///
  /// On a busy machine the process may end before anybody looks: then it is asked for again, on the
  /// store as it was before, and killed as soon as it is seen at work.
  private func killed(_ path: String, answered least: Int, mayLeaveNothing: Bool) async throws {
    let copies = try TemporaryFolder()
    let files = ["", "-wal", "-shm", "-journal"]
    let manager = FileManager.default
    for suffix in files where manager.fileExists(atPath: path + suffix) {
      try manager.copyItem(atPath: path + suffix, toPath: copies.path + "/store" + suffix)
    }
    let sessions = try Self.sessions(path)
    for attempt in 0..<20 {
      let wanted = attempt == 0 ? least : 0
      let outcome = try await command.signal(
        arguments(path, "--resume"), .kill,
        when: {
          // What others left may be enough: each process but the first is to be at work, too.
          try Self.answered(path) >= wanted && (mayLeaveNothing || Self.sessions(path) > sessions)
        })
      if outcome.code == 128 + 9 { return }
      #expect(outcome.code == 0, "\(outcome.output)")
      for suffix in files {
        try? manager.removeItem(atPath: path + suffix)
        guard manager.fileExists(atPath: copies.path + "/store" + suffix) else { continue }
        try manager.copyItem(atPath: copies.path + "/store" + suffix, toPath: path + suffix)
      }
    }
    Issue.record("twenty processes came to their ends before they could be killed")
  }

  @Test func `four shards in four processes, merged, are one process`() async throws {
    #expect(try await command.run(arguments(store("whole"))).code == 0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 1...4 {
        group.addTask {
          let outcome = try await command.run(
            arguments(store("part-\(index)"), "--shard", "\(index)/4", "--threads", "1"))
          #expect(outcome.code == 0, "\(outcome.error)")
        }
      }
      try await group.waitForAll()
    }
    let merged = try await command.run(
      ["runs", "merge"] + (1...4).map { store("part-\($0)") } + [
        "--store", store("merged"), "--json",
      ])
    #expect(merged.code == 0, "\(merged.error)")
    let run = try #require((try merged.json()["runs"] as? [[String: Any]])?.first)
    #expect(run["added"] as? Int == 804 && run["present"] as? Int == 0)
    #expect(try answers(store("merged")) == answers(store("whole")))
    #expect(try await table(store("merged")) == table(store("whole")))
  }

  @Test func `four processes may write into one store`() async throws {
    #expect(try await command.run(arguments(store("whole"))).code == 0)
    let path = store("one")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 1...4 {
        group.addTask {
          let outcome = try await command.run(
            arguments(path, "--shard", "\(index)/4", "--threads", "1"))
          #expect(outcome.code == 0, "\(outcome.error)")
        }
      }
      try await group.waitForAll()
    }
    #expect(try answers(path) == answers(store("whole")))
  }

  @Test func `shards of unlike runs are refused`() async throws {
    #expect(
      try await command.run(arguments(store("a"), "--shard", "1/2", "--limit", "3")).code == 0)
    #expect(
      try await command.run(arguments(store("b"), "--shard", "2/2", "--limit", "4")).code == 0)
    let outcome = try await command.run(
      "runs", "merge", store("a"), store("b"), "--store", store("c"))
    #expect(outcome.code == 65)
    #expect(outcome.error.contains("limit: 3 and 4"))
  }

  @Test func `Ctrl-C ends a run at once, and it can be resumed`() async throws {
    let path = store("stopped")
    // Longer than any test waits.
    let long = arguments(path, "--steps", "500000")
    let outcome = try await command.signal(
      long, .interrupt, when: { try Self.answered(path) >= 1 })
    #expect(outcome.code == 130, "\(outcome.output)")
    let answered = try Self.answered(path)
    let other = try await command.run(arguments(path, "--limit", "1"))
    #expect(other.code == 0, "another run is not held up: \(other.error)")
    let again = try await command.run(long)
    #expect(again.code == 64 && again.error.contains("--resume"))
    let resumed = try await command.signal(
      long + ["--resume"], .interrupt,
      when: {
        let store = try RunStore(path: path, access: .reading)
        return try store.sessions(of: store.runs().last?.id ?? "").count == 2
      })
    #expect(resumed.code == 130)
    let store = try RunStore(path: path, access: .reading)
    #expect(try store.runs().last?.attempted ?? 0 >= answered)
  }

  @Test func `a run is listed, shown, exported and deleted`() async throws {
    let path = store("runs")
    let run = try await command.run(
      arguments(path, "--limit", "4", "--json", strategies: "zero-shot,icl", seeds: "9"))
    #expect(run.code == 0, "\(run.error)")
    let report = try run.json()
    let id = try #require(report["run"] as? String)
    #expect(report["isComplete"] as? Bool == true && report["asked"] as? Int == 16)
    #expect(report["available"] as? Int == 268)
    #expect((report["strategies"] as? [[String: Any]])?.count == 2)

    let list = try await command.run("runs", "list", "--store", path, "--json")
    let listed = try #require(try list.json()["runs"] as? [[String: Any]])
    #expect(listed.map { $0["run"] as? String } == [id] && listed[0]["attempted"] as? Int == 16)
    #expect(try await command.run("runs", "list", "--store", path).output.contains(id))

    let show = try await command.run("runs", "show", String(id.prefix(12)), "--store", path)
    #expect(
      show.output.contains(
        "8 of the data's 134 queries asked of each strategy, by --limit 4 for each task and seed; "
          + "all 16 answered"))
    #expect(show.output.contains("8/8"))
    #expect(show.output.contains("icl") && show.output.contains("cats"))

    let export = try await command.run("runs", "export", "latest", "--store", path)
    let rows = try export.output.split(separator: "\n").map { line in
      try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    #expect(rows.count { $0["row"] as? String == "answer" } == 16)
    #expect(rows.count { $0["row"] as? String == "cell" } == 4)
    #expect(rows.first?["id"] as? String == id)
    let out = folder.path + "/out.jsonl"
    let file = try await command.run(
      "runs", "export", id, "--store", path, "--out", out, "--json")
    #expect(try file.json()["rows"] as? Int == rows.count)
    #expect(folder.text("out.jsonl") == export.output)

    let wrong = try await command.run("runs", "delete", id, "nothing", "--store", path)
    #expect(wrong.code == 66)
    let delete = try await command.run("runs", "delete", id, "--store", path, "--json")
    #expect(try delete.json()["deleted"] as? [String] == [id])
    #expect(try await command.run("runs", "list", "--store", path).output == "no runs\n")
  }

  @Test func `a full disk ends the run with what was stored, which goes on elsewhere`()
    async throws
  {
    let path = store("full")
    let script = try folder.script(
      "full",
      "trap '' XFSZ\nulimit -f 160\nexec '\(Command.executable)' "
        + arguments(path).map { "'\($0)'" }.joined(separator: " "))
    let outcome = try await command.run(script: script)
    #expect(outcome.code == 66, "\(outcome.error)")
    #expect(outcome.error.contains("disk is full") && outcome.error.contains("--resume"))
    let before = try Self.answered(path)
    #expect(before > 0 && before < 804)
    let last = try await command.run(arguments(path, "--resume"))
    #expect(last.code == 0, "\(last.error)")
    #expect(try Self.answered(path) == 804)
  }

  @Test(arguments: [
    (["bench", "run", "no-such-suite"], 66), (["bench", "run", "bbh", "--strategies", "x"], 64),
    (["bench", "run", "bbh", "--seeds", "1,b"], 64), (["bench", "run", "bbh", "--seeds", ""], 64),
    (["bench", "run", "bbh", "--limit", "0"], 64), (["bench", "run", "bbh", "--shard", "3/2"], 64),
    (["bench", "run", "bbh", "--shard", "x"], 64), (["bench", "run", "bbh", "--tasks", "x"], 64),
    (["bench", "run", "bbh", "--data", "/nowhere"], 66), (["bench", "run"], 64),
    (["runs", "list", "--store", "/nowhere/runs.sqlite"], 66), (["runs", "list"], 66),
    (["runs", "show", "x", "--store", "/etc/hostname"], 65), (["data", "pull", "x"], 66),
    (["runs", "merge", "/nowhere"], 66), (["runs", "export", "x", "--json"], 64),
  ])
  func `what makes no sense ends with its exit code and a message`(
    arguments: [String], code: Int
  ) async throws {
    let outcome = try await command.run(arguments)
    #expect(outcome.code == code, "\(outcome.error)")
    #expect(outcome.error.hasPrefix("hone: error: ") && outcome.output.isEmpty)
  }

  @Test func `a foreign file given as store stays as it is`() async throws {
    try folder.write("notes.txt", "my notes")
    let outcome = try await command.run(arguments(folder.path + "/notes.txt"))
    #expect(outcome.code == 65 && outcome.error.contains("no run store"))
    #expect(folder.text("notes.txt") == "my notes")
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneBench
import HoneTesting
import Testing

@Suite struct RunStoreTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/deep/runs.sqlite" }

  init() throws { folder = try TemporaryFolder() }

  private func store(_ access: RunStore.Access = .writing) throws -> RunStore {
    try RunStore(path: path, access: access)
  }

  @Test func `what is written is read again, by another opening of the file`() throws {
    let configuration = MadeUpRun.configuration()
    let session = try MadeUpRun.write(to: try store(), configuration: configuration)
    let training = TrainingRecord(
      strategy: "icl", seed: .max, task: nil, losses: [2.5, 0.125],
      cost: Cost(tokens: 40, seconds: 1.5))
    let plan = try MadeUpRun.plan(configuration)
    do {
      let store = try store()
      try store.record(training, run: "made-up-1")
      try store.record(prefix: Cost(tokens: 9, seconds: 2), of: plan[3].key, run: "made-up-1")
      try store.end(session: session, peakMemoryBytes: 12)
    }
    let store = try store(.reading)
    let run = try #require(try store.runs().first)
    #expect(try store.runs().count == 1)
    #expect(run.configuration == configuration)
    #expect(run.available == 72 && run.total == 40 && run.attempted == 40 && run.isComplete)
    let expected = plan.flatMap { cell in
      cell.draw.queries.indices.map { MadeUpRun.result(cell, $0) }
    }
    #expect(Set(try store.results(of: run.id)) == Set(expected))
    #expect(
      try store.results(of: run.id, strategy: "icl", task: "numbers").map(\.position)
        == [0, 1, 2, 3, 4, 0, 1, 2, 3, 4])
    #expect(try store.trainings(of: run.id) == [training])
    let cells = try store.cells(of: run)
    #expect(cells.map(\.key) == plan.map(\.key))
    #expect(cells.map(\.prefix) == (0..<8).map { $0 == 3 ? Cost(tokens: 9, seconds: 2) : nil })
    for (cell, planned) in zip(cells, plan) {
      #expect(cell.total == 5 && cell.available == 9 && cell.attempted == 5)
      #expect(cell.demonstrations == planned.draw.demonstrations.map(\.id))
      #expect(cell.answering == Cost(tokens: 35, seconds: 1.25))
    }
    #expect(cells.reduce(0) { $0 + $1.score } == Double(expected.count(where: \.isCorrect)))
    let items = try store.items(of: run.id)
    #expect(Set(items["letters"] ?? []).isSuperset(of: plan[0].draw.queries))
    let sessions = try store.sessions(of: run.id)
    #expect(sessions.map(\.id) == [session])
    #expect(sessions[0].environment == MadeUpRun.environment)
    #expect(sessions[0].peakMemoryBytes == 12 && sessions[0].endedAt != nil)
  }

  @Test func `an unfinished run says how much is missing`() throws {
    let store = try store()
    try MadeUpRun.write(to: store) { key, position in key.seed == 1 && position < 2 }
    let run = try store.run("latest")
    #expect(run.attempted == 8 && run.total == 40 && run.available == 72 && !run.isComplete)
    #expect(try store.cells(of: run).map(\.attempted) == [2, 2, 0, 0, 2, 2, 0, 0])
  }

  @Test func `a run that was begun goes on only if that is asked for`() throws {
    let store = try store()
    try MadeUpRun.write(to: store) { key, _ in key.seed == 1 }
    let error = #expect(throws: BenchError.self) { try MadeUpRun.write(to: store) }
    #expect(error?.message.contains("--resume") == true)
    try MadeUpRun.write(to: store, mayResume: true)
    #expect(try store.run("latest").isComplete)
    #expect(try store.sessions(of: "made-up-1").count == 2)
  }

  @Test func `an answer that is there stays`() throws {
    let store = try store()
    let session = try MadeUpRun.write(to: store)
    let before = try store.results(of: "made-up-1")
    let first = before[0]
    try store.record(
      ItemResult(
        cell: first.cell, item: first.item, position: 9, answer: "other", normalized: "other",
        score: 0, cost: Cost(tokens: 0, seconds: 0)), run: "made-up-1", session: session)
    #expect(try store.results(of: "made-up-1") == before)
  }

  @Test func `a run is found by its id, the id's beginning or its label`() throws {
    let store = try store()
    try MadeUpRun.write(to: store, id: "made-up-1a")
    try MadeUpRun.write(to: store, id: "made-up-1b", label: "again")
    #expect(try store.run("made-up-1a").label == "")
    #expect(try store.run("again").id == "made-up-1b")
    #expect(try store.run("latest").id == "made-up-1b")
    for (name, part) in [("made-up-1", "may mean"), ("x", "no run \"x\""), ("", "no run")] {
      let error = #expect(throws: BenchError.self) { try store.run(name) }
      #expect(error?.message.contains(part) == true)
    }
  }

  @Test func `a deleted run leaves nothing, and another stays`() throws {
    let store = try store()
    try MadeUpRun.write(to: store, id: "a")
    try MadeUpRun.write(to: store, id: "b", label: "b")
    try store.delete(run: "a")
    #expect(try store.runs().map(\.id) == ["b"])
    #expect(try store.results(of: "a").isEmpty && store.items(of: "a").isEmpty)
    #expect(try store.sessions(of: "a").isEmpty)
    #expect(try store.results(of: "b").count == 40)
  }

  @Test func `the digest tells apart what decides the answers, and nothing else`() throws {
    let one = MadeUpRun.configuration()
    #expect(try one.digest.count == 64)
    #expect(try one.digest == MadeUpRun.configuration().digest)
    let others = [
      MadeUpRun.configuration(limit: nil), MadeUpRun.configuration(seeds: [1]),
      MadeUpRun.configuration(modelSHA256: "f00d"),
      MadeUpRun.configuration(strategies: ["zero-shot"]),
    ]
    #expect(Set(try others.map { try $0.digest } + [one.digest]).count == 5)
    let renamed = RunConfiguration(
      suite: one.suite, suiteVersion: 1, dataSHA256: one.dataSHA256,
      model: ModelIdentity(
        name: "./tiny.gguf", sha256: "beef", weightFormat: "F32", parameterCount: 1000),
      compute: .float32, strategies: one.strategies, seeds: one.seeds, tasks: one.tasks,
      demonstrations: 3, limit: 5)
    #expect(try renamed.digest == one.digest)
  }

  @Test func `two that write at once both succeed`() async throws {
    let path = path
    try MadeUpRun.write(to: try RunStore(path: path, access: .writing)) { _, _ in false }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for seed: UInt64 in [1, .max] {
        group.addTask {
          try MadeUpRun.write(to: try RunStore(path: path, access: .writing), mayResume: true) {
            key, _ in key.seed == seed
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try RunStore(path: path, access: .reading).run("latest").isComplete)
  }

  @Test func `many that make the store at once all use one`() async throws {
    let path = path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<8 {
        group.addTask {
          try MadeUpRun.write(
            to: try RunStore(path: path, access: .writing), id: "run-\(index)", label: "\(index)"
          ) { _, position in position == 0 }
        }
      }
      try await group.waitForAll()
    }
    #expect(try RunStore(path: path, access: .reading).runs().count == 8)
    #expect(folder.names.filter { $0.hasSuffix(".tmp") } == [])
  }
}

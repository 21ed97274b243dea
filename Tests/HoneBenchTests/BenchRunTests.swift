// SPDX-License-Identifier: Apache-2.0
import HoneBench
import HoneModel
import HoneTesting
import Synchronization
import Testing

/// Gives the made-up answers, in halves of a cell, and can break off.
final class MadeUpSolver: CellSolver {
  struct Broken: Error {}
  private let left: Mutex<Int>
  private let solved = Mutex<[CellKey]>([])
  /// The cells it was given.
  var cells: [CellKey] { solved.withLock { $0 } }

  init(answers: Int = .max) { left = Mutex(answers) }

  func solve(
    _ cell: PlannedCell, strategy: StrategyConfiguration, pending: Set<String>,
    plan: [PlannedCell], emit: @escaping @Sendable (CellEvent) throws -> Void
  ) async throws {
    #expect(cell.key.strategy == strategy.name && plan.contains(cell))
    solved.withLock { $0.append(cell.key) }
    try emit(.prefix(Cost(tokens: 1, seconds: 0)))
    for place in cell.draw.queries.indices where pending.contains(cell.draw.queries[place].id) {
      let mayGoOn = left.withLock { left in
        left -= 1
        return left >= 0
      }
      guard mayGoOn else { throw Broken() }
      try emit(.answer(MadeUpRun.result(cell, place)))
    }
  }
}

@Suite struct BenchRunTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func store(_ name: String = "runs.sqlite") throws -> RunStore {
    try RunStore(path: "\(folder.path)/\(name)", access: .writing)
  }

  private func run(
    _ configuration: RunConfiguration = MadeUpRun.configuration(), label: String = "",
    shard: Shard = .whole, mayResume: Bool = false
  ) throws -> BenchRun {
    try BenchRun(
      configuration: configuration, tasks: configuration.tasks.map { MadeUpRun.task($0) },
      label: label, shard: shard, mayResume: mayResume, environment: MadeUpRun.environment)
  }

  private func finish(_ run: BenchRun, _ store: RunStore, _ solver: some CellSolver) async throws {
    for try await _ in run.events(store: store, solver: solver) {}
  }

  @Test func `a run answers everything once and tells how far it is`() async throws {
    let store = try store()
    let run = try run()
    var counts: [Int] = []
    for try await event in run.events(store: store, solver: MadeUpSolver()) {
      switch event {
      case .began(let id, let answered, let total):
        #expect(id == (try run.id) && id.hasPrefix("made-up-") && answered == 0 && total == 40)
      case .answered(_, let done, let total):
        #expect(total == 40)
        counts.append(done)
      default: break
      }
    }
    #expect(counts == Array(1...40))
    let record = try store.run("latest")
    #expect(record.isComplete && record.configuration == run.configuration)
    #expect(try store.sessions(of: record.id).allSatisfy { $0.endedAt != nil })
    #expect(try store.cells(of: record).allSatisfy { $0.prefix?.tokens == 1 })
  }

  @Test func `broken off anywhere and resumed, a run is the same as a whole one`() async throws {
    let whole = try store("whole.sqlite")
    try await finish(try run(), whole, MadeUpSolver())
    let store = try store()
    for answers in [0, 3, 1, 17, 6] {
      await #expect(throws: MadeUpSolver.Broken.self) {
        try await finish(try run(mayResume: true), store, MadeUpSolver(answers: answers))
      }
    }
    let last = MadeUpSolver()
    try await finish(try run(mayResume: true), store, last)
    let id = try run().id
    #expect(try store.results(of: id) == whole.results(of: id))
    #expect(try store.sessions(of: id).count == 6)
    // What was finished was not begun again.
    #expect(last.cells.count < 8)
  }

  @Test func `a resumed run that is finished does nothing`() async throws {
    let store = try store()
    try await finish(try run(), store, MadeUpSolver())
    let idle = MadeUpSolver()
    try await finish(try run(mayResume: true), store, idle)
    #expect(idle.cells.isEmpty)
    await #expect(throws: BenchError.self) { try await finish(try run(), store, idle) }
    try await finish(try run(label: "again"), store, MadeUpSolver())
    #expect(try store.runs().count == 2)
  }

  @Test(arguments: [1, 2, 3, 4, 7, 100])
  func `shards share the cells out, those of one adapter together`(count: Int) throws {
    let configuration = MadeUpRun.configuration(
      strategies: ["icl", "ttt-shared"], seeds: [1, 2, 3], tasks: ["a", "b", "c"])
    let shards = try (1...count).map {
      try run(configuration, shard: try Shard(index: $0, count: count)).cells.map(\.key)
    }
    #expect(Set(shards.joined()) == Set(configuration.cellKeys))
    #expect(shards.joined().count == configuration.cellKeys.count)
    for shard in shards {
      let sharing = shard.filter { $0.strategy == "ttt-shared" }
      for seed in Set(sharing.map(\.seed)) {
        #expect(sharing.count { $0.seed == seed } == 3)
      }
    }
    if count == 2 { #expect(shards.allSatisfy { !$0.isEmpty }) }
  }

  @Test func `four shards in one store are a whole run`() async throws {
    let whole = try store("whole.sqlite")
    try await finish(try run(), whole, MadeUpSolver())
    let store = try store()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 1...4 {
        let run = try run(shard: try Shard(index: index, count: 4))
        group.addTask { try await finish(run, store, MadeUpSolver()) }
      }
      try await group.waitForAll()
    }
    let id = try run().id
    #expect(try store.results(of: id) == whole.results(of: id))
  }

  @Test(arguments: [(0, 1), (1, 0), (2, 1), (-1, 4), (1, 10_001)])
  func `a shard that cannot be is refused`(index: Int, count: Int) {
    #expect(throws: BenchError.self) { try Shard(index: index, count: count) }
  }

  @Test func `a task that leaves nothing to ask is refused before anything is stored`() throws {
    let configuration = MadeUpRun.configuration()
    #expect(throws: BenchError.self) {
      try BenchRun(
        configuration: configuration,
        tasks: configuration.tasks.map { MadeUpRun.task($0, items: 3) },
        environment: MadeUpRun.environment)
    }
    #expect(throws: BenchError.self) {
      try BenchRun(configuration: configuration, tasks: [], environment: MadeUpRun.environment)
    }
  }
}

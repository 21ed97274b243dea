// SPDX-License-Identifier: Apache-2.0
import HoneTesting
import Testing

@testable import HoneBench

@Suite struct RunStoreMergingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func store(_ name: String) throws -> RunStore {
    try RunStore(path: "\(folder.path)/\(name).sqlite", access: .writing)
  }

  /// Runs a shard into a store of its own.
  private func shard(
    _ index: Int, of count: Int, _ configuration: RunConfiguration = MadeUpRun.configuration(),
    label: String = "", answers: Int = .max
  ) async throws -> RunStore {
    let store = try store("\(index)-of-\(count)\(label)")
    let run = try BenchRun(
      configuration: configuration, tasks: configuration.tasks.map { MadeUpRun.task($0) },
      label: label, shard: try Shard(index: index, count: count), mayResume: true,
      environment: MadeUpRun.environment)
    do {
      for try await _ in run.events(store: store, solver: MadeUpSolver(answers: answers)) {}
    } catch is MadeUpSolver.Broken {}
    return store
  }

  @Test func `four shards merged are one run`() async throws {
    let whole = try await shard(1, of: 1)
    let target = try store("target")
    var shards: [RunStore] = []
    for index in 1...4 { shards.append(try await shard(index, of: 4)) }
    let results = try target.merge(shards)
    let run = try target.run("latest")
    #expect(results == [MergeResult(run: run.id, added: 40, present: 0)])
    #expect(run.isComplete)
    #expect(try target.results(of: run.id) == whole.results(of: run.id))
    #expect(try target.items(of: run.id) == whole.items(of: run.id))
    #expect(try target.cells(of: run) == whole.cells(of: run))
    #expect(try target.sessions(of: run.id).map(\.shard.index).sorted() == [1, 2, 3, 4])
  }

  @Test func `what is merged twice is counted once`() async throws {
    let target = try store("target")
    let shards = [try await shard(1, of: 2), try await shard(2, of: 2)]
    _ = try target.merge(shards)
    let before = try target.results(of: target.run("latest").id)
    #expect(try target.merge(shards).map(\.present) == [40])
    #expect(try target.merge([target]).map(\.added) == [0])
    #expect(try target.results(of: target.run("latest").id) == before)
  }

  @Test func `unfinished shards merge, and can be merged again when they are done`() async throws {
    let target = try store("target")
    let first = try await shard(1, of: 2, answers: 7)
    #expect(try target.merge([first]).map(\.added) == [7])
    #expect(try target.run("latest").attempted == 7)
    _ = try await shard(1, of: 2)
    let second = try await shard(2, of: 2)
    #expect(
      try target.merge([first, second]) == [
        MergeResult(run: try target.run("latest").id, added: 33, present: 7)
      ])
    #expect(try target.run("latest").isComplete)
  }

  @Test func `stores of unlike configurations are refused, naming what differs`() async throws {
    let target = try store("target")
    let one = try await shard(1, of: 2)
    let other = try await shard(
      2, of: 2, MadeUpRun.configuration(seeds: [1, 2], limit: 4, modelSHA256: "f00d"))
    let error = #expect(throws: BenchError.self) { try target.merge([one, other]) }
    #expect(error?.code == .mismatch)
    for part in ["limit: 5 and 4", "seeds: [1, 18446744073709551615] and [1, 2]", "model: tiny"] {
      #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }
    #expect(error?.message.contains("tasks:") == false)
    #expect(try target.runs().isEmpty)
    // One of them by its name is no mixture.
    let id = try one.run("latest").id
    #expect(throws: BenchError.self) { try target.merge([one, other], run: id) }
    #expect(try target.merge([one], run: id).count == 1)
  }

  @Test func `labels tell runs apart`() async throws {
    let target = try store("target")
    let error = await #expect(throws: BenchError.self) {
      try target.merge([
        try await shard(1, of: 2, label: "a"), try await shard(2, of: 2, label: "b"),
      ])
    }
    #expect(error?.message.contains(#"label: "a" and "b""#) == true)
  }

  @Test func `answers that contradict are refused, and nothing is merged`() async throws {
    let target = try store("target")
    let first = try await shard(1, of: 1)
    _ = try target.merge([first])
    let second = try store("second")
    let configuration = MadeUpRun.configuration()
    let run = try first.run("latest")
    try MadeUpRun.write(to: second, id: run.id, configuration: configuration) { _, _ in false }
    let session = try second.sessions(of: run.id)[0].id
    let results = try first.results(of: run.id)
    for result in results.prefix(3) {
      try second.record(
        ItemResult(
          cell: result.cell, item: result.item, position: result.position,
          answer: result.answer + "!", normalized: result.normalized, score: result.score,
          cost: result.cost), run: run.id, session: session)
    }
    let before = try target.results(of: run.id)
    let error = #expect(throws: BenchError.self) { try target.merge([second]) }
    #expect(error?.code == .mismatch && error?.message.contains("nothing was merged") == true)
    #expect(try target.results(of: run.id) == before)
    #expect(try target.sessions(of: run.id).count == 1)
  }

  @Test func `a store without runs adds none`() throws {
    #expect(try store("a").merge([try store("b")]).isEmpty)
  }
}

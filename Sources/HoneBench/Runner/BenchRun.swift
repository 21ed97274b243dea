// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// What happens in a run.
package enum BenchEvent: Sendable {
  /// The run's id; answers that were there, and those that this session is to have in the end.
  case began(id: String, answered: Int, of: Int)
  case cell(CellKey)
  case trainingStep(Int, of: Int, loss: Double)
  /// So many of the session's answers are there.
  case answered(ItemResult, Int, of: Int)
}

/// Runs what a configuration plans, or a shard of it, and keeps every answer.
package struct BenchRun: Sendable {
  package let configuration: RunConfiguration
  package let label: String
  package let shard: Shard
  package let mayResume: Bool
  package let environment: RunEnvironment
  private let plan: [PlannedCell]

  /// - Parameters:
  ///   - tasks: Every task of the configuration.
  ///   - label: Tells repetitions of one configuration apart.
  /// - Throws: ``BenchError`` if a task leaves nothing to ask or is missing.
  package init(
    configuration: RunConfiguration, tasks: [BenchTask], label: String = "",
    shard: Shard = .whole, mayResume: Bool = false, environment: RunEnvironment
  ) throws {
    self.configuration = configuration
    self.label = label
    self.shard = shard
    self.mayResume = mayResume
    self.environment = environment
    let tasks = Dictionary(tasks.map { ($0.name, $0) }) { first, _ in first }
    var draws: [CellKey: BenchTask.Draw] = [:]
    plan = try configuration.cellKeys.map { key in
      guard let task = tasks[key.task] else {
        throw BenchError(.mismatch, "\(key.task): is no task of this run")
      }
      // Strategies share their draws.
      let place = CellKey(strategy: "", seed: key.seed, task: key.task)
      let draw =
        try draws[place]
        ?? task.draw(
          seed: key.seed, demonstrations: configuration.demonstrations, limit: configuration.limit)
      draws[place] = draw
      return PlannedCell(key: key, draw: draw)
    }
  }

  /// The same for the same configuration and label, in every store.
  package var id: String {
    get throws {
      let digest = try configuration.digest.prefix(10)
      guard !label.isEmpty else { return "\(configuration.suite)-\(digest)" }
      var checksum = Checksum()
      checksum.combine(label.utf8)
      return "\(configuration.suite)-\(digest)-\(String(checksum.value, radix: 16).prefix(6))"
    }
  }

  /// The cells of the shard.
  ///
  /// Cells are dealt out in the configuration's order; those that share an adapter go together, for
  /// it is trained but once.
  package var cells: [PlannedCell] {
    let sharing = Set(configuration.strategies.filter(\.sharesAdapter).map(\.name))
    var groups: [CellKey: Int] = [:]
    var count = 0
    let mine = plan.filter { cell in
      let key = CellKey(
        strategy: cell.key.strategy, seed: cell.key.seed,
        task: sharing.contains(cell.key.strategy) ? "" : cell.key.task)
      let group = groups[key] ?? count
      if groups.updateValue(group, forKey: key) == nil { count += 1 }
      return group % shard.count == shard.index - 1
    }
    let seeds = Dictionary(
      configuration.seeds.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let tasks = Dictionary(
      configuration.tasks.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    // All strategies of a task one after the other: what is there early can be compared early. But
    // where every strategy makes something for all tasks, its tasks come one after the other.
    let ordersByStrategy = configuration.strategies.allSatisfy(\.sharesAdapter)
    func place(_ cell: PlannedCell) -> Int {
      let seed = seeds[cell.key.seed] ?? 0
      return ordersByStrategy ? seed : seed * tasks.count + (tasks[cell.key.task] ?? 0)
    }
    return mine.enumerated().sorted {
      (place($0.element), $0.offset) < (place($1.element), $1.offset)
    }.map(\.element)
  }

  /// Answers what has no answer yet.
  ///
  /// The stream throws ``BenchError`` and what the solver throws; cancelling the task that reads it
  /// stops the work, and what is answered stays.
  package func events(
    store: RunStore, solver: any CellSolver
  ) -> AsyncThrowingStream<BenchEvent, any Error> {
    AsyncThrowingStream { continuation in
      let work = Task {
        do {
          try await run(store: store, solver: solver) { continuation.yield($0) }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in work.cancel() }
    }
  }

  private func run(
    store: RunStore, solver: any CellSolver, emit: @escaping @Sendable (BenchEvent) -> Void
  ) async throws {
    let (id, cells) = (try id, cells)
    let session = try store.begin(
      id: id, label: label, configuration: configuration, plan: plan, shard: shard,
      cells: Set(cells.map(\.key)), environment: environment, mayResume: mayResume)
    let total = cells.reduce(0) { $0 + $1.draw.queries.count }
    let done = Counter(
      try cells.reduce(0) { try $0 + store.answered($1.key, of: id).count })
    emit(.began(id: id, answered: done.value, of: total))
    // However it ends, if it is not killed.
    defer { try? store.end(session: session, peakMemoryBytes: SystemMemory.peakBytes) }
    let strategies = Dictionary(configuration.strategies.map { ($0.name, $0) }) { first, _ in first
    }
    for cell in cells {
      try Task.checkCancellation()
      let answered = try store.answered(cell.key, of: id)
      let pending = Set(cell.draw.queries.map(\.id)).subtracting(answered)
      guard !pending.isEmpty, let strategy = strategies[cell.key.strategy] else { continue }
      emit(.cell(cell.key))
      try await solver.solve(cell, strategy: strategy, pending: pending, plan: plan) { event in
        switch event {
        case .trainingStep(let step, let steps, let loss):
          emit(.trainingStep(step, of: steps, loss: loss))
        case .training(let record): try store.record(record, run: id)
        case .decision(let decision):
          try store.record(DecisionRecord(cell: cell.key, decision: decision), run: id)
        case .prefix(let cost): try store.record(prefix: cost, of: cell.key, run: id)
        case .answer(let result):
          try store.record(result, run: id, session: session)
          emit(.answered(result, done.increment(), of: total))
        }
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneBench
import HoneModel

/// A small run that no model made.
enum MadeUpRun {
  static let environment = RunEnvironment(
    honeVersion: "0", commit: "abc", operatingSystem: "Linux", processor: nil, cores: 2,
    features: ["avx2"], memoryBytes: 1 << 30, threads: 2, kernels: "avx2")

  static func configuration(
    suite: String = "made-up", strategies: [String] = ["zero-shot", "icl"],
    seeds: [UInt64] = [1, .max],
    tasks: [String] = ["letters", "numbers"], limit: Int? = 5, modelSHA256: String = "beef"
  ) -> RunConfiguration {
    RunConfiguration(
      suite: suite, suiteVersion: 1, dataSHA256: "da7a",
      model: ModelIdentity(
        name: "tiny", sha256: modelSHA256, weightFormat: "F32", parameterCount: 1000),
      compute: .float32,
      strategies: strategies.map {
        StrategyConfiguration(
          name: $0, showsDemonstrations: $0 != "zero-shot",
          training: $0.hasPrefix("ttt") ? .defaults(parameterCount: 0) : nil,
          sharesAdapter: $0 == "ttt-shared")
      }, seeds: seeds, tasks: tasks, demonstrations: 3, limit: limit)
  }

  /// What items say and what is answered, where that matters.
  struct Content {
    /// Of a task.
    var items = 12
    var input: (_ task: String, _ item: Int) -> String = { "\($0) \($1)" }
    /// By an item's place; nil for an answer that is right in about half of all places.
    var answer: (Int) -> String? = { _ in nil }
  }

  static func task(_ name: String, items: Int = 12) -> BenchTask {
    task(name, Content(items: items))
  }

  private static func task(_ name: String, _ content: Content) -> BenchTask {
    BenchTask(
      name: name, instruction: "Say it.",
      items: (0..<content.items).map {
        BenchItem(id: "\($0)", input: content.input(name, $0), expected: "the dog")
      }, maxAnswerTokens: 6)
  }

  static func plan(
    _ configuration: RunConfiguration, _ content: Content = Content()
  ) throws -> [PlannedCell] {
    let tasks = configuration.tasks.map { task($0, content) }
    return try configuration.cellKeys.map { key in
      PlannedCell(
        key: key,
        draw: try tasks[configuration.tasks.firstIndex(of: key.task) ?? 0].draw(
          seed: key.seed, demonstrations: configuration.demonstrations, limit: configuration.limit))
    }
  }

  /// An answer that depends on its place only; about half of them are right.
  ///
  /// - Parameter answer: Takes its place.
  static func result(
    _ cell: PlannedCell, _ position: Int, answer: String? = nil
  ) -> ItemResult {
    let item = cell.draw.queries[position]
    let name = "\(cell.key.strategy)\(cell.key.seed)\(cell.key.task)\(item.id)"
    let hash = name.utf8.reduce(UInt64(5)) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    let answer = answer ?? (hash >> 20 & 1 == 0 ? "the dog" : "a \"cat\"\n")
    let isRight = answer == item.expected
    return ItemResult(
      cell: cell.key, item: item.id, position: position, answer: answer, normalized: answer,
      score: isRight ? 1 : 0,
      candidates: [
        Candidate(answer: answer, normalized: answer, source: "order 1", score: 3),
        Candidate(answer: "", normalized: "", source: "order 2", logLikelihood: -0.5),
      ],
      expectedLogLikelihood: -Double(hash % 1000) / 100, cost: Cost(tokens: 7, seconds: 0.25))
  }

  /// Enters the run and answers the items for which `answers` says so.
  @discardableResult
  static func write(
    to store: RunStore, id: String = "made-up-1", label: String = "",
    configuration: RunConfiguration = configuration(), mayResume: Bool = false,
    content: Content = Content(),
    answers: (CellKey, Int) -> Bool = { _, _ in true }
  ) throws -> String {
    let plan = try plan(configuration, content)
    let session = try store.begin(
      id: id, label: label, configuration: configuration, plan: plan, shard: .whole,
      cells: Set(plan.map(\.key)), environment: environment, mayResume: mayResume)
    for cell in plan {
      for position in cell.draw.queries.indices where answers(cell.key, position) {
        try store.record(
          result(cell, position, answer: content.answer(position)), run: id, session: session)
      }
    }
    return session
  }
}

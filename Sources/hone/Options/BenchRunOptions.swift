// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneBench
import HoneFormats
import HoneStore

/// Which part of a suite, by which strategies.
struct BenchRunOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("bbh, or a folder of your own tasks."))
  var suite: String

  @Option(help: ArgumentHelp("Strategies, as zero-shot,icl,ttt.", valueName: "names"))
  var strategies = "zero-shot,icl,ttt"

  @Option(help: ArgumentHelp("Seeds, as 42,43.", valueName: "list"))
  var seeds = "42"

  @Option(help: ArgumentHelp("Tasks (default: all).", valueName: "names"))
  var tasks: String?

  @Option(help: ArgumentHelp("Items of each task and seed at most.", valueName: "n"))
  var limit: Int?

  @Option(help: ArgumentHelp("Demonstrations of each task.", valueName: "n"))
  var demonstrations: Int?

  @Option(help: ArgumentHelp("A folder that has the suite's data.", valueName: "folder"))
  var data: String?

  func validate() throws {
    _ = try parsedStrategies
    _ = try parsedSeeds
    if let limit, limit < 1 { throw ValidationError("--limit \(limit): expected 1 or more") }
    if let demonstrations, demonstrations < 1 {
      throw ValidationError("--demonstrations \(demonstrations): expected 1 or more")
    }
  }

  /// In the order of tables, each once.
  var parsedStrategies: [BenchStrategy] {
    get throws {
      let named = try Self.list(strategies).map { name in
        guard let strategy = BenchStrategy(rawValue: name) else {
          let known = BenchStrategy.allCases.map(\.rawValue).joined(separator: ", ")
          throw ValidationError("--strategies \(name): expected some of \(known)")
        }
        return strategy
      }
      return BenchStrategy.allCases.filter(named.contains)
    }
  }

  var parsedSeeds: [UInt64] {
    get throws {
      var result: [UInt64] = []
      for text in Self.list(seeds) {
        guard let seed = UInt64(text) else {
          throw ValidationError("--seeds \(text): expected whole numbers, as in 42,43")
        }
        if !result.contains(seed) { result.append(seed) }
      }
      return result
    }
  }

  /// - Throws: ``BenchError`` or ``StoreError`` if it is neither known nor a folder.
  func loadSuite() throws -> any BenchSuite {
    if suite == BigBenchHard.name {
      let store = DataStore(at: try ModelStore.defaultFolder())
      return BigBenchHard(folder: try data ?? store.path(of: store.entry(named: suite)))
    }
    guard FileSystem.exists(suite) else {
      throw BenchError(
        .notFound, "there is no suite \"\(suite)\"; expected bbh or a folder of tasks")
    }
    if data != nil { throw BenchError("--data is for suites with a name; \(suite) is a folder") }
    return try FolderSuite(path: suite)
  }

  /// The tasks asked for, in the suite's order.
  func loadTasks(of suite: any BenchSuite) throws -> [BenchTask] {
    guard let tasks else { return try suite.taskNames.map(suite.task(named:)) }
    let named = Self.list(tasks)
    for name in named where !suite.taskNames.contains(name) {
      throw BenchError(
        "--tasks \(name): expected some of \(suite.taskNames.joined(separator: ", "))")
    }
    return try suite.taskNames.filter(named.contains).map(suite.task(named:))
  }

  private static func list(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
}

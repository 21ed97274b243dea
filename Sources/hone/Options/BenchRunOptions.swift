// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneARC
import HoneBench
import HoneFormats
import HoneStore

/// Which part of a suite, by which strategies.
struct BenchRunOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("bbh, arc, or a folder of your own tasks."))
  var suite: String

  @Option(
    help: ArgumentHelp(
      "Strategies (default: zero-shot,icl,ttt; of arc: icl,ttt).", valueName: "names"))
  var strategies: String?

  @Option(help: ArgumentHelp("Seeds, as 42,43.", valueName: "list"))
  var seeds = "42"

  @Option(help: ArgumentHelp("Tasks (default: all).", valueName: "names"))
  var tasks: String?

  @Option(help: ArgumentHelp("Puzzles of arc: a list, or a file of ids.", valueName: "ids"))
  var ids: String?

  @Option(help: ArgumentHelp("training or evaluation, of arc.", valueName: "half"))
  var split: ARCCollection.Split?

  @Option(help: ArgumentHelp("Items of each task and seed at most.", valueName: "n"))
  var limit: Int?

  @Option(help: ArgumentHelp("Demonstrations of each task.", valueName: "n"))
  var demonstrations: Int?

  @Option(help: ArgumentHelp("A folder, or arc's file, with the data.", valueName: "path"))
  var data: String?

  /// Whether the suite is one of puzzles.
  var isOfPuzzles: Bool { suite == ARCSuite.name }

  func validate() throws {
    if isOfPuzzles {
      _ = try parsedPuzzleStrategies
      if demonstrations != nil {
        throw ValidationError("--demonstrations: a puzzle brings its own; leave it out")
      }
    } else {
      _ = try parsedStrategies
      if ids != nil || split != nil {
        throw ValidationError("--ids and --split are for the suite arc")
      }
    }
    _ = try parsedSeeds
    if let limit, limit < 1 { throw ValidationError("--limit \(limit): expected 1 or more") }
    if let demonstrations, demonstrations < 1 {
      throw ValidationError("--demonstrations \(demonstrations): expected 1 or more")
    }
  }

  /// In the order of tables, each once.
  var parsedStrategies: [BenchStrategy] {
    get throws { try parsed(strategies ?? "zero-shot,icl,ttt") }
  }

  /// The same of puzzles.
  var parsedPuzzleStrategies: [ARCStrategy] {
    get throws { try parsed(strategies ?? "icl,ttt") }
  }

  private func parsed<Strategy: RawRepresentable & CaseIterable & Equatable>(
    _ names: String
  ) throws -> [Strategy] where Strategy.RawValue == String {
    let named = try Self.list(names).map { name in
      guard let strategy = Strategy(rawValue: name) else {
        let known = Strategy.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--strategies \(name): expected some of \(known)")
      }
      return strategy
    }
    return Strategy.allCases.filter(named.contains)
  }

  var parsedSeeds: [UInt64] { get throws { try Self.seeds(seeds) } }

  /// Each once, in their order.
  static func seeds(_ list: String) throws -> [UInt64] {
    var result: [UInt64] = []
    for text in Self.list(list) {
      guard let seed = UInt64(text) else {
        throw ValidationError("--seeds \(text): expected whole numbers, as in 42,43")
      }
      if !result.contains(seed) { result.append(seed) }
    }
    return result
  }

  /// - Throws: ``BenchError`` or ``StoreError`` if it is neither known nor a folder.
  func loadSuite() throws -> any BenchSuite {
    if suite == BigBenchHard.name {
      let store = DataStore(at: try ModelStore.defaultFolder())
      return BigBenchHard(folder: try data ?? store.path(of: store.entry(named: suite)))
    }
    if isOfPuzzles { return ARCSuite(try puzzles()) }
    guard FileSystem.exists(suite) else {
      throw BenchError(
        .notFound, "there is no suite \"\(suite)\"; expected bbh, arc or a folder of tasks")
    }
    if data != nil { throw BenchError("--data is for suites with a name; \(suite) is a folder") }
    return try FolderSuite(path: suite)
  }

  /// The puzzles asked for.
  ///
  /// - Throws: ``ARCError``, ``BenchError`` or ``StoreError`` if they are not there.
  func puzzles() throws -> ARCCollection {
    var path = data
    // A name of what was pulled, or a path.
    if path.map({ !FileSystem.exists($0) }) ?? true {
      let store = DataStore(at: try ModelStore.defaultFolder())
      if let entry = try? store.entry(named: data ?? "arc-agi-1") { path = store.path(of: entry) }
    }
    guard let path, FileSystem.exists(path) else {
      throw BenchError(
        .notFound,
        "\(path ?? ""): is not there; fetch the data with: hone data pull arc-agi-1, or name a "
          + "folder or file that has it with --data")
    }
    let all = try ARCCollection(path: path, split: split)
    return try ids.map { try all.selecting(ARCCollection.ids($0)) } ?? all
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

extension ARCCollection.Split: ExpressibleByArgument {}

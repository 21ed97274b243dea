// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneBench

struct RunsMergeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Joins runs out of other stores into this one.",
    usage: "hone runs merge <store> … [--store <file>]",
    discussion: """
      For shards of a run that were made into stores of their own. Stores of unlike configurations \
      are refused, and an answer that is there already is not counted again.
      """)

  @Argument(help: ArgumentHelp("Stores to take runs from.", valueName: "store"))
  var sources: [String]

  @Option(help: ArgumentHelp("Take this run only.", valueName: "run"))
  var run: String?

  @OptionGroup var store: StoreOption
  @OptionGroup var output: JSONOption

  private struct Report: Encodable {
    struct Run: Encodable {
      let run: String
      let added: Int
      let present: Int
      let attempted: Int
      let asked: Int
      let available: Int
    }
    let store: String
    let runs: [Run]
  }

  func run() async throws {
    let sources = try sources.map { try RunStore(path: $0, access: .reading) }
    let store = try store.open(.writing)
    let results = try store.merge(sources, run: run)
    let runs = try results.map { result in
      let run = try store.run(result.run)
      return Report.Run(
        run: result.run, added: result.added, present: result.present, attempted: run.attempted,
        asked: run.total, available: run.available)
    }
    if output.json {
      try Console.printJSON(Report(store: store.path, runs: runs))
      return
    }
    for run in runs {
      let present = run.present > 0 ? ", \(run.present) were there" : ""
      try Console.print(
        "\(run.run): \(run.added) answers added\(present); \(run.attempted) of \(run.asked)")
    }
    if runs.isEmpty { try Console.print("no runs to merge") }
  }
}

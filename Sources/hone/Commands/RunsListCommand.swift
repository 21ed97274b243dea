// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneBench

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

struct RunsListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the runs, the latest first.")

  @OptionGroup var store: StoreOption
  @OptionGroup var output: JSONOption

  private struct Report: Encodable {
    struct Run: Encodable {
      let run: String
      let label: String
      let suite: String
      let model: String
      let strategies: [String]
      let seeds: [UInt64]
      let tasks: Int
      let created: Double
      let attempted: Int
      let asked: Int
      let available: Int
      let isComplete: Bool
    }
    let store: String
    let runs: [Run]
  }

  func run() async throws {
    let store = try store.open(.reading)
    let runs = try store.runs()
    if output.json {
      try Console.printJSON(
        Report(
          store: store.path,
          runs: runs.map {
            .init(
              run: $0.id, label: $0.label, suite: $0.configuration.suite,
              model: $0.configuration.model.name,
              strategies: $0.configuration.strategies.map(\.name), seeds: $0.configuration.seeds,
              tasks: $0.configuration.tasks.count, created: $0.createdAt.timeIntervalSince1970,
              attempted: $0.attempted, asked: $0.total, available: $0.available,
              isComplete: $0.isComplete)
          }))
      return
    }
    var table = TextTable([
      ("RUN", .left), ("LABEL", .left), ("MODEL", .left), ("STRATEGIES", .left), ("SEEDS", .right),
      ("ANSWERED", .right), ("IN DATA", .right), ("BEGUN", .left),
    ])
    for run in runs {
      table.append([
        run.id, run.label.visible(), run.configuration.model.name.visible(),
        run.configuration.strategies.map(\.name).joined(separator: " "),
        "\(run.configuration.seeds.count)", "\(run.attempted)/\(run.total)",
        "\(run.available)",
        String(run.createdAt.formatted(.iso8601).prefix(16)),
      ])
    }
    try Console.print(runs.isEmpty ? "no runs" : table.lines(width: 100).joined(separator: "\n"))
    Console.error("in \(store.path)")
  }
}

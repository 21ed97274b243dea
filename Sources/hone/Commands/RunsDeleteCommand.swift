// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneBench

struct RunsDeleteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Removes runs with all their answers.")

  @Argument(help: ArgumentHelp("Ids, their beginnings, or labels.", valueName: "run"))
  var runs: [String]

  @OptionGroup var store: StoreOption
  @OptionGroup var output: JSONOption

  private struct Report: Encodable { let deleted: [String] }

  func run() async throws {
    let store = try store.open(.writing)
    // All names first: a wrong one removes nothing.
    var found: [RunRecord] = []
    for name in runs {
      let run = try store.run(name)
      if !found.contains(run) { found.append(run) }
    }
    for run in found { try store.delete(run: run.id) }
    if output.json {
      try Console.printJSON(Report(deleted: found.map(\.id)))
    } else {
      for run in found { try Console.print("removed \(run.id), \(run.attempted) answers") }
    }
  }
}

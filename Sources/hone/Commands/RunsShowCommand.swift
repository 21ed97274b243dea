// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneBench

struct RunsShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows a run's figures, task by task.")

  @Argument(help: ArgumentHelp("An id, its beginning, a label, or latest."))
  var run: String

  @OptionGroup var store: StoreOption
  @OptionGroup var output: JSONOption

  func run() async throws {
    let store = try store.open(.reading)
    let summary = try RunSummary(try store.run(run), in: store)
    if output.json {
      try Console.printJSON(RunReport(summary))
    } else {
      for line in RunText(summary: summary, showsTasks: true).lines { try Console.print(line) }
    }
  }
}

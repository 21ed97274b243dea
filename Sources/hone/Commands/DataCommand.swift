// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

struct DataCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Checks training data; fetches and lists the data of suites.",
    subcommands: [DataCheckCommand.self, DataPullCommand.self, DataListCommand.self])
}

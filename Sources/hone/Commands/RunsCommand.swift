// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

struct RunsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "Lists, shows, joins and removes the runs that were kept.",
    subcommands: [
      RunsListCommand.self, RunsShowCommand.self, RunsDeleteCommand.self, RunsExportCommand.self,
      RunsMergeCommand.self,
    ])
}

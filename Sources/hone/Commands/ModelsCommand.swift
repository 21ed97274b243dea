// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

struct ModelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "Fetches, lists and examines models.",
    subcommands: [ModelsPullCommand.self, ModelsListCommand.self, ModelsInspectCommand.self])
}

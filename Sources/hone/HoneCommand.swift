// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// The command `hone`; each verb is a file in Commands/.
struct HoneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hone",
    abstract: "Runs and adapts small language models on a CPU.",
    version: "0.1.0",
    subcommands: [
      SolveCommand.self, GenerateCommand.self, ChatCommand.self, ScoreCommand.self,
      TokenizeCommand.self,
      ModelsCommand.self, BenchCommand.self, DoctorCommand.self,
    ])
}

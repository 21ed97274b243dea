// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// The command `hone`; each verb is a file in Commands/.
struct HoneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hone",
    abstract: "Runs and adapts small language models on a CPU.",
    version: "0.1.0",
    subcommands: [
      SolveCommand.self, LearnCommand.self, AugmentCommand.self, AdviseCommand.self,
      StudyCommand.self, TrainCommand.self, PlanCommand.self, GenerateCommand.self,
      ChatCommand.self,
      ScoreCommand.self, PerplexityCommand.self, TokenizeCommand.self, FuseCommand.self,
      ExportCommand.self, ModelsCommand.self, DataCommand.self, BenchCommand.self,
      RunsCommand.self, ReportCommand.self, DoctorCommand.self,
    ])
}

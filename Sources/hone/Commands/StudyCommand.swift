// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

struct StudyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "Compares ways of knowing: in context, fine-tuned, augmented.",
    subcommands: [
      StudyRunCommand.self, StudyReportCommand.self, StudyAugmentCommand.self,
      StudyDataCommand.self,
    ])
}

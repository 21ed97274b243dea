// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures models and strategies.",
    subcommands: [BenchRunCommand.self, BenchSpeedCommand.self, BenchAccuracyCommand.self])
}

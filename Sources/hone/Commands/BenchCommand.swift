// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures a model on this machine.",
    subcommands: [BenchSpeedCommand.self])
}

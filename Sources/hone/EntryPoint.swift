// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// Runs the command in a task that signals cancel, and ends the process with its exit code.
@main
enum EntryPoint {
  static func main() async {
    Console.reserveStreams()
    let task = Task { try await runCommand() }
    Interruption.install { task.cancel() }
    switch await task.result {
    case .success: ExitStatus.success.end()
    case .failure(let error): ExitStatus(error).end()
    }
  }

  private static func runCommand() async throws {
    var command = try HoneCommand.parseAsRoot()
    if var command = command as? any AsyncParsableCommand {
      try await command.run()
    } else {
      try command.run()
    }
  }
}

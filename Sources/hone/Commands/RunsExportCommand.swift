// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneBench
import HoneFormats

struct RunsExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes a run as JSON Lines.",
    discussion: """
      One object a line, its kind under "row": the run, its sessions, its cells (a strategy, a \
      seed, a task), its trainings, and every answer with its input.
      """)

  @Argument(help: ArgumentHelp("An id, its beginning, a label, or latest."))
  var run: String

  @Option(help: ArgumentHelp("Write to this file.", valueName: "file"))
  var out: String?

  @OptionGroup var store: StoreOption
  @OptionGroup var output: JSONOption

  private struct Report: Encodable {
    let run: String
    let file: String
    let rows: Int
  }

  func validate() throws {
    if output.json, out == nil {
      throw ValidationError("--json says what was written to --out; without it the rows are JSON")
    }
  }

  func run() async throws {
    let store = try store.open(.reading)
    let run = try store.run(run)
    let export = RunExport(run, in: store)
    guard let out else { return try export.write { try Console.print($0) } }
    let file = try AtomicFile(path: out)
    var rows = 0
    do {
      try export.write { line in
        rows += 1
        var text = line + "\n"
        try text.withUTF8 { try file.write(UnsafeRawBufferPointer($0)) }
      }
      try file.commit()
    } catch {
      file.abandon()
      throw error
    }
    if output.json {
      try Console.printJSON(Report(run: run.id, file: out, rows: rows))
    } else {
      try Console.print("\(run.id): \(rows) rows in \(out)")
    }
  }
}

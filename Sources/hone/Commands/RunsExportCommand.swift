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

  @Flag(help: "Write the attempts of a run of arc as a submission.")
  var submission = false

  @Option(help: ArgumentHelp("Which of its strategies (submission).", valueName: "name"))
  var strategy: String?

  @OptionGroup var store: StoreOption
  @OptionGroup var output: JSONOption

  private struct Report: Encodable {
    let run: String
    let file: String
    let rows: Int
  }

  func validate() throws {
    if submission, out == nil {
      throw ValidationError("--submission is a file: name it with --out")
    }
    if strategy != nil, !submission {
      throw ValidationError("--strategy is for --submission; the rows have all of them")
    }
    if output.json, out == nil {
      throw ValidationError("--json says what was written to --out; without it the rows are JSON")
    }
  }

  func run() async throws {
    let store = try store.open(.reading)
    let run = try store.run(run)
    if submission, let out { return try writeSubmission(run, in: store, to: out) }
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

  private func writeSubmission(_ run: RunRecord, in store: RunStore, to out: String) throws {
    let submission = try RunSubmission(run, in: store, strategy: strategy)
    try submission.submission.write(to: out)
    if output.json {
      try Console.printJSON(Report(run: run.id, file: out, rows: submission.puzzleCount))
    } else {
      try Console.print(
        "\(run.id), \(submission.strategy): \(submission.puzzleCount) puzzles in \(out)")
    }
  }
}

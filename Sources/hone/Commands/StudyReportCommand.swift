// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneBench

struct StudyReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes the figures of studies as Markdown.",
    usage: "hone study report <run> … [--note <file>]")

  @Argument(help: ArgumentHelp("Ids, their beginnings, labels, or latest.", valueName: "run"))
  var runs: [String]

  @Option(help: ArgumentHelp("Put this file's text into the report.", valueName: "file"))
  var note: String?

  @OptionGroup var store: StoreOption

  func run() async throws {
    let note = try note.map(TextFile.read)
    let store = try store.open(.reading)
    let figures = try runs.map { try StudyFigures(try store.run($0), in: store) }
    try Console.write(StudyReport(figures, note: note).text)
  }
}

// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneBench
import HoneFormats

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Shows runs side by side: figures, comparisons, answers.",
    usage: """
      hone report <run> … [--html <file> | --markdown | --csv]
      hone report <run> … --calibration <file>
      """,
    discussion: """
      Without an option it prints Markdown. Several runs of a suite stand side by side, each compared \
      with the first.
      """)

  @Argument(help: ArgumentHelp("Ids, their beginnings, labels, or latest.", valueName: "run"))
  var runs: [String]

  @Option(help: ArgumentHelp("Write one HTML page with every answer.", valueName: "file"))
  var html: String?

  @Flag(help: "Print Markdown.")
  var markdown = false

  @Flag(help: "Print a row for each strategy, seed and task.")
  var csv = false

  @Option(
    help: ArgumentHelp(
      "Draw, as SVG, what auto expected of each strategy against what came of it.",
      valueName: "file"))
  var calibration: String?

  @Option(help: ArgumentHelp("Put this file's text into the report.", valueName: "file"))
  var note: String?

  @OptionGroup var store: StoreOption

  func validate() throws {
    if [html != nil, markdown, csv, calibration != nil].count(where: { $0 }) > 1 {
      throw ValidationError("--html, --markdown, --csv and --calibration exclude each other")
    }
    if csv, note != nil { throw ValidationError("--note has no place in --csv") }
    if calibration != nil, note != nil {
      throw ValidationError("--note has no place in --calibration")
    }
    if html == "" { throw ValidationError("--html is empty: name a file") }
    if calibration == "" { throw ValidationError("--calibration is empty: name a file") }
  }

  func run() async throws {
    let note = try note.map(TextFile.read)
    let store = try store.open(.reading)
    let records = try runs.map(store.run)
    let report = try EvidenceReport(records, in: store, note: note)
    if csv { return try Console.write(CSVReport(report).text) }
    if let calibration { return try write(try CalibrationReport(report).text(), to: calibration) }
    if let html { return try write(try HTMLReport(report).text(), to: html) }
    try Console.write(MarkdownReport(report).text)
  }

  private func write(_ text: String, to file: String) throws {
    try AtomicFile.write(text.utf8, to: file)
    Console.error("\(file): \(Quantities.bytes(text.utf8.count))")
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel

/// Reads one file of training data, a row at a time.
package struct DataFileReader {
  private let encoder: SampleEncoder
  private let rows: JSONRowReader
  private let scope: LossScope
  private var report: DataReport
  /// Rows read before one told the form.
  private var waiting: [JSONRowReader.Row] = []

  /// Reads a file to its end and keeps its samples.
  ///
  /// - Parameters:
  ///   - form: What the rows look like; nil to see it from the first.
  ///   - onProgress: Receives the part of the file that is read, 0 … 1.
  /// - Returns: The usable rows as samples, and what was found.
  /// - Throws: ``FormatError`` if the file cannot be read or its form not be told;
  ///   ``TrainingError`` if its form does not go with the encoder's settings;
  ///   `CancellationError`.
  package static func read(
    path: String, encoder: SampleEncoder, form: DataForm? = nil, maxRowBytes: Int = 64 << 20,
    onProgress: (Double) -> Void = { _ in }
  ) throws -> (samples: SampleSet, report: DataReport) {
    var samples = SampleSet()
    let report = try scan(
      path: path, encoder: encoder, form: form, maxRowBytes: maxRowBytes, onProgress: onProgress
    ) { line, outcome in
      if case .sample(let sample, _, _) = outcome { samples.append(sample, line: line) }
    }
    return (samples, report)
  }

  /// Reads a file to its end and keeps nothing: `onRow` receives the line and the tokens of each
  /// row that is neither bad nor empty.
  package static func scan(
    path: String, encoder: SampleEncoder, form: DataForm? = nil, maxRowBytes: Int = 64 << 20,
    onProgress: (Double) -> Void = { _ in }, onRow: (Int, SampleEncoder.Outcome) -> Void
  ) throws -> DataReport {
    var reader = try DataFileReader(
      path: path, encoder: encoder, form: form, maxRowBytes: maxRowBytes)
    for row in reader.waiting { reader.add(row, onRow) }
    reader.waiting = []
    while let row = try reader.rows.next() {
      try Task.checkCancellation()
      reader.add(row, onRow)
      onProgress(reader.rows.fraction)
    }
    reader.report.blankLines = reader.rows.blankLines
    return reader.report
  }

  private init(path: String, encoder: SampleEncoder, form: DataForm?, maxRowBytes: Int) throws {
    self.encoder = encoder
    rows = try JSONRowReader(path: path, maxRowBytes: maxRowBytes)
    var recognized = form
    while recognized == nil, let row = try rows.next() {
      try Task.checkCancellation()
      waiting.append(row)
      guard case .value(.object(let object)) = row.content else {
        if waiting.count < 1000 { continue }
        break
      }
      guard let form = DataForm(recognizing: object) else {
        throw Self.unrecognized(object, path: path, line: row.line)
      }
      recognized = form
    }
    guard let recognized else { throw Self.noRows(waiting, path: path) }
    scope = try encoder.lossScope(for: recognized)
    report = DataReport(path: path, form: recognized, lossScope: scope)
  }

  private mutating func add(
    _ row: JSONRowReader.Row, _ onRow: (Int, SampleEncoder.Outcome) -> Void
  ) {
    report.rows += 1
    switch row.content {
    case .problem(let message): report.addProblem(line: row.line, message)
    case .value(let value):
      let (outcome, unknownKeys) = RowReader.read(value, form: report.form)
      report.addUnknown(unknownKeys, line: row.line)
      switch outcome {
      case .problems(let problems):
        report.addProblem(line: row.line, problems.joined(separator: "; "))
      case .empty: report.emptyRows.add(row.line)
      case .row(let content): add(content, line: row.line, onRow)
      }
    }
  }

  private mutating func add(
    _ row: TrainingRow, line: Int, _ onRow: (Int, SampleEncoder.Outcome) -> Void
  ) {
    do {
      let outcome = try encoder.encode(row, lossScope: scope)
      onRow(line, outcome)
      switch outcome {
      case .sample(let sample, let fullLength, let isOpenEnded):
        report.samples += 1
        report.tokens += sample.ids.count
        report.targetTokens += sample.targetCount
        if fullLength > sample.ids.count { report.truncatedRows.add(line) }
        if isOpenEnded { report.openEndedRows.add(line) }
      case .tooLong: report.droppedRows.add(line)
      case .withoutTarget(let fullLength):
        if fullLength > encoder.configuration.maxSeqLength { report.truncatedRows.add(line) }
        report.rowsWithoutTarget.add(line)
      }
    } catch {
      report.addProblem(line: line, "\(error)")
    }
  }

  private static func unrecognized(_ row: JSONObject, path: String, line: Int) -> FormatError {
    let keys = row.keys.prefix(10).map(quoted).joined(separator: ", ")
    let found = row.keys.isEmpty ? "an object without keys" : "the keys \(keys)"
    let hint =
      row["chosen"] != nil && row["rejected"] != nil
      ? "; pairs of preferences are not read" : "; rename the keys or convert the file"
    return FormatError(
      .malformed, file: path, "line \(line): \(found), \(DataForm.expectation)\(hint)")
  }

  private static func noRows(_ rows: [JSONRowReader.Row], path: String) -> FormatError {
    let expectation = "expected one JSON object on each line, or one array of them"
    if rows.isEmpty { return FormatError(.malformed, file: path, "holds no rows, \(expectation)") }
    let problems = rows.prefix(10).map { row in
      switch row.content {
      case .problem(let message): "line \(row.line): \(message)"
      case .value(let value): "line \(row.line): \(value.typeName), expected an object"
      }
    }
    let more = rows.count - problems.count
    return FormatError(
      .malformed, file: path,
      (["none of its rows can be used, \(expectation)"] + problems
        + (more > 0 ? ["… and \(more) more"] : [])).joined(separator: "\n  "))
  }
}

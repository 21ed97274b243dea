// SPDX-License-Identifier: Apache-2.0

extension MarkdownReport {
  /// What `auto` chose, what it might have reached at best, what it cost, and whether it knew.
  func choices(_ run: EvidenceReport.Run) -> [String] {
    guard let summary = run.choices else { return [] }
    let title = report.runs.count == 1 ? "" : ": " + Self.escaped(run.tag)
    var tables = ChoiceTable.choices(summary)
    if let predictions = ChoiceTable.predictions(summary) { tables.append(predictions) }
    return ["## Choices\(title)", ""]
      + tables.flatMap { table in
        Self.table(table.header, table.rows.map(\.cells)) + ["", table.words, ""]
      }
  }
}

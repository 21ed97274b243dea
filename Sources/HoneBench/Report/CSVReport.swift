// SPDX-License-Identifier: Apache-2.0

/// A report as comma-separated values (RFC 4180, with line feeds): a row for each strategy, seed
/// and task of each run, answered or not.
///
/// A training that tasks share stands in the row of each of them, with their number under
/// `training_tasks`. A text that a spreadsheet would take for a formula is led by an apostrophe.
package struct CSVReport {
  private let report: EvidenceReport

  package init(_ report: EvidenceReport) { self.report = report }

  private static let header = [
    "run", "label", "suite", "suite_version", "model", "strategy", "seed", "task", "accuracy",
    "item_standard_error", "score", "attempted", "asked", "available", "no_answer", "prefix_tokens",
    "prefix_seconds",
    "answer_tokens", "answer_seconds", "training_tokens", "training_seconds", "training_tasks",
  ]

  /// The whole file.
  package var text: String {
    var text = Self.header.joined(separator: ",") + "\n"
    for column in report.columns {
      let series = column.series
      let run = series.run
      for cell in series.cells {
        let accuracy = series.accuracy(task: cell.key.task, seed: cell.key.seed)
        let training = series.trainings.first {
          $0.seed == cell.key.seed && ($0.task ?? cell.key.task) == cell.key.task
        }
        let fields: [String] = [
          Self.field(run.id), Self.field(run.label), Self.field(run.configuration.suite),
          "\(run.configuration.suiteVersion)", Self.field(run.configuration.model.name),
          Self.field(cell.key.strategy), "\(cell.key.seed)", Self.field(cell.key.task),
          Self.number(accuracy.value), Self.number(accuracy.itemStandardError),
          Self.number(accuracy.score), "\(accuracy.attempted)", "\(accuracy.total)",
          "\(accuracy.available)", "\(accuracy.unread)",
          cell.prefix.map { "\($0.tokens)" } ?? "", Self.number(cell.prefix?.seconds),
          "\(cell.answering.tokens)", Self.number(cell.answering.seconds),
          training.map { "\($0.cost.tokens)" } ?? "", Self.number(training?.cost.seconds),
          training.map { $0.task == nil ? "\(series.tasks.count)" : "1" } ?? "",
        ]
        text += fields.joined(separator: ",") + "\n"
      }
    }
    return text
  }

  private static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  private static func field(_ text: String) -> String {
    // Scalars, not characters: a comma with an accent on it is still a comma to readers of CSV.
    let scalars = text.unicodeScalars
    let isFormula = scalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false
    let guarded = isFormula ? "'" + text : text
    guard scalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) }) else {
      return guarded
    }
    var quoted = "\""
    for scalar in guarded.unicodeScalars {
      if scalar == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}

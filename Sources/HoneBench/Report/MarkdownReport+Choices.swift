// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation

extension MarkdownReport {
  /// What `auto` chose, what it might have reached at best, and whether it knew.
  func choices(_ run: EvidenceReport.Run) -> [String] {
    guard let summary = run.choices else { return [] }
    let title = report.runs.count == 1 ? "" : ": " + Self.escaped(run.tag)
    let total = summary.choices.values.reduce(0, +)
    var lines = ["## Choices\(title)", ""]
    lines += Self.table(
      ["chosen", "of \(total)"],
      CandidateStrategy.allCases.map { [$0.rawValue, "\(summary.choices[$0] ?? 0)"] })
    lines += ["", "A choice is made for each task and seed." + hopelessWords(summary), ""]
    if let hindsight = summary.hindsight {
      lines += [
        "The best choice of one of these for each task, made knowing all answers: "
          + "\(ReportNumber.percent(hindsight)) % (the best of figures with errors is too good to be "
          + "true).", "",
      ]
    }
    guard let error = summary.calibrationError else { return lines }
    lines += Self.table(
      ["predictions", "expected, %", "actual, %"],
      summary.bins.map {
        [
          "\($0.count)", ReportNumber.percent($0.expected), ReportNumber.percent($0.actual),
        ]
      })
    lines += [
      "",
      "Accuracies that were expected before any query was answered, in tenths of their range, and what "
        + "came of them: calibration error \(ReportNumber.fixed(error, 3)) over "
        + "\(summary.predictions.count) predictions.", "",
    ]
    return lines
  }

  private func hopelessWords(_ summary: ChoiceSummary) -> String {
    guard summary.hopeless.count > 0 else { return "" }
    return " Called hopeless: \(summary.hopeless.count), of whose answers "
      + "\(ReportNumber.percent(summary.hopeless.accuracy)) % were right."
  }
}

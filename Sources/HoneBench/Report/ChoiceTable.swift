// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation

/// A part of ``ChoiceSummary`` as the cells of a table, and what is to be said of them.
struct ChoiceTable {
  struct Row { let cells: [String] }

  let title: String
  let header: [String]
  let rows: [Row]
  /// Plain sentences.
  let words: String

  private init(_ title: String, _ header: [String], _ rows: [[String]], words: [String]) {
    self.title = title
    self.header = header
    self.rows = rows.map(Row.init)
    self.words = words.joined(separator: " ")
  }

  /// What was chosen, what the best choices would have been, and what choosing was worth; what the run
  /// does not tell is left out.
  static func choices(_ summary: ChoiceSummary) -> [ChoiceTable] {
    [chosen(summary), outcomes(summary), hindsight(summary), contrasts(summary)].compactMap { $0 }
  }

  private static func chosen(_ summary: ChoiceSummary) -> ChoiceTable {
    let total = summary.choices.values.reduce(0, +)
    var words = ["A choice is made for each task and seed."]
    if summary.hopeless.count > 0 {
      words.append(
        "Called hopeless: \(summary.hopeless.count), of whose answers "
          + "\(ReportNumber.percent(summary.hopeless.accuracy)) % were right.")
    }
    return ChoiceTable(
      "What auto chose", ["chosen", "of \(total)"],
      summary.candidates.map { [$0.rawValue, "\(summary.choices[$0] ?? 0)"] },
      words: words)
  }

  private static func outcomes(_ summary: ChoiceSummary) -> ChoiceTable? {
    guard let strategies = summary.outcomes.first?.accuracies.map(\.strategy) else { return nil }
    return ChoiceTable(
      "Where each was chosen",
      ["accuracy, %"] + summary.outcomes.map { "\($0.choice.rawValue) chosen (\($0.count))" },
      strategies.enumerated().map { index, strategy in
        [strategy]
          + summary.outcomes.map { ReportNumber.percent($0.accuracies[index].value) }
      },
      words: [
        "What every strategy got on the tasks and seeds for which auto chose one; their mean."
      ])
  }

  private static func hindsight(_ summary: ChoiceSummary) -> ChoiceTable? {
    guard let hindsight = summary.hindsight else { return nil }
    func row(_ name: String, _ value: Double) -> [String] {
      [
        name, ReportNumber.percent(value),
        ReportNumber.signed(summary.accuracy.map { $0 - value }),
      ]
    }
    var rows = [["auto", ReportNumber.percent(summary.accuracy), ""]]
    var words: [String] = []
    if let crossFitted = summary.crossFittedHindsight {
      rows.append(row("best of each task, cross-fitted", crossFitted))
      words.append(
        "Cross-fitted: the best strategy of each task is picked on one half of its items and scored "
          + "on the other, both ways, so that luck in the picking is not counted; half of them pick "
          + "less surely than all, so it is rather too low.")
    }
    rows.append(row("best of each task, same answers", hindsight))
    words.append(
      "Same answers: it is picked by the very answers that it is scored on, which is too good to be "
        + "true.")
    return ChoiceTable(
      "In hindsight", ["strategy", "accuracy, %", "auto − it, points"], rows, words: words)
  }

  private static func contrasts(_ summary: ChoiceSummary) -> ChoiceTable? {
    guard !summary.contrasts.isEmpty else { return nil }
    func ratio(_ value: Double?) -> String {
      value.map { ReportNumber.fixed($0, 2) } ?? ReportNumber.missing
    }
    var words = [
      "Accuracy is the mean over tasks; seconds and tokens are those of training, demonstrations "
        + "and answers, and of auto's judgement. Work is tokens, those trained on at what they "
        + "take against those read, which does not depend on what else the machine did."
    ]
    if let overhead = summary.overhead {
      words.append(
        "Where prompting with the demonstrations was chosen (\(overhead.count) of "
          + "\(summary.choices.values.reduce(0, +))), auto took \(ratio(overhead.median)) times the "
          + "seconds of icl, the median of \(ratio(overhead.least)) to \(ratio(overhead.most)).")
    }
    return ChoiceTable(
      "Against each strategy",
      [
        "strategy", "auto's accuracy − its, points", "auto's seconds / its",
        "auto's tokens / its", "auto's work / its",
      ],
      summary.contrasts.map {
        [
          $0.strategy, ReportNumber.signed($0.gain), ratio($0.seconds), ratio($0.tokens),
          ratio($0.work),
        ]
      },
      words: words)
  }

  /// What was expected and what came of it; nil where nothing can be checked.
  static func predictions(_ summary: ChoiceSummary) -> ChoiceTable? {
    guard let error = summary.calibrationError else { return nil }
    let count = summary.predictions.count
    return ChoiceTable(
      "Expected and actual accuracy", ["predictions", "expected, %", "actual, %", "±"],
      summary.bins.map {
        [
          "\($0.count)", ReportNumber.percent($0.expected), ReportNumber.percent($0.actual),
          ReportNumber.percent($0.standardError),
        ]
      },
      words: [
        "Accuracies that were expected before any query was answered, in tenths of their range, and "
          + "what came of them, ± one standard error: calibration error "
          + "\(ReportNumber.fixed(error, 3)) over \(count) "
          + (count == 1 ? "prediction." : "predictions.")
      ])
  }
}

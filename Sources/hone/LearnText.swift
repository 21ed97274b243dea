// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge

/// What came of learning documents, for people.
struct LearnText {
  let report: LearnReport
  let folder: String

  var lines: [String] {
    let dropped = report.statementsDropped.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    var lines = [
      "\(report.documents) documents, \(report.sentences) sentences, "
        + "\(Quantities.count(report.corpusTokens)) tokens",
      "\(report.statementsKept) statements kept of \(report.statementsWritten)"
        + (dropped.isEmpty ? "" : " (dropped: \(dropped))"),
    ]
    if report.shownDocuments < report.documents {
      lines.append(
        "in context: only \(report.shownDocuments) documents fit, drawn by the seed")
    }
    lines.append("")
    if report.questions == 0 {
      lines.append("no questions, so nothing is compared")
    } else {
      lines.append(
        "\(report.questions) questions, four options each; % right ± standard error over facts")
      lines += table.lines()
      lines += coverage
    }
    let total = report.seconds.values.reduce(0, +)
    lines += [
      "",
      "\(Quantities.fixed(total, 0)) s in all; the adapter: \(report.adapter)",
      "what is cheaper for you: hone advise --docs … --learned \(folder) --queries-per-month N",
    ]
    return lines
  }

  /// How much of the gain is of questions that the model asked itself.
  private var coverage: [String] {
    let lines = report.coverage.filter { $0.stated > 0 && $0.split != "forward" }.map { split in
      "  \(split.split): \(split.stated), of which \(split.statedCorrect) right; "
        + "of the other \(split.others), \(split.othersCorrect)"
    }
    if lines.isEmpty { return [] }
    return [
      "", "Questions that the model asked and answered itself, word for word, in its statements:",
    ] + lines
  }

  private var table: TextTable {
    let splits = QuestionBuilder.splits.filter { report.figure(.pretrained, $0) != nil } + ["all"]
    var table = TextTable(
      [("ARM", .left)] + splits.map { (heading: $0.uppercased(), alignment: .right) })
    table.append(["chance"] + splits.map { _ in "25.0" })
    for arm in Learning.arms {
      table.append(
        [arm.title]
          + splits.map { split in
            let figure = report.figure(arm, split)
            return Quantities.accuracy(figure?.accuracy, figure?.standardError)
          })
    }
    table.append(
      ["questions"]
        + splits.map { split in "\(report.figure(.pretrained, split)?.total ?? 0)" })
    return table
  }
}

extension StudyArm {
  /// As a label for those who do not know the arms' names.
  fileprivate var title: String {
    switch self {
    case .pretrained: "as it is"
    case .inContext: "in context"
    case .fineTuned: "fine-tuned"
    case .augmented: "augmented"
    default: rawValue
    }
  }
}

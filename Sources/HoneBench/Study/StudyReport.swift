// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge

/// Studies as one Markdown document.
package struct StudyReport {
  private let studies: [StudyFigures]
  private let note: String?

  /// - Parameter note: Stands behind the title.
  package init(_ studies: [StudyFigures], note: String?) {
    self.studies = studies
    self.note = note
  }

  package var text: String {
    var lines = ["# Ways of knowing, compared", ""]
    if let note { lines += [note.trimmedEnd, ""] }
    for study in studies { lines += section(study) }
    lines += ["## How these figures come about", ""]
    lines += setup
    return lines.joined(separator: "\n") + "\n"
  }

  private func section(_ study: StudyFigures) -> [String] {
    let world = study.suite.worlds.sorted { $0.key < $1.key }.first?.value
    var lines = [
      "## " + study.suite.data.rawValue, "",
      "Size \(study.size.rawValue): \(world?.documents.count ?? 0) documents, "
        + "\(world?.oracle.count ?? 0) oracle statements; \(study.run.configuration.seeds.count) "
        + "seeds, each a world of its own. Accuracy in %, ± the standard error over facts.", "",
    ]
    if let incompleteness = study.run.incompleteness { lines += [incompleteness, ""] }
    lines += table(
      ["arm"] + study.splits + ["seconds"],
      [["*chance*"] + study.splits.map { Self.percent(study.chance($0)) } + [""]]
        + study.arms.map { arm in
          let figures = study.splits.map { study.figure(arm, $0) }
          return [arm] + figures.map(Self.cell)
            + [ReportNumber.whole(Int(figures.reduce(0) { $0 + $1.seconds }.rounded()))]
        })
    lines += ["", "Other ways of comparing the options:", ""]
    lines += table(
      ["arm"] + study.splits.flatMap { ["\($0), per token", "\($0), PMI"] },
      study.arms.map { arm in
        [arm]
          + study.splits.flatMap { split in
            [ChoiceScorer.perToken, .pmi].map {
              Self.percent(study.figure(arm, split, $0).accuracy)
            }
          }
      })
    let covered = coverage(study)
    if !covered.isEmpty {
      lines += [
        "",
        "Questions that a training text answered (a statement of it, in any wording), and the "
          + "others:", "",
      ]
      lines += table(["arm", "split", "answered in training", "n", "not", "n"], covered)
    }
    for split in study.splits where !study.groups(of: split).isEmpty {
      let groups = study.groups(of: split)
      lines += ["", "Kinds of `\(split)`:", ""]
      lines += table(
        ["arm"] + groups,
        study.arms.map { arm in
          [arm] + groups.map { Self.cell(study.figure(arm, split, group: $0)) }
        })
    }
    return lines + [""]
  }

  private func coverage(_ study: StudyFigures) -> [[String]] {
    study.arms.flatMap { arm in
      study.splits.compactMap { split in
        let covered = study.figure(arm, split, isCovered: true)
        let rest = study.figure(arm, split, isCovered: false)
        guard covered.total > 0, rest.total > 0 else { return nil }
        return [
          arm, split, Self.cell(covered), "\(covered.total)", Self.cell(rest), "\(rest.total)",
        ]
      }
    }
  }

  /// What others need to check or repeat it.
  private var setup: [String] {
    var lines: [String] = []
    for study in studies {
      let setup = RunSetup(
        run: EvidenceReport.Run(
          record: study.run, tag: "", sessions: study.sessions, items: [:], cells: [], rules: nil,
          choices: nil))
      lines += ["### \(study.suite.data.rawValue)", "", "```sh", setup.command, "```", ""]
      let hidden: Set<String> = ["items", "demonstrations"]
      lines += table(
        ["", ""], setup.rows.filter { !hidden.contains($0.name) }.map { [$0.name, $0.value] })
      let trained = study.arms.compactMap { arm -> [String]? in
        let trainings = study.trainings.filter { $0.strategy == arm }
        guard !trainings.isEmpty else { return nil }
        let count = Double(trainings.count)
        let losses = trainings.compactMap { $0.losses.last }
        return [
          arm, ReportNumber.whole(trainings.reduce(0) { $0 + $1.losses.count } / trainings.count),
          ReportNumber.whole(trainings.reduce(0) { $0 + $1.cost.tokens } / trainings.count),
          ReportNumber.whole(
            Int((trainings.reduce(0) { $0 + $1.cost.seconds } / count).rounded())),
          ReportNumber.fixed(losses.reduce(0, +) / max(1, Double(losses.count)), 3),
        ]
      }
      if !trained.isEmpty {
        lines += ["", "Of one training (mean over seeds):", ""]
        lines += table(["arm", "steps", "tokens", "seconds", "last loss"], trained)
      }
      lines.append("")
    }
    return lines
  }

  private func table(_ header: [String], _ rows: [[String]]) -> [String] {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    return [line(header), line(header.map { _ in "---" })] + rows.map(line)
  }

  private static func cell(_ figure: StudyFigure) -> String {
    guard figure.accuracy != nil else { return ReportNumber.missing }
    let error = figure.standardError.map { " ± " + ReportNumber.fixed(100 * $0, 1) } ?? ""
    return percent(figure.accuracy) + error
  }

  private static func percent(_ value: Double?) -> String {
    value.map { ReportNumber.fixed(100 * $0, 1) } ?? ReportNumber.missing
  }
}

extension String {
  /// Without line ends at its end.
  fileprivate var trimmedEnd: String {
    String(reversed().drop { $0.isNewline || $0 == " " }.reversed())
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneBench
import HoneKnowledge

/// A study in figures, for people.
struct StudyText {
  let figures: StudyFigures

  var lines: [String] {
    let run = figures.run
    var lines = [
      "\(run.id): \(run.configuration.model.name.visible())",
      "\(figures.suite.data.rawValue), \(figures.size.rawValue), seeds "
        + run.configuration.seeds.map { "\($0)" }.joined(separator: " ")
        + "; accuracy in %, ± standard error over facts",
    ]
    if let incompleteness = run.incompleteness { lines += incompleteness.wrapped() }
    lines.append("")
    lines += table.lines()
    let covered = coverage
    if !covered.isEmpty { lines += [""] + covered }
    return lines
  }

  private var table: TextTable {
    var table = TextTable(
      [("ARM", .left)] + figures.splits.map { (heading: $0.uppercased(), alignment: .right) }
        + [(heading: "SECONDS", alignment: .right)])
    table.append(["chance"] + figures.splits.map { Quantities.fixed(100 * figures.chance($0), 1) })
    for arm in figures.arms {
      let splits = figures.splits.map { figures.figure(arm, $0) }
      table.append(
        [arm] + splits.map(Self.text)
          + [Quantities.fixed(splits.reduce(0) { $0 + $1.seconds }, 0)])
    }
    return table
  }

  static func text(_ figure: StudyFigure) -> String {
    Quantities.accuracy(figure.accuracy, figure.standardError)
  }

  /// Where some but not all of an arm's questions were given away in training.
  private var coverage: [String] {
    figures.arms.flatMap { arm in
      figures.splits.compactMap { split in
        let (covered, rest) = (
          figures.figure(arm, split, isCovered: true), figures.figure(arm, split, isCovered: false)
        )
        guard covered.total > 0, rest.total > 0 else { return nil }
        return "\(arm), \(split): \(covered.total) questions answered by a training text "
          + "\(Self.text(covered)), the other \(rest.total) \(Self.text(rest))"
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge

/// An advice, for people.
struct AdviceText {
  let advice: Advice
  let check: BreakEvenCheck?

  var lines: [String] {
    var lines = "Use \(advice.recommendation.title). \(advice.reason)".wrapped()
    for warning in advice.warnings { lines += "Note: \(warning)".wrapped() }
    lines.append("")
    lines += table.lines()
    lines.append("")
    let capabilities = Console.outputCapabilities
    lines += CostPlot(advice).lines(
      width: min(80, capabilities.width), isUnicode: capabilities.isUnicode,
      hasColor: capabilities.hasColor)
    lines.append("")
    for breakEven in advice.breakEvens {
      guard let queries = breakEven.queries else { continue }
      let count = Quantities.count(Int(queries.rounded(.up)))
      let (above, below) = (breakEven.cheaperAbove.title, breakEven.cheaperBelow.title)
      lines += "From \(count) queries on, \(above) costs less than \(below).".wrapped()
    }
    if let check { lines += [""] + checkLines(check) }
    lines += ["", "What this rests on:"]
    lines += assumptions.lines()
    return lines
  }

  private var table: TextTable {
    var table = TextTable([
      ("WAY", .left), ("UPFRONT S", .right), ("S A QUERY", .right), ("TOTAL H", .right),
      ("RIGHT %", .right),
    ])
    for entry in advice.entries {
      table.append([
        entry.way.title, Quantities.fixed(entry.cost.upfrontSeconds, 1),
        Quantities.fixed(entry.cost.secondsPerQuery, 3),
        Quantities.fixed(entry.seconds / 3600, 2),
        Quantities.accuracy(entry.accuracy?.accuracy, entry.accuracy?.standardError),
      ])
    }
    return table
  }

  private var assumptions: TextTable {
    var table = TextTable([
      ("WHAT", .left), ("VALUE", .right), ("UNIT", .left), ("FROM", .left),
    ])
    for assumption in advice.assumptions {
      let value = assumption.value
      let digits = value == value.rounded() ? 0 : value < 0.01 ? 6 : value < 1 ? 4 : 1
      table.append([
        assumption.name, Quantities.fixed(value, digits), assumption.unit,
        assumption.source.rawValue,
      ])
    }
    return table
  }

  private func checkLines(_ check: BreakEvenCheck) -> [String] {
    var lines = [
      "Checked with \(check.queries) queries on each side:",
      "  in context \(Quantities.fixed(check.inContextSeconds, 1)) s; augmented "
        + "\(Quantities.fixed(check.upfrontSeconds, 1)) s upfront and "
        + "\(Quantities.fixed(check.augmentedQuerySeconds, 1)) s",
    ]
    if let measured = check.measuredQueries, let deviation = check.deviation {
      lines.append(
        "  break-even measured at \(Quantities.fixed(measured, 1)) queries, predicted "
          + "\(Quantities.fixed(check.predictedQueries, 1)): "
          + "\(Quantities.fixed(100 * deviation, 1)) % off")
    } else {
      lines.append("  the measured costs never cross")
    }
    return lines
  }
}

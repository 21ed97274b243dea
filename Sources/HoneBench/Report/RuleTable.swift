// SPDX-License-Identifier: Apache-2.0

/// ``RuleScores`` as the cells of a table.
struct RuleTable {
  let header: [String]
  let rows: [[String]]
  let expectedCosts: [(strategy: String, nats: String)]

  init(_ scores: RuleScores) {
    let hasSeeds = Set(scores.rows.map(\.seed)).count > 1
    header =
      ["strategy"] + (hasSeeds ? ["seed"] : []) + [
        "rule", "solved, 1 attempt", "solved, 2 attempts", "credit, 2 attempts", "attempted",
        "candidates", "scored inputs",
      ]
    rows = scores.rows.map { row in
      [row.strategy] + (hasSeeds ? ["\(row.seed)"] : []) + [
        row.rule.name, "\(row.first.solvedTasks)", "\(row.second.solvedTasks)",
        ReportNumber.fixed(row.second.credit, 1),
        "\(row.second.attemptedTasks) of \(row.second.taskCount)",
        ReportNumber.fixed(row.candidates, 1),
        "\(row.applicable) of \(row.second.attemptedQueries)",
      ]
    }
    var strategies: [String] = []
    for row in scores.rows where !strategies.contains(row.strategy) {
      strategies.append(row.strategy)
    }
    expectedCosts = strategies.compactMap { name in
      scores.expectedCosts[name].map { (name, ReportNumber.fixed($0, 1)) }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneModel
import HoneTensor

/// What `hone solve` prints for people when the task is an ARC puzzle.
struct ARCSolveText {
  /// As it was given.
  let model: String
  /// How its weights are stored, and how it was run; nil where no model was asked.
  let weightFormat: String?
  let compute: ComputeMode?
  let puzzle: ARCTask
  /// What came of the puzzle by each strategy.
  let entries: [(strategy: String, solution: ARCSolution)]

  /// - Parameter drawing: As standard output shows grids, by default.
  func lines(_ drawing: GridDrawing = GridDrawing()) -> [String] {
    let demonstrations = puzzle.demonstrations.enumerated().map { index, pair in
      [
        GridDrawing.Panel([Self.caption("input \(index + 1)", pair.input)], pair.input),
        GridDrawing.Panel(
          [Self.caption("output \(index + 1)", pair.output)], pair.output, followsArrow: true),
      ]
    }
    let answers = entries.map { entry in
      zip(puzzle.queries.indices, entry.solution.queries).map { panels(entry.solution, $0.0) }
    }
    let size = drawing.cellSize(for: demonstrations + answers.flatMap { $0 })
    var lines = header
    for panels in demonstrations { lines += [""] + drawing.lines(panels, size) }
    for (entry, rows) in zip(entries, answers) {
      lines += ["", Self.title(entry.strategy)]
      if let training = entry.solution.training { lines.append(Self.trained(training)) }
      for (index, panels) in rows.enumerated() {
        lines += [""] + drawing.lines(panels, size)
        lines += Self.programs(entry.solution.attempts[index])
        lines.append(Self.found(entry.solution, index))
      }
    }
    if entries.count > 1 { lines += [""] + comparison.lines() }
    return lines
  }

  private var header: [String] {
    var lines = [
      "\(puzzle.id.visible()): \(Self.count(puzzle.demonstrations.count, "demonstration")), "
        + Self.count(puzzle.queries.count, "test input")
    ]
    if let weightFormat, let compute {
      let name = model.visible().shortened(to: 40)
      lines.append("model: \(name) (\(weightFormat)), computed in \(compute.rawValue)")
    }
    return lines.map { $0.shortened(to: 80) }
  }

  // MARK: A test input

  /// The input and the attempts; the right output, too, where no attempt is right.
  private func panels(_ solution: ARCSolution, _ index: Int) -> [GridDrawing.Panel] {
    let query = solution.queries[index]
    let input = puzzle.queries[index].input
    let right = puzzle.queries[index].output
    let rule = solution.recipe.inference.rule
    let attempts = solution.attempts[index].prefix(ARCTask.maxAttempts)
    var panels = [GridDrawing.Panel([Self.caption("test input \(index + 1)", input)], input)]
    for (place, attempt) in attempts.enumerated() {
      let mark = right.map { $0 == attempt.grid ? " ✓" : " ✗" } ?? ""
      panels.append(
        GridDrawing.Panel(
          [
            Self.caption("attempt \(place + 1)", attempt.grid) + mark,
            Self.words(
              attempt, AttemptConfidence(attempt, by: rule, among: query.candidates)),
          ], attempt.grid, followsArrow: place == 0))
    }
    if attempts.isEmpty { panels.append(GridDrawing.Panel(["no attempt"], nil)) }
    if let right, !attempts.contains(where: { $0.grid == right }) {
      panels.append(GridDrawing.Panel([Self.caption("right output", right)], right))
    }
    return panels
  }

  /// Such as `p 61.8 %, 5/8 votes`, without a probability `5/8 votes, 63 %`, of a program
  /// `p 98 %, fits 3/3`.
  private static func words(_ attempt: Attempt, _ confidence: AttemptConfidence) -> String {
    if let induced = attempt.program {
      return "p \(percent(confidence.score)), fits "
        + "\(induced.reproduced.count { $0 })/\(induced.reproduced.count)"
        + (attempt.isAgreed ? ", agreed" : "")
    }
    let votes = "\(confidence.votes)/\(count(confidence.voters, "vote"))"
    return confidence.probability.map { "p \(percent($0)), \(votes)" }
      ?? "\(votes), \(Quantities.fixed(100 * confidence.share, 0)) %"
  }

  private static func percent(_ share: Double) -> String {
    share > 0 && share < 0.0005 ? "< 0.1 %" : Quantities.fixed(100 * share, 1) + " %"
  }

  /// The programs behind the attempts, a line for each of their layers.
  private static func programs(_ attempts: [Attempt]) -> [String] {
    attempts.prefix(ARCTask.maxAttempts).enumerated().flatMap { place, attempt -> [String] in
      guard let induced = attempt.program else { return [] }
      let lines = induced.program.description.split(separator: "\n").map(String.init)
      return ["program of attempt \(place + 1):"]
        + lines.flatMap { $0.wrapped(indent: 2, hanging: 6) }
    }
  }

  private static func found(_ solution: ARCSolution, _ index: Int) -> String {
    let query = solution.queries[index]
    if solution.choice == .programs {
      let convincing = query.programs.count(where: \.isConvincing)
      let found =
        query.programs.isEmpty
        ? "no program was found" : "\(convincing) of \(count(query.programs.count, "answer")) fit"
      let cut = query.effort?.isCutShort == true ? ", cut short" : ""
      return "\(found); \(query.effort?.programs ?? 0) programs, "
        + "\(Quantities.fixed(query.seconds, 1)) s\(cut)"
    }
    let replies = query.candidates.reduce(query.failedReplies) { $0 + $1.votes }
    var parts = ["\(count(replies, "reply", "replies")): \(count(query.candidates.count, "grid"))"]
    if query.failedReplies > 0 { parts.append("\(query.failedReplies) without one") }
    let views = query.candidates.map(\.scoringCosts.count).max() ?? 0
    if views > 0 { parts.append("scored under \(count(views, "view"))") }
    parts.append(count(query.tokens, "token"))
    parts.append("\(Quantities.fixed(query.seconds, 1)) s")
    return parts.joined(separator: ", ").shortened(to: 80)
  }

  // MARK: A strategy

  private static func title(_ strategy: String) -> String {
    let name = strategy.visible().shortened(to: 60)
    return "── \(name) " + String(repeating: "─", count: max(0, 76 - name.displayWidth))
  }

  private static func trained(_ training: ARCSolution.Training) -> String {
    let steps = count(training.losses.count, "step")
    let samples = count(training.sampleCount, "sample")
    return
      ("trained \(steps) on \(samples)\(losses(training).map { ": " + $0 } ?? ""), "
      + "\(Quantities.fixed(training.seconds, 1)) s").shortened(to: 80)
  }

  private static func losses(_ training: ARCSolution.Training) -> String? {
    guard let first = training.losses.first, let last = training.losses.last else { return nil }
    return "loss \(Quantities.fixed(first, 2)) → \(Quantities.fixed(last, 2))"
  }

  private var comparison: TextTable {
    var table = TextTable([
      ("strategy", .left), ("right", .right), ("seconds", .right), ("tokens", .right),
      ("training", .left),
    ])
    for (strategy, solution) in entries {
      let scores = solution.scores(of: puzzle)
      let training = solution.training.map { training in
        [Self.count(training.losses.count, "step"), Self.losses(training)].compactMap { $0 }
          .joined(separator: ", ")
      }
      let tokens = solution.queries.reduce(solution.training?.tokens ?? 0) { $0 + $1.tokens }
      table.append([
        strategy.visible(),
        scores.isEmpty ? "–" : "\(scores.count { $0.isSolved() })/\(scores.count)",
        Quantities.fixed(solution.seconds, 1), "\(tokens)", training ?? "",
      ])
    }
    return table
  }

  private static func caption(_ name: String, _ grid: Grid) -> String {
    "\(name), \(grid.height)×\(grid.width)"
  }

  private static func count(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(count) " + (count == 1 ? noun : plural ?? noun + "s")
  }
}

extension ARCSolution {
  /// How the attempts went at the test inputs whose output is known.
  func scores(of puzzle: ARCTask) -> [QueryScore] {
    zip(puzzle.queries, attempts).compactMap { query, attempts in
      query.output.map { QueryScore(attempts: attempts.map(\.grid), output: $0) }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneModel

/// What `hone solve` prints for people.
struct SolveText {
  /// As it was given.
  let model: String
  /// How its weights are stored, and how it was run.
  let weightFormat: String
  let compute: ComputeMode
  let task: FewShotTask
  let results: [StrategyResult]
  /// Whether the evidence for a choice of strategy is shown, too.
  let explains: Bool
  /// Those that auto's costs are for, where they are not the task's.
  let expectedQueries: Int?

  /// Queries shown when strategies are compared.
  private static let sampleCount = 3

  func lines(showingAllAnswers: Bool) -> [String] {
    var lines = [
      "\(task.name): \(task.demonstrations.count) demonstrations, \(task.queries.count) queries"
    ]
    if let first = task.demonstrations.first {
      lines.append("for example: " + Self.oneLine(first.input) + " → " + Self.oneLine(first.output))
    }
    let name = model.visible().shortened(to: 40)
    lines.append("model: \(name) (\(weightFormat)), computed in \(compute.rawValue)")
    lines = lines.map { $0.shortened(to: 80) } + [""]
    for decision in results.compactMap(\.decision) {
      let text = AutoText(decision: decision, queries: expectedQueries ?? task.queries.count)
      lines += (explains ? text.lines : text.reason) + [""]
    }
    if results.count > 1 || results.contains(where: { $0.total > 0 }) {
      lines += comparison.lines()
    }
    if showingAllAnswers {
      for result in results { lines += [""] + answerLines(result) }
    } else {
      lines += samples
    }
    return lines
  }

  private var comparison: TextTable {
    var table = TextTable([
      ("strategy", .left), ("accuracy", .right), ("correct", .right), ("seconds", .right),
      ("tokens", .right), ("training", .left),
    ])
    for result in results {
      var accuracy = "–"
      if let share = result.accuracy, let error = result.standardError {
        accuracy = "\(Quantities.fixed(100 * share, 1)) ± \(Quantities.fixed(100 * error, 1)) %"
      }
      var training = ""
      if let first = result.losses.first, let last = result.losses.last {
        training =
          "\(result.losses.count) steps, loss \(Quantities.fixed(first, 2)) → "
          + Quantities.fixed(last, 2)
      }
      table.append([
        result.kind.rawValue, accuracy,
        result.total > 0 ? "\(result.correct)/\(result.total)" : "–",
        Quantities.fixed(result.duration.inSeconds, 1),
        "\(result.trainTokens + result.inferenceTokens)", training,
      ])
    }
    return table
  }

  /// The first queries, each with every strategy's answer under it.
  private var samples: [String] {
    task.queries.prefix(Self.sampleCount).indices.flatMap { index in
      var rows = [("query", Self.oneLine(task.queries[index].input))]
      if let output = task.queries[index].output { rows.append(("expected", Self.oneLine(output))) }
      rows += results.map { ($0.kind.rawValue, Self.marked($0.answers[index])) }
      let width = rows.reduce(11) { max($0, $1.0.count + 1) }
      return [""] + rows.map { ($0.rightPadded(to: width) + $1).shortened(to: 80) }
    }
  }

  private func answerLines(_ result: StrategyResult) -> [String] {
    result.answers.flatMap { answer in
      let line = Self.marked(answer) + "   ← " + Self.oneLine(answer.input)
      guard answer.correct == false, let expected = answer.expected else { return [line] }
      return [line, "    expected " + Self.oneLine(expected)]
    }
  }

  private static func marked(_ answer: Answer) -> String {
    let mark = answer.correct.map { $0 ? "✓ " : "✗ " } ?? ""
    return mark + oneLine(answer.output)
  }

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ⏎ ").visible()
  }
}

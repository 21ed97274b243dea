// SPDX-License-Identifier: Apache-2.0

/// Every item with every answer, as the page's script reads it.
///
/// Texts are kept once: an input is a list of pieces, for most items of a task share their
/// sentences, and an answer is its place among the task's unlike answers.
struct PageItems {
  private let report: EvidenceReport
  private let seeds: [UInt64]

  init(_ report: EvidenceReport) {
    self.report = report
    seeds = report.seeds
  }

  /// `{"columns": [{title, average, attempted, total}], "seeds": [text], "tasks": [{name, figures,
  /// pieces, answers: [[text, score, as compared?, votes?]], items: [[id, [piece], expected,
  /// [cell]]]}]}`, with a cell for each column and, within it, each seed: 0 for not answered, −1 for
  /// shown as a demonstration, else the answer's place, from 1.
  var json: String {
    var json = CompactJSON()
    json.object { json in
      json.key("columns")
      json.array { json in
        for column in report.columns {
          let average = column.series.average()
          json.object { json in
            json.key("title")
            json.string(column.title)
            json.key("average")
            json.number(average.value)
            json.key("attempted")
            json.number(average.attempted)
            json.key("total")
            json.number(average.total)
          }
        }
      }
      json.key("seeds")
      // As text: they may be larger than a script's numbers are exact.
      json.array { json in for seed in seeds { json.string("\(seed)") } }
      json.key("tasks")
      json.array { json in for task in report.tasks { write(task, to: &json) } }
    }
    return json.text
  }

  private func write(_ task: String, to json: inout CompactJSON) {
    var answers = Distinct<Answer>()
    var pieces = Distinct<String>()
    let rows = rows(of: task, answers: &answers)
    let inputs = rows.map { row in Self.pieces(row.item.input).map { pieces.place(of: $0) } }
    json.object { json in
      json.key("name")
      json.string(task)
      json.key("figures")
      json.array { json in
        for column in report.columns { json.number(column.series.accuracy(task: task).value) }
      }
      json.key("pieces")
      json.array { json in for piece in pieces.values { json.string(piece) } }
      json.key("answers")
      json.array { json in for answer in answers.values { answer.write(to: &json) } }
      json.key("items")
      json.array { json in
        for (row, input) in zip(rows, inputs) {
          json.array { json in
            json.string(row.item.id)
            json.array { json in for piece in input { json.number(piece) } }
            json.string(row.item.expected)
            json.array { json in for cell in row.cells { json.number(cell) } }
          }
        }
      }
    }
  }

  private struct Row {
    let item: BenchItem
    var cells: [Int]
  }

  /// The items of a task by their number, each run's answers beside them. An item that is another
  /// one in another run has a row for each.
  private func rows(of task: String, answers: inout Distinct<Answer>) -> [Row] {
    var rows: [Row] = []
    var places: [BenchItem: Int] = [:]
    var placesByRun: [[String: Int]] = report.runs.map { _ in [:] }
    let empty = [Int](repeating: 0, count: report.columns.count * seeds.count)
    func place(of item: BenchItem, in run: Int) -> Int {
      let place = places[item] ?? rows.count
      if place == rows.count {
        rows.append(Row(item: item, cells: empty))
        places[item] = place
      }
      placesByRun[run][item.id] = place
      return place
    }
    for (run, content) in report.runs.enumerated() {
      for item in content.items[task] ?? [] { _ = place(of: item, in: run) }
    }
    for (index, column) in report.columns.enumerated() {
      let first = index * seeds.count
      for cell in column.series.cells where cell.key.task == task {
        guard let seed = seeds.firstIndex(of: cell.key.seed) else { continue }
        for id in cell.demonstrations {
          if let row = placesByRun[column.run][id] { rows[row].cells[first + seed] = -1 }
        }
      }
      for result in column.series.results where result.cell.task == task {
        guard let seed = seeds.firstIndex(of: result.cell.seed) else { continue }
        let row =
          placesByRun[column.run][result.item]
          ?? place(of: BenchItem(id: result.item, input: "", expected: ""), in: column.run)
        rows[row].cells[first + seed] = answers.place(of: Answer(result)) + 1
      }
    }
    return rows.sorted {
      (Int($0.item.id) ?? .max, $0.item.id) < (Int($1.item.id) ?? .max, $1.item.id)
    }
  }

  /// Cuts a text behind each line and each clause.
  static func pieces(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    var result: [String] = []
    var start = 0
    for place in bytes.indices {
      let isEnd =
        bytes[place] == UInt8(ascii: "\n")
        || (bytes[place] == UInt8(ascii: " ") && place > start
          && ".,;:".utf8.contains(bytes[place - 1]))
      guard isEnd else { continue }
      result.append(String(decoding: bytes[start...place], as: UTF8.self))
      start = place + 1
    }
    if start < bytes.count { result.append(String(decoding: bytes[start...], as: UTF8.self)) }
    return result
  }
}

/// What is shown of an answer.
private struct Answer: Hashable {
  let text: String
  let normalized: String
  let score: Double
  /// How often each answer was given, where several were; else empty.
  let votes: String

  init(_ result: ItemResult) {
    text = result.answer
    normalized = result.normalized
    score = result.score
    var counts: [(answer: String, count: Int)] = []
    for candidate in result.candidates {
      if let place = counts.firstIndex(where: { $0.answer == candidate.normalized }) {
        counts[place].count += 1
      } else {
        counts.append((candidate.normalized, 1))
      }
    }
    votes =
      result.candidates.count > 1
      ? counts.map { "\($0.count) × \($0.answer)" }.joined(separator: ", ") : ""
  }

  func write(to json: inout CompactJSON) {
    json.array { json in
      json.string(text)
      json.number(score)
      guard normalized != text || !votes.isEmpty else { return }
      json.string(normalized)
      if !votes.isEmpty { json.string(votes) }
    }
  }
}

/// Values in the order in which they were first seen.
private struct Distinct<Value: Hashable> {
  private(set) var values: [Value] = []
  private var places: [Value: Int] = [:]

  mutating func place(of value: Value) -> Int {
    if let place = places[value] { return place }
    places[value] = values.count
    values.append(value)
    return values.count - 1
  }
}

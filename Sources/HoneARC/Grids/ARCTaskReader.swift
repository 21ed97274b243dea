// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// Reads puzzles out of JSON, gathering everything that is wrong before it complains.
///
/// Places are counted from 1: `train 2 output, row 3` is the third row of the second
/// demonstration's output.
struct ARCTaskReader {
  var problems: ProblemList

  init(path: String) { problems = ProblemList(path: path) }

  static func document(_ path: String) throws -> JSONValue {
    try JSONParser.parse(try FileSystem.contents(path), file: path)
  }

  /// Whether an object means to be one puzzle: in a file of several, `train` would be an object.
  static func isTask(_ object: JSONObject) -> Bool {
    ["train", "test"].contains { key in
      object[key].map { $0.objectValue == nil } ?? false
    }
  }

  /// Whether an object means to be `{"train": {id: task…}, "eval": {id: task…}}`.
  static func isSplit(_ object: JSONObject) -> Bool {
    !isTask(object)
      && ["train", "eval"].contains { key in
        object[key]?.objectValue.map { !isTask($0) } ?? false
      }
  }

  // MARK: Puzzles

  /// `{id: task…}`.
  mutating func tasks(_ object: JSONObject) -> [ARCTask] {
    if object.count == 0 { problems.add("", "no puzzles, expected {id: puzzle…}") }
    var ids: Set<String> = []
    var tasks: [ARCTask] = []
    for (id, value) in zip(object.keys, object.values) {
      // JSON tells a composed letter from a decomposed one, whoever types an id does not.
      guard ids.insert(id).inserted else {
        problems.add(shownID(id), "the id stands twice, keep one")
        continue
      }
      if let task = task(value, id: id, at: shownID(id)) { tasks.append(task) }
    }
    return tasks
  }

  /// `{"train": [{"input", "output"}…], "test": [{"input", "output"?}…]}`.
  ///
  /// - Parameter place: The id where the file's name does not tell it.
  mutating func task(_ value: JSONValue, id: String, at place: String) -> ARCTask? {
    guard let object = value.objectValue else {
      problems.add(
        place, "\(value.typeName), expected a puzzle, {\"train\": […], \"test\": […]}")
      return nil
    }
    let before = problems.count
    for key in object.keys where key != "train" && key != "test" {
      problems.add(place, "\(quoted(key)): unknown key, expected \"train\" and \"test\"")
    }
    let demonstrations = list(object["train"], "train", at: place) { reader, pair, place in
      let input = reader.grid(pair["input"], at: "\(place) input")
      let output = reader.grid(pair["output"], at: "\(place) output")
      return if let input, let output { ARCPair(input: input, output: output) } else { nil }
    }
    let queries = list(object["test"], "test", at: place) { reader, pair, place in
      let input = reader.grid(pair["input"], at: "\(place) input")
      var output: Grid?
      if let given = pair["output"], !given.isNull {
        output = reader.grid(given, at: "\(place) output")
      }
      return input.map { ARCTask.Query(input: $0, output: output) }
    }
    guard problems.count == before else { return nil }
    return ARCTask(id: id, demonstrations: demonstrations, queries: queries)
  }

  private mutating func list<T>(
    _ value: JSONValue?, _ name: String, at place: String,
    _ read: (inout ARCTaskReader, JSONObject, String) -> T?
  ) -> [T] {
    let what = name == "train" ? "demonstrations" : "test inputs"
    guard let value else {
      problems.add(place, "\"\(name)\": missing, expected a list of \(what)")
      return []
    }
    guard let array = value.arrayValue else {
      problems.add(place, "\"\(name)\": \(value.typeName), expected a list of \(what)")
      return []
    }
    if array.isEmpty { problems.add(place, "\"\(name)\": no \(what), expected at least 1") }
    var result: [T] = []
    for (index, element) in array.enumerated() {
      let place = (place.isEmpty ? "" : "\(place), ") + "\(name) \(index + 1)"
      guard let pair = element.objectValue else {
        problems.add(place, "\(element.typeName), expected {\"input\": …, \"output\": …}")
        continue
      }
      for key in pair.keys where key != "input" && key != "output" {
        problems.add(place, "\(quoted(key)): unknown key, expected \"input\" and \"output\"")
      }
      if let item = read(&self, pair, place) { result.append(item) }
    }
    return result
  }

  // MARK: Grids

  /// A list of equally long rows of colours, within a puzzle's limits.
  mutating func grid(_ value: JSONValue?, at place: String) -> Grid? {
    guard let value else {
      problems.add(place, "missing, expected a grid")
      return nil
    }
    guard let rows = value.arrayValue else {
      problems.add(place, "\(value.typeName), expected a grid, a list of rows")
      return nil
    }
    guard !rows.isEmpty else {
      problems.add(place, "no rows, expected at least 1")
      return nil
    }
    guard rows.count <= Grid.maxSide else {
      problems.add(place, "\(rows.count) rows, expected at most \(Grid.maxSide)")
      return nil
    }
    let before = problems.count
    var width: Int?
    var cells: [UInt8] = []
    for (index, row) in rows.enumerated() {
      let place = "\(place), row \(index + 1)"
      guard let row = row.arrayValue else {
        problems.add(place, "\(row.typeName), expected a list of colours")
        continue
      }
      guard !row.isEmpty else {
        problems.add(place, "no cells, expected at least 1")
        continue
      }
      guard row.count <= Grid.maxSide else {
        problems.add(place, "\(row.count) cells, expected at most \(Grid.maxSide)")
        continue
      }
      if row.count != width ?? row.count {
        problems.add(place, "\(row.count) cells, expected \(width ?? row.count)")
      }
      width = width ?? row.count
      for (column, cell) in row.enumerated() {
        if case .integer(let color) = cell, (0..<Grid.colorCount).contains(color) {
          cells.append(UInt8(color))
        } else {
          problems.add(
            "\(place), column \(column + 1)", "\(Self.shown(cell)), expected a colour 0 … 9")
        }
      }
    }
    guard problems.count == before, let width else { return nil }
    return Grid(height: rows.count, width: width, cells: cells)
  }

  private static func shown(_ cell: JSONValue) -> String {
    switch cell {
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    default: cell.typeName
    }
  }

  // MARK: Solutions

  /// `{id: [output…]}`, an output for each test input.
  mutating func solutions(_ value: JSONValue) -> [String: [Grid]] {
    guard let object = value.objectValue else {
      problems.add("", "\(value.typeName), expected {id: [output…]}")
      return [:]
    }
    var result: [String: [Grid]] = [:]
    for (id, value) in zip(object.keys, object.values) {
      guard result[id] == nil else {
        problems.add(shownID(id), "the id stands twice, keep one")
        continue
      }
      guard let array = value.arrayValue else {
        problems.add(shownID(id), "\(value.typeName), expected a list of outputs")
        continue
      }
      result[id] = array.enumerated().compactMap { index, output in
        grid(output, at: "\(shownID(id)), output \(index + 1)")
      }
      // One that has a problem is not one that is missing, too.
      if result[id]?.count != array.count { result[id] = nil }
    }
    return result
  }

  /// The puzzles with their outputs filled in.
  ///
  /// Call with no problems so far: every id must have its outputs.
  mutating func answered(_ tasks: [ARCTask], with solutions: [String: [Grid]]) -> [ARCTask] {
    let known = Set(tasks.map(\.id))
    for id in solutions.keys.sorted() where !known.contains(id) {
      problems.add(shownID(id), "no puzzle has this id")
    }
    return tasks.map { task in
      let place = shownID(task.id)
      guard let outputs = solutions[task.id] else {
        problems.add(place, "missing, expected its outputs")
        return task
      }
      guard outputs.count == task.queries.count else {
        problems.add(
          place, "\(outputs.count) outputs, expected \(task.queries.count), one for each test input"
        )
        return task
      }
      let queries = zip(task.queries, outputs).enumerated().map { index, pair in
        if let given = pair.0.output, given != pair.1 {
          problems.add("\(place), output \(index + 1)", "differs from the one beside the input")
        }
        return ARCTask.Query(input: pair.0.input, output: pair.1)
      }
      return ARCTask(id: task.id, demonstrations: task.demonstrations, queries: queries)
    }
  }
}

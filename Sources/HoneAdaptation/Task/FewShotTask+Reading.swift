// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor

extension FewShotTask {
  /// Reads a task file: `{"name", "instruction"?, "demonstrations": [{"input", "output"}…],
  /// "queries": [{"input", "output"?}…]}`.
  ///
  /// - Parameter needsQueries: Whether a file without queries is refused.
  /// - Throws: ``FormatError`` for text that is no JSON, ``AdaptationError`` listing every missing,
  ///   mistyped, unknown or empty member.
  public init(path: String, needsQueries: Bool = true) throws {
    let json = try ExampleReader.document(path)
    var reader = ExampleReader(file: path)
    guard let object = json.objectValue else {
      throw AdaptationError(
        .invalidTask,
        "\(path): the task is \(json.typeName), expected an object with \"name\", "
          + "\"demonstrations\" and \"queries\"")
    }
    if object["examples"] != nil && object["demonstrations"] == nil {
      throw AdaptationError(
        .invalidTask,
        "\(path): this file holds examples, not a task; say how many of them to draw as "
          + "demonstrations and queries, as in --draw 10,40")
    }
    let known = ["name", "instruction", "demonstrations", "queries"]
    for key in object.keys where !known.contains(key) {
      reader.problem("\(quoted(key)): unknown key, expected \(known.joined(separator: ", "))")
    }
    let name = reader.string(object["name"], "\"name\"")
    var instruction: String?
    if let value = object["instruction"], !value.isNull {
      instruction = reader.string(value, "\"instruction\"")
    }
    let demonstrations = reader.list(object["demonstrations"], "demonstrations") {
      $0.demonstration($1, $2)
    }
    let isWithoutQueries = !needsQueries && object["queries"] == nil
    let queries =
      isWithoutQueries ? [] : reader.list(object["queries"], "queries") { $0.query($1, $2) }
    try reader.finish()
    self.init(
      name: name ?? "", instruction: instruction, demonstrations: demonstrations,
      queries: queries)
    try checkNotEmpty(path, needsQueries: needsQueries)
  }

  /// Draws a task out of a pile of examples: a seeded shuffle, then the first ones as
  /// demonstrations and the next ones as queries.
  ///
  /// - Parameters:
  ///   - path: JSONL of `{"input", "output"}`, or JSON `{"examples": [{"input", "target"}…]}` as
  ///     BIG-Bench Hard has it.
  ///   - demonstrations: How many to show.
  ///   - queries: How many to ask; nil for all the rest.
  ///   - seed: Of the shuffle.
  public init(
    drawingFrom path: String, demonstrations: Int, queries: Int?, seed: UInt64,
    instruction: String? = nil
  ) throws {
    let examples = try ExampleReader.examples(path)
    let asking = queries ?? 1
    // A subtraction, since the sum of two numbers out of nowhere may overflow.
    guard demonstrations > 0, asking > 0, demonstrations <= examples.count,
      asking <= examples.count - demonstrations
    else {
      throw AdaptationError(
        .invalidSetting,
        "\(path): \(demonstrations) demonstrations and \(asking) queries wanted, the file holds "
          + "\(examples.count) examples; draw at least 1 of each and no more than there are")
    }
    var random = RandomSource(seed: seed).derived("draw")
    let shuffled = random.shuffled(examples)
    let asked = shuffled[demonstrations...].prefix(queries ?? shuffled.count)
    let file = path.split(separator: "/").last.map(String.init) ?? path
    self.init(
      name: file.split(separator: ".").first.map(String.init) ?? file, instruction: instruction,
      demonstrations: Array(shuffled[..<demonstrations]),
      queries: asked.map { Query(input: $0.input, output: $0.output) })
  }

  /// The same task with other demonstrations, read from JSONL of `{"input", "output"}`.
  public func replacingDemonstrations(path: String) throws -> FewShotTask {
    let task = FewShotTask(
      name: name, instruction: instruction, demonstrations: try ExampleReader.examples(path),
      queries: queries)
    try task.checkNotEmpty(path, needsQueries: false)
    return task
  }

  private func checkNotEmpty(_ path: String, needsQueries: Bool) throws {
    if demonstrations.isEmpty {
      throw AdaptationError(
        .invalidTask, "\(path): the task has no demonstrations; give at least one")
    }
    if needsQueries, queries.isEmpty {
      throw AdaptationError(.invalidTask, "\(path): the task has no queries; give at least one")
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// A pile of examples in a file.
package struct ExampleFile: Sendable {
  /// What to do with each, where the file says so.
  package let instruction: String?
  /// At least one.
  package let examples: [Demonstration]

  /// Reads JSONL of `{"input", "output"}`, JSON `{"instruction"?, "examples": [{"input",
  /// "target"}…]}`, or a task file, whose demonstrations and queries are all examples.
  ///
  /// - Throws: ``FormatError`` for text that is no JSON, ``AdaptationError`` listing what is wrong.
  package init(path: String) throws {
    let document = path.hasSuffix(".json") ? try ExampleReader.document(path) : nil
    if document?["demonstrations"] != nil {
      let task = try FewShotTask(path: path)
      instruction = task.instruction
      var reader = ExampleReader(file: path)
      examples =
        task.demonstrations
        + task.queries.enumerated().compactMap { index, query in
          guard let output = query.output, !output.allSatisfy(\.isWhitespace) else {
            reader.problem("queries[\(index)] \"output\": missing, expected the right answer")
            return nil
          }
          return Demonstration(input: query.input, output: output)
        }
      try reader.finish()
      return
    }
    examples = try ExampleReader.examples(path)
    instruction = try document.flatMap { try Self.instruction(of: $0, file: path) }
  }

  /// The same out of JSON `{"instruction"?, "examples": […]}` in memory.
  ///
  /// - Parameter file: For messages.
  package init(json bytes: [UInt8], file: String) throws {
    let document = try JSONParser.parse(bytes, file: file)
    examples = try ExampleReader.examples(bytes, file: file)
    instruction = try Self.instruction(of: document, file: file)
  }

  private static func instruction(of document: JSONValue, file: String) throws -> String? {
    guard let value = document["instruction"], !value.isNull else { return nil }
    var reader = ExampleReader(file: file)
    let instruction = reader.string(value, "\"instruction\"")
    try reader.finish()
    return instruction
  }
}

/// Reads examples out of JSON, gathering everything that is wrong before it complains.
struct ExampleReader {
  private let file: String
  private var problems: [String] = []

  init(file: String) { self.file = file }

  static func document(_ path: String) throws -> JSONValue {
    try JSONParser.parse(try FileSystem.contents(path), file: path)
  }

  /// The examples of a JSONL file, or of a JSON file `{"examples": […]}`.
  static func examples(_ path: String) throws -> [Demonstration] {
    try examples(try FileSystem.contents(path), file: path)
  }

  static func examples(_ bytes: [UInt8], file path: String) throws -> [Demonstration] {
    var reader = ExampleReader(file: path)
    let result: [Demonstration]
    if let document = try? JSONParser.parse(bytes, file: path), document["examples"] != nil {
      result = reader.list(document["examples"], "examples") { $0.demonstration($1, $2) }
    } else {
      var line = 0
      result = try bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        .compactMap { row in
          line += 1
          if row.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) { return nil }
          let value = try JSONParser.parse(row, file: path, line: line)
          return reader.demonstration(value, "line \(line)")
        }
    }
    try reader.finish()
    guard !result.isEmpty else {
      throw AdaptationError(
        .invalidTask,
        "\(path): no examples; expected JSONL rows {\"input\": …, \"output\": …} or "
          + "{\"examples\": […]}")
    }
    return result
  }

  mutating func problem(_ text: String) { problems.append(text) }

  mutating func string(_ value: JSONValue?, _ place: String) -> String? {
    value.string(at: place) { problem($0) }
  }

  /// `{"input", "output"}`, or `"target"` for the output.
  mutating func demonstration(_ value: JSONValue, _ place: String) -> Demonstration? {
    guard isObject(value, place) else { return nil }
    let input = string(value["input"], "\(place) \"input\"")
    let output = string(value["output"] ?? value["target"], "\(place) \"output\"")
    guard let input, let output else { return nil }
    if output.allSatisfy(\.isWhitespace) {
      problem("\(place) \"output\": empty; an answer must have text to learn")
      return nil
    }
    return Demonstration(input: input, output: output)
  }

  /// `{"input", "output"?}`, or `"target"` for the output.
  mutating func query(_ value: JSONValue, _ place: String) -> Query? {
    guard isObject(value, place) else { return nil }
    guard let input = string(value["input"], "\(place) \"input\"") else { return nil }
    var output: String?
    if let given = value["output"] ?? value["target"], !given.isNull {
      output = string(given, "\(place) \"output\"")
    }
    return Query(input: input, output: output)
  }

  private mutating func isObject(_ value: JSONValue, _ place: String) -> Bool {
    if value.objectValue != nil { return true }
    problem("\(place): \(value.typeName), expected an object with \"input\"")
    return false
  }

  mutating func list<T>(
    _ value: JSONValue?, _ name: String, _ read: (inout ExampleReader, JSONValue, String) -> T?
  ) -> [T] {
    guard let value, !value.isNull else {
      problem("\"\(name)\": missing, expected a list")
      return []
    }
    guard let array = value.arrayValue else {
      problem("\"\(name)\": \(value.typeName), expected a list")
      return []
    }
    var result: [T] = []
    for (index, element) in array.enumerated() {
      if let item = read(&self, element, "\(name)[\(index)]") { result.append(item) }
    }
    return result
  }

  /// - Throws: ``AdaptationError`` with all problems, if there are any.
  func finish() throws {
    if problems.isEmpty { return }
    let shown = problems.prefix(10).joined(separator: "\n  ")
    let more = problems.count > 10 ? "\n  … and \(problems.count - 10) more" : ""
    throw AdaptationError(
      .invalidTask,
      "\(file): \(problems.count) \(problems.count == 1 ? "problem" : "problems") in the task\n  "
        + shown + more)
  }
}

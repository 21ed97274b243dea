// SPDX-License-Identifier: Apache-2.0
import HoneFormats

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
    let bytes = try FileSystem.contents(path)
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
          let value: JSONValue
          do { value = try JSONParser.parse(row, file: path) } catch let error as FormatError {
            // The parser saw one row and counted its lines from 1.
            throw FormatError(
              error.code, error.message.replacing("line 1,", with: "line \(line),"))
          }
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
    guard let value else {
      problem("\(place): missing, expected a string")
      return nil
    }
    guard let string = value.stringValue else {
      problem("\(place): \(value.typeName), expected a string")
      return nil
    }
    return string
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

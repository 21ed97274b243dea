// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel

/// Makes a ``TrainingRow`` out of a JSON value, gathering everything that is wrong with it.
struct RowReader {
  enum Outcome: Equatable {
    case row(TrainingRow)
    /// Nothing to learn, but nothing wrong either.
    case empty
    /// What is wrong, each with its place in the row.
    case problems([String])
  }

  private(set) var problems: [String] = []
  /// Keys that are not read, each once, with those of messages as `messages[].name`.
  private(set) var unknownKeys: [String] = []

  /// Reads a row of a form.
  ///
  /// - Returns: What it says, and the keys in it that are not read.
  static func read(_ value: JSONValue, form: DataForm) -> (outcome: Outcome, unknownKeys: [String])
  {
    var reader = RowReader()
    let row = reader.row(value, form)
    if !reader.problems.isEmpty { return (.problems(reader.problems), reader.unknownKeys) }
    return (row.map(Outcome.row) ?? .empty, reader.unknownKeys)
  }

  /// - Returns: Nil if the row is empty or something is wrong.
  private mutating func row(_ value: JSONValue, _ form: DataForm) -> TrainingRow? {
    guard let row = value.objectValue else {
      problem("\(value.typeName), expected an object of the form \(form.rawValue)")
      return nil
    }
    let missing = form.requiredKeys.filter { row[$0] == nil }
    if !missing.isEmpty {
      let keys = missing.map { "\"\($0)\"" }.joined(separator: " and ")
      let other = DataForm(recognizing: row).map { "; the row is of the form \($0.rawValue)" } ?? ""
      problem("no \(keys), expected the form \(form.rawValue) as in the file's first row\(other)")
      return nil
    }
    let known = form.knownKeys
    unknownKeys += row.keys.filter { !known.contains($0) }
    switch form {
    case .text:
      guard let text = string(row["text"], "\"text\"") else { return nil }
      return text.isBlank ? nil : .text(text)
    case .completions:
      let prompt = string(row["prompt"], "\"prompt\"")
      let completion = string(row["completion"], "\"completion\"")
      guard let prompt, let completion, !completion.isBlank else { return nil }
      return .completion(prompt: prompt, completion: completion)
    case .chat: return conversation(row, key: "messages")
    case .alpaca: return alpaca(row)
    case .sharegpt: return conversation(row, key: "conversations")
    }
  }

  mutating func problem(_ text: String) { problems.append(text) }

  /// Notes a key that is not read, once for the row.
  mutating func noteUnknown(_ key: String) {
    if !unknownKeys.contains(key) { unknownKeys.append(key) }
  }

  mutating func string(_ value: JSONValue?, _ place: String) -> String? {
    value.string(at: place) { problem($0) }
  }

  /// A string that may be missing, null or empty; nil in all these cases.
  mutating func optionalString(_ value: JSONValue?, _ place: String) -> String? {
    guard let value, !value.isNull else { return nil }
    guard let text = string(value, place), !text.isEmpty else { return nil }
    return text
  }

  // MARK: Alpaca

  private mutating func alpaca(_ row: JSONObject) -> TrainingRow? {
    let instruction = string(row["instruction"], "\"instruction\"")
    let input = optionalString(row["input"], "\"input\"")
    let output = string(row["output"], "\"output\"")
    let system = optionalString(row["system"], "\"system\"")
    var turns = system.map { [Self.turn("system", $0)] } ?? []
    if let history = row["history"], !history.isNull {
      guard let pairs = history.arrayValue else {
        problem("\"history\": \(history.typeName), expected an array of [question, answer] pairs")
        return nil
      }
      for (index, pair) in pairs.enumerated() {
        guard let pair = pair.arrayValue, pair.count == 2 else {
          problem("\"history\"[\(index)]: expected an array of a question and an answer")
          continue
        }
        let question = string(pair[0], "\"history\"[\(index)][0]")
        let answer = string(pair[1], "\"history\"[\(index)][1]")
        guard let question, let answer else { continue }
        if answer.isBlank { problem("\"history\"[\(index)][1]: empty, expected an answer") }
        turns += [Self.turn("user", question), Self.turn("assistant", answer)]
      }
    }
    guard let instruction, let output, !output.isBlank else { return nil }
    let question = [instruction, input ?? ""].filter { !$0.isEmpty }.joined(separator: "\n")
    turns += [Self.turn("user", question), Self.turn("assistant", output)]
    return .conversation(TrainingConversation(turns: turns))
  }

  static func turn(_ role: String, _ content: String) -> TrainingConversation.Turn {
    .init(
      role: role, message: [.init("role", .string(role)), .init("content", .string(content))],
      isTrained: role == "assistant")
  }
}

extension String {
  /// Nothing, or white space only.
  var isBlank: Bool { allSatisfy(\.isWhitespace) }
}

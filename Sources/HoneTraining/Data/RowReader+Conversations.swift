// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel

extension RowReader {
  /// What the template is given of a message besides its role and content.
  private static let messageKeys: Set<String> = [
    "name", "tool_calls", "tool_call_id", "reasoning_content", "thinking",
  ]
  /// What says whether an answer carries loss: OpenAI's `weight`, and the names other tools have.
  private static let trainedKeys = ["weight", "trainable", "loss_mask"]
  /// ShareGPT's names of roles; the chat form's own names are taken, too.
  private static let roles = [
    "human": "user", "user": "user", "gpt": "assistant", "chatgpt": "assistant",
    "assistant": "assistant", "model": "assistant", "system": "system", "tool": "tool",
    "observation": "tool",
  ]

  /// A row of the form chat or sharegpt.
  mutating func conversation(_ row: JSONObject, key: String) -> TrainingRow? {
    guard let value = row[key], let messages = value.arrayValue else {
      problem("\"\(key)\": \(row[key]?.typeName ?? "missing"), expected an array of messages")
      return nil
    }
    if messages.isEmpty { return nil }
    var turns: [TrainingConversation.Turn] = []
    if key == "conversations", let system = optionalString(row["system"], "\"system\"") {
      turns.append(Self.turn("system", system))
    }
    for (index, message) in messages.enumerated() {
      let place = "\"\(key)\"[\(index)]"
      if let turn = turn(message, place, isShareGPT: key == "conversations") { turns.append(turn) }
    }
    guard problems.isEmpty else { return nil }
    guard turns.contains(where: \.isAnswer) else {
      problem(
        "\"\(key)\": no answer to learn, expected a message \(key == "messages" ? "with the role \"assistant\"" : "from \"gpt\"")"
      )
      return nil
    }
    return .conversation(TrainingConversation(turns: turns, tools: tools(row["tools"])))
  }

  /// The tools: an array, or one written as a string, as ShareGPT files have it.
  private mutating func tools(_ value: JSONValue?) -> TemplateValue? {
    guard let value, !value.isNull, value != .string("") else { return nil }
    var tools = value
    if let text = value.stringValue,
      let parsed = try? JSONParser.parse(Array(text.utf8), file: "tools")
    {
      tools = parsed
    }
    guard let list = tools.arrayValue else {
      problem("\"tools\": \(tools.typeName), expected an array of tool definitions")
      return nil
    }
    return list.isEmpty ? nil : TemplateValue(tools)
  }

  private mutating func turn(
    _ value: JSONValue, _ place: String, isShareGPT: Bool
  ) -> TrainingConversation.Turn? {
    guard let message = value.objectValue else {
      problem("\(place): \(value.typeName), expected an object")
      return nil
    }
    let keys = isShareGPT && message["role"] == nil ? ("from", "value") : ("role", "content")
    guard var role = string(message[keys.0], "\(place) \"\(keys.0)\"") else { return nil }
    if isShareGPT {
      guard let known = Self.roles[role] else {
        problem(
          "\(place) \"\(keys.0)\": \(quoted(role)), expected \"human\", \"gpt\", \"system\" or \"tool\""
        )
        return nil
      }
      role = known
    } else if role.isEmpty {
      problem("\(place) \"role\": empty, expected \"system\", \"user\", \"assistant\" or \"tool\"")
      return nil
    }
    let hasCalls = message["tool_calls"]?.arrayValue?.isEmpty == false
    guard let content = content(message[keys.1], "\(place) \"\(keys.1)\"", mayBeNull: hasCalls)
    else { return nil }
    let isAnswer = role == "assistant"
    let isTrained = isTrained(message, place, isAnswer: isAnswer)
    if isAnswer, isTrained, !hasCalls, content.stringValue?.isBlank != false {
      problem("\(place) \"\(keys.1)\": empty, expected an answer to learn")
      return nil
    }
    var members: [TemplateValue.Member] = [
      .init("role", .string(role)), .init("content", content),
    ]
    for (key, value) in zip(message.keys, message.values) where key != keys.0 && key != keys.1 {
      if Self.messageKeys.contains(key) {
        if !value.isNull { members.append(.init(key, TemplateValue(value))) }
      } else if !Self.trainedKeys.contains(key) {
        noteUnknown("\(isShareGPT ? "conversations" : "messages")[].\(key)")
      }
    }
    return .init(role: role, message: members, isTrained: isAnswer && isTrained)
  }

  /// A text, or OpenAI's list of parts if all are texts.
  private mutating func content(
    _ value: JSONValue?, _ place: String, mayBeNull: Bool
  ) -> TemplateValue? {
    if value?.isNull ?? true, mayBeNull { return .string("") }
    guard let parts = value?.arrayValue else { return string(value, place).map { .string($0) } }
    var text = ""
    for (index, part) in parts.enumerated() {
      guard part["type"] == .string("text"), let piece = part["text"]?.stringValue else {
        problem(
          "\(place)[\(index)]: expected {\"type\": \"text\", \"text\": …}; Hone reads text only")
        return nil
      }
      text += piece
    }
    return .string(text)
  }

  /// Whether the row lets a message carry loss.
  private mutating func isTrained(_ message: JSONObject, _ place: String, isAnswer: Bool) -> Bool {
    var result: Bool?
    for key in Self.trainedKeys {
      guard let value = message[key], !value.isNull else { continue }
      guard let flag = value.boolValue ?? value.intValue.flatMap({ [0: false, 1: true][$0] })
      else {
        problem("\(place) \"\(key)\": expected 0, 1, false or true")
        continue
      }
      if let result, result != flag {
        problem("\(place) \"\(key)\": contradicts another key of the message")
      }
      result = flag
    }
    if !isAnswer, result == true {
      problem(
        "\(place): asks for loss on a message that is no answer; only the assistant's carry it")
    }
    return result ?? isAnswer
  }
}

extension TemplateValue {
  fileprivate var stringValue: String? { if case .string(let text) = self { text } else { nil } }
}

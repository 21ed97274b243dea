// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel
import Testing

@testable import HoneTraining

@Suite struct RowReaderTests {
  private func value(_ text: String) throws -> JSONValue {
    try JSONParser.parse(Array(text.utf8), file: "row")
  }

  private func outcome(_ text: String, _ form: DataForm) throws -> RowReader.Outcome {
    RowReader.read(try value(text), form: form).outcome
  }

  @Test(arguments: [
    (#"{"text": "a"}"#, DataForm.text), (#"{"prompt": "a", "completion": "b"}"#, .completions),
    (#"{"messages": []}"#, .chat), (#"{"instruction": "a", "output": "b"}"#, .alpaca),
    (#"{"conversations": []}"#, .sharegpt),
    (#"{"instruction": "a", "output": "b", "text": "a b"}"#, .alpaca),
    (#"{"text": "", "messages": []}"#, .chat),
  ])
  func `A row's form is that whose keys it has`(row: String, form: DataForm) throws {
    #expect(DataForm(recognizing: try #require(value(row).objectValue)) == form)
  }

  @Test(arguments: [#"{}"#, #"{"prompt": "a"}"#, #"{"question": "a", "answer": "b"}"#])
  func `A row without the keys of a form has none`(row: String) throws {
    #expect(DataForm(recognizing: try #require(value(row).objectValue)) == nil)
  }

  /// A conversation's roles, contents and loss, `*` before turns that carry it.
  private func turns(_ outcome: RowReader.Outcome) -> [String]? {
    guard case .row(.conversation(let conversation)) = outcome else { return nil }
    return conversation.turns.map { turn in
      let content = turn.message.first { $0.key == "content" }?.value
      guard case .string(let text)? = content else { return "?" }
      return "\(turn.isTrained ? "*" : "")\(turn.role): \(text)"
    }
  }

  @Test(arguments: [
    (
      #"{"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}"#,
      DataForm.chat, ["system: s", "user: q", "*assistant: a"]
    ),
    (
      #"{"messages": [{"role": "user", "content": [{"type": "text", "text": "q"}, {"type": "text", "text": "!"}]}, {"role": "assistant", "content": "a", "weight": 0}, {"role": "assistant", "content": "b", "trainable": true}]}"#,
      .chat, ["user: q!", "assistant: a", "*assistant: b"]
    ),
    (
      #"{"instruction": "i", "input": "x", "output": "o", "system": "s", "history": [["q", "a"]]}"#,
      .alpaca, ["system: s", "user: q", "*assistant: a", "user: i\nx", "*assistant: o"]
    ),
    (
      #"{"instruction": "i", "input": "", "output": "o", "system": null, "history": null}"#,
      .alpaca, ["user: i", "*assistant: o"]
    ),
    (
      #"{"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}], "system": "s"}"#,
      .sharegpt, ["system: s", "user: q", "*assistant: a"]
    ),
    (
      #"{"conversations": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a", "loss_mask": 0}]}"#,
      .sharegpt, ["user: q", "assistant: a"]
    ),
  ])
  func `Conversations of every form become turns`(row: String, form: DataForm, expected: [String])
    throws
  {
    #expect(try turns(outcome(row, form)) == expected)
  }

  @Test func `Texts and completions keep their white space`() throws {
    #expect(try outcome(#"{"text": " a\n"}"#, .text) == .row(.text(" a\n")))
    #expect(
      try outcome(#"{"prompt": " p ", "completion": " c "}"#, .completions)
        == .row(.completion(prompt: " p ", completion: " c ")))
  }

  @Test(arguments: [
    (#"{"text": " \n"}"#, DataForm.text), (#"{"prompt": "a", "completion": ""}"#, .completions),
    (#"{"messages": []}"#, .chat), (#"{"instruction": "a", "output": " "}"#, .alpaca),
    (#"{"conversations": []}"#, .sharegpt),
  ])
  func `A row with nothing to learn is empty, not bad`(row: String, form: DataForm) throws {
    #expect(try outcome(row, form) == .empty)
  }

  @Test(arguments: [
    (#"{"text": 1}"#, DataForm.text, #""text": a number, expected a string"#),
    (#""text""#, .text, "a string, expected an object of the form text"),
    (#"{"txt": "a"}"#, .text, #"no "text", expected the form text"#),
    (#"{"prompt": "a", "completion": "b"}"#, .text, "the row is of the form completions"),
    (
      #"{"prompt": ["a"], "completion": null}"#, .completions,
      #""prompt": an array, expected a string"#
    ),
    (
      #"{"prompt": ["a"], "completion": null}"#, .completions,
      #""completion": null, expected a string"#
    ),
    (#"{"messages": {}}"#, .chat, #""messages": an object, expected an array of messages"#),
    (#"{"messages": ["a"]}"#, .chat, #""messages"[0]: a string, expected an object"#),
    (#"{"messages": [{"role": "user"}]}"#, .chat, #""messages"[0] "content": missing"#),
    (#"{"messages": [{"content": "a"}]}"#, .chat, #""messages"[0] "role": missing"#),
    (#"{"messages": [{"role": "", "content": "a"}]}"#, .chat, #""role": empty"#),
    (#"{"messages": [{"role": "user", "content": "a"}]}"#, .chat, "no answer to learn"),
    (#"{"messages": [{"role": "assistant", "content": " "}]}"#, .chat, "empty, expected an answer"),
    (#"{"messages": [{"role": "assistant", "content": null}]}"#, .chat, "null, expected a string"),
    (
      #"{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}"#, .chat,
      "Hone reads text only"
    ),
    (
      #"{"messages": [{"role": "user", "content": "a", "weight": 1}]}"#, .chat,
      "asks for loss on a message that is no answer"
    ),
    (
      #"{"messages": [{"role": "assistant", "content": "a", "weight": 0.5}]}"#, .chat,
      #""weight": expected 0, 1, false or true"#
    ),
    (
      #"{"messages": [{"role": "assistant", "content": "a", "weight": 1, "trainable": false}]}"#,
      .chat, "contradicts"
    ),
    (
      #"{"messages": [{"role": "assistant", "content": "a"}], "tools": "x"}"#, .chat,
      #""tools": a string"#
    ),
    (#"{"instruction": "a", "output": "b", "history": "c"}"#, .alpaca, #""history": a string"#),
    (
      #"{"instruction": "a", "output": "b", "history": [["c"]]}"#, .alpaca,
      #""history"[0]: expected"#
    ),
    (
      #"{"instruction": "a", "output": "b", "history": [[1, 2]]}"#, .alpaca,
      #""history"[0][0]: a number"#
    ),
    (#"{"instruction": 1, "output": "b"}"#, .alpaca, #""instruction": a number"#),
    (
      #"{"conversations": [{"from": "function_call", "value": "a"}]}"#, .sharegpt,
      #""from": "function_call", expected "human""#
    ),
    (#"{"conversations": [{"from": "gpt"}]}"#, .sharegpt, #""value": missing"#),
  ])
  func `A bad row says where, what it has and what was expected`(
    row: String, form: DataForm, says: String
  ) throws {
    guard case .problems(let problems) = try outcome(row, form) else {
      Issue.record("the row was taken")
      return
    }
    #expect(problems.contains { $0.contains(says) }, "\(problems)")
  }

  @Test func `What templates know of messages reaches them, the rest is named`() throws {
    let (outcome, unknown) = RowReader.read(
      try value(
        #"""
        {"messages": [
          {"role": "user", "content": "q", "name": "Ann", "id": 1},
          {"role": "assistant", "content": null, "tool_calls": [{"id": "c"}], "id": 2},
          {"role": "tool", "content": "r", "tool_call_id": "c"},
          {"role": "assistant", "content": "a", "refusal": null}],
         "tools": [{"type": "function"}], "source": "x"}
        """#), form: .chat)
    guard case .row(.conversation(let conversation)) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(unknown == ["source", "messages[].id", "messages[].refusal"])
    #expect(conversation.tools == [["type": "function"]])
    #expect(
      conversation.turns.map { $0.message.map(\.key) } == [
        ["role", "content", "name"], ["role", "content", "tool_calls"],
        ["role", "content", "tool_call_id"], ["role", "content"],
      ])
  }
}

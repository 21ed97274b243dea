// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneFormats
import HoneTensor
import HoneTesting
import Testing

@Suite struct FewShotTaskTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(_ text: String) throws -> FewShotTask {
    try FewShotTask(path: folder.write("task.json", text))
  }

  /// The message that reading the file throws.
  private func message(_ text: String) throws -> String { try message(Array(text.utf8)) }

  private func message(_ bytes: [UInt8]) throws -> String {
    let path = try folder.write("task.json", bytes)
    let error = #expect(throws: (any Error).self) { try FewShotTask(path: path) }
    let failure = try #require(error as? any HoneFailure)
    #expect(failure.kind == .badData)
    #expect(failure.message.hasPrefix(path), "\(failure.message)")
    return failure.message
  }

  @Test func `a task file gives its members in order`() throws {
    let task = try read(
      """
      {"name": "n", "instruction": "do", "demonstrations": [{"input": "a", "output": "b"},
      {"input": "", "target": " c\\n"}], "queries": [{"input": "q"}, {"input": "r", "output": "s"},
      {"input": "t", "output": null}, {"input": "u", "target": "v"}]}
      """)
    #expect(task.name == "n")
    #expect(task.instruction == "do")
    #expect(
      task.demonstrations == [.init(input: "a", output: "b"), .init(input: "", output: " c\n")])
    #expect(
      task.queries == [
        .init(input: "q"), .init(input: "r", output: "s"), .init(input: "t"),
        .init(input: "u", output: "v"),
      ])
  }

  @Test(arguments: ["", ", \"instruction\": null"])
  func `the instruction may be missing or null`(member: String) throws {
    let task = try read(
      """
      {"name": "n"\(member), "demonstrations": [{"input": "a", "output": "b"}],
      "queries": [{"input": "q"}]}
      """)
    #expect(task.instruction == nil)
  }

  @Test(arguments: [
    ("", "line 1"), ("{\"name\": ", "line 1"), ("{\n\"name\": nope}", "line 2"),
    ("{\"name\": \"a\", \"name\": \"b\"}", "\"name\""), ("{} {}", "line 1"),
  ])
  func `text that is no JSON is refused at its place`(text: String, place: String) throws {
    let message = try message(text)
    #expect(message.contains(place), "\(message)")
  }

  @Test func `bytes that are no UTF-8 are refused`() throws {
    let message = try message(Array("{\"name\": \"".utf8) + [0xFF, 0xFE] + Array("\"}".utf8))
    #expect(message.contains("UTF-8"), "\(message)")
  }

  @Test(arguments: [("[]", "an array"), ("3", "a number"), ("null", "null")])
  func `a document that is no object is refused`(text: String, type: String) throws {
    let message = try message(text)
    #expect(message.contains("the task is \(type), expected an object"), "\(message)")
  }

  @Test func `every wrong member is listed at once`() throws {
    let message = try message(
      """
      {"name": 3, "instruction": [], "extra\\u001b": 1, "demonstrations": [{"input": "a"},
      {"input": 1, "output": true}, "x", {"input": "i", "output": " \\n\\t"}],
      "queries": [{"output": "b"}, null, {"input": "q", "output": 7}]}
      """)
    for part in [
      "11 problems", #""extra\u{1b}": unknown key"#,
      "\"name\": a number, expected a string",
      "\"instruction\": an array", "demonstrations[0] \"output\": missing",
      "demonstrations[1] \"input\": a number", "demonstrations[1] \"output\": a boolean",
      "demonstrations[2]: a string, expected an object", "demonstrations[3] \"output\": empty",
      "queries[0] \"input\": missing", "queries[1]: null", "and 1 more",
    ] {
      #expect(message.contains(part), "\(part) is not in: \(message)")
    }
  }

  @Test func `missing members are all named`() throws {
    let message = try message("{}")
    for name in ["name", "demonstrations", "queries"] {
      #expect(message.contains("\"\(name)\": missing"), "\(message)")
    }
    #expect(message.contains("3 problems"))
  }

  @Test(arguments: [
    ("[]", "[{\"input\": \"q\"}]", "no demonstrations"),
    ("[{\"input\": \"a\", \"output\": \"b\"}]", "[]", "no queries"),
    ("{}", "[{\"input\": \"q\"}]", "\"demonstrations\": an object, expected a list"),
  ])
  func `empty and mistyped lists are refused`(
    demonstrations: String, queries: String, expected: String
  ) throws {
    let message = try message(
      "{\"name\": \"n\", \"demonstrations\": \(demonstrations), \"queries\": \(queries)}")
    #expect(message.contains(expected), "\(message)")
  }

  @Test func `a file of examples given as a task says how to draw`() throws {
    let message = try message("{\"examples\": [{\"input\": \"a\", \"target\": \"b\"}]}")
    #expect(message.contains("--draw"), "\(message)")
  }

  @Test func `a missing file is missing input`() throws {
    let error = #expect(throws: FormatError.self) {
      try FewShotTask(path: folder.path + "/none.json")
    }
    #expect(error?.kind == .noInput)
  }

  // MARK: Demonstrations in place of the task's

  private func task() -> FewShotTask {
    FewShotTask(
      name: "n", instruction: "do", demonstrations: [.init(input: "a", output: "b")],
      queries: [.init(input: "q", output: "r")])
  }

  @Test(arguments: ["\n", "\r\n", "\n\n", "\r\n \t\r\n"])
  func `demonstrations are replaced, whatever the line ends`(end: String) throws {
    let rows = ["{\"input\": \"c\", \"output\": \"d\"}", "{\"input\": \"é\", \"target\": \"f\"}"]
    for text in [rows.joined(separator: end), rows.map { $0 + end }.joined()] {
      let replaced = try task().replacingDemonstrations(path: folder.write("d.jsonl", text))
      #expect(
        replaced.demonstrations
          == [.init(input: "c", output: "d"), .init(input: "é", output: "f")])
      #expect(replaced.queries == task().queries)
      #expect(replaced.name == "n" && replaced.instruction == "do")
    }
  }

  @Test(arguments: [
    ("{\"input\": \"c\", \"output\": \"d\"}\r\n\r\n{\"input\": \"c\"}", "line 3 \"output\""),
    ("\n{\"input\": \"c\", \"output\": \"d\"}\n{\"input\": ", "line 3"),
    ("{\"input\": \"c\", \"output\": \"d\"}\n[1]", "line 2: an array"),
    ("", "no examples"), ("\n \n", "no examples"), ("{\"examples\": []}", "no examples"),
    ("{\"examples\": [{\"input\": \"c\", \"target\": \"\"}]}", "examples[0] \"output\": empty"),
  ])
  func `a wrong row is named by its line`(text: String, place: String) throws {
    let path = try folder.write("d.jsonl", text)
    let error = #expect(throws: (any Error).self) {
      try task().replacingDemonstrations(path: path)
    }
    let failure = try #require(error as? any HoneFailure)
    #expect(failure.message.contains(place), "\(failure.message)")
    #expect(failure.message.hasPrefix(path))
    #expect(failure.kind == .badData)
  }
}

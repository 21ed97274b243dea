// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTesting
import Testing

@testable import HoneARC

@Suite struct SubmissionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `a submission is written as the competition reads it`() {
    let submission = Submission(entries: [
      .init(id: "b", answers: [[digits("12/34"), digits("5"), digits("6")], [digits("7")]]),
      .init(id: "a\"", answers: [[]]), .init(id: "b", answers: []),
    ])
    #expect(
      submission.json == #"""
        {
        "b": [{"attempt_1": [[1,2],[3,4]], "attempt_2": [[5]]}, {"attempt_1": [[7]], "attempt_2": [[0]]}],
        "a\"": [{"attempt_1": [[0]], "attempt_2": [[0]]}]
        }

        """#)
    #expect(Submission(entries: []).json == "{}\n")
  }

  @Test func `what is written is read back`() throws {
    let path = folder.path + "/submission.json"
    let submission = Submission(entries: [
      .init(id: "b", answers: [[digits("12/34"), digits("5")], [digits("7"), digits("890")]]),
      .init(id: "a", answers: [[digits("1"), Submission.noAttempt]]),
    ])
    try submission.write(to: path)
    let read = try Submission(path: path)
    #expect(read == submission)
    try read.write(to: path)
    #expect(folder.text("submission.json") == submission.json)
    #expect(read.answers["a"] == [[digits("1"), digits("0")]])
  }

  @Test func `a submission for a set has an answer for each of its test inputs`() throws {
    let set = ARCCollection(
      tasks: [("a", 2), ("b", 1), ("c", 1)].map { id, count in
        ARCTask(
          id: id, demonstrations: [],
          queries: Array(repeating: .init(input: digits("0")), count: count))
      })
    let submission = Submission(["c": [[digits("1")]], "a": [[digits("2")]]], of: set)
    #expect(submission.entries.map(\.id) == ["a", "b", "c"])
    #expect(submission.entries.map(\.answers) == [[[digits("2")], []], [[]], [[digits("1")]]])
  }

  @Test func `everything wrong in a submission is said at once`() throws {
    let path = try folder.write(
      "s.json",
      #"{"a": [{"attempt_1": [[1]], "attempt_2": [[1], [2, 3]]}, 5], "b": [], "c": {}, "#
        + #""d": [{"attempt_1": [[1]], "attempt_3": [[1]]}]}"#)
    let error = #expect(throws: ARCError.self) { try Submission(path: path) }
    #expect(
      error?.message == """
        \(path): 6 problems in the submission
          a, answer 1 attempt_2, row 2: 2 cells, expected 1
          a, answer 2: a number, expected {"attempt_1": grid, "attempt_2": grid}
          b: no answers, expected one for each test input
          c: an object, expected a list of answers
          d, answer 1: "attempt_3": unknown key, expected "attempt_1" and "attempt_2"
          d, answer 1 attempt_2: missing, expected a grid
        """)
    let list = try folder.write("s.json", "[]")
    #expect(throws: ARCError.self) { try Submission(path: list) }
    #expect(throws: FormatError.self) { try Submission(path: folder.path + "/none") }
  }
}

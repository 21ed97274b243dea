// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor
import HoneTesting
import Testing

@testable import HoneTraining

@Suite struct DataFileReaderTests {
  @Test func `Every row is counted once, with its line`() throws {
    let (samples, report) = try DataFixture.read([
      #"{"text": "first row", "id": 1}"#, "", "{bad", #"{"text": " "}"#,
      #"{"text": "second row", "id": 2, "src": "x"}"#, #"{"txt": "x"}"#, "  ",
      #"{"text": "third"}"#,
    ])
    #expect(report.form == .text)
    #expect(report.lossScope == .everyToken)
    #expect(report.rows == 6)
    #expect(report.samples == 3)
    #expect(report.blankLines == 2)
    #expect(report.badRows == 2)
    #expect(report.problems.map(\.line) == [3, 6])
    #expect(report.emptyRows.count == 1)
    #expect(report.emptyRows.first == [4])
    #expect(report.unknownKeys.map(\.key) == ["id", "src"])
    #expect(report.unknownKeys.map(\.rows) == [2, 1])
    #expect(report.unknownKeys.map(\.firstLine) == [1, 5])
    #expect(samples.count == 3)
    #expect(samples.indices.map(samples.line) == [1, 5, 8])
    #expect(report.tokens == samples.reduce(0) { $0 + $1.ids.count })
    #expect(report.targetTokens == samples.reduce(0) { $0 + $1.targetCount })
  }

  @Test(arguments: SampleConfiguration.LongRows.allCases)
  func `A row that is too long is cut or left out, and counted`(
    longRows: SampleConfiguration.LongRows
  ) throws {
    let encoder = try DataFixture.encoder(maxSeqLength: 8, longRows: longRows)
    let rows = [#"{"text": "zzzzzzzzzzzzzzzzzzzz"}"#, #"{"text": "zz"}"#]
    let (samples, report) = try DataFixture.read(rows, encoder: encoder)
    switch longRows {
    case .truncate:
      #expect(report.truncatedRows.first == [1])
      #expect(report.droppedRows.count == 0)
      #expect(samples.tokenCounts == [8, 3])
    case .drop:
      #expect(report.droppedRows.first == [1])
      #expect(report.truncatedRows.count == 0)
      #expect(samples.tokenCounts == [3])
    }
  }

  @Test func `A row whose loss is cut off is left out and counted`() throws {
    let encoder = try DataFixture.encoder(maxSeqLength: 4)
    let (samples, report) = try DataFixture.read(
      [#"{"prompt": "zzzzzz", "completion": "z"}"#, #"{"prompt": "z", "completion": "z"}"#],
      encoder: encoder)
    #expect(report.rowsWithoutTarget.first == [1])
    #expect(report.truncatedRows.first == [1])
    #expect(samples.count == 1)
  }

  @Test func `An array of rows is read like lines`() throws {
    let rows = [#"{"prompt": "a", "completion": "b"}"#, #"{"prompt": "c", "completion": "d"}"#]
    let (lines, _) = try DataFixture.read(rows)
    let (array, report) = try DataFixture.read(["[" + rows.joined(separator: ",\n") + "]"])
    #expect(array == lines)
    #expect(report.form == .completions)
  }

  @Test func `The form can be given where the first row fits two`() throws {
    let row = #"{"prompt": "a", "completion": "b", "text": "a b"}"#
    #expect(try DataFixture.read([row]).report.form == .completions)
    let (_, report) = try DataFixture.read([row], form: .text)
    #expect(report.form == .text)
    #expect(report.unknownKeys.map(\.key) == ["prompt", "completion"])
  }

  @Test(
    arguments: [
      ([], "holds no rows, expected one JSON object on each line"),
      (["{", "}"], "none of its rows can be used"), (["3"], "line 1: a number, expected an object"),
      (
        [#"{"a": 1, "b\u0007": 2}"#],
        #"line 1: the keys "a", "b\u{7}", expected the keys of one form"#
      ),
      ([#"{"prompt": "", "chosen": "", "rejected": ""}"#], "pairs of preferences are not read"),
    ] as [([String], String)])
  func `A file whose form cannot be told is refused`(lines: [String], says: String) throws {
    let error = try #require(throws: FormatError.self) { try DataFixture.read(lines) }
    #expect(error.kind == .badData)
    #expect(error.message.contains(says), "\(error.message)")
  }

  @Test(arguments: [LossScope.completionOnly, .allAnswers])
  func `Texts have no answers to put the loss on`(scope: LossScope) throws {
    let encoder = try DataFixture.encoder(lossScope: scope)
    #expect(throws: TrainingError.self) {
      try DataFixture.read([#"{"text": "a"}"#], encoder: encoder)
    }
  }

  @Test func `Conversations need a chat template`() throws {
    let encoder = try DataFixture.encoder(template: nil)
    let error = try #require(throws: TrainingError.self) {
      try DataFixture.read([#"{"instruction": "a", "output": "b"}"#], encoder: encoder)
    }
    #expect(error.message.contains("no chat template"))
  }

  @Test func `Only the first problems are listed, all are counted`() throws {
    let (_, report) = try DataFixture.read(
      [#"{"text": "a"}"#] + Array(repeating: "x", count: 250))
    #expect(report.badRows == 250)
    #expect(report.problems.count == 100)
    let lines = report.problemLines()
    #expect(lines.count == 11)
    #expect(lines.last == "… and 240 more")
  }

  @Test(arguments: 0..<150)
  func `Damaged files never stop the process`(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let rows = [
      #"{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], "tools": []}"#,
      #"{"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]}"#,
      #"{"instruction": "i", "input": "x", "output": "o", "history": [["q", "a"]]}"#,
      #"{"prompt": "p", "completion": "c"}"#, #"{"text": "t"}"#,
    ]
    var bytes = Array((0..<4).map { _ in rows[seed % rows.count] }.joined(separator: "\n").utf8)
    let marks = Array("[]{},:\"\\\n0tn".utf8) + [0xFF, 0]
    for _ in 0...random.index(below: 6) where !bytes.isEmpty {
      let place = random.index(below: bytes.count)
      switch random.index(below: 3) {
      case 0: bytes[place] = marks[random.index(below: marks.count)]
      case 1: bytes.removeSubrange(place..<min(bytes.count, place + random.index(below: 9)))
      default: bytes.insert(marks[random.index(below: marks.count)], at: place)
      }
    }
    let folder = try TemporaryFolder()
    let path = try folder.write("train.jsonl", bytes)
    do {
      let (samples, report) = try withExtendedLifetime(folder) {
        try DataFileReader.read(path: path, encoder: DataFixture.encoder())
      }
      #expect(
        report.rows == report.samples + report.badRows + report.emptyRows.count
          + report.droppedRows.count + report.rowsWithoutTarget.count)
      #expect(samples.count == report.samples)
    } catch is FormatError {}
  }
}

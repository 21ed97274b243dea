// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneTesting
import Testing

@testable import hone

@Suite struct DataCheckTests {
  private let command: Command
  private let folder: TemporaryFolder
  /// The tiny model with a chat template.
  private let chatModel: String

  init() throws {
    command = try Command()
    folder = try TemporaryFolder()
    chatModel = "\(folder.path)/model"
    let manager = FileManager.default
    try manager.createDirectory(atPath: chatModel, withIntermediateDirectories: true)
    for name in ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"] {
      try manager.createSymbolicLink(
        atPath: "\(chatModel)/\(name)", withDestinationPath: "\(Command.tinyFolder)/\(name)")
    }
    try manager.createSymbolicLink(
      atPath: "\(chatModel)/chat_template.jinja",
      withDestinationPath: Command.root + "/Tests/Fixtures/chat_template/templates/smollm2.jinja")
  }

  private func check(_ path: String, _ arguments: String...) async throws -> Command.Outcome {
    try await command.run(["data", "check", path, "--model", chatModel] + arguments)
  }

  private let chatRow =
    #"{"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}, {"role": "assistant", "content": "an answer"}], "id": 7}"#

  @Test func `A good file is described and one sample shown with its loss`() async throws {
    let path = try folder.write("train.jsonl", chatRow + "\n\n" + chatRow + "\n")
    let outcome = try await check(path)
    #expect(outcome.code == 0)
    #expect(outcome.error == "")
    let output = outcome.output
    for line in [
      "form         chat", "loss         all-answers",
      "rows         2, of which 2 become samples", "blank lines  1",
      "ignored      key \"id\" of 2 rows, the first in line 1",
    ] {
      #expect(output.contains(line + "\n"), "\(output)")
    }
    #expect(output.contains("tokens a row: "))
    #expect(
      output.contains("<|im_start|>assistant\n[[an answer<|im_end|>]]\n")
        || output.contains("<|im_start|>assistant\n⟦an answer<|im_end|>⟧\n"), "\(output)")
    #expect(!output.contains("\u{1B}"))
  }

  @Test func `Bad rows end with 65, the first ten listed with their lines`() async throws {
    let path = try folder.write(
      "train.jsonl",
      ([chatRow] + Array(repeating: #"{"messages": 1}"#, count: 13)).joined(separator: "\n"))
    let outcome = try await check(path)
    #expect(outcome.code == 65)
    #expect(
      outcome.output.contains("\n  line 2: \"messages\": a number, expected an array of messages\n")
    )
    #expect(outcome.output.contains("\n  line 11: "))
    #expect(!outcome.output.contains("\n  line 12: "))
    #expect(outcome.output.contains("\n  … and 3 more\n"))
    #expect(outcome.error.contains("13 of 14 rows cannot be used"))
  }

  @Test func `JSON has every count, the lengths and the sample`() async throws {
    try folder.write("data/train.jsonl", in: folder.path, chatRow + "\nx\n")
    try folder.write("data/valid.jsonl", in: folder.path, #"{"text": "hello"}"#)
    let outcome = try await check("\(folder.path)/data", "--json", "--max-seq-length", "20")
    #expect(outcome.code == 65)
    let json = try outcome.json()
    // The only row of the first file has its loss cut off.
    #expect(Set(json.keys) == ["maxSeqLength", "longRows", "files", "errors"])
    let files = try #require(json["files"] as? [[String: Any]])
    #expect(files.map { $0["form"] as? String } == ["chat", "text"])
    #expect(files[0]["badRows"] as? Int == 1)
    #expect((files[0]["truncatedRows"] as? [String: Any])?["count"] as? Int == 1)
    let problems = try #require(files[0]["problems"] as? [[String: Any]])
    #expect(problems.map { $0["line"] as? Int } == [2])
    let lengths = try #require(files[1]["rowTokens"] as? [String: Any])
    #expect(Set(lengths.keys) == ["shortest", "median", "longest", "bins"])
    #expect((files[0]["rowsWithoutTarget"] as? [String: Any])?["count"] as? Int == 1)
    let whole = try await check("\(folder.path)/data", "--json", "--line", "1").json()
    let sample = try #require(whole["sample"] as? [String: Any])
    #expect(Set(sample.keys) == ["path", "line", "ids", "tokens", "isTarget"])
    #expect(sample["line"] as? Int == 1)
    #expect((sample["isTarget"] as? [Bool])?.contains(true) == true)
  }

  @Test(arguments: [
    (["--mask-prompt"], "all-answers", 64), (["--mask-prompt"], "completion-only", 0),
    ([], "every-token", 0), (["--line", "2"], "all-answers", 65),
    (["--line", "0"], "all-answers", 64),
    (["--max-seq-length", "1"], "all-answers", 64),
    (["--max-seq-length", "999999"], "all-answers", 64),
    (["--form", "text"], "every-token", 65), (["--form", "yaml"], "all-answers", 64),
  ])
  func `Options that contradict or do not fit are told`(
    arguments: [String], loss: String, code: Int
  ) async throws {
    let path = try folder.write("train.jsonl", chatRow)
    let outcome = try await command.run(
      ["data", "check", path, "--model", chatModel, "--loss", loss] + arguments)
    #expect(outcome.code == code, "\(outcome)")
    #expect(outcome.error.isEmpty == (code == 0))
  }

  @Test func `What is not there, or holds nothing, is told`() async throws {
    #expect(try await check("\(folder.path)/none.jsonl").code == 66)
    let empty = try await check(folder.write("empty.jsonl", ""))
    #expect(empty.code == 65)
    #expect(empty.error.contains("holds no rows"))
    let plain = try await command.run(
      "data", "check", folder.write("train.jsonl", chatRow), "--model", Command.tinyModel)
    #expect(plain.code == 64)
    #expect(plain.error.contains("no chat template"))
  }

  @Test func `Control characters of a file do not reach the terminal`() async throws {
    let path = try folder.write(
      "train.jsonl", #"{"text": "a\u001b[31mb\u0007", "k\u001b[2J": 1}"# + "\n{\"\u{1B}]0;x\": 1}\n"
    )
    let outcome = try await check(path)
    #expect(outcome.code == 65)
    #expect(!(outcome.output + outcome.error).contains("\u{1B}"))
    #expect(!(outcome.output + outcome.error).contains("\u{7}"))
  }

  @Test func `Lines of facts and the histogram fit 80 columns`() async throws {
    let rows = (0..<60).map { index in
      "{\"text\": \"\(String(repeating: "z", count: index * index))\"}"
    }
    let path = try folder.write("train.jsonl", rows.joined(separator: "\n"))
    let outcome = try await check(path, "--max-seq-length", "100")
    let head = outcome.output.components(separatedBy: "\n\nsample of line")[0]
    let lines = head.split(separator: "\n").filter { !$0.hasPrefix("file ") }
    #expect(lines.allSatisfy { $0.count <= 80 }, "\(head)")
    #expect(lines.last?.hasSuffix("  cut") == true)
    #expect(lines.last?.contains("> 100") == true)
  }

  @Test(
    arguments: [
      ([], 100, []), ([5], 100, [1...1, 2...2, 3...3, 4...4, 5...5]),
      (
        [24], 20,
        [1...2, 3...4, 5...6, 7...8, 9...10, 11...12, 13...14, 15...16, 17...18, 19...20, 21...24]
      ),
      (
        [3, 130], 100,
        [
          1...10, 11...20, 21...30, 31...40, 41...50, 51...60, 61...70, 71...80, 81...90, 91...100,
          101...130,
        ]
      ),
    ] as [([Int32], Int, [ClosedRange<Int>])])
  func `Bins are of one round width, up to the limit and beyond it`(
    lengths: [Int32], limit: Int, bins: [ClosedRange<Int>]
  ) {
    let histogram = LengthHistogram(lengths, maxSeqLength: limit)
    #expect(histogram.bins.map { $0.from...$0.through } == bins)
    #expect(histogram.bins.reduce(0) { $0 + $1.rows } == lengths.count)
  }

  @Test func `Every row that the guide shows is read in the form it stands for`() async throws {
    let guide = try String(
      contentsOf: URL(filePath: Command.root + "/docs/training-data.md"), encoding: .utf8)
    // Of the rows before the first heading.
    var form = "chat"
    var checked = 0
    for line in guide.split(separator: "\n") {
      if line.hasPrefix("### ") { form = String(line.dropFirst(4)).replacing("`", with: "") }
      guard line.hasPrefix("{\"") else { continue }
      let outcome = try await check(folder.write("row.jsonl", String(line)), "--json")
      #expect(outcome.code == 0, "\(line) \(outcome.error)")
      let files = try #require(outcome.json()["files"] as? [[String: Any]])
      #expect(files.first?["form"] as? String == form)
      #expect((files.first?["unknownKeys"] as? [Any])?.isEmpty == true, "\(line)")
      checked += 1
    }
    #expect(checked >= 8)
  }
}

extension TemporaryFolder {
  /// Writes a file in a folder that is made if need be.
  fileprivate func write(_ name: String, in folder: String, _ text: String) throws {
    let path = "\(folder)/\(name)"
    try FileManager.default.createDirectory(
      atPath: String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]),
      withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }
}

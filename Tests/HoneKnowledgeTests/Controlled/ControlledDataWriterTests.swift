// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneTesting
import Testing

@testable import HoneKnowledge

@Suite struct ControlledDataWriterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func rows<Row: Decodable>(_ name: String, of type: Row.Type) throws -> [Row] {
    let text = try #require(folder.text(name))
    #expect(text.hasSuffix("\n"))
    return try text.split(separator: "\n").map {
      try JSONDecoder().decode(Row.self, from: Data($0.utf8))
    }
  }

  @Test func `what is written reads back`() throws {
    struct Row: Decodable { let id: String, text: String }
    let data = FamilyTrees.make(size: .small, seed: 1)
    try ControlledDataWriter.write(data, to: folder.path + "/out")
    #expect(
      folder.names == [
        "out", "out/about.json", "out/documents.jsonl", "out/oracle.jsonl", "out/test.jsonl",
      ])
    let documents = try rows("out/documents.jsonl", of: Row.self)
    #expect(documents.map(\.id) == data.documents.map(\.id))
    #expect(documents.map(\.text) == data.documents.map(\.text))
    #expect(try rows("out/test.jsonl", of: ChoiceItem.self) == data.items)
    #expect(try rows("out/oracle.jsonl", of: OracleStatement.self) == data.oracle)
  }

  @Test func `the summary counts what there is`() throws {
    let data = SimpleSyllogisms.make(size: .small, seed: .max)
    try ControlledDataWriter.write(data, to: folder.path + "/out")
    let about = try #require(folder.text("out/about.json"))
    for part in [
      #""name" : "simple-syllogisms""#, #""size" : "small""#, #""seed" : 18446744073709551615"#,
      #""documents" : 38"#, #""items" : 60"#, #""globalInferences" : 54"#, #""name" : "chain""#,
    ] { #expect(about.contains(part), "\(part)") }
  }

  @Test func `the same data give the same bytes`() throws {
    for name in ["one", "two"] {
      let data = Celebrities.make(size: .small, seed: 2)
      try ControlledDataWriter.write(data, to: "\(folder.path)/\(name)")
    }
    for file in ["about.json", "documents.jsonl", "oracle.jsonl", "test.jsonl"] {
      #expect(folder.text("one/\(file)") == folder.text("two/\(file)"))
    }
  }

  @Test func `a folder with something in it is refused, an empty one is filled`() throws {
    let data = SimpleReversals.make(size: .small, seed: 3)
    let error = #expect(throws: KnowledgeError.self) {
      try folder.write("mine.txt", "keep")
      try ControlledDataWriter.write(data, to: folder.path)
    }
    #expect(error?.code == .invalidSetting)
    #expect(error?.message.contains("name a folder that does not exist") == true)
    #expect(folder.names == ["mine.txt"])
    try FileManager.default.createDirectory(
      atPath: folder.path + "/empty", withIntermediateDirectories: false)
    try ControlledDataWriter.write(data, to: folder.path + "/empty")
    #expect(folder.text("empty/about.json") != nil)
  }
}

// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneAdaptation
import HoneTesting
import Testing

@testable import HoneKnowledge

@Suite struct PromptLibraryTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ name: String, _ text: String) throws {
    let path = "\(folder.path)/\(name)"
    try FileManager.default.createDirectory(
      atPath: URL(filePath: path).deletingLastPathComponent().path,
      withIntermediateDirectories: true)
    try folder.write(name, text)
  }

  private static let prompt =
    #"{"instruction": "Do it.", "examples": [{"input": "a", "output": "b"}]}"#

  @Test func `Hone's own prompts can be read and have local and global ones`() throws {
    let (statements, answering) = (try PromptLibrary.statements(), try PromptLibrary.answering())
    #expect(statements.prompts(of: .local).map(\.name) == ["rephrasings", "reversals"])
    #expect(statements.prompts(of: .global).map(\.name) == ["links"])
    #expect(
      answering.prompts(of: .local).map(\.name) == ["rephrasings", "reversals", "questions"])
    #expect(answering.prompts(of: .global).map(\.name) == ["linked-questions"])
    for prompt in Set(statements.prompts + answering.prompts) {
      #expect(!prompt.instruction.isEmpty && prompt.examples.count >= 16)
      #expect(Set(prompt.examples.map(\.input)).count == prompt.examples.count, "\(prompt.name)")
      // An answer is a line, and says something else than its statement.
      #expect(
        prompt.examples.allSatisfy {
          !$0.output.contains("\n") && !$0.output.isEmpty && $0.output != $0.input
        })
    }
  }

  /// Else a model that has learned its examples by heart would be told that they are no good.
  @Test func `the worked examples of Hone's own prompts would be kept`() throws {
    for library in [try PromptLibrary.statements(), try PromptLibrary.answering()] {
      let filter = ConsistencyFilter(library: library, documents: [], configuration: .init())
      for prompt in library.prompts {
        for example in prompt.examples {
          let judged = filter.statements(
            [.init(prompt: prompt.name, input: example.input, documents: [], sample: 0)],
            [.init(text: example.output, logLikelihood: nil, negationLogLikelihood: nil)],
            model: "m")
          let expected: [AugmentedStatement.Reason?] =
            AugmentationPrompt.isRefusal(example.output) ? [.nothing] : [nil]
          #expect(judged.map(\.dropped) == expected, "\(prompt.name): \(example)")
        }
      }
    }
  }

  @Test func `only prompts from which nothing may follow have a refusal`() throws {
    for library in [try PromptLibrary.statements(), try PromptLibrary.answering()] {
      #expect(library.prompts(of: .global).map(\.refusal) == ["Nothing."])
      #expect(
        library.prompts(of: .local).allSatisfy { $0.refusal == nil || $0.name == "questions" })
    }
  }

  @Test func `what is written to a folder is read again as it was`() throws {
    let path = folder.path + "/deep/er"
    try PromptLibrary.write(to: path)
    let prompts = Set(try PromptLibrary(folder: path).prompts)
    #expect(prompts.count == 5)
    #expect(
      try prompts
        == Set(PromptLibrary.statements().prompts).union(PromptLibrary.answering().prompts))
  }

  @Test func `a prompt that is there is not overwritten, and nothing else is written`() throws {
    try write("local/reversals.json", Self.prompt)
    let error = #expect(throws: KnowledgeError.self) { try PromptLibrary.write(to: folder.path) }
    #expect(error?.code == .invalidSetting)
    #expect(error?.message.contains("\(folder.path)/local/reversals.json") == true)
    #expect(folder.text("local/reversals.json") == Self.prompt)
    #expect(folder.names == ["local", "local/reversals.json"])
  }

  @Test func `a folder's prompts are those that end in json, sorted by name`() throws {
    try write("local/b.json", Self.prompt)
    try write("local/a.json", #"{"examples": [{"input": "x", "target": "y"}]}"#)
    try write("local/notes.txt", "no prompt")
    try write("c.json", "{")
    let library = try PromptLibrary(folder: folder.path)
    #expect(
      library.prompts == [
        AugmentationPrompt(
          name: "a", strategy: .local, instruction: "",
          examples: [Demonstration(input: "x", output: "y")]),
        AugmentationPrompt(
          name: "b", strategy: .local, instruction: "Do it.",
          examples: [Demonstration(input: "a", output: "b")]),
      ])
    #expect(library.prompts(of: .global).isEmpty)
  }

  @Test(arguments: ["", "/none", "/local"])
  func `a folder without prompts says how to get some`(place: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder.path + "/local", withIntermediateDirectories: true)
    let path = folder.path + place
    let error = #expect(throws: KnowledgeError.self) { try PromptLibrary(folder: path) }
    #expect(error?.code == .notFound)
    #expect(error?.message.hasPrefix("\(path): no prompts") == true)
    #expect(error?.message.contains("--write-prompts") == true)
  }

  @Test(arguments: [
    "{", "", "[]", "{}", #"{"examples": []}"#, #"{"examples": [{"input": "a"}]}"#,
    #"{"examples": [{"input": "a", "output": " "}]}"#,
    #"{"instruction": 3, "examples": [{"input": "a", "output": "b"}]}"#,
  ])
  func `a bad file names itself`(content: String) throws {
    try write("local/good.json", Self.prompt)
    try write("global/bad.json", content)
    let error = #expect(throws: (any Error).self) { try PromptLibrary(folder: folder.path) }
    let message =
      (error as? AdaptationError)?.message ?? (error.map { "\($0)" } ?? "")
    #expect(message.contains("\(folder.path)/global/bad.json"), "\(message)")
  }

  @Test func `two prompts of one name are refused, for their texts would be mixed up`() throws {
    try write("local/links.json", Self.prompt)
    try write("global/links.json", Self.prompt)
    #expect(throws: KnowledgeError.self) { try PromptLibrary(folder: folder.path) }
  }
}

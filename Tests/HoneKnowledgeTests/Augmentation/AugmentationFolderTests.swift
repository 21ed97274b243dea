// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneFormats
import HoneTesting
import Testing

@testable import HoneKnowledge

@Suite struct AugmentationFolderTests {
  private let temporary: TemporaryFolder
  private var folder: AugmentationFolder { AugmentationFolder(path: temporary.path + "/a/b") }

  private let identity = AugmentationFolder.Identity(
    model: "m", configuration: .init(), requestsChecksum: "ab", requests: 3)

  init() throws { temporary = try TemporaryFolder() }

  private func draft(_ text: String) -> AugmentationDraft {
    AugmentationDraft(text: text, logLikelihood: -1.25, negationLogLikelihood: nil)
  }

  @Test func `drafts are there again when it goes on`() throws {
    #expect(!folder.holdsAugmentation)
    #expect(try folder.begin(identity).isEmpty)
    #expect(folder.holdsAugmentation)
    try folder.append([(2, draft("a\n\"b\"")), (0, draft(""))])
    #expect(try folder.begin(identity) == [0: draft(""), 2: draft("a\n\"b\"")])
    try folder.append([(1, draft("c"))])
    try folder.append([])
    #expect(try folder.begin(identity).count == 3)
  }

  @Test func `a text that was written again is the later one`() throws {
    _ = try folder.begin(identity)
    try folder.append([(0, draft("a"))])
    try folder.append([(0, draft("b"))])
    #expect(try folder.begin(identity) == [0: draft("b")])
  }

  @Test func `whatever a killed process left of a line is none, and the next one stands alone`()
    throws
  {
    _ = try folder.begin(identity)
    try folder.append([(0, draft("a")), (1, draft("b"))])
    let path = folder.path + "/drafts.jsonl"
    let whole = try #require(KnowledgeFixtures.bytes(path))
    let first = try #require(whole.firstIndex(of: 10)) + 1
    for end in first...whole.count {
      try whole.prefix(end).write(to: URL(filePath: path))
      // Only its line end is missing.
      let isWhole = end >= whole.count - 1
      #expect(
        try folder.begin(identity) == (isWhole ? [0: draft("a"), 1: draft("b")] : [0: draft("a")]))
      try folder.append([(2, draft("c"))])
      #expect(try folder.begin(identity)[2] == draft("c"), "cut to \(end)")
    }
  }

  @Test func `lines that are none of it are passed over`() throws {
    _ = try folder.begin(identity)
    let path = folder.path + "/drafts.jsonl"
    try Data(
      """
      {"request": 3, "draft": {"text": "beyond"}}
      {"request": -1, "draft": {"text": "before"}}
      no JSON

      {"request": 1}
      {"request": 1, "draft": {"text": "good"}}

      """.utf8
    ).write(to: URL(filePath: path))
    let good = AugmentationDraft(text: "good", logLikelihood: nil, negationLogLikelihood: nil)
    #expect(try folder.begin(identity) == [1: good])
  }

  @Test func `another augmentation is refused and told where`() throws {
    _ = try folder.begin(identity)
    var others = [identity, identity, identity, identity]
    others[0].model = "n"
    others[1].configuration.seed = 1
    others[2].requestsChecksum = "ac"
    others[3].requests = 4
    for other in others {
      let error = #expect(throws: KnowledgeError.self) { try folder.begin(other) }
      #expect(error?.code == .invalidSetting && error?.message.hasPrefix(folder.path) == true)
    }
    try Data("{}".utf8).write(to: URL(filePath: folder.path + "/run.json"))
    #expect(throws: KnowledgeError.self) { try folder.begin(identity) }
  }

  @Test func `a folder that cannot be made is told`() throws {
    let file = try temporary.write("file", "x")
    #expect(throws: FormatError.self) {
      try AugmentationFolder(path: file + "/in").begin(identity)
    }
  }

  @Test func `what was kept and what was not have a file each`() throws {
    _ = try folder.begin(identity)
    func statement(_ text: String, _ reason: AugmentedStatement.Reason?) -> AugmentedStatement {
      AugmentedStatement(
        text: text, strategy: .global, prompt: "p", source: "s / t", documents: ["a", "b"],
        model: "m", seed: .max, sample: 2, margin: reason == nil ? nil : 0.5, dropped: reason)
    }
    try folder.finish([statement("A.", nil), statement("B.", .unlikely)])
    #expect(
      temporary.text("a/b/statements.jsonl")
        == #"{"provenance":{"documents":["a","b"],"model":"m","prompt":"p","sample":2,"#
        + #""seed":18446744073709551615,"source":"s / t","strategy":"global"},"text":"A."}"# + "\n")
    #expect(
      temporary.text("a/b/dropped.jsonl")
        == #"{"dropped":"unlikely","provenance":{"documents":["a","b"],"margin":0.5,"model":"m","#
        + #""prompt":"p","sample":2,"seed":18446744073709551615,"source":"s / t","#
        + #""strategy":"global"},"text":"B."}"# + "\n")
    // Another filter's results take their place.
    try folder.finish([])
    #expect(temporary.text("a/b/statements.jsonl") == "")
  }
}

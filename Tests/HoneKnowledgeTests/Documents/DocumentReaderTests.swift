// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneKnowledge
import HoneTesting
import Testing

@Suite struct DocumentReaderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(_ names: String..., skipsBadFiles: Bool = false, maxFileBytes: Int = 1 << 20)
    throws -> Corpus
  {
    try DocumentReader.read(
      names.map { $0.isEmpty ? folder.path : "\(folder.path)/\($0)" },
      skipsBadFiles: skipsBadFiles, maxFileBytes: maxFileBytes)
  }

  private func failure(_ names: String..., maxFileBytes: Int = 1 << 20) -> String {
    let error = #expect(throws: KnowledgeError.self) {
      try DocumentReader.read(
        names.map { $0.isEmpty ? folder.path : "\(folder.path)/\($0)" }, maxFileBytes: maxFileBytes)
    }
    return error?.message ?? ""
  }

  private func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
  }

  @Test func `a folder's documents come sorted by their paths below it`() throws {
    try makeFolder("b/c")
    try folder.write("z.txt", "Last one.")
    try folder.write("b/c/x.MD", "# Head\n\nDeep *one*. Two.")
    try folder.write("b.text", "Text one.")
    try folder.write("a.markdown", "First.")
    let corpus = try read("")
    #expect(corpus.documents.map(\.id) == ["a.markdown", "b.text", "b/c/x.MD", "z.txt"])
    #expect(corpus.documents[2].text == "Head\n\nDeep one. Two.")
    #expect(corpus.documents[2].sentences == ["Deep one.", "Two."])
    #expect(corpus.findings.isEmpty && corpus.notes.isEmpty)
    #expect(try read("b/").documents.map(\.id) == ["c/x.MD"])
    #expect(try read("b/c/x.MD").documents.map(\.id) == ["x.MD"])
  }

  @Test func `rows are documents with their own id or their line`() throws {
    try folder.write(
      "r.jsonl",
      """
      {"text": "One. Two.", "id": "first"}

      {"text": "*Three*.", "title": "A Title", "id": 7}
      {"text": "Four.", "id": null, "url": "x"}
      {"text": "Five.", "id": " ", "url": "y", "tags": []}
      """)
    let corpus = try read("r.jsonl")
    #expect(corpus.documents.map(\.id) == ["first", "7", "r.jsonl:4", "r.jsonl:5"])
    #expect(corpus.documents[1].text == "A Title\n\n*Three*.")
    #expect(corpus.documents[1].sentences == ["*Three*."])
    #expect(
      corpus.notes == [
        "2 keys not read: \(folder.path)/r.jsonl (\"url\" in 2 rows, first in line 4), "
          + "\(folder.path)/r.jsonl (\"tags\" in 1 rows, first in line 5)"
      ])
  }

  @Test func `rows that are no documents are listed`() throws {
    let rows = [
      "5", "{\"id\": \"a\"}", "{\"text\": 5}", "{\"text\": \"a\", \"id\": []}",
      "{\"text\": \"a\", \"title\": 1}", "{\"text\": \"cut", "{\"text\": \"Fine.\"}",
      "{\"text\": \" \"}",
    ]
    try folder.write("r.jsonl", rows.joined(separator: "\n"))
    let corpus = try read("r.jsonl")
    #expect(corpus.documents.map(\.id) == ["r.jsonl:7"])
    let bad = corpus.findings.filter { $0.kind == .badRow }
    #expect(bad.map(\.place) == (1...6).map { "\(folder.path)/r.jsonl:\($0)" })
    #expect(
      bad.prefix(5).map(\.detail) == [
        "a number, expected an object {\"text\": \"…\"}",
        "has no \"text\", expected {\"text\": \"…\"}", "\"text\" is a number, expected a string",
        "\"id\" is an array, expected a string or a whole number",
        "\"title\" is a number, expected a string",
      ])
    #expect(corpus.findings.last?.kind == .empty)
    #expect(corpus.notes.count == 2)
  }

  @Test func `what is left out of a folder is counted and named`() throws {
    try makeFolder(".git")
    try makeFolder("sub")
    try folder.write(".git/a.md", "Hidden.")
    try folder.write(".hidden.md", "Hidden.")
    try folder.write("a.md", "The same  text.")
    try folder.write("b.txt", "the\nSAME text.")
    try folder.write("c.md", "# Only a heading")
    try folder.write("d.txt", " \n")
    try folder.write("e.pdf", "%PDF")
    try folder.write("README", "No end of the name.")
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/sub/loop", withDestinationPath: folder.path)
    let corpus = try read("")
    #expect(corpus.documents.map(\.id) == ["a.md"])
    let path = folder.path
    #expect(
      corpus.notes == [
        "2 documents without a sentence left out: \(path)/c.md, \(path)/d.txt",
        "1 duplicate left out: \(path)/b.txt (same text as \(path)/a.md)",
        "2 files of another type left out (expected .md, .markdown, .txt, .text or .jsonl): "
          + "\(path)/README, \(path)/e.pdf",
        "2 hidden files or folders left out: \(path)/.git, \(path)/.hidden.md",
        "1 link to folders not followed: \(path)/sub/loop (name it to read it)",
      ])
  }

  @Test func `many of a kind are counted, the first named`() throws {
    for number in 10..<40 { try folder.write("\(number).txt", "Same.") }
    let corpus = try read("")
    #expect(corpus.documents.count == 1 && corpus.findings.count == 29)
    #expect(corpus.notes.first?.hasPrefix("29 duplicates left out: ") == true)
    #expect(corpus.notes.first?.hasSuffix("… and 19 more") == true)
  }

  @Test(arguments: [
    ("caf\u{E9}", "byte 3: 0xE9 is no UTF-8"), ("ab\u{C3}", "byte 2: 0xC3 is no UTF-8"),
    ("\u{80}", "byte 0: 0x80 is no UTF-8"), ("\u{FF}\u{FE}a\0", "byte 0: a mark of UTF-16"),
    ("a\0b", "byte 1: a zero byte"), ("\u{EF}\u{BB}\u{BF}a\u{FF}", "byte 4: 0xFF is no UTF-8"),
  ])
  func `a file that is no UTF-8 is an error, or left out if asked to`(bytes: String, part: String)
    throws
  {
    // Each character stands for one byte.
    let bytes = bytes.unicodeScalars.map { UInt8($0.value) }
    try folder.write("a.md", "Good.")
    for name in ["bad.md", "bad.txt", "bad.jsonl"] {
      try folder.write(name, Data(bytes))
      let message = failure("")
      #expect(message.contains("\(folder.path)/\(name): \(part)"))
      #expect(message.contains("iconv") || part.contains("zero"))
      #expect(message.contains("--skip-bad-files"))
      let corpus = try read("", skipsBadFiles: true)
      #expect(corpus.documents.map(\.id) == ["a.md"])
      #expect(corpus.notes.first?.contains(part) == true)
      try folder.remove(name)
    }
  }

  @Test func `every bad file is named at once`() throws {
    for number in 1...3 { try folder.write("\(number).txt", Data([0xFF])) }
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/gone.md", withDestinationPath: "\(folder.path)/nowhere")
    #expect(mkfifo("\(folder.path)/pipe.txt", 0o644) == 0)
    try folder.write("large.txt", String(repeating: "a", count: 101))
    let message = failure("", maxFileBytes: 100)
    #expect(
      message.split(separator: "\n").count == 7 && message.hasPrefix("6 files cannot be read"))
    #expect(message.contains("gone.md: cannot be opened: it does not exist"))
    #expect(message.contains("pipe.txt: is no regular file"))
    #expect(message.contains("large.txt: has 101 bytes, expected at most 100; split it"))
  }

  @Test func `a file of another type that is named is an error`() throws {
    try folder.write("a.pdf", "%PDF")
    #expect(failure("a.pdf").contains("a.pdf: is of a type that is not read, expected .md"))
  }

  @Test func `byte order marks and carriage returns are dropped`() throws {
    try folder.write("a.txt", "\u{FEFF}One\r\nline.\r\n\r\nTwo\rthree.\r")
    try folder.write("b.md", "\u{FEFF}# Head\r\n\r\nText\r\nhere.")
    try folder.write(
      "c.jsonl", "\u{FEFF}{\"text\": \"Row\\r\\none.\"}\r\n{\"text\": \"Row 2.\"}\r\n")
    let documents = try read("").documents
    #expect(documents.map(\.text).allSatisfy { !$0.contains("\r") && !$0.contains("\u{FEFF}") })
    #expect(documents.map(\.text).allSatisfy { !$0.contains("\r\n") })
    #expect(
      documents.map(\.sentences) == [
        ["One line.", "Two three."], ["Text here."], ["Row one."], ["Row 2."],
      ])
  }

  @Test func `an id stands for one document`() throws {
    try makeFolder("x")
    try makeFolder("y")
    try folder.write("x/a.md", "One.")
    try folder.write("y/a.md", "Two.")
    try folder.write(
      "r.jsonl", "{\"id\": \"i\", \"text\": \"A\"}\n{\"id\": \"i\", \"text\": \"B\"}")
    let corpus = try read("x", "y", "r.jsonl", "x/a.md")
    let path = folder.path
    #expect(corpus.documents.map(\.id) == ["a.md", "\(path)/y/a.md", "i", "\(path)/r.jsonl:2"])
    #expect(corpus.findings.map(\.kind) == [.renamed, .renamed, .duplicate])
    #expect(corpus.findings.last?.detail == "same text as \(path)/x/a.md")
  }

  @Test func `paths where nothing stands are all named`() throws {
    try folder.write("a.md", "A.")
    let error = #expect(throws: KnowledgeError.self) {
      try read("a.md", "b.md", "c\u{1B}[31m", skipsBadFiles: true)
    }
    #expect(error?.code == .notFound && error?.message.split(separator: "\n").count == 2)
    #expect(error?.message.contains("/c\\u{1b}[31m: No such file") == true)
    #expect(throws: KnowledgeError.self) { try DocumentReader.read([]) }
    #expect(throws: KnowledgeError.self) { try DocumentReader.read(["a\0b", ""]) }
  }

  @Test func `no document is an error that says what was found`() throws {
    try folder.write("a.pdf", "%PDF")
    try folder.write("b\u{7}.md", "")
    try folder.write("c.jsonl", "")
    let message = failure("")
    #expect(message.hasPrefix("no document in \(folder.path); expected .md"))
    #expect(message.contains("a.pdf") && message.contains("b\\u{7}.md"))
  }

  @Test func `the file's name shows its control characters`() throws {
    try folder.write("a\nb.txt", Data([0xFF]))
    #expect(failure("").contains("/a\\nb.txt: byte 0"))
  }
}

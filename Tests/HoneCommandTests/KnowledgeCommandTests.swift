// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneTesting
import Subprocess
import Testing

/// `hone augment`, `hone learn`, `hone advise` and `hone study`.
@Suite struct KnowledgeCommandTests {
  private let command: Command
  private let folder: TemporaryFolder
  private var prompts: String { folder.path + "/prompts" }

  init() throws {
    command = try Command()
    folder = try TemporaryFolder()
    for (name, input, output) in [
      ("local/turning", "Oaks are less tall than pines.", "Pines are more tall than oaks."),
      ("global/linking", "All zug are drim. All drim are hask.", "All zug are hask."),
    ] {
      try write(
        "prompts/\(name).json",
        #"{"examples": [{"input": "\#(input)", "output": "\#(output)"}]}"#)
    }
  }

  @discardableResult
  private func write(_ name: String, _ content: String) throws -> String {
    let path = URL(filePath: "\(folder.path)/\(name)")
    try FileManager.default.createDirectory(
      at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
    return try folder.write(name, content)
  }

  /// A tiny model that is shown the prompts.
  private var shown: [String] {
    ["--model", Command.tinyFolder, "--prompts", prompts, "--no-adapt-prompts"]
  }

  private func augment(_ data: String..., out: String = "out") -> [String] {
    ["augment", "--out", "\(folder.path)/\(out)"] + shown + data.flatMap { ["--data", $0] }
  }

  private func learn(_ documents: String, out: String = "learned") -> [String] {
    [
      "learn", documents, "--out", "\(folder.path)/\(out)", "--epochs", "2", "--lora-rank", "2",
      "--questions", "8",
    ] + shown
  }

  private func rows(_ name: String) throws -> [[String: Any]] {
    try #require(folder.text(name)).split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
    }
  }

  /// Documents from which questions can be built, more than 256 tokens hold.
  private func writeTeam() throws -> String {
    for (place, names) in [
      ("Quillfeather", "Maren Oduya", "Ostmere"), ("Inkpot", "Ruth Falk", "Sandhaven"),
      ("Greybox", "Carl Jensen", "Port Vale"), ("Lanternfish", "Ida Lund", "Mill Rock"),
      ("Copperleaf", "Ben Stone", "Thornmere"), ("Driftwood", "Paul Renn", "Windhelm"),
    ].enumerated() {
      try write(
        "team/\(place).md",
        "\(names.0) is maintained by \(names.1).\n\n\(names.1) lives in \(names.2).\n")
    }
    return folder.path + "/team"
  }

  // MARK: Help and usage

  @Test(arguments: [
    "augment", "learn", "advise", "study", "study run", "study report", "study augment",
    "study data",
  ])
  func `help fits 80 columns`(verb: String) async throws {
    let outcome = try await command.run(verb.split(separator: " ").map(String.init) + ["--help"])
    #expect(outcome.code == 0 && outcome.error == "")
    #expect(outcome.output.hasPrefix("OVERVIEW: "))
    for line in outcome.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    let all = try await command.run("--help").output
    #expect(all.contains("\n  \(verb.split(separator: " ")[0]) "))
  }

  @Test(arguments: [
    ("augment", 64, "--data"), ("augment --data x", 64, "--out"),
    ("augment --data x --out y --strategy z", 64, "local, global or both"),
    ("augment --data x --out y --samples 0", 64, "samples 0"),
    ("augment --data x --out y --sample-temp 0", 64, "temperature 0"),
    ("augment --data x --out y --links -1", 64, "links"),
    ("augment --data x --out y --min-margin wide", 64, "--min-margin wide"),
    ("augment --data x --out y --min-margin nan", 64, "--min-margin nan"),
    ("augment --data x --out y --global-context all", 64, "global-context"),
    ("augment --data x --out y --endpoint http://127.0.0.1:1/v1", 64, "--endpoint-model"),
    ("augment --data x --out y --endpoint-model m", 64, "--endpoint"),
    ("augment --data x --out y --endpoint u --endpoint-model m --endpoint-timeout 0", 64, "86400"),
    ("augment --data /no/such --out y", 66, "/no/such"),
    ("augment --data x --out y --prompts /no/such", 66, "/no/such: no prompts"),
    ("learn", 64, "docs"), ("learn x --epochs 0", 64, "epochs 0"),
    ("learn x --lora-rank 0", 64, "lora-rank 0"), ("learn x --questions -1", 64, "questions"),
    ("learn x --learning-rate nan", 64, "learning-rate nan"), ("learn /no/such", 66, "/no/such"),
    ("advise --docs x", 64, "queries-per-month"),
    ("advise --queries-per-month 10", 64, "--docs"),
    ("advise --docs x --queries-per-month many", 64, "many"),
    ("advise --docs x --queries-per-month -1", 64, "--queries-per-month"),
    ("advise --docs x --queries-per-month=-1", 64, "0 or more"),
    ("advise --docs x --queries-per-month nan", 64, "0 or more"),
    ("advise --docs x --queries-per-month 10 --months 0", 64, "more than 0 months"),
    ("advise --docs x --queries-per-month 10 --revisions-per-month=-2", 64, "0 or more"),
    ("advise --docs x --queries-per-month 10 --answer-tokens 0", 64, "1 … 4096"),
    ("advise --docs x --queries-per-month 10 --question-tokens 0", 64, "1 or more"),
    ("advise --docs x --queries-per-month 10 --question-tokens nan", 64, "1 or more"),
    ("advise --docs /no/such --queries-per-month 10", 66, "/no/such"),
    ("advise --docs x --queries-per-month 10 --learned /no/such", 66, "report.json"),
    ("study", 0, ""), ("study data", 64, "name"), ("study data nonsense --out x", 64, "nonsense"),
    ("study data celebrities", 64, "--out"),
    ("study data celebrities --out x --seed -1", 64, "--seed"),
    ("study data celebrities --out x --size huge", 64, "huge"),
    ("study run nonsense", 64, "nonsense"), ("study run celebrities --arms x", 64, "aft-oracle"),
    ("study run celebrities --arms=", 64, "--arms"),
    ("study run celebrities --seeds 1,x", 64, "seeds"),
    ("study run celebrities --epochs 0", 64, "epochs 0"),
    ("study run celebrities --context-tokens 0", 64, "context-tokens 0"),
    ("study augment nonsense", 64, "nonsense"),
    ("study augment celebrities --seeds x", 64, "seeds"),
    ("study report", 64, "run"), ("study report latest", 66, "runs.sqlite"),
    ("study report latest --note /no/such", 66, "/no/such"),
  ])
  func `what makes no sense ends with its exit code and a message`(
    line: String, code: Int, says: String
  ) async throws {
    let outcome = try await command.run(line.split(separator: " ").map(String.init))
    #expect(outcome.code == code, "\(outcome.error)")
    if code != 0 {
      #expect(outcome.error.hasPrefix("hone: error: ") && outcome.output == "")
      #expect(outcome.error.contains(says), "\(outcome.error)")
    }
  }

  // MARK: Documents

  @Test(arguments: ["augment", "learn"])
  func `documents that cannot be read are named with the exit code of bad data`(verb: String)
    async throws
  {
    let empty = try write("bad/empty.txt", "")
    let blank = try write("bad/blank.md", "\n\n  \n")
    let latin = try folder.write("bad/latin.txt", [0x47, 0xFC, 0x6E])
    let zero = try folder.write("bad/zero.md", [0x61, 0x00, 0x62])
    let broken = try write("bad/rows.jsonl", "{\"text\": \n")
    let picture = try write("bad/picture.png", "x")
    for (path, says) in [
      (empty, "sentence"), (blank, "sentence"), (latin, "UTF-8"), (zero, "zero"),
      (broken, "rows.jsonl:1"), (picture, "picture.png"), (folder.path + "/bad", "latin.txt"),
    ] {
      let outcome = try await command.run(
        verb == "augment" ? augment(path) : learn(path))
      #expect(outcome.code == 65, "\(outcome.error)")
      #expect(outcome.error.hasPrefix("hone: error: "))
      #expect(outcome.error.contains(path) && outcome.error.contains(says), "\(outcome.error)")
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/out"))
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/learned"))
    }
  }

  @Test func `what is left out is said, and the rest is worked on`() async throws {
    try write("docs/a.txt", "Oaks are tall.")
    try write("docs/b.md", "oaks  are tall.\n")
    try write("docs/empty.txt", "")
    let latin = try folder.write("docs/latin.txt", [0x47, 0xFC, 0x6E])
    let refused = try await command.run(augment(folder.path + "/docs"))
    #expect(refused.code == 65 && refused.error.contains("--skip-bad-files"))
    let outcome = try await command.run(
      augment(folder.path + "/docs") + ["--skip-bad-files", "--json"])
    #expect(outcome.code == 0, "\(outcome.error)")
    let json = try outcome.json()
    #expect(json["documents"] as? Int == 1 && json["written"] as? Int == 1)
    let notes = try #require(json["notes"] as? [String])
    for (says, name) in [
      ("duplicate", "b.md"), ("without a sentence", "empty.txt"), ("1 file left out", latin),
    ] {
      #expect(notes.contains { $0.contains(says) && $0.contains(name) }, "\(notes)")
      #expect(outcome.error.contains(says))
    }
  }

  @Test func `a document given twice is read once`() async throws {
    let path = try write("a.txt", "Oaks are tall. Pines are taller.")
    let outcome = try await command.run(augment(path, path) + ["--json"])
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(try outcome.json()["documents"] as? Int == 1)
    #expect(outcome.error.contains("duplicate"))
  }

  @Test func `documents that contradict each other crash nothing`() async throws {
    try write("wolves/a.txt", "Wolves are more old than foxes. Kobe have claws.")
    try write("wolves/b.txt", "Wolves are less old than foxes. Kobe have no claws.")
    try write(
      "wolves/c.txt", "Wolves are not more old than foxes. All kobe are wolves. No kobe are wolves."
    )
    let path = folder.path + "/wolves"
    let augmented = try await command.run(augment(path) + ["--min-margin", "none", "--json"])
    #expect(augmented.code == 0, "\(augmented.error)")
    let json = try augmented.json()
    let dropped = (json["dropped"] as? [String: Int] ?? [:]).values.reduce(0, +)
    #expect((json["kept"] as? Int ?? -1) + dropped == json["written"] as? Int)
    let learned = try await command.run(learn(path) + ["--json"])
    #expect(learned.code == 0, "\(learned.error)")
    #expect(try learned.json()["documents"] as? Int == 3)
  }

  // MARK: Augmenting

  @Test func `an augmentation writes its files and says so`() async throws {
    let path = try write("a.md", "It was built by Carl. Carl lives here.")
    let outcome = try await command.run(augment(path) + ["--samples", "2"])
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.output.hasPrefix("1 documents: ") || outcome.output.hasPrefix("1 document: "))
    #expect(outcome.output.contains(folder.path + "/out/statements.jsonl"))
    for line in outcome.output.split(separator: "\n") where !line.contains(folder.path) {
      #expect(line.count <= 80, "\(line)")
    }
    let (kept, dropped) = (try rows("out/statements.jsonl"), try rows("out/dropped.jsonl"))
    let drafts = try rows("out/drafts.jsonl")
    #expect(drafts.count == 6 && kept.count + dropped.count >= 6)
    #expect(dropped.allSatisfy { $0["dropped"] is String && $0["text"] is String })
    // Once more, and everything is there.
    let again = try await command.run(augment(path) + ["--samples", "2"])
    #expect(again.output == outcome.output)
    let other = try await command.run(augment(path) + ["--samples", "2", "--seed", "1"])
    #expect(other.code == 64 && other.error.contains("--out"))
    #expect(try rows("out/drafts.jsonl").count == 6)
  }

  @Test func `killed and run again it ends as an uninterrupted one`() async throws {
    let text = (0..<70).map { "Tree \($0) is less tall than oaks." }.joined(separator: " ")
    let path = try write("trees.txt", text)
    let whole = try await command.run(
      augment(path, out: "whole") + ["--strategy", "local", "--json"])
    #expect(whole.code == 0, "\(whole.error)")
    let drafts = folder.path + "/killed/drafts.jsonl"
    let killed = try await command.signal(
      augment(path, out: "killed") + ["--strategy", "local"], .kill,
      when: { FileManager.default.fileExists(atPath: drafts) })
    #expect(killed.code == 137 || killed.code == 0)
    let last = try await command.run(
      augment(path, out: "killed") + ["--strategy", "local", "--json"])
    #expect(last.code == 0, "\(last.error)")
    for name in ["statements", "dropped"] {
      #expect(folder.text("killed/\(name).jsonl") == folder.text("whole/\(name).jsonl"))
      #expect(folder.text("whole/\(name).jsonl") != nil)
    }
  }

  @Test func `Hone's prompts are written once, and can be used`() async throws {
    let path = folder.path + "/own"
    let outcome = try await command.run("augment", "--write-prompts", path)
    #expect(outcome.code == 0 && outcome.output.contains(path), "\(outcome.error)")
    #expect(
      folder.names.filter { $0.hasPrefix("own/") && $0.hasSuffix(".json") } == [
        "own/global/linked-questions.json", "own/global/links.json", "own/local/questions.json",
        "own/local/rephrasings.json", "own/local/reversals.json",
      ])
    let again = try await command.run("augment", "--write-prompts", path)
    #expect(again.code == 64 && again.error.contains("\(path)/local/"))
  }

  @Test func `a prompt file that is none is named`() async throws {
    let bad = try write("prompts/local/bad.json", "{\"examples\": [{\"input\": 3}]}")
    let path = try write("a.txt", "Oaks are tall.")
    let outcome = try await command.run(augment(path))
    #expect(outcome.code == 65 && outcome.error.contains(bad), "\(outcome.error)")
  }

  @Test func `a server that is not there ends with its address`() async throws {
    let path = try write("a.txt", "Oaks are tall.")
    for (url, code) in [("http://127.0.0.1:1/v1", 70), ("ftp://x", 64), ("http://a:b@c/", 64)] {
      var command = command
      command.environment = ["HONE_API_KEY": "sk-secret-0123"]
      let outcome = try await command.run(
        ["augment", "--data", path, "--out", folder.path + "/o", "--endpoint", url]
          + ["--endpoint-model", "m", "--endpoint-timeout", "2"])
      #expect(outcome.code == code, "\(outcome.error)")
      #expect(!outcome.error.contains("sk-secret"))
      #expect(outcome.error.contains(code == 70 ? url : "url"))
    }
  }

  // MARK: Learning

  @Test func `a corpus longer than the context is learned, and what is shown of it told`()
    async throws
  {
    let team = try writeTeam()
    let outcome = try await command.run(learn(team))
    #expect(outcome.code == 0, "\(outcome.error)")
    let line = try #require(
      outcome.output.split(separator: "\n").first { $0.hasPrefix("in context: only ") })
    let shown = try #require(Int(line.split(separator: " ")[3]))
    #expect((1..<6).contains(shown) && line.hasSuffix("documents fit, drawn by the seed"))
    #expect(outcome.output.hasPrefix("6 documents, 12 sentences, "))
    for arm in ["as it is", "in context", "fine-tuned", "augmented", "chance"] {
      #expect(outcome.output.contains("\n\(arm)"))
    }
    for line in outcome.output.split(separator: "\n") where !line.contains(folder.path) {
      #expect(line.count <= 80, "\(line)")
    }
    // Once more there is nothing to do, and the adapter is one that other verbs take.
    let again = try await command.run(learn(team) + ["--json"])
    #expect(again.code == 0, "\(again.error)")
    let report = try again.json()
    #expect(report["shownDocuments"] as? Int == shown && report["questions"] as? Int == 8)
    let generated = try await command.run(
      "generate", "--model", Command.tinyFolder, "--adapter-path", folder.path + "/learned/adapter",
      "--prompt", "Inkpot", "--max-tokens", "3", "--temp", "0")
    #expect(generated.code == 0, "\(generated.error)")
    let other = try await command.run(learn(team) + ["--seed", "1"])
    #expect(other.code == 64 && other.error.contains("--out"), "\(other.error)")
  }

  @Test func `interrupted while training it says how to go on, and does`() async throws {
    let team = try writeTeam()
    let arguments = learn(team) + ["--epochs", "3000"]
    let metrics = folder.path + "/learned/fine-tuned/metrics.jsonl"
    let outcome = try await command.signal(
      arguments, .interrupt, when: { FileManager.default.fileExists(atPath: metrics) })
    #expect(outcome.code == 130, "\(outcome.output)")
    #expect(outcome.output.contains("the same command goes on"))
    let checkpoints = folder.names.filter { $0.hasPrefix("learned/fine-tuned/checkpoints/") }
    #expect(!checkpoints.isEmpty)
    let lines: @Sendable () -> [Substring] = { [folder] in
      (folder.text("learned/fine-tuned/metrics.jsonl") ?? "").split(separator: "\n")
    }
    let before = lines().count
    let more = try await command.signal(arguments, .interrupt, when: { lines().count > before })
    #expect(more.code == 130, "\(more.output)")
    #expect(lines().count > before)
  }

  @Test func `documents without questions are said before any work`() async throws {
    let path = try write("a.txt", "so it goes and goes")
    let outcome = try await command.run(learn(path))
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.error.contains("the documents give no questions"))
    #expect(outcome.output.contains("no questions, so nothing is compared"))
  }

  @Test func `a sentence longer than the context is named with its document`() async throws {
    try write("long/a.txt", "Oaks are tall.")
    try write("long/b.txt", "Oaks are \(String(repeating: "very ", count: 200))tall.")
    let outcome = try await command.run(augment(folder.path + "/long"))
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.error.contains("note: b.txt: a sentence is longer than the model's context"))
  }

  // MARK: Studies

  @Test func `controlled data are written once`() async throws {
    let path = folder.path + "/data"
    let outcome = try await command.run(
      "study", "data", "simple-reversals", "--out", path, "--seed", "3")
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.output.hasPrefix("\(path): 60 documents, 120 questions (forward 30, "))
    #expect(
      folder.names.filter { $0.hasPrefix("data/") } == [
        "data/about.json", "data/documents.jsonl", "data/oracle.jsonl", "data/test.jsonl",
      ])
    #expect(try rows("data/documents.jsonl").count == 60 && rows("data/test.jsonl").count == 120)
    let again = try await command.run(
      "study", "data", "simple-reversals", "--out", path, "--seed", "4")
    #expect(again.code == 64 && again.error.contains(path), "\(again.error)")
    // The same elsewhere, as JSON.
    let other = folder.path + "/other"
    let json = try await command.run(
      "study", "data", "simple-reversals", "--out", other, "--seed", "3", "--json"
    ).json()
    #expect(json["documents"] as? Int == 60 && json["path"] as? String == other)
    for name in ["about.json", "documents.jsonl", "oracle.jsonl", "test.jsonl"] {
      #expect(folder.text("data/\(name)") == folder.text("other/\(name)"))
    }
    let nowhere = try await command.run("study", "data", "celebrities", "--out", "/no/such/place")
    #expect([65, 66].contains(nowhere.code) && nowhere.error.contains("/no/such"))
  }

  @Test func `a study is run, resumed and reported`() async throws {
    let store = folder.path + "/runs.sqlite"
    let arguments = [
      "study", "run", "simple-reversals", "--arms", "pretrained,ft", "--epochs", "1",
      "--lora-rank", "2", "--model", Command.tinyFolder, "--store", store,
    ]
    let outcome = try await command.run(arguments)
    #expect(outcome.code == 0, "\(outcome.error)")
    for word in ["chance", "pretrained", "ft ", "FORWARD", "REVERSED"] {
      #expect(outcome.output.contains(word), "\(word)")
    }
    let again = try await command.run(arguments)
    #expect(again.code == 64 && again.error.contains("--resume"))
    let json = try await command.run(arguments + ["--resume", "--json"]).json()
    #expect((json["results"] as? [[String: Any]])?.count == 2 * 4 * 3)
    let note = try write("note.md", "What I saw.\n")
    let report = try await command.run(
      "study", "report", "latest", "--store", store, "--note", note)
    #expect(report.code == 0, "\(report.error)")
    #expect(report.output.contains("\nWhat I saw.\n") && report.output.contains("| ft |"))
    #expect(
      report.output.contains("hone study run simple-reversals --size small --arms pretrained,ft "))
    // Other reports know of it, too.
    let show = try await command.run("runs", "show", "latest", "--store", store)
    #expect(show.code == 0 && show.output.contains("pretrained"), "\(show.error)")
    let other = try await command.run("report", "latest", "--store", store, "--markdown")
    #expect(other.code == 0 && other.output.contains("pretrained"), "\(other.error)")
  }

  @Test func `shards of a study make one run`() async throws {
    let arguments = [
      "study", "run", "simple-reversals", "--arms", "pretrained,ft", "--epochs", "1",
      "--lora-rank", "2", "--model", Command.tinyFolder, "--store",
    ]
    let store = folder.path + "/shards.sqlite"
    let first = try await command.run(arguments + [store, "--shard", "1/2"])
    #expect(
      first.code == 0 && first.output.contains("INCOMPLETE: 120 of the 240"), "\(first.output)")
    let second = try await command.run(arguments + [store, "--shard", "2/2", "--resume", "--json"])
    #expect(second.code == 0, "\(second.error)")
    let whole = try await command.run(arguments + [folder.path + "/whole.sqlite", "--json"])
    let key = { (row: [String: Any]) in
      ["arm", "split", "scorer", "correct"].map { "\(row[$0] ?? "")" }.joined(separator: " ")
    }
    let rows = try [second, whole].map { outcome in
      try #require(outcome.json()["results"] as? [[String: Any]]).map(key)
    }
    #expect(rows[0] == rows[1] && rows[0].count == 2 * 4 * 3)
    let wrong = try await command.run(arguments + [store, "--shard", "3/2"])
    #expect(wrong.code == 64 && wrong.error.contains("expected I/N"))
  }
}

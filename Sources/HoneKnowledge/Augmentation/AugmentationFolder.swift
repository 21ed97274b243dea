// SPDX-License-Identifier: Apache-2.0
import HoneFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where an augmentation is kept: `statements.jsonl`, ready to train on; `dropped.jsonl` with
/// reasons; `run.json`; and `drafts.jsonl`, every text as the model wrote it, so that nothing is
/// asked twice.
public struct AugmentationFolder: Sendable {
  /// What `run.json` holds: an augmentation goes on only as what it began as.
  struct Identity: Codable, Hashable {
    var model: String
    var configuration: AugmentationConfiguration
    /// Over the requests and the worked examples, in hexadecimal.
    var requestsChecksum: String
    var requests: Int
  }

  private struct Entry: Codable {
    let request: Int
    let draft: AugmentationDraft
  }

  /// A row of `statements.jsonl`: `text` is what `hone train` reads.
  private struct Row: Encodable {
    let statement: AugmentedStatement

    private enum CodingKeys: String, CodingKey { case text, provenance, dropped }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(statement.text, forKey: .text)
      try container.encodeIfPresent(statement.dropped, forKey: .dropped)
      try container.encode(Provenance(statement), forKey: .provenance)
    }
  }

  private struct Provenance: Encodable {
    let strategy: AugmentationPrompt.Strategy
    let prompt: String
    let source: String
    let documents: [String]
    let model: String
    let seed: UInt64
    let sample: Int
    let margin: Double?

    init(_ statement: AugmentedStatement) {
      strategy = statement.strategy
      prompt = statement.prompt
      source = statement.source
      documents = statement.documents
      model = statement.model
      seed = statement.seed
      sample = statement.sample
      margin = statement.margin
    }
  }

  public let path: String
  private var runFile: String { path + "/run.json" }
  private var draftsFile: String { path + "/drafts.jsonl" }
  public var statementsFile: String { path + "/statements.jsonl" }

  public init(path: String) { self.path = path }

  /// Whether an augmentation was begun here.
  public var holdsAugmentation: Bool { FileSystem.exists(runFile) }

  /// Begins, or goes on with what was begun.
  ///
  /// - Returns: The drafts there are, by their requests' places.
  /// - Throws: ``KnowledgeError`` if something else was begun here.
  func begin(_ identity: Identity) throws -> [Int: AugmentationDraft] {
    guard holdsAugmentation else {
      try FileSystem.makeFolder(path)
      try AtomicFile.write(JSONEncoder.sorted.encode(identity), to: runFile)
      return [:]
    }
    let found = try? JSONDecoder().decode(
      Identity.self, from: Data(try FileSystem.contents(runFile)))
    guard let found, found == identity else {
      throw KnowledgeError(
        .invalidSetting,
        "\(path): holds an augmentation with other documents, prompts, model or settings; name "
          + "another folder with --out")
    }
    return try drafts(identity.requests)
  }

  private func drafts(_ count: Int) throws -> [Int: AugmentationDraft] {
    guard FileSystem.exists(draftsFile) else { return [:] }
    let bytes = try FileSystem.contents(draftsFile)
    var drafts: [Int: AugmentationDraft] = [:]
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      // A line that a killed process left unfinished is none.
      guard let entry = try? JSONDecoder().decode(Entry.self, from: Data(line)),
        (0..<count).contains(entry.request)
      else { continue }
      drafts[entry.request] = entry.draft
    }
    // What is written next must not stand behind half a line.
    if let last = bytes.last, last != UInt8(ascii: "\n") {
      try FileSystem.append([UInt8(ascii: "\n")], to: draftsFile)
    }
    return drafts
  }

  /// Keeps drafts, each on a line.
  func append(_ drafts: [(place: Int, draft: AugmentationDraft)]) throws {
    let entries = drafts.map { Entry(request: $0.place, draft: $0.draft) }
    try FileSystem.append(try JSONEncoder.sorted.lines(entries), to: draftsFile)
  }

  /// Writes what was kept and what was not.
  func finish(_ statements: [AugmentedStatement]) throws {
    try write(statements.filter(\.isKept), to: statementsFile)
    try write(statements.filter { !$0.isKept }, to: path + "/dropped.jsonl")
  }

  private func write(_ statements: [AugmentedStatement], to file: String) throws {
    try AtomicFile.write(JSONEncoder.sorted.lines(statements.map(Row.init)), to: file)
  }
}

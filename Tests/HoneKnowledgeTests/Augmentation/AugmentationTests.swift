// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneTesting
import Synchronization
import Testing

@testable import HoneKnowledge

@Suite struct AugmentationTests {
  private let temporary: TemporaryFolder

  private let documents = KnowledgeFixtures.documents(
    "The bridge was built by Carl. Carl lives in Sandhaven.",
    "Sandhaven lies beside the sea. Ruth wrote Inkpot.", "Perhaps Ruth knows Carl.")

  init() throws { temporary = try TemporaryFolder() }

  private func folder(_ name: String) -> AugmentationFolder {
    AugmentationFolder(path: "\(temporary.path)/\(name)")
  }

  private func augmentation(
    _ change: (inout AugmentationConfiguration) -> Void = { _ in },
    library: PromptLibrary = KnowledgeFixtures.library
  ) throws -> Augmentation {
    var configuration = AugmentationConfiguration()
    configuration.samples = 2
    change(&configuration)
    return try Augmentation(
      documents: documents, library: library, configuration: configuration)
  }

  private func files(_ name: String) -> [String?] {
    ["statements", "dropped"].map { temporary.text("\(name)/\($0).jsonl") }
  }

  @Test func `every text is asked once, kept and judged`() async throws {
    let augmentation = try augmentation()
    let writer = ScriptedWriter()
    let events = Mutex<[String]>([])
    let statements = try await augmentation.run(with: writer, in: folder("whole")) { event in
      events.withLock { $0.append("\(event)") }
    }
    let requests = augmentation.plan.requests
    #expect(requests.count > 12 && writer.written == requests)
    #expect(statements.map(\.source) == requests.map(\.input))
    #expect(statements.contains { $0.isKept } && statements.contains { !$0.isKept })
    #expect(
      events.withLock { $0 } == ["began(written: 0, of: \(requests.count))"]
        + (1...requests.count).map { "wrote(\($0), of: \(requests.count))" })
    let kept = try KnowledgeFixtures.rows(folder("whole").statementsFile)
    #expect(kept.map { $0["text"] as? String } == statements.filter(\.isKept).map(\.text))
    let provenance = try #require(kept.first?["provenance"] as? [String: Any])
    #expect(
      provenance["model"] as? String == "scripted" && provenance["prompt"] as? String == "turning")
    let dropped = try KnowledgeFixtures.rows(temporary.path + "/whole/dropped.jsonl")
    #expect(
      dropped.map { $0["dropped"] as? String }
        == statements.compactMap { $0.dropped?.rawValue })
  }

  @Test(arguments: [0, 1, 5, 9])
  func `interrupted and begun again it asks for the rest only, and ends as if it had not been`(
    texts: Int
  ) async throws {
    let augmentation = try augmentation()
    let whole = try await augmentation.run(with: ScriptedWriter(), in: folder("whole"))
    await #expect(throws: ScriptedWriter.Broken.self) {
      try await augmentation.run(with: ScriptedWriter(texts: texts), in: folder("parts"))
    }
    #expect(files("parts") == [nil, nil])
    await #expect(throws: ScriptedWriter.Broken.self) {
      try await augmentation.run(with: ScriptedWriter(texts: 2), in: folder("parts"))
    }
    let last = ScriptedWriter()
    let began = Mutex(-1)
    let statements = try await augmentation.run(with: last, in: folder("parts")) { event in
      if case .began(let written, _) = event { began.withLock { $0 = written } }
    }
    #expect(statements == whole && files("parts") == files("whole"))
    #expect(began.withLock { $0 } == texts + 2)
    #expect(last.written == Array(augmentation.plan.requests.dropFirst(texts + 2)))
  }

  @Test func `what is finished is not asked again, and judged to the same end`() async throws {
    let augmentation = try augmentation()
    let statements = try await augmentation.run(with: ScriptedWriter(), in: folder("a"))
    let (before, idle) = (files("a"), ScriptedWriter(texts: 0))
    #expect(try await augmentation.run(with: idle, in: folder("a")) == statements)
    #expect(files("a") == before)
  }

  @Test func `half a line at the end of the drafts is asked for again`() async throws {
    let augmentation = try augmentation()
    let whole = try await augmentation.run(with: ScriptedWriter(), in: folder("a"))
    let path = folder("a").path + "/drafts.jsonl"
    let bytes = try #require(KnowledgeFixtures.bytes(path))
    try bytes.dropLast(12).write(to: URL(filePath: path))
    let writer = ScriptedWriter()
    #expect(try await augmentation.run(with: writer, in: folder("a")) == whole)
    #expect(writer.written == augmentation.plan.requests.suffix(1))
    let again = ScriptedWriter(texts: 0)
    #expect(try await augmentation.run(with: again, in: folder("a")) == whole)
  }

  @Test func `other settings, documents, prompts or writers are refused in the same folder`()
    async throws
  {
    _ = try await augmentation().run(with: ScriptedWriter(), in: folder("a"))
    let before = files("a")
    func isRefused(_ other: Augmentation, name: String = "scripted") async {
      let writer = ScriptedWriter(name: name)
      let error = await #expect(throws: KnowledgeError.self) {
        try await other.run(with: writer, in: folder("a"))
      }
      #expect(error?.code == .invalidSetting && error?.message.contains(folder("a").path) == true)
      #expect(writer.written.isEmpty)
    }
    await isRefused(try augmentation { $0.seed = 1 })
    await isRefused(try augmentation { $0.samples = 3 })
    await isRefused(try augmentation { $0.temperature = 0.8 })
    await isRefused(try augmentation { $0.maxTokens = 65 })
    await isRefused(try augmentation { $0.adaptsToPrompts = false })
    await isRefused(try augmentation { $0.strategies = [.local] })
    await isRefused(try augmentation(), name: "other")
    let prompts = [
      KnowledgeFixtures.turning,
      AugmentationPrompt(
        name: "linking", strategy: .global, instruction: "Say what follows",
        examples: KnowledgeFixtures.linking.examples),
    ]
    await isRefused(try augmentation(library: PromptLibrary(prompts: prompts)))
    await isRefused(
      try Augmentation(
        documents: KnowledgeFixtures.documents("Carl sings."), library: KnowledgeFixtures.library,
        configuration: augmentation().configuration))
    #expect(files("a") == before)
  }

  @Test func `another least margin judges the same texts anew`() async throws {
    func kept(_ margin: Double?) async throws -> Int {
      let writer = ScriptedWriter(texts: margin == 2 ? .max : 0)
      let statements = try await augmentation { $0.minMargin = margin }.run(
        with: writer, in: folder("a"))
      let rows = try KnowledgeFixtures.rows(folder("a").statementsFile)
      #expect(rows.count == statements.count { $0.isKept })
      return rows.count
    }
    let two = try await kept(2)
    let (four, none) = (try await kept(4), try await kept(nil))
    #expect(four < two && two < none)
    #expect(try await kept(2) == two)
  }

  @Test func `a writer that breaks a promise leaves empty texts, not a crash`() async throws {
    struct Idle: StatementWriter {
      let name = "idle"
      func write(
        _ requests: [AugmentationRequest], prompt: AugmentationPrompt, context: String?,
        configuration: AugmentationConfiguration,
        onDrafts: @escaping @Sendable ([(place: Int, draft: AugmentationDraft)]) throws -> Void
      ) async throws {}
    }
    let statements = try await augmentation().run(with: Idle(), in: folder("a"))
    #expect(!statements.isEmpty && statements.allSatisfy { $0.dropped == .empty })
    // They are still wanted.
    let writer = ScriptedWriter(name: "idle")
    _ = try await augmentation().run(with: writer, in: folder("a"))
    #expect(writer.written.count == statements.count)
  }

  @Test func `cancelled it ends without results and keeps what was written`() async throws {
    let augmentation = try augmentation()
    let writer = ScriptedWriter { request in
      withUnsafeCurrentTask { $0?.cancel() }
      return ScriptedWriter.turned(request)
    }
    let work = Task { try await augmentation.run(with: writer, in: folder("a")) }
    await #expect(throws: CancellationError.self) { try await work.value }
    #expect(files("a") == [nil, nil])
    _ = try await augmentation.run(with: ScriptedWriter(texts: 0), in: folder("a"))
    #expect(files("a") != [nil, nil])
  }

  @Test func `the corpus stands before global prompts, if it is to`() async throws {
    let corpus = documents.map(\.text).joined(separator: "\n\n")
    for (kind, expected) in [
      (AugmentationConfiguration.GlobalContext.related, nil as String?), (.corpus, corpus),
    ] {
      let writer = ScriptedWriter()
      _ = try await augmentation { $0.globalContext = kind }.run(
        with: writer, in: folder(kind.rawValue))
      #expect(writer.context(of: "turning") == .some(.some(nil)))
      #expect(writer.context(of: "linking") == .some(.some(expected)))
    }
  }

  @Test func `prompts of one name are refused, for their texts would be mixed up`() {
    let twin = AugmentationPrompt(
      name: "turning", strategy: .global, instruction: "", examples: [])
    let error = #expect(throws: KnowledgeError.self) {
      try augmentation(library: PromptLibrary(prompts: [KnowledgeFixtures.turning, twin]))
    }
    #expect(error?.code == .invalidSetting)
  }

  @Test func `settings out of their range and strategies without a prompt are refused`() throws {
    let error = #expect(throws: KnowledgeError.self) {
      try augmentation {
        $0.samples = 0
        $0.temperature = .nan
        $0.maxTokens = 0
        $0.linksPerDocument = -1
        $0.minMargin = .infinity
        $0.strategies = []
      }
    }
    #expect(error?.code == .invalidSetting)
    #expect(error?.message.split(separator: "\n").count == 6)
    let bare = PromptLibrary(prompts: [KnowledgeFixtures.turning])
    let missing = #expect(throws: KnowledgeError.self) { try augmentation(library: bare) }
    #expect(missing?.message.contains("strategy global") == true)
    _ = try augmentation({ $0.strategies = [.local] }, library: bare)
  }
}

// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneTesting
import Testing

@testable import HoneKnowledge

@Suite struct EndpointWriterTests {
  private let temporary: TemporaryFolder
  private let documents = (0..<6).map {
    Document(id: "\($0)", sentences: ["Number \($0) is less than Carl."])
  }

  init() throws { temporary = try TemporaryFolder() }

  private func write(
    _ server: TestServer, timeout: Duration = .seconds(10), maxRetries: Int = 0,
    parallelRequests: Int = 1, samples: Int = 1
  ) async throws -> [AugmentedStatement] {
    var configuration = AugmentationConfiguration()
    configuration.strategies = [.local]
    configuration.samples = samples
    configuration.maxTokens = 33
    configuration.seed = 5
    var pacing = RetryPacing()
    pacing.firstPause = .milliseconds(1)
    let generator = try EndpointGenerator(
      EndpointConfiguration(
        url: server.url, model: "served", timeout: timeout, maxRetries: maxRetries,
        parallelRequests: parallelRequests), apiKey: nil, pacing: pacing)
    let augmentation = try Augmentation(
      documents: documents, library: KnowledgeFixtures.library, configuration: configuration)
    do {
      let statements = try await augmentation.run(
        with: EndpointWriter(generator), in: AugmentationFolder(path: temporary.path + "/out"))
      await generator.shutdown()
      return statements
    } catch {
      await generator.shutdown()
      throw error
    }
  }

  private func written() throws -> [Int] {
    let path = temporary.path + "/out/drafts.jsonl"
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    return try KnowledgeFixtures.rows(path).compactMap { $0["request"] as? Int }.sorted()
  }

  /// The number that a request is about.
  private static func number(_ request: TestServer.Request) -> Int {
    let text = request.body.split(separator: "Number ").last?.prefix { $0.isNumber } ?? ""
    return Int(text) ?? -1
  }

  private static func answer(_ request: TestServer.Request) -> TestServer.Answer {
    .chat("Carl is more than number \(number(request)).")
  }

  @Test func `each statement is asked with the worked examples before it`() async throws {
    let server = try TestServer { request, _ in Self.answer(request) }
    let statements = try await write(server, samples: 2)
    #expect(statements.count == 12 && statements.allSatisfy { $0.model == "served" })
    #expect(statements.prefix(6).map(\.text) == (0..<6).map { "Carl is more than number \($0)." })
    #expect(statements.prefix(6).allSatisfy { $0.isKept && $0.margin == nil })
    // The server says the same of every sample.
    #expect(statements.dropFirst(6).allSatisfy { $0.dropped == .duplicate })
    let bodies = try server.requests.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.body.utf8)) as? [String: Any])
    }
    let messages = try #require(bodies[0]["messages"] as? [[String: String]])
    #expect(
      messages == [
        [
          "role": "user",
          "content": """
          Turn it round.

          Q: Oaks are less tall than pines.
          A: Pines are more tall than oaks.

          Q: Anna's mother is Berta.
          A: Berta's child is Anna.

          Q: Number 0 is less than Carl.
          A:
          """,
        ]
      ])
    #expect(bodies.allSatisfy { $0["max_tokens"] as? Int == 33 })
    #expect(bodies.allSatisfy { $0["stop"] as? [String] == ["\nQ:"] })
    #expect(bodies.prefix(6).allSatisfy { $0["temperature"] as? Double == 0 })
    #expect(bodies.dropFirst(6).allSatisfy { $0["temperature"] as? Double == 0.7 })
    #expect(Set(bodies.compactMap { $0["seed"] as? Int }).count == 12)
  }

  @Test func `an answer that begins as the examples' do, or has more lines, is trimmed`()
    async throws
  {
    let server = try TestServer { request, _ in
      let number = Self.number(request)
      return .chat(#"\n A:  Carl is \t more than number \#(number).\nQ: and now?"#)
    }
    let texts = try await write(server).map(\.text)
    #expect(texts == (0..<6).map { "Carl is more than number \($0)." })
    let plain = try TestServer { request, _ in
      .chat(#"A:  Carl is \t more than number \#(Self.number(request)).\nQ: and now?"#)
    }
    let other = try await EndpointWriterTests().write(plain)
    #expect(other.map(\.text) == (0..<6).map { "Carl is more than number \($0)." })
  }

  @Test func `what came before an answer that times out half-way is kept, and not asked again`()
    async throws
  {
    let half = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"choices\": [{\"mess"
    let server = try TestServer { request, count in
      count < 3 ? Self.answer(request) : .stall(half)
    }
    let error = await #expect(throws: KnowledgeError.self) {
      try await write(server, timeout: .milliseconds(300), maxRetries: 1)
    }
    #expect(error?.code == .endpoint)
    #expect(error?.message.contains("no whole answer within 0.3 seconds") == true)
    #expect(error?.message.contains("(tried 2 times)") == true)
    #expect(try written() == [0, 1, 2] && server.requests.count == 5)
    #expect(temporary.text("out/statements.jsonl") == nil)
    let healthy = try TestServer { request, _ in Self.answer(request) }
    let statements = try await write(healthy)
    #expect(healthy.requests.map(Self.number) == [3, 4, 5])
    #expect(statements.map(\.text) == (0..<6).map { "Carl is more than number \($0)." })
    #expect(statements.allSatisfy { $0.isKept })
  }

  @Test func `a request that fails for good takes no answer of the others along`() async throws {
    let server = try TestServer { request, _ in
      Self.number(request) == 1 ? .response(400, body: "no") : Self.answer(request)
    }
    let error = await #expect(throws: KnowledgeError.self) {
      try await write(server, parallelRequests: 4)
    }
    #expect(error?.message.contains("status 400: no") == true)
    let kept = try written()
    #expect(!kept.contains(1) && server.requests.count == kept.count + 1)
    let healthy = try TestServer { request, _ in Self.answer(request) }
    let statements = try await write(healthy, parallelRequests: 4)
    #expect(healthy.requests.map(Self.number).sorted() == (0..<6).filter { !kept.contains($0) })
    #expect(statements.map(\.text) == (0..<6).map { "Carl is more than number \($0)." })
  }

  @Test func `answers in any order stand at their requests`() async throws {
    let box = WriterServerBox()
    let server = try TestServer { request, count in
      // The first are answered when as many as may be are there.
      if count < 4 { box.server?.waitForRequestsAtOnce(4) }
      return Self.answer(request)
    }
    box.server = server
    let statements = try await write(server, parallelRequests: 4)
    #expect(statements.map(\.text) == (0..<6).map { "Carl is more than number \($0)." })
    #expect(server.mostAtOnce == 4 && server.requests.count == 6)
  }

  @Test(arguments: [
    TestServer.Answer.response(body: "<html>"), .response(body: "{\"choices\": ["),
    .response(body: "{}"), .raw("nonsense"), .response(body: "\u{0}"),
  ])
  func `garbage ends it with a message, and what came before is kept`(answer: TestServer.Answer)
    async throws
  {
    let server = try TestServer { request, count in count == 1 ? answer : Self.answer(request) }
    let error = await #expect(throws: KnowledgeError.self) { try await write(server) }
    #expect(error?.code == .endpoint && error?.message.hasPrefix(server.url) == true)
    #expect(try written() == [0])
  }

  @Test func `an empty answer is an empty text, and that is all`() async throws {
    let server = try TestServer(.chat(""))
    let statements = try await write(server)
    #expect(statements.allSatisfy { $0.dropped == .empty } && statements.count == 6)
    #expect(try written() == Array(0..<6))
  }

  @Test func `cancelled it ends at once and keeps what came`() async throws {
    let server = try TestServer { request, count in count < 2 ? Self.answer(request) : .stall() }
    let work = Task { try await write(server, timeout: .seconds(120)) }
    await server.requestsHaveCome(3)
    work.cancel()
    await #expect(throws: CancellationError.self) { try await work.value }
    let kept = try written()
    #expect(kept == [0, 1], "\(server.requests.map(\.body))")
  }
}

/// A server that its own answers can speak of.
// @unchecked Sendable: set once, before the first request.
private final class WriterServerBox: @unchecked Sendable {
  weak var server: TestServer?
}

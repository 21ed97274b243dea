// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneKnowledge
import Testing

@Suite struct EndpointGeneratorTests {
  private static let key = "sk-secret-0123456789"

  private static let quick: RetryPacing = {
    var pacing = RetryPacing()
    pacing.firstPause = .milliseconds(1)
    pacing.longestPause = .milliseconds(4)
    return pacing
  }()

  /// Asks a server and shuts the generator down.
  private func ask(
    _ url: String, _ requests: [GenerationRequest] = [.init(prompt: "Say it.", maxTokens: 8)],
    prefix: String = "", api: EndpointConfiguration.API = .chat, timeout: Duration = .seconds(10),
    maxRetries: Int = 3, parallelRequests: Int = 4, apiKey: String? = key
  ) async throws -> [String] {
    let generator = try EndpointGenerator(
      EndpointConfiguration(
        url: url, model: "tiny", api: api, timeout: timeout, maxRetries: maxRetries,
        parallelRequests: parallelRequests), apiKey: apiKey, pacing: Self.quick)
    do {
      let texts = try await generator.complete(prefix: prefix, requests)
      await generator.shutdown()
      return texts
    } catch {
      await generator.shutdown()
      throw error
    }
  }

  /// The message of the failure that is expected.
  private func failure(
    _ server: TestServer, timeout: Duration = .seconds(10), maxRetries: Int = 3,
    api: EndpointConfiguration.API = .chat, tries: Int
  ) async -> String {
    let error = await #expect(throws: KnowledgeError.self) {
      try await ask(server.url, api: api, timeout: timeout, maxRetries: maxRetries)
    }
    #expect(error?.code == .endpoint)
    #expect(server.requests.count == tries)
    let message = error?.message ?? ""
    #expect(message.contains(server.url))
    #expect(message.contains(tries == 1 ? "(tried once)" : "(tried \(tries) times)"))
    #expect(!message.contains(Self.key))
    return message
  }

  @Test func `a chat request holds prefix and prompt in one message of the user`() async throws {
    let server = try TestServer(.chat("It."))
    let request = GenerationRequest(
      prompt: "B\n\"q\"", maxTokens: 7, stop: ["\n", "#"], temperature: 0.5,
      seed: 0xFFFF_FFFF_FFFF_FFFF)
    #expect(try await ask(server.url + "/", [request], prefix: "A ") == ["It."])
    let sent = try #require(server.requests.first)
    #expect(sent.method == "POST" && sent.path == "/v1/chat/completions")
    #expect(sent.headers["authorization"] == "Bearer \(Self.key)")
    #expect(sent.headers["content-type"] == "application/json")
    let body = try #require(
      try JSONSerialization.jsonObject(with: Data(sent.body.utf8)) as? [String: Any])
    #expect(body["messages"] as? [[String: String]] == [["role": "user", "content": "A B\n\"q\""]])
    #expect(body["model"] as? String == "tiny" && body["max_tokens"] as? Int == 7)
    #expect(body["temperature"] as? Double == 0.5 && body["seed"] as? Int == 0x7FFF_FFFF)
    #expect(body["stop"] as? [String] == ["\n", "#"] && body["stream"] as? Bool == false)
  }

  @Test func `the completions route continues the text, and no key is sent if there is none`()
    async throws
  {
    let server = try TestServer(.response(body: #"{"choices": [{"text": " b. # c"}]}"#))
    let requests = [GenerationRequest(prompt: "a", maxTokens: 3, stop: ["#", "", "zz"])]
    let texts = try await ask(server.url, requests, prefix: "p", api: .completions, apiKey: "")
    #expect(texts == [" b. "])
    let sent = try #require(server.requests.first)
    #expect(sent.path == "/v1/completions" && sent.body.contains(#""prompt": "pa""#))
    #expect(sent.headers["authorization"] == nil)
  }

  @Test func `answers stand in the order of their requests, so many asked at once`() async throws {
    let box = ServerBox()
    let server = try TestServer { request, count in
      // The first are answered when as many as may be are there.
      if count < 3 { box.server?.waitForRequestsAtOnce(3) }
      let number = request.body.split(separator: "number ").last?.prefix { $0.isNumber } ?? "?"
      return .chat("answer \(number)")
    }
    box.server = server
    let requests = (0..<12).map { GenerationRequest(prompt: "number \($0)", maxTokens: 4) }
    let texts = try await ask(server.url, requests, parallelRequests: 3)
    #expect(texts == (0..<12).map { "answer \($0)" })
    #expect(server.mostAtOnce == 3 && server.requests.count == 12)
    #expect(try await ask(server.url, []) == [])
  }

  @Test(arguments: [
    TestServer.Answer.response(500, body: "oops"), .response(503, body: ""),
    .response(429, headers: ["Retry-After: 0"], body: "slow down"), .response(408, body: ""),
    .raw(""), .raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"choices\""),
  ])
  func `what may pass is tried again`(first: TestServer.Answer) async throws {
    let server = try TestServer(first, first, .chat("fine"))
    #expect(try await ask(server.url) == ["fine"])
    #expect(server.requests.count == 3)
  }

  @Test func `a request that times out half-way is tried again, and named if it stays so`()
    async throws
  {
    let half = TestServer.Answer.stall("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"cho")
    let server = try TestServer(.stall(), half, .chat("fine"))
    #expect(try await ask(server.url, timeout: .milliseconds(200)) == ["fine"])
    let message = await failure(
      try TestServer(half), timeout: .milliseconds(200), maxRetries: 1, tries: 2)
    #expect(message.contains("no whole answer within 0.2 seconds"))
  }

  @Test func `a server that stays in trouble is named with what it said`() async throws {
    let body = "{\"error\": \"\u{1B}[31mdown\"}\n" + String(repeating: "x", count: 500)
    let message = await failure(
      try TestServer(.response(500, body: body)), maxRetries: 2, tries: 3)
    #expect(message.contains(#"status 500: {"error": "\u{1b}[31mdown"} xxx"#))
    #expect(message.contains("xxx… (tried") && message.count < 400)
  }

  @Test(arguments: [
    (401, "check the API key"), (404, "check the address"), (400, "context length"),
    (413, "shorten"), (302, "leads to"),
  ])
  func `what does not pass is told at once, without the key`(status: Int, advice: String)
    async throws
  {
    let message = await failure(
      try TestServer(.response(status, body: "bad key \(Self.key)!")), tries: 1)
    #expect(message.contains("status \(status): bad key [API key]!") && message.contains(advice))
  }

  @Test func `a server that asks to wait too long is not waited for`() async throws {
    let message = await failure(
      try TestServer(.response(429, headers: ["Retry-After: 3600"], body: "")), tries: 1)
    #expect(message.contains("status 429 without a text and asks to wait for 3600.0 seconds"))
  }

  @Test(arguments: [
    ("", "an empty answer"), ("<!DOCTYPE html><p>Hello", "a web page instead of JSON"),
    ("{\"choices\": [", "line 1, column 14"), ("{\"choices\": []}", "without \"choices\""),
    ("[]", "without \"choices\""), ("{\"error\": {\"message\": \"no model\"}}", "no model"),
    (
      #"{"choices": [{"message": {"content": null}, "finish_reason": "tool_calls"}]}"#,
      #"content is null, which ended by "tool_calls", expected a string"#
    ),
    (#"{"choices": [{"text": "a"}]}"#, "message.content is missing"),
    ("{\"choices\": \u{1}", "\\u{1}"),
  ])
  func `an answer that is none says so`(body: String, part: String) async throws {
    let message = await failure(try TestServer(.response(body: body)), tries: 1)
    #expect(message.contains(part))
  }

  @Test func `an answer that is no HTTP says so`() async throws {
    let message = await failure(try TestServer(.raw("SSH-2.0-OpenSSH_9.2\r\n")), tries: 1)
    #expect(message.contains("is no HTTP") && message.contains("port"))
  }

  @Test(arguments: [true, false])
  func `an answer without end is not read`(isCounted: Bool) async throws {
    let head = "HTTP/1.1 200 OK\r\n" + (isCounted ? "Content-Length: 99999999\r\n\r\n" : "\r\n")
    let body = String(repeating: " ", count: (16 << 20) + 1)
    let message = await failure(
      try TestServer(.raw(head + body)), timeout: .seconds(120), tries: 1)
    #expect(message.contains("more than 16777216 bytes"))
  }

  @Test func `a redirect is followed, without the key if it leads elsewhere`() async throws {
    let target = try TestServer(.chat("there"))
    let location = "Location: \(target.url)/chat/completions"
    let server = try TestServer(.response(307, headers: [location], body: ""))
    #expect(try await ask(server.url) == ["there"])
    let sent = try #require(target.requests.first)
    #expect(sent.body.contains("Say it.") && sent.headers["authorization"] == nil)
  }

  @Test func `nobody there is told after all tries`() async throws {
    let url = "http://127.0.0.1:\(try TestServer.freePort())/v1"
    let error = await #expect(throws: KnowledgeError.self) { try await ask(url, maxRetries: 1) }
    let message = error?.message ?? ""
    #expect(message.hasPrefix("\(url)/chat/completions: no connection (") == true)
    #expect(message.contains("(tried 2 times); check that the server runs"))
  }

  @Test func `a cancelled request does not wait for its answer`() async throws {
    let server = try TestServer(.stall())
    let task = Task { try await ask(server.url, timeout: .seconds(120)) }
    await server.requestsHaveCome(1)
    let start = ContinuousClock.now
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  @Test func `a pause between tries can be cancelled`() async throws {
    let server = try TestServer(.response(503, headers: ["Retry-After: 100"], body: ""))
    let task = Task { try await ask(server.url) }
    await server.requestsHaveCome(1)
    let start = ContinuousClock.now
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(ContinuousClock.now - start < .seconds(60) && server.requests.count == 1)
  }

  @Test func `one request that fails for good ends the others`() async throws {
    let server = try TestServer { request, _ in
      request.body.contains("bad") ? .response(400, body: "no") : .stall()
    }
    let requests = ["a", "bad", "c"].map { GenerationRequest(prompt: $0, maxTokens: 1) }
    let error = await #expect(throws: KnowledgeError.self) { try await ask(server.url, requests) }
    #expect(error?.message.contains("status 400: no") == true)
  }

  @Test func `a generator that is shut down says so`() async throws {
    let server = try TestServer(.chat("a"))
    let generator = try EndpointGenerator(EndpointConfiguration(url: server.url, model: "m"))
    #expect(generator.name == "m")
    let requests = [GenerationRequest(prompt: "a", maxTokens: 1)]
    #expect(try await generator.complete(prefix: "", requests) == ["a"])
    await generator.shutdown()
    await generator.shutdown()
    let error = await #expect(throws: KnowledgeError.self) {
      try await generator.complete(prefix: "", requests)
    }
    #expect(error?.message.contains("was shut down") == true)
  }

  @Test func `a generator that nobody shuts down goes by itself`() async throws {
    let server = try TestServer(.chat("a"))
    let requests = [GenerationRequest(prompt: "a", maxTokens: 1)]
    let configuration = try EndpointConfiguration(url: server.url, model: "m")
    let texts = try await EndpointGenerator(configuration).complete(prefix: "", requests)
    #expect(texts == ["a"])
  }

  @Test(arguments: [(0, 0.0), (1, -1), (1, .nan), (1, .infinity)])
  func `a request that no server takes is not sent`(maxTokens: Int, temperature: Double)
    async throws
  {
    let server = try TestServer(.chat("a"))
    let request = GenerationRequest(prompt: "a", maxTokens: maxTokens, temperature: temperature)
    let error = await #expect(throws: KnowledgeError.self) { try await ask(server.url, [request]) }
    #expect(error?.code == .invalidSetting && server.requests.isEmpty)
  }

  @Test(arguments: ["a b", "a\nb", "schlüssel"])
  func `a key that cannot be sent is refused and not shown`(key: String) throws {
    let configuration = try EndpointConfiguration(url: "http://127.0.0.1:1/v1", model: "m")
    let error = #expect(throws: KnowledgeError.self) {
      try EndpointGenerator(configuration, apiKey: key)
    }
    #expect(error?.code == .invalidSetting && error?.message.contains(key) == false)
  }
}

/// A server that its own answers can speak of.
// @unchecked Sendable: set once, before the first request.
private final class ServerBox: @unchecked Sendable {
  weak var server: TestServer?
}

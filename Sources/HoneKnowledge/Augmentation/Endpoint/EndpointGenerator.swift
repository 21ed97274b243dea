// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import HoneTensor

/// Asks a model behind an address: any server with OpenAI's API, such as llama.cpp's, vLLM or
/// Ollama.
///
/// The prefix and the prompt are one text; with ``EndpointConfiguration/API/chat`` it is one user
/// message. Requests that time out, find no connection or are answered by 408, 429 or 5xx are tried
/// again after a pause that doubles, or the one that the server asks for. Call ``shutdown()`` when
/// it is no longer needed.
public final class EndpointGenerator: Sendable {
  public let configuration: EndpointConfiguration
  /// The model's name.
  public var name: String { configuration.model }
  private let connection: EndpointConnection
  private let pacing: RetryPacing

  /// Connects when the first request is made.
  ///
  /// - Parameter apiKey: Sent as a bearer token; no message shows it. Nil or empty for none.
  /// - Throws: ``KnowledgeError`` (`invalidSetting`) if the key cannot be sent.
  public convenience init(_ configuration: EndpointConfiguration, apiKey: String? = nil) throws {
    try self.init(configuration, apiKey: apiKey, pacing: RetryPacing())
  }

  package init(
    _ configuration: EndpointConfiguration, apiKey: String?, pacing: RetryPacing
  ) throws {
    // Keys come from files and variables, often with a line end.
    let key = apiKey.map { $0[...].trimmedText } ?? ""
    guard key.unicodeScalars.allSatisfy({ (0x21...0x7E).contains($0.value) }) else {
      throw KnowledgeError(
        .invalidSetting,
        "the API key has a space, a control character or one outside ASCII in it; "
          + "copy it again without what surrounds it")
    }
    self.configuration = configuration
    self.pacing = pacing
    connection = EndpointConnection(
      client: EndpointConnection.client(parallelRequests: configuration.parallelRequests),
      endpoint: configuration.endpoint, apiKey: key.isEmpty ? nil : key,
      timeout: configuration.timeout)
  }

  deinit {
    // For those who forget to: the library ends a debug build whose client is not shut down.
    let client = connection.client
    Task { try? await client.shutdown() }
  }

  /// Ends all connections; requests under way and later ones fail.
  public func shutdown() async {
    // It fails only if it was shut down before.
    try? await connection.client.shutdown()
  }

  /// The continuations, at most ``EndpointConfiguration/parallelRequests`` asked for at once.
  ///
  /// - Throws: ``KnowledgeError`` (`endpoint`) of the first request that failed for good, upon which
  ///   the others are given up; (`invalidSetting`) for a request that no server takes;
  ///   `CancellationError`.
  public func complete(prefix: String, _ requests: [GenerationRequest]) async throws -> [String] {
    for request in requests {
      guard request.maxTokens > 0, request.temperature >= 0, request.temperature.isFinite else {
        throw KnowledgeError(
          .invalidSetting,
          "a request for \(request.maxTokens) tokens at temperature \(request.temperature): "
            + "expected at least 1, at 0 or more")
      }
    }
    return try await withThrowingTaskGroup(of: (Int, String).self) { group in
      var texts = Array(repeating: "", count: requests.count)
      var waiting = requests.enumerated().makeIterator()
      func start() {
        guard let (index, request) = waiting.next() else { return }
        group.addTask { (index, try await self.answer(to: request, prefix: prefix)) }
      }
      for _ in 0..<configuration.parallelRequests { start() }
      while let (index, text) = try await group.next() {
        texts[index] = text
        start()
      }
      return texts
    }
  }

  private func answer(to request: GenerationRequest, prefix: String) async throws -> String {
    let body = EndpointMessage.request(request, prefix: prefix, configuration: configuration)
    var tries = 0
    while true {
      tries += 1
      do {
        let answer = try await connection.post(body)
        return try EndpointMessage.text(
          of: answer, api: configuration.api, stop: request.stop)
      } catch let failure as EndpointFailure {
        guard failure.mayPass, tries <= configuration.maxRetries,
          let pause = pacing.pause(after: tries, requested: failure.requestedPause)
        else { throw error(failure, tries: tries) }
        try await Task.sleep(for: pause)
      }
    }
  }

  private func error(_ failure: EndpointFailure, tries: Int) -> KnowledgeError {
    let pause = failure.mayPass ? failure.requestedPause : nil
    let wish = pause.map { " and asks to wait for \($0)" } ?? ""
    let message =
      "\(configuration.endpoint): \(failure.what)\(wish) "
      + "(tried \(tries == 1 ? "once" : "\(tries) times")); \(failure.advice)"
    return KnowledgeError(.endpoint, EndpointMessage.hide(connection.apiKey, in: message))
  }
}

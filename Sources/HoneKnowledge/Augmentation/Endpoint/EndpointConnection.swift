// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient

/// Sends requests to one address, each once.
struct EndpointConnection {
  /// A longer answer is a failure, not a reason to run out of memory.
  static let maxAnswerBytes = 16 << 20
  /// What is read of an answer that says what went wrong.
  private static let maxErrorBytes = 64 << 10

  private struct Answer {
    let status: Int
    let body: [UInt8]
    let retryAfter: Duration?
  }

  let client: HTTPClient
  let endpoint: String
  let apiKey: String?
  let timeout: Duration

  static func client(parallelRequests: Int) -> HTTPClient {
    var configuration = HTTPClient.Configuration()
    // A refused connection is one of our tries, and told at once.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = parallelRequests
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  /// - Returns: The body of an answer with a status of 2xx.
  /// - Throws: ``EndpointFailure``, `CancellationError`.
  func post(_ body: [UInt8]) async throws -> [UInt8] {
    let answer: Answer?
    do {
      answer = try await withThrowingTaskGroup(of: Answer?.self) { group in
        defer { group.cancelAll() }
        group.addTask { try await send(body) }
        // The library's own deadline ends with the answer's head.
        group.addTask {
          try await Task.sleep(for: timeout)
          return nil
        }
        return try await group.next() ?? nil
      }
    } catch {
      // Cancelled, the library says whatever it was doing.
      if Task.isCancelled { throw CancellationError() }
      throw error as? EndpointFailure ?? EndpointFailure(error)
    }
    try Task.checkCancellation()
    guard let answer else { throw EndpointFailure.timeout(timeout) }
    guard (200..<300).contains(answer.status) else {
      throw EndpointFailure.status(
        answer.status, excerpt: EndpointMessage.excerpt(answer.body, hiding: apiKey),
        retryAfter: answer.retryAfter)
    }
    return answer.body
  }

  private func send(_ body: [UInt8]) async throws -> Answer {
    var request = HTTPClientRequest(url: endpoint)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.headers.add(name: "Accept", value: "application/json")
    if let apiKey { request.headers.add(name: "Authorization", value: "Bearer \(apiKey)") }
    request.body = .bytes(body)
    let response = try await client.execute(request, timeout: .hours(48))
    let status = Int(response.status.code)
    let isSuccess = (200..<300).contains(status)
    if isSuccess, let length = response.headers.first(name: "Content-Length").flatMap({ Int($0) }),
      length > Self.maxAnswerBytes
    {
      throw EndpointFailure.tooLarge(maxBytes: Self.maxAnswerBytes)
    }
    let answer = try await read(
      response.body, maxBytes: isSuccess ? Self.maxAnswerBytes : Self.maxErrorBytes)
    if isSuccess, answer.count > Self.maxAnswerBytes {
      throw EndpointFailure.tooLarge(maxBytes: Self.maxAnswerBytes)
    }
    // A body that is cancelled ends as if it were whole.
    try Task.checkCancellation()
    return Answer(
      status: status, body: answer,
      retryAfter: RetryPacing.pause(
        retryAfter: response.headers.first(name: "Retry-After"),
        date: response.headers.first(name: "Date")))
  }

  /// - Returns: The whole body, or its start if it has more bytes than that, and then more of them.
  private func read(_ body: HTTPClientResponse.Body, maxBytes: Int) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    do {
      for try await chunk in body {
        bytes.append(contentsOf: chunk.readableBytesView)
        if bytes.count > maxBytes { break }
      }
    } catch {
      throw EndpointFailure.cutShort(error)
    }
    return bytes
  }
}

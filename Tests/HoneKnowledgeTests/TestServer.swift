// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A small HTTP/1.1 server on 127.0.0.1 that answers as it is told, a thread for each connection.
///
/// It stops with this object.
final class TestServer: Sendable {
  struct Request: Sendable {
    let method: String
    let path: String
    /// By lower-case names.
    let headers: [String: String]
    let body: String
  }

  enum Answer: Sendable {
    case response(Int = 200, headers: [String] = [], body: String)
    /// These bytes as they stand; then the connection is closed.
    case raw(String)
    /// These bytes and nothing more, until the other side closes.
    case stall(String = "")

    /// An answer of the chat API.
    static func chat(_ text: String) -> Answer {
      .response(body: #"{"choices": [{"message": {"role": "assistant", "content": "\#(text)"}}]}"#)
    }
  }

  struct Failure: Error {}

  let port: UInt16
  private let state: ServerState

  var url: String { "http://127.0.0.1:\(port)/v1" }
  /// In the order of their arrival.
  var requests: [Request] { state.locked { $0.requests } }
  /// The most that were there at once, unanswered.
  var mostAtOnce: Int { state.locked { $0.mostAtOnce } }

  /// - Parameter answer: Receives the request and how many came before it.
  init(_ answer: @escaping @Sendable (Request, Int) -> Answer) throws {
    let listener = socket(AF_INET, streamType, 0)
    guard listener >= 0 else { throw Failure() }
    var address = loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, $0, &length) == 0
      }
    }
    guard isBound else {
      close(listener)
      throw Failure()
    }
    // Writing to a connection that the other side has closed is to fail, not to end the process.
    signal(SIGPIPE, SIG_IGN)
    port = UInt16(bigEndian: address.sin_port)
    state = ServerState()
    Thread.detachNewThread { [state] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0, state.add(connection) else {
          close(connection)
          break
        }
        Thread.detachNewThread {
          ServerConnection(descriptor: connection, state: state, answer: answer).serve()
        }
      }
      close(listener)
    }
  }

  /// Gives these answers, the last again and again.
  convenience init(_ answers: Answer...) throws {
    try self.init { _, count in answers[min(count, answers.count - 1)] }
  }

  deinit {
    state.stop()
    // Wakes the thread that waits for connections.
    let descriptor = socket(AF_INET, streamType, 0)
    var address = loopback(port: port)
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    close(descriptor)
  }

  /// Waits until that many requests have come.
  func requestsHaveCome(_ count: Int) async {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { [state] in
        state.wait { $0.requests.count >= count }
        continuation.resume()
      }
    }
  }

  /// Waits, in an answer, until that many requests are unanswered at once, or some minutes.
  func waitForRequestsAtOnce(_ count: Int) { state.wait { $0.mostAtOnce >= count } }

  /// A port where nobody listens.
  static func freePort() throws -> UInt16 { try TestServer(.raw("")).port }
}

/// What the threads share.
// @unchecked Sendable: everything mutable is read and written with `condition` locked.
private final class ServerState: @unchecked Sendable {
  struct Values {
    var requests: [TestServer.Request] = []
    var atOnce = 0
    var mostAtOnce = 0
    fileprivate var connections: Set<Int32> = []
    fileprivate var isStopped = false
  }

  private let condition = NSCondition()
  private var values = Values()

  func locked<Result>(_ body: (inout Values) -> Result) -> Result {
    condition.lock()
    defer {
      condition.broadcast()
      condition.unlock()
    }
    return body(&values)
  }

  func wait(_ isReached: (Values) -> Bool) {
    let end = Date(timeIntervalSinceNow: 300)
    condition.lock()
    while !isReached(values), condition.wait(until: end) {}
    condition.unlock()
  }

  /// - Returns: false if the server has stopped.
  func add(_ connection: Int32) -> Bool {
    locked { values in
      if !values.isStopped { values.connections.insert(connection) }
      return !values.isStopped
    }
  }

  /// Closes a connection; under the lock, so that `stop` meets no descriptor that is another's now.
  func remove(_ connection: Int32) {
    locked { values in
      values.connections.remove(connection)
      close(connection)
    }
  }

  func stop() {
    locked { values in
      values.isStopped = true
      for connection in values.connections { shutdown(connection, Int32(SHUT_RDWR)) }
    }
  }
}

private struct ServerConnection {
  let descriptor: Int32
  let state: ServerState
  let answer: @Sendable (TestServer.Request, Int) -> TestServer.Answer

  func serve() {
    defer { state.remove(descriptor) }
    var unread: [UInt8] = []
    while let request = readRequest(&unread) {
      let count = state.locked { values in
        values.requests.append(request)
        values.atOnce += 1
        values.mostAtOnce = max(values.mostAtOnce, values.atOnce)
        return values.requests.count - 1
      }
      let answer = answer(request, count)
      state.locked { $0.atOnce -= 1 }
      switch answer {
      case .response(let status, let headers, let body):
        let head =
          ["HTTP/1.1 \(status) Status", "Content-Length: \(body.utf8.count)"] + headers + ["", ""]
        guard write(head.joined(separator: "\r\n") + body) else { return }
      case .raw(let text):
        _ = write(text)
        return
      case .stall(let text):
        guard write(text) else { return }
        while receive() != nil {}
        return
      }
    }
  }

  private func readRequest(_ unread: inout [UInt8]) -> TestServer.Request? {
    var head: Range<Int>?
    while true {
      head = unread.firstRange(of: Array("\r\n\r\n".utf8))
      if head != nil { break }
      guard let more = receive() else { return nil }
      unread += more
    }
    guard let head else { return nil }
    let lines = String(decoding: unread[..<head.lowerBound], as: UTF8.self)
      .split(separator: "\r\n").map(String.init)
    let words = lines[0].split(separator: " ").map(String.init)
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    let end = head.upperBound + (headers["content-length"].flatMap { Int($0) } ?? 0)
    while unread.count < end {
      guard let more = receive() else { return nil }
      unread += more
    }
    let body = String(decoding: unread[head.upperBound..<end], as: UTF8.self)
    unread.removeFirst(end)
    guard words.count == 3 else { return nil }
    return TestServer.Request(method: words[0], path: words[1], headers: headers, body: body)
  }

  /// - Returns: nil at the connection's end.
  private func receive() -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return count > 0 ? Array(buffer[..<count]) : nil
  }

  private func write(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, 0) }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

#if canImport(Darwin)
  private let streamType = SOCK_STREAM
#else
  private let streamType = Int32(SOCK_STREAM.rawValue)
#endif

private func loopback(port: UInt16) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  return address
}

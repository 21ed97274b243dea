// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import HoneTensor

/// Why one try at a request failed.
struct EndpointFailure: Error {
  /// What happened, for a message.
  let what: String
  /// What to do about it.
  let advice: String
  /// Whether it may pass: time-outs, connections, 408, 429 and 5xx.
  var mayPass = false
  /// How long the server asks to wait.
  var requestedPause: Duration?

  /// An answer with a status other than 2xx.
  ///
  /// - Parameter excerpt: The start of its body, for a message.
  static func status(_ code: Int, excerpt: String, retryAfter: Duration?) -> EndpointFailure {
    let advice =
      switch code {
      case 300..<400: "name the address that it leads to"
      case 401, 403: "check the API key"
      case 404, 405: "check the address (it ends in /v1 with most servers) and the model's name"
      case 413: "shorten the documents"
      case 429: "ask fewer at once, or wait"
      case 408, 500...: "look at the server's log"
      default: "the server does not take the request: check the model's name and its context length"
      }
    return EndpointFailure(
      what: "status \(code)" + (excerpt.isEmpty ? " without a text" : ": \(excerpt)"),
      advice: advice, mayPass: code == 408 || code == 429 || code >= 500,
      requestedPause: retryAfter)
  }

  static func timeout(_ limit: Duration) -> EndpointFailure {
    EndpointFailure(
      what: "no whole answer within \(limit)",
      advice: "allow more time, ask fewer at once, or look at the server's log", mayPass: true)
  }

  /// The connection ended within an answer's body.
  static func cutShort(_ error: any Error) -> EndpointFailure {
    EndpointFailure(
      what: "the connection ended before the answer was whole (\(error))",
      advice: "look at the server's log", mayPass: true)
  }

  static func tooLarge(maxBytes: Int) -> EndpointFailure {
    EndpointFailure(
      what: "the answer has more than \(maxBytes) bytes",
      advice: "check that a language model's server answers there")
  }

  /// An answer that arrived whole and is none of the API.
  static func unreadable(_ what: String) -> EndpointFailure {
    EndpointFailure(
      what: what,
      advice: "check that the address is one of OpenAI's API (it ends in /v1 with most servers)")
  }

  /// An error of the HTTP library.
  init(_ error: any Error) {
    let words = "\(error)"
    if let error = error as? HTTPClientError {
      switch error {
      case .alreadyShutdown, .cancelled:
        self.init(what: "the connection to it was shut down", advice: "make another generator")
      case .redirectLimitReached, .redirectCycleDetected:
        self.init(
          what: "it leads from one address to the next (\(error.shortDescription))",
          advice: "name the address that answers")
      case .remoteConnectionClosed, .uncleanShutdown:
        self.init(
          what: "it closed the connection before it answered", advice: "look at the server's log",
          mayPass: true)
      case .connectTimeout, .getConnectionFromPoolTimeout, .readTimeout, .writeTimeout,
        .deadlineExceeded, .tlsHandshakeTimeout:
        self.init(
          what: "no connection in time (\(error.shortDescription))", advice: Self.checkServer,
          mayPass: true)
      default: self.init(what: words, advice: Self.checkServer)
      }
      return
    }
    // NIO's types are not imported for this: they are the library's dependency, not ours.
    switch String(reflecting: type(of: error)).prefix(while: { $0 != "." }) {
    case "NIOHTTP1", "NIOHTTP2":
      self.init(
        what: "what it sends is no HTTP (\(words))",
        advice: "check the address and its port, and whether it is http or https")
    case "NIOSSL":
      self.init(
        what: "no secure connection (\(words))",
        advice: "check the server's certificate, and whether it is http or https")
    default: self.init(what: "no connection (\(words))", advice: Self.checkServer, mayPass: true)
    }
  }

  init(what: String, advice: String, mayPass: Bool = false, requestedPause: Duration? = nil) {
    self.what = what
    self.advice = advice
    self.mayPass = mayPass
    self.requestedPause = requestedPause
  }

  private static let checkServer = "check that the server runs and the address is right"
}

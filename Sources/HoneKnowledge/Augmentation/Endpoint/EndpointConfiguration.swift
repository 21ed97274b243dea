// SPDX-License-Identifier: Apache-2.0
import HoneTensor

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where and how a server with OpenAI's API is asked. It holds no secrets: the key stands beside it.
public struct EndpointConfiguration: Codable, Sendable, Hashable {
  /// The route that texts are asked from.
  public enum API: String, Codable, CaseIterable, Sendable, Hashable {
    /// `/chat/completions`: the text is a user's message.
    case chat
    /// `/completions`: the text is continued as it stands.
    case completions

    var route: String { self == .chat ? "/chat/completions" : "/completions" }
  }

  /// The address before the route, such as `http://127.0.0.1:8080/v1`.
  public let url: String
  public let model: String
  public let api: API
  /// For one request with its whole answer.
  public let timeout: Duration
  /// Further tries at a request that failed for a reason that may pass.
  public let maxRetries: Int
  /// Requests that are under way at once.
  public let parallelRequests: Int

  /// Defaults are Hone's.
  ///
  /// - Parameter url: With or without the route.
  /// - Throws: ``KnowledgeError`` (`invalidSetting`) naming all that is out of its range.
  public init(
    url: String, model: String, api: API = .chat, timeout: Duration = .seconds(120),
    maxRetries: Int = 3, parallelRequests: Int = 4
  ) throws {
    var problems: [String] = []
    let address = Self.withoutRoute(url)
    if let problem = Self.problem(of: address) { problems.append(problem) }
    if model.allSatisfy(\.isWhitespace) {
      problems.append("model \"\": expected the name under which the server knows it")
    }
    if timeout <= .zero || timeout > .seconds(86_400) {
      problems.append("timeout \(timeout): expected more than 0, at most a day")
    }
    if !(0...100).contains(maxRetries) {
      problems.append("retries \(maxRetries): expected 0 … 100")
    }
    if !(1...1000).contains(parallelRequests) {
      problems.append("parallel requests \(parallelRequests): expected 1 … 1000")
    }
    guard problems.isEmpty else {
      throw KnowledgeError(.invalidSetting, problems.joined(separator: "\n"))
    }
    self.url = address
    self.model = model
    self.api = api
    self.timeout = timeout
    self.maxRetries = maxRetries
    self.parallelRequests = parallelRequests
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      url: values.decode(String.self, forKey: .url),
      model: values.decode(String.self, forKey: .model),
      api: values.decode(API.self, forKey: .api),
      timeout: values.decode(Duration.self, forKey: .timeout),
      maxRetries: values.decode(Int.self, forKey: .maxRetries),
      parallelRequests: values.decode(Int.self, forKey: .parallelRequests))
  }

  /// The whole address that requests go to.
  var endpoint: String { url + api.route }

  private static func withoutRoute(_ url: String) -> String {
    var url = url[...]
    while url.hasSuffix("/") { url = url.dropLast() }
    for api in API.allCases where url.hasSuffix(api.route) {
      return String(url.dropLast(api.route.count))
    }
    return String(url)
  }

  private static func problem(of url: String) -> String? {
    let example = "expected an address such as http://127.0.0.1:8080/v1"
    guard let parts = URLComponents(string: url, encodingInvalidCharacters: false) else {
      return "url \(url.visible()): is no address, \(example)"
    }
    // Not shown: whoever writes a password there would find it in logs.
    if parts.user != nil || parts.password != nil {
      return "url: has a user or password in it; hand over a key by itself"
    }
    if parts.query != nil || parts.fragment != nil {
      return "url: has a query or fragment (\"?\" or \"#\"), \(example)"
    }
    guard let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme),
      let host = parts.host, !host.isEmpty, !url.isEmpty
    else { return "url \(url.visible()): \(example)" }
    if let port = parts.port, !(1...65_535).contains(port) {
      return "url \(url.visible()): port \(port), expected 1 … 65535"
    }
    return nil
  }
}

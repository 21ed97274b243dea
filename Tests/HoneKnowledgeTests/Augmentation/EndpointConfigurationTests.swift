// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneKnowledge
import Testing

@Suite struct EndpointConfigurationTests {
  @Test(arguments: [
    "http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1/", "https://example.org",
    "http://[::1]:8080/v1", "HTTP://localhost/v1/chat/completions", "http://localhost/completions",
  ])
  func `an address may have its route or none`(url: String) throws {
    let configuration = try EndpointConfiguration(url: url, model: "m")
    #expect(url.hasPrefix(configuration.url))
    #expect(!configuration.url.hasSuffix("/") && !configuration.url.hasSuffix("completions"))
  }

  @Test(arguments: [
    "", "127.0.0.1:8080", "localhost:8080/v1", "ftp://example.org/v1", "http://", "http:///v1",
    "http://a b/v1", "http://example.org/v1?key=1", "http://example.org/#a", "file:///etc/passwd",
    "http://example.org:99999/v1",
  ])
  func `what is no address is refused`(url: String) throws {
    let error = #expect(throws: KnowledgeError.self) {
      try EndpointConfiguration(url: url, model: "m")
    }
    #expect(error?.code == .invalidSetting && error?.message.hasPrefix("url") == true)
  }

  @Test func `a password in an address is refused and not shown`() throws {
    let error = #expect(throws: KnowledgeError.self) {
      try EndpointConfiguration(url: "http://me:secret@example.org/v1", model: "m")
    }
    #expect(error?.message.contains("secret") == false)
  }

  @Test func `every setting out of its range is named`() throws {
    let error = #expect(throws: KnowledgeError.self) {
      try EndpointConfiguration(
        url: "x", model: " ", timeout: .zero, maxRetries: -1, parallelRequests: 0)
    }
    let lines = error?.message.split(separator: "\n").count
    #expect(lines == 5)
  }

  @Test func `it is read back as it was written, and checked`() throws {
    let configuration = try EndpointConfiguration(
      url: "http://localhost:1/v1", model: "m", api: .completions, timeout: .milliseconds(1500))
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(EndpointConfiguration.self, from: data) == configuration)
    let bad = String(decoding: data, as: UTF8.self).replacing("\"m\"", with: "\"\"")
    #expect(throws: KnowledgeError.self) {
      try JSONDecoder().decode(EndpointConfiguration.self, from: Data(bad.utf8))
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor

/// Requests and answers in the words of OpenAI's API.
enum EndpointMessage {
  /// Stops that a request may carry; the others only cut the answer.
  private static let maximumStops = 4

  /// A request's body.
  static func request(
    _ request: GenerationRequest, prefix: String, configuration: EndpointConfiguration
  ) -> [UInt8] {
    let text = JSONValue.string(prefix + request.prompt)
    let input: (String, JSONValue) =
      switch configuration.api {
      case .chat:
        ("messages", .array([.members([("role", .string("user")), ("content", text)])]))
      case .completions: ("prompt", text)
      }
    var members = [
      ("model", .string(configuration.model)), input, ("max_tokens", .integer(request.maxTokens)),
      ("temperature", .number(request.temperature)),
      // What every server takes: some hold it in 32 bits with a sign.
      ("seed", .integer(Int(request.seed & 0x7FFF_FFFF))), ("stream", .bool(false)),
    ]
    let stops = request.stop.filter { !$0.isEmpty }.prefix(maximumStops)
    if !stops.isEmpty { members.append(("stop", .array(stops.map { .string($0) }))) }
    return Array(JSONValue.members(members).text.utf8)
  }

  /// The text of an answer, up to the first stop.
  static func text(
    of body: [UInt8], api: EndpointConfiguration.API, stop: [String]
  ) throws(EndpointFailure) -> String {
    let start = body.first { !$0.isASCIISpace }
    guard let start else { throw .unreadable("an empty answer, expected JSON") }
    if start == UInt8(ascii: "<") {
      throw .unreadable("a web page instead of JSON: \(excerpt(body))")
    }
    let answer: JSONValue
    do {
      answer = try JSONParser.parse(body, file: "its answer")
    } catch {
      throw .unreadable("\((error as? FormatError)?.message ?? "\(error)"): \(excerpt(body))")
    }
    guard let choices = answer["choices"]?.arrayValue, let first = choices.first else {
      throw .unreadable("an answer without \"choices\": \(excerpt(body))")
    }
    let (text, place) =
      switch api {
      case .chat: (first["message"]?["content"], "message.content")
      case .completions: (first["text"], "text")
      }
    guard let text = text?.stringValue else {
      let reason = first["finish_reason"]?.stringValue.map { ", which ended by \(quoted($0))" }
      throw .unreadable(
        "choices[0].\(place) is \(text?.typeName ?? "missing")\(reason ?? ""), expected a string: "
          + excerpt(body))
    }
    return cut(text, at: stop)
  }

  private static func cut(_ text: String, at stops: [String]) -> String {
    var end = text.endIndex
    for stop in stops where !stop.isEmpty {
      if let place = text[..<end].firstRange(of: stop)?.lowerBound { end = place }
    }
    return String(text[..<end])
  }

  /// The first characters of a body, for a message.
  ///
  /// - Parameter secret: Does not appear in it.
  static func excerpt(_ body: [UInt8], hiding secret: String? = nil) -> String {
    let text = hide(secret, in: String(decoding: body.prefix(4096), as: UTF8.self))
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ").visible()
    return words.count > 200 ? "\(words.prefix(200))…" : words
  }

  /// Servers like to repeat the key that they do not accept.
  static func hide(_ secret: String?, in text: String) -> String {
    // Shorter ones are placeholders, found in many a word.
    guard let secret, secret.count >= 4 else { return text }
    return text.replacing(secret, with: "[API key]")
  }
}

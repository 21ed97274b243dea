// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneFormats
import HoneModel
import Testing

/// What the reference implementation made of the templates in Fixtures/chat_template.
enum ChatTemplateGoldens {
  /// The moment that `strftime_now` shows in the goldens.
  static let clock = TemplateClock(secondsSince1970: 1_735_819_445)

  struct Case: Sendable, CustomTestStringConvertible {
    let source: String
    let label: String
    let context: [TemplateValue.Member]
    /// Nil where the reference raises an error.
    let text: String?
    let generated: [Range<Int>]
    var testDescription: String { label }

    func render() throws -> ChatTemplate.Rendering {
      try ChatTemplate(source: source, name: label).render(
        context: context, clock: ChatTemplateGoldens.clock)
    }
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/chat_template")

  static func template(_ name: String) throws -> String {
    String(
      decoding: try Data(contentsOf: folder.appending(path: "templates/\(name)")), as: UTF8.self)
  }

  private static func json(_ name: String) throws -> JSONValue {
    try JSONParser.parse(try Data(contentsOf: folder.appending(path: name)), file: name)
  }

  private static func members(_ value: JSONValue?) -> [TemplateValue.Member] {
    guard let value, case .dictionary(let members) = TemplateValue(value) else { return [] }
    return members
  }

  private static func makeCase(
    _ golden: JSONValue, source: String, label: String, context: [TemplateValue.Member]
  ) -> Case {
    let ranges = (golden["generated"]?.arrayValue ?? []).map { pair in
      let bounds = (pair.arrayValue ?? []).compactMap(\.intValue)
      return bounds[0]..<bounds[1]
    }
    return Case(
      source: source, label: label, context: context, text: golden["text"]?.stringValue,
      generated: ranges)
  }

  static func snippets() throws -> [Case] {
    let file = try json("snippets.json")
    return (file["cases"]?.arrayValue ?? []).map { golden in
      let source = golden["template"]?.stringValue ?? ""
      return makeCase(golden, source: source, label: source, context: members(file["context"]))
    }
  }

  static func conversations() throws -> [Case] {
    let file = try json("conversations.json")
    return try (file["cases"]?.arrayValue ?? []).map { golden in
      let name = golden["template"]?.stringValue ?? ""
      let conversation = golden["conversation"]?.stringValue ?? ""
      return makeCase(
        golden, source: try template(name), label: "\(name) \(conversation)",
        context: members(file["contexts"]?[conversation]))
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneModel

struct TokenizeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize", abstract: "Shows the tokens of a text.",
    usage: "hone tokenize --text <text> [<options>]")

  @OptionGroup var model: ModelOption

  @Option(help: "The text; - reads standard input.")
  var text: String

  @Flag(inversion: .prefixedNo, help: "Add the tokens that the model puts around a text.")
  var specialTokens = true

  @OptionGroup var output: JSONOption

  private struct Report: Encodable {
    let ids: [Int32]
    let tokens: [String]
  }

  func run() async throws {
    let path = try model.path
    let text = try TextArgument.read(text)
    let tokenizer = try Tokenizer.load(path: path)
    let ids = tokenizer.encode(text, addSpecialTokens: specialTokens)
    if output.json {
      let tokens = ids.map { tokenizer.token(for: $0) ?? "" }
      try Console.printJSON(Report(ids: ids, tokens: tokens))
      return
    }
    var table = TextTable([("ID", .right), ("TEXT", .left)])
    for id in ids { table.append(["\(id)", Self.spelling(tokenizer.bytes(of: id))]) }
    try Console.print(table.text)
    Console.error("\(ids.count) tokens")
  }

  /// The text of a token in quotes; bytes in hexadecimal where it is no whole text.
  private static func spelling(_ bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return "\"\(text.visible())\"" }
    return bytes.map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return digits.count == 1 ? "0" + digits : digits
    }.joined(separator: " ")
  }
}

// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import Testing

@Suite struct JSONParserTests {
  @Test func `a document keeps order, escapes and number kinds`() throws {
    let text = #"{"b":[1,-2.5,1e3,true,null],"a":"x\u00e9\ud83d\ude00\n"}"#
    let value = try JSONParser.parse(text.utf8, file: "t.json")
    #expect(value.objectValue?.keys == ["b", "a"])
    #expect(value["b"] == .array([.integer(1), .number(-2.5), .number(1000), .bool(true), .null]))
    #expect(value["a"] == .string("xé😀\n"))
  }

  @Test(arguments: [
    ("", "line 1, column 1: the file ends"), ("{\"a\":1,\n\"a\":2}", "line 2, column 1: the key"),
    ("[1,]", "a JSON value must stand here"), ("01", "must not start with 0"),
    ("\"\u{1}\"", "control character"), ("[1", "never closed"), ("1 2", "unexpected text"),
    ("\"\\ud800\"", "surrogate"), (String(repeating: "[", count: 300), "nested deeper"),
    ("1e999", "out of range"), ("tru", "ends inside a word"),
  ])
  func `a broken document is refused with its place`(text: String, message: String) {
    let error = #expect(throws: FormatError.self) { try JSONParser.parse(text.utf8, file: "t") }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test(arguments: [2, 20])
  func `keys that differ only in their bytes are different`(count: Int) throws {
    let fillers = (0..<count).map { "\"k\($0)\":0," }.joined()
    let text = "{\(fillers)\"\u{E9}\":1,\"e\u{301}\":2}"
    let value = try JSONParser.parse(text.utf8, file: "t.json")
    #expect(value["\u{E9}"] == .integer(1))
    #expect(value["e\u{301}"] == .integer(2))
  }

  @Test func `invalid UTF-8 is refused`() {
    #expect(throws: FormatError.self) {
      try JSONParser.parse([0x22, 0xFF, 0x22] as [UInt8], file: "t")
    }
  }
}

// SPDX-License-Identifier: Apache-2.0

/// One token of a chat template and the line it starts on.
struct TemplateToken: Sendable {
  enum Kind: Sendable, Equatable {
    case text(String)
    case blockBegin
    case blockEnd
    case variableBegin
    case variableEnd
    case name(String)
    case string(String)
    case integer(Int)
    case float(Double)
    case symbol(TemplateSymbol)
    case end
  }

  let kind: Kind
  let line: Int

  /// The token as a message shows it.
  var shown: String {
    switch kind {
    case .text: "text"
    case .blockBegin: "'{%'"
    case .blockEnd: "'%}'"
    case .variableBegin: "'{{'"
    case .variableEnd: "'}}'"
    case .name(let name): "'\(name)'"
    case .string: "a string"
    case .integer(let value): "'\(value)'"
    case .float(let value): "'\(value)'"
    case .symbol(let symbol): "'\(symbol.rawValue)'"
    case .end: "the end of the template"
    }
  }
}

/// The operators and delimiters of template expressions.
enum TemplateSymbol: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case floorDivide = "//"
  case modulo = "%"
  case power = "**"
  case concatenate = "~"
  case openBracket = "["
  case closeBracket = "]"
  case openParen = "("
  case closeParen = ")"
  case openBrace = "{"
  case closeBrace = "}"
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case assign = "="
  case dot = "."
  case colon = ":"
  case pipe = "|"
  case comma = ","
}

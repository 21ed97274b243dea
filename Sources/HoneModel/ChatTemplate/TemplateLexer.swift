// SPDX-License-Identifier: Apache-2.0

/// Splits a chat template into tokens, with `trim_blocks` and `lstrip_blocks` on.
struct TemplateLexer {
  private let source: [Unicode.Scalar]
  let name: String
  private var position = 0
  private var line = 1
  private var tokens: [TemplateToken] = []

  static func tokens(of source: String, name: String) throws -> [TemplateToken] {
    var lexer = TemplateLexer(source: source, name: name)
    try lexer.run()
    return lexer.tokens
  }

  private init(source: String, name: String) {
    // Every line ending becomes a line feed, and one at the very end is dropped.
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(source.utf8.count)
    var previousWasReturn = false
    for scalar in source.unicodeScalars {
      if scalar == "\n" && previousWasReturn {
        previousWasReturn = false
        continue
      }
      previousWasReturn = scalar == "\r"
      scalars.append(previousWasReturn ? "\n" : scalar)
    }
    if scalars.last == "\n" { scalars.removeLast() }
    self.source = scalars
    self.name = name
  }

  // MARK: - Text between tags

  private mutating func run() throws {
    while let begin = nextTag() {
      let kind = source[begin + 1]
      let sign = begin + 2 < source.count ? source[begin + 2] : " "
      let signed = sign == "-" || sign == "+"
      let text = textBefore(begin, sign: sign, stripsLine: kind != "{")
      append(.text(text))
      advance(to: begin + (signed ? 3 : 2))
      switch kind {
      case "#": try skipComment()
      case "{":
        append(.variableBegin)
        try lexCode(isBlock: false)
      default:
        if try !lexRaw() {
          append(.blockBegin)
          try lexCode(isBlock: true)
        }
      }
    }
    append(.text(TemplateText.string(source[position...])))
    advance(to: source.count)
    append(.end)
  }

  private func nextTag() -> Int? {
    var index = position
    while index + 1 < source.count {
      if source[index] == "{" {
        let next = source[index + 1]
        if next == "{" || next == "%" || next == "#" { return index }
      }
      index += 1
    }
    return nil
  }

  /// The text up to a tag, without the white space that the tag's sign or its line takes away.
  private func textBefore(_ end: Int, sign: Unicode.Scalar, stripsLine: Bool) -> String {
    var end = end
    if sign == "-" {
      while end > position, TemplateText.isSpace(source[end - 1]) { end -= 1 }
    } else if sign != "+" && stripsLine {
      var lineStart = end
      while lineStart > position, source[lineStart - 1] != "\n" { lineStart -= 1 }
      let startsLine =
        lineStart > position || position == 0 || source[position - 1] == "\n"
      if startsLine && source[lineStart..<end].allSatisfy(TemplateText.isSpace) {
        end = lineStart
      }
    }
    return TemplateText.string(source[position..<end])
  }

  private mutating func skipComment() throws {
    let start = line
    var index = position
    while index + 1 < source.count, !(source[index] == "#" && source[index + 1] == "}") {
      index += 1
    }
    guard index + 1 < source.count else {
      throw failure("a comment that is not closed with '#}'", line: start)
    }
    // A sign belongs to the end only if it is not the opening's own.
    let sign: Unicode.Scalar = index > position ? source[index - 1] : " "
    advance(to: index + 2)
    finishTag(sign: sign, trimsNewline: true)
  }

  /// Takes white space after a tag: all of it after `-`, one line feed without a sign.
  private mutating func finishTag(sign: Unicode.Scalar, trimsNewline: Bool) {
    var index = position
    if sign == "-" {
      while index < source.count, TemplateText.isSpace(source[index]) { index += 1 }
    } else if sign != "+", trimsNewline, index < source.count, source[index] == "\n" {
      index += 1
    }
    advance(to: index)
  }

  /// Handles `{% raw %}…{% endraw %}` if `position` is just inside a raw tag.
  private mutating func lexRaw() throws -> Bool {
    guard var after = keyword("raw", from: position) else { return false }
    let start = line
    let sign = source[after]
    if sign == "+" { return false }
    if sign == "-" { after += 1 }
    advance(to: after + 2)
    finishTag(sign: sign, trimsNewline: false)
    var index = position
    while index + 1 < source.count {
      if source[index] == "{", source[index + 1] == "%" {
        let opening = index + 2 < source.count ? source[index + 2] : " "
        let inside = opening == "-" || opening == "+" ? index + 3 : index + 2
        if var close = keyword("endraw", from: inside) {
          append(.text(textBefore(index, sign: opening, stripsLine: true)))
          let closing = source[close]
          if closing != "%" { close += 1 }
          advance(to: close + 2)
          finishTag(sign: closing, trimsNewline: true)
          return true
        }
      }
      index += 1
    }
    throw failure("a raw block that is not closed with '{% endraw %}'", line: start)
  }

  /// The offset of the closing `%}`, `-%}` or `+%}` when only `word` stands before it.
  private func keyword(_ word: String, from start: Int) -> Int? {
    var index = start
    while index < source.count, TemplateText.isSpace(source[index]) { index += 1 }
    for scalar in word.unicodeScalars {
      guard index < source.count, source[index] == scalar else { return nil }
      index += 1
    }
    while index < source.count, TemplateText.isSpace(source[index]) { index += 1 }
    let close = index < source.count && (source[index] == "-" || source[index] == "+") ? 1 : 0
    guard index + close + 1 < source.count, source[index + close] == "%",
      source[index + close + 1] == "}"
    else { return nil }
    return index
  }

  // MARK: - Code inside tags

  private mutating func lexCode(isBlock: Bool) throws {
    let start = line
    let closer: Unicode.Scalar = isBlock ? "%" : "}"
    var brackets: [Unicode.Scalar] = []
    while position < source.count {
      let scalar = source[position]
      if brackets.isEmpty {
        let signed = scalar == "-" || (isBlock && scalar == "+")
        let close = position + (signed ? 1 : 0)
        if close + 1 < source.count, source[close] == closer, source[close + 1] == "}" {
          append(isBlock ? .blockEnd : .variableEnd)
          advance(to: close + 2)
          finishTag(sign: signed ? scalar : " ", trimsNewline: isBlock)
          return
        }
      }
      if TemplateText.isSpace(scalar) {
        advance(to: position + 1)
      } else if scalar == "'" || scalar == "\"" {
        try lexString(quote: scalar)
      } else if "0"..."9" ~= scalar {
        try lexNumber()
      } else if scalar == "_" || scalar.properties.isXIDStart {
        var end = position + 1
        while end < source.count, source[end] == "_" || source[end].properties.isXIDContinue {
          end += 1
        }
        append(.name(TemplateText.string(source[position..<end])))
        advance(to: end)
      } else {
        try lexSymbol(scalar, brackets: &brackets)
      }
    }
    throw failure("a tag that is not closed with '\(isBlock ? "%}" : "}}")'", line: start)
  }

  private mutating func lexSymbol(_ scalar: Unicode.Scalar, brackets: inout [Unicode.Scalar])
    throws
  {
    let two =
      position + 1 < source.count
      ? TemplateSymbol(rawValue: TemplateText.string([scalar, source[position + 1]])) : nil
    guard let symbol = two ?? TemplateSymbol(rawValue: String(Character(scalar))) else {
      throw failure("the unexpected character '\(Character(scalar))' in a tag", line: line)
    }
    switch scalar {
    case "(": brackets.append(")")
    case "[": brackets.append("]")
    case "{": brackets.append("}")
    case ")", "]", "}":
      guard brackets.popLast() == scalar else {
        throw failure("'\(Character(scalar))' without its opening bracket", line: line)
      }
    default: break
    }
    append(.symbol(symbol))
    advance(to: position + (two == nil ? 1 : 2))
  }

  private mutating func lexNumber() throws {
    let (kind, end) = try TemplateNumber.lex(
      source, from: position, afterDot: position > 0 && source[position - 1] == ".",
      failure: { [line, name] in
        ModelError(.invalid, "\(name), line \(line): \($0); shorten the number in the template")
      })
    append(kind)
    advance(to: end)
  }

  private mutating func lexString(quote: Unicode.Scalar) throws {
    var index = position + 1
    while index < source.count, source[index] != quote {
      index += source[index] == "\\" ? 2 : 1
    }
    guard index < source.count else {
      throw failure("a string that is not closed with \(Character(quote))", line: line)
    }
    guard let value = TemplateEscapes.decode(source[(position + 1)..<index]) else {
      throw ModelError(
        .unsupported,
        "\(name), line \(line): a string holds an escape that Hone does not read"
          + " (\\N{…}, a lone surrogate or an incomplete \\x, \\u or \\U); write the character"
          + " itself")
    }
    append(.string(value))
    advance(to: index + 1)
  }

  // MARK: - Bookkeeping

  private mutating func append(_ kind: TemplateToken.Kind) {
    if case .text(let text) = kind, text.isEmpty { return }
    tokens.append(TemplateToken(kind: kind, line: line))
  }

  private mutating func advance(to end: Int) {
    for scalar in source[position..<end] where scalar == "\n" { line += 1 }
    position = end
  }

  private func failure(_ what: String, line: Int) -> ModelError {
    ModelError(.invalid, "\(name), line \(line): the template has \(what)")
  }
}
